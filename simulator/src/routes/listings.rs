//! `GET /user/repos` and `GET /orgs/{org}/repos`.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, Path, Query, State};
use axum::http::HeaderMap;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::describe;
use super::paging::Paging;
use crate::github::World;
use crate::github::identity::Identity;
use crate::http::api_error::Refusal;
use crate::http::call::Call;
use crate::repositories::repository::Repository;
use crate::shared::Shared;

type Listing = (HeaderMap, Json<Vec<Map<String, Value>>>);

#[derive(Deserialize)]
pub(super) struct Filter {
    affiliation: Option<String>,
    visibility: Option<String>,
}

/// The repositories a user has been given access to, by full name.
/// <https://docs.github.com/rest/repos/repos#list-repositories-for-the-authenticated-user>
pub(super) async fn of_user(
    State(shared): State<Arc<Shared>>,
    Extension(call): Extension<Arc<Call>>,
    Query(paging): Query<Paging>,
    Query(filter): Query<Filter>,
) -> Result<Listing, Refusal> {
    let Identity::User { user, .. } = &call.identity else {
        return Err(match call.identity {
            Identity::Anonymous => Refusal::requires_authentication(call.endpoint),
            _ => Refusal::not_accessible(call.endpoint, &call.identity),
        });
    };
    let world = shared.world();
    let affiliations = filter
        .affiliation
        .as_deref()
        .unwrap_or("owner,collaborator,organization_member");
    let wanted = |repository: &Repository| {
        let login = user.login.to_ascii_lowercase();
        let affiliation = if repository.owner.eq_ignore_ascii_case(&login) {
            "owner"
        } else if !repository.roles.contains_key(&login) {
            return false;
        } else if world
            .users
            .contains_key(&repository.owner.to_ascii_lowercase())
        {
            "collaborator"
        } else {
            "organization_member"
        };
        let visibility = match filter.visibility.as_deref() {
            Some("public") => !repository.private,
            Some("private") => repository.private,
            _ => true,
        };
        visibility
            && affiliations
                .split(',')
                .any(|asked| asked.trim() == affiliation)
    };
    let found = select(&world, |repository| {
        call.identity.was_given(repository) && wanted(repository)
    });
    Ok(list(
        &call,
        &world,
        found,
        &paging,
        &format!("{}/user/repos", call.root),
    ))
}

/// The repositories of an organization that the token may see.
/// <https://docs.github.com/rest/repos/repos#list-organization-repositories>
pub(super) async fn of_organization(
    State(shared): State<Arc<Shared>>,
    Extension(call): Extension<Arc<Call>>,
    Path(organization): Path<String>,
    Query(paging): Query<Paging>,
) -> Result<Listing, Refusal> {
    let world = shared.world();
    let owns = |repository: &Repository| {
        repository.owner.eq_ignore_ascii_case(&organization)
            || organization == describe::organization_id(&repository.owner).to_string()
    };
    let mut owned = select(&world, owns);
    let Some(first) = owned.first() else {
        return Err(Refusal::not_found(call.endpoint));
    };
    if world.users.contains_key(&first.owner.to_ascii_lowercase()) {
        return Err(Refusal::not_found(call.endpoint));
    }
    let address = format!(
        "{}/organizations/{}/repos",
        call.root,
        describe::organization_id(&first.owner)
    );
    owned.retain(|repository| call.identity.sees(repository));
    Ok(list(&call, &world, owned, &paging, &address))
}

/// The repositories that pass, hidden ones never, in the order of their names.
pub(super) fn select(world: &World, passes: impl Fn(&Repository) -> bool) -> Vec<Arc<Repository>> {
    let mut found: Vec<Arc<Repository>> = world
        .repositories
        .values()
        .filter(|repository| !repository.hidden && passes(repository))
        .cloned()
        .collect();
    found.sort_by_cached_key(|repository| repository.full_name().to_ascii_lowercase());
    found
}

fn list(
    call: &Call,
    world: &World,
    found: Vec<Arc<Repository>>,
    paging: &Paging,
    address: &str,
) -> Listing {
    let page = paging.cut(found, 30, address);
    let described = page
        .items
        .iter()
        .map(|repository| describe::repository(call, world, repository));
    (page.links, Json(described.collect()))
}
