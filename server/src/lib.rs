//! The Tidemark process: command line, configuration, router, sign-in and REST interface.
//!
//! A library, so that the tests start the very router that the binary serves.

mod assets;
pub mod auth;
pub mod cli;
mod cli_error;
pub mod config;
mod demo;
mod error_page;
mod jobs;
mod key_file;
mod logging;
mod serve;
mod startup;
mod state;
pub mod web;

pub use assets::Frontend;
pub use state::{AppConfig, AppState};
