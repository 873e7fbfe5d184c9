//! The server as it is served: over HTTP, on a real database, against a simulated GitHub.

#![expect(missing_docs, reason = "tests are their own documentation")]

mod command_line;
mod cross_site;
mod files;
mod laws;
mod pages;
mod rest;
mod service;
mod sign_in;
mod tenancy;
