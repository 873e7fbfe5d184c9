//! GitHub App installations: their repositories, and tokens for them.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::paging::Paging;
use super::{describe, listings};
use crate::account::{Installation, Token};
use crate::call::Call;
use crate::noise::mix;
use crate::refusal::Refusal;
use crate::simulator::Shared;
use crate::world::Identity;

/// The repositories an installation was given.
/// <https://docs.github.com/rest/apps/installations#list-repositories-accessible-to-the-app-installation>
pub(super) async fn repositories(
    State(shared): State<Arc<Shared>>,
    Extension(call): Extension<Arc<Call>>,
    Query(paging): Query<Paging>,
) -> Result<(HeaderMap, Json<Value>), Refusal> {
    let Identity::Installation { installation, .. } = &call.identity else {
        return Err(Refusal::needs_installation_token(call.endpoint));
    };
    let world = shared.world();
    let found = listings::select(&world, |repository| installation.reaches(repository));
    let total = found.len();
    let page = paging.cut(
        found,
        30,
        &format!("{}/installation/repositories", call.root),
    );
    let described = page
        .items
        .iter()
        .map(|repository| describe::repository(&call, &world, repository));
    let body = json!({
        "total_count": total,
        "repository_selection": installation.selection.as_str(),
        "repositories": described.collect::<Vec<_>>(),
    });
    Ok((page.links, Json(body)))
}

/// Makes a token that lives an hour. The app's own web token is looked at only
/// for its shape: the simulator holds no app's key.
/// <https://docs.github.com/rest/apps/apps#create-an-installation-access-token-for-an-app>
pub(super) async fn create_token(
    State(shared): State<Arc<Shared>>,
    Extension(call): Extension<Arc<Call>>,
    Path(id): Path<String>,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    let mut world = shared.world();
    let installation = id
        .parse()
        .ok()
        .and_then(|id: u64| world.installations.get(&id))
        .cloned();
    let installation = installation.ok_or_else(|| Refusal::not_found(call.endpoint))?;
    world.minted_tokens += 1;
    let secret = long_secret(installation.id, world.minted_tokens);
    let expires = call.now + TimeDelta::hours(1);
    let token = Token::installation(secret.clone(), installation.id).expires(expires);
    world.tokens.insert(secret.clone(), token);
    let body = json!({
        "token": secret,
        "expires_at": describe::seconds(expires),
        "permissions": permissions(&installation),
        "repository_selection": installation.selection.as_str(),
    });
    Ok((StatusCode::CREATED, Json(body)))
}

fn permissions(installation: &Installation) -> Value {
    if installation.administration {
        json!({ "administration": "read", "contents": "read", "metadata": "read" })
    } else {
        json!({ "contents": "read", "metadata": "read" })
    }
}

/// Several hundred characters: since April 2026 these tokens have no fixed length.
fn long_secret(installation: u64, number: u64) -> String {
    let digits = (0..24).map(|part| format!("{:016x}", mix(installation ^ (number << 32), part)));
    format!("ghs_{}", digits.collect::<String>())
}
