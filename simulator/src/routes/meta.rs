//! `GET /meta`, which identifies the server.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use crate::shared::Shared;

/// Enterprise Server returns its version; github.com returns its addresses instead.
/// <https://docs.github.com/rest/meta/meta#get-apiname-meta-information>
pub(super) async fn show(State(shared): State<Arc<Shared>>) -> Json<Value> {
    if let Some(version) = &shared.github().enterprise_server {
        return Json(json!({
            "verifiable_password_authentication": true,
            "packages": [],
            "dependabot": [],
            "installed_version": version,
        }));
    }
    let addresses = ["192.30.252.0/22", "185.199.108.0/22", "140.82.112.0/20"];
    Json(json!({
        "verifiable_password_authentication": false,
        "ssh_key_fingerprints": {
            "SHA256_ECDSA": "p2QAMXNIC1TJYWeIOttrVc98/R1BUFWu3/LiyKgUfQM",
            "SHA256_ED25519": "+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU",
            "SHA256_RSA": "uNiVztksCsDhcc0u9e8BrqXVXvwFWPIDTjKUsY3OMV4",
        },
        "hooks": addresses,
        "web": addresses,
        "api": addresses,
        "git": addresses,
        "domains": { "website": ["*.github.com", "*.github.dev", "*.github.io"] },
    }))
}
