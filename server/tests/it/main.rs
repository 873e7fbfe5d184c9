//! The server as it is served: over HTTP, on a real database, against a simulated GitHub.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod command_line;
mod cross_site;
mod files;
mod laws;
mod pages;
mod rest;
mod service;
mod sign_in;
mod tenancy;
