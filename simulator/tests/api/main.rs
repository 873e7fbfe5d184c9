//! The simulator from outside: asked as GitHub is asked, held against what GitHub answers.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod apps;
mod client;
mod connections;
mod corrupt;
mod credentials;
mod faults;
mod limits;
mod manifests;
mod recordings;
mod repositories;
mod response_recorder;
mod servers;
mod sign_in;
mod stars_and_releases;
mod traffic;
