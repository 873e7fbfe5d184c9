//! Tests the simulator from outside, against recorded and documented responses of GitHub.
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
