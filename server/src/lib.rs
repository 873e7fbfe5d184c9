//! The Tidemark process: command line, configuration, router, sign-in and REST interface.
//!
//! A library, so that the tests start the very router that the binary serves.

pub mod auth;
pub mod cli;
mod cli_error;
pub mod config;
mod demo;
mod key_file;
mod logging;
mod startup;
pub mod web;
