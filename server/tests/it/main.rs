//! The server as it is served: over HTTP, on a real database, against a simulated GitHub.

#![expect(clippy::unwrap_used, reason = "a test that cannot continue fails")]

mod access;
mod anomalies;
mod architecture;
mod backups;
mod checks;
mod collecting;
mod command_line;
mod cross_site;
#[path = "../../../engine/tests/support/databases.rs"]
#[expect(
    dead_code,
    reason = "only what several servers share is on PostgreSQL here"
)]
mod databases;
mod demonstration;
mod external;
mod failures;
mod files;
mod follow_rules;
mod github;
mod github_app;
mod history;
mod limits;
mod notes;
mod page_sizes;
mod pages;
mod paging;
mod process;
mod rest;
mod schedules;
mod secrets;
mod secure_addresses;
mod service;
mod settings;
mod several_servers;
mod sign_in;
mod start;
mod tenancy;
mod traffic_table;
mod vocabulary;
