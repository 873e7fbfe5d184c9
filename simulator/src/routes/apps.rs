//! What a GitHub App learns of itself and of its installations.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, Path, State};
use serde_json::{Value, json};

use super::describe;
use crate::app::App;
use crate::call::Call;
use crate::refusal::Refusal;
use crate::simulator::Shared;
use crate::world::Identity;

const UNCHANGED_SINCE: &str = "2025-03-04T05:06:07Z";

/// The app that asks.
/// <https://docs.github.com/rest/apps/apps#get-the-authenticated-app>
pub(super) async fn show(
    State(shared): State<Arc<Shared>>,
    Extension(call): Extension<Arc<Call>>,
) -> Result<Json<Value>, Refusal> {
    let app = asking(&call)?;
    let world = shared.world();
    let installations = world.installations.values();
    let own = installations.filter(|found| world.app_of(found).is_some_and(|of| of.id == app.id));
    Ok(Json(json!({
        "id": app.id,
        "client_id": app.client_id,
        "slug": app.slug,
        "node_id": format!("A_kwHO{:08X}", app.id),
        "owner": describe::owner(&call, &world, &app.owner),
        "name": app.slug,
        "description": "",
        "external_url": format!("https://{}.example", app.slug),
        "html_url": format!("https://github.com/apps/{}", app.slug),
        "created_at": UNCHANGED_SINCE,
        "updated_at": UNCHANGED_SINCE,
        "permissions": app.permissions,
        "events": [],
        "installations_count": own.count(),
    })))
}

/// One of the app's installations; another app's does not exist.
/// <https://docs.github.com/rest/apps/apps#get-an-installation-for-the-authenticated-app>
pub(super) async fn installation(
    State(shared): State<Arc<Shared>>,
    Extension(call): Extension<Arc<Call>>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Refusal> {
    let app = asking(&call)?;
    let world = shared.world();
    let id = id.parse().map_err(|_| Refusal::not_found(call.endpoint))?;
    let installation = world.installation_of(app, id);
    let installation = installation.ok_or_else(|| Refusal::not_found(call.endpoint))?;
    let account = describe::owner(&call, &world, &installation.account);
    let suspended = installation.suspended;
    Ok(Json(json!({
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
    })))
}

/// The app that signed itself in; the gate lets nobody else here.
pub(super) fn asking(call: &Call) -> Result<&App, Refusal> {
    match &call.identity {
        Identity::App(app) => Ok(app),
        Identity::Anonymous | Identity::User { .. } | Identity::Installation { .. } => {
            Err(Refusal::not_found(call.endpoint))
        }
    }
}
