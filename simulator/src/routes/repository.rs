//! `GET /repos/{owner}/{repo}` and `GET /repositories/{id}`.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, State};
use serde_json::{Map, Value};

use super::{Visible, describe};
use crate::http::call::Call;
use crate::shared::Shared;

/// The repository in full; only here are its watchers counted.
pub(super) async fn show(
    State(shared): State<Arc<Shared>>,
    Extension(call): Extension<Arc<Call>>,
    Visible(repository): Visible,
) -> Json<Map<String, Value>> {
    let github = shared.github();
    let mut described = describe::repository(&call, &github, &repository);
    let owner = describe::owner(&call, &github, &repository.owner);
    if owner["type"] == "Organization" {
        described.insert("organization".to_owned(), owner);
    }
    described.insert("network_count".to_owned(), described["forks_count"].clone());
    described.insert(
        "subscribers_count".to_owned(),
        repository.subscribers.into(),
    );
    Json(described)
}
