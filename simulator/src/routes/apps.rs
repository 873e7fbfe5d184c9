//! A GitHub App's endpoints: itself and its installations.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, Path, State};
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::describe;
use crate::apps::app::App;
use crate::apps::installation::Installation;
use crate::apps::test_keys::test_keys;
use crate::faults::fault::Fault;
use crate::github::GitHub;
use crate::github::identity::Identity;
use crate::http::api_error::ApiError;
use crate::http::call::Call;
use crate::random::mix;
use crate::shared::Shared;

const UNCHANGED_SINCE: &str = "2025-03-04T05:06:07Z";

/// The authenticated app.
/// <https://docs.github.com/rest/apps/apps#get-the-authenticated-app>
pub(super) async fn show(
    State(shared): State<Arc<Shared>>,
    Extension(call): Extension<Arc<Call>>,
) -> Result<Json<Value>, ApiError> {
    let app = authenticated_app(&call)?;
    Ok(Json(app_json(&call, &shared.github(), app)))
}

/// A new app and its keys, in exchange for the code; needs no authentication.
/// <https://docs.github.com/rest/apps/apps#create-a-github-app-from-a-manifest>
pub(super) async fn convert(
    State(shared): State<Arc<Shared>>,
    Extension(call): Extension<Arc<Call>>,
    Path(code): Path<String>,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    let mut github = shared.github();
    let app = github.convert(&code, call.now);
    let app = app.filter(|_| !call.has(&Fault::ExpiredManifestCode));
    let app = app.ok_or_else(|| ApiError::not_found(call.endpoint))?;
    let mut body = app_json(&call, &github, &app);
    let secrets = secrets_json(&app, test_keys().private_pem);
    if let (Value::Object(body), Value::Object(secrets)) = (&mut body, secrets) {
        body.extend(secrets);
    }
    Ok((StatusCode::CREATED, Json(body)))
}

/// All of the app's installations.
/// <https://docs.github.com/rest/apps/apps#list-installations-for-the-authenticated-app>
pub(super) async fn installations(
    State(shared): State<Arc<Shared>>,
    Extension(call): Extension<Arc<Call>>,
) -> Result<Json<Value>, ApiError> {
    let app = authenticated_app(&call)?;
    let github = shared.github();
    let mut own: Vec<_> = github
        .installations
        .values()
        .filter(|found| github.app_of(found).is_some_and(|of| of.id == app.id))
        .collect();
    own.sort_by_key(|installation| installation.id);
    let app_json = own
        .into_iter()
        .map(|installation| installation_json(&call, &github, app, installation));
    Ok(Json(app_json.collect()))
}

fn app_json(call: &Call, github: &GitHub, app: &App) -> Value {
    let installations = github.installations.values();
    let own = installations.filter(|found| github.app_of(found).is_some_and(|of| of.id == app.id));
    json!({
        "id": app.id,
        "client_id": app.client_id,
        "slug": app.slug,
        "node_id": format!("A_kwHO{:08X}", app.id),
        "owner": describe::owner(call, github, &app.owner),
        "name": app.name,
        "description": "",
        "external_url": format!("https://{}.example", app.slug),
        "html_url": format!("https://github.com/apps/{}", app.slug),
        "created_at": UNCHANGED_SINCE,
        "updated_at": UNCHANGED_SINCE,
        "permissions": app.permissions,
        "events": [],
        "installations_count": own.count(),
    })
}

/// One of the app's installations; another app's is not found.
/// <https://docs.github.com/rest/apps/apps#get-an-installation-for-the-authenticated-app>
pub(super) async fn installation(
    State(shared): State<Arc<Shared>>,
    Extension(call): Extension<Arc<Call>>,
    Path(id): Path<String>,
) -> Result<Json<Value>, ApiError> {
    let app = authenticated_app(&call)?;
    let github = shared.github();
    let id = id.parse().map_err(|_| ApiError::not_found(call.endpoint))?;
    let installation = github.installation_of(app, id);
    let installation = installation.ok_or_else(|| ApiError::not_found(call.endpoint))?;
    Ok(Json(installation_json(&call, &github, app, installation)))
}

fn installation_json(
    call: &Call,
    github: &GitHub,
    app: &App,
    installation: &Installation,
) -> Value {
    let id = installation.id;
    let account = describe::owner(call, github, &installation.account);
    let suspended = installation.suspended;
    json!({
        "id": id,
        "client_id": app.client_id,
        "repository_selection": installation.selection.as_str(),
        "access_tokens_url": format!("{}/app/installations/{id}/access_tokens", call.root),
        "repositories_url": format!("{}/installation/repositories", call.root),
        "html_url": format!("https://github.com/settings/installations/{id}"),
        "app_id": app.id,
        "app_slug": app.slug,
        "target_id": account["id"],
        "target_type": account["type"],
        "permissions": installation.permissions,
        "events": [],
        "created_at": UNCHANGED_SINCE,
        "updated_at": UNCHANGED_SINCE,
        "single_file_name": null,
        "has_multiple_single_files": false,
        "single_file_paths": [],
        "suspended_by": suspended.then_some(&account),
        "suspended_at": suspended.then(|| describe::seconds(call.now)),
        "account": account,
    })
}

/// The authenticated app; the middleware refuses all other identities.
pub(super) fn authenticated_app(call: &Call) -> Result<&App, ApiError> {
    match &call.identity {
        Identity::App(app) => Ok(app),
        Identity::Anonymous | Identity::User { .. } | Identity::Installation { .. } => {
            Err(ApiError::not_found(call.endpoint))
        }
    }
}

/// The keys and secrets of a new app, which GitHub shows only once.
fn secrets_json(app: &App, private_key: &str) -> Value {
    json!({
        "client_secret": format!("{:016x}{:016x}", mix(app.id, 1), mix(app.id, 2)),
        "webhook_secret": null,
        "pem": private_key,
    })
}
