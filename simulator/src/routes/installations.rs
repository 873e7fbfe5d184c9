//! GitHub App installations: their repositories, and tokens for them.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Extension, Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::paging::Paging;
use super::{apps, describe, listings};
use crate::accounts::token::Token;
use crate::github::identity::Identity;
use crate::http::api_error::ApiError;
use crate::http::call::Call;
use crate::random::mix;
use crate::shared::Shared;

/// The repositories of an installation.
/// <https://docs.github.com/rest/apps/installations#list-repositories-accessible-to-the-app-installation>
pub(super) async fn repositories(
    State(shared): State<Arc<Shared>>,
    Extension(call): Extension<Arc<Call>>,
    Query(paging): Query<Paging>,
) -> Result<(HeaderMap, Json<Value>), ApiError> {
    let Identity::Installation { installation, .. } = &call.identity else {
        return Err(ApiError::needs_installation_token(call.endpoint));
    };
    let github = shared.github();
    let found = listings::select(&github, |repository| installation.includes(repository));
    let total = found.len();
    let page = paging.cut(
        found,
        30,
        &format!("{}/installation/repositories", call.root),
    );
    let described = page
        .items
        .iter()
        .map(|repository| describe::repository(&call, &github, repository));
    let body = json!({
        "total_count": total,
        "repository_selection": installation.selection.as_str(),
        "repositories": described.collect::<Vec<_>>(),
    });
    Ok((page.links, Json(body)))
}

/// Creates a token that expires after an hour, for the app of the installation. The simulator does
/// not support tokens with fewer permissions or repositories: 422.
/// <https://docs.github.com/rest/apps/apps#create-an-installation-access-token-for-an-app>
pub(super) async fn create_token(
    State(shared): State<Arc<Shared>>,
    Extension(call): Extension<Arc<Call>>,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    let app = apps::authenticated_app(&call)?;
    let mut github = shared.github();
    let id = id.parse().map_err(|_| ApiError::not_found(call.endpoint))?;
    let installation = github.installation_of(app, id).cloned();
    let installation = installation.ok_or_else(|| ApiError::not_found(call.endpoint))?;
    if installation.suspended {
        return Err(ApiError::suspended());
    }
    if !matches!(body.trim_ascii(), b"" | b"{}") {
        return Err(ApiError::invalid(call.endpoint));
    }
    github.minted_tokens += 1;
    let secret = long_secret(installation.id, github.minted_tokens);
    let expires = call.now + TimeDelta::hours(1);
    let token = Token::installation(secret.clone(), installation.id).expires(expires);
    github.tokens.insert(secret.clone(), token);
    let body = json!({
        "token": secret,
        "expires_at": describe::seconds(expires),
        "permissions": installation.permissions,
        "repository_selection": installation.selection.as_str(),
    });
    Ok((StatusCode::CREATED, Json(body)))
}

/// About 500 characters in three parts, like these tokens since April 2026. They have no fixed
/// length, and contain more than letters and digits.
fn long_secret(installation: u64, number: u64) -> String {
    let part = |seed: u64, words: u64| {
        let salt = installation ^ (number << 32) ^ seed;
        let words = (0..words).map(|word| format!("{:016x}", mix(salt, word)));
        words.collect::<String>()
    };
    format!(
        "ghs_{installation}_{}.{}_{}.{}-{}",
        part(1, 3),
        part(2, 12),
        part(3, 4),
        part(4, 8),
        part(5, 4)
    )
}
