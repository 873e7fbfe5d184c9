//! `GET /user/repos` and `GET /orgs/{org}/repos`.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, Path, Query, State};
use axum::http::HeaderMap;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::describe;
use super::paging::Paging;
use crate::github::GitHub;
use crate::github::identity::Identity;
use crate::http::api_error::ApiError;
use crate::http::call::Call;
use crate::repositories::repository::Repository;
use crate::shared::Shared;

type Listing = (HeaderMap, Json<Vec<Map<String, Value>>>);

#[derive(Deserialize)]
pub(super) struct Filter {
    affiliation: Option<String>,
    visibility: Option<String>,
}

/// The repositories that a user has access to, by full name.
/// <https://docs.github.com/rest/repos/repos#list-repositories-for-the-authenticated-user>
pub(super) async fn of_user(
    State(shared): State<Arc<Shared>>,
    Extension(call): Extension<Arc<Call>>,
    Query(paging): Query<Paging>,
    Query(filter): Query<Filter>,
) -> Result<Listing, ApiError> {
    let Identity::User { user, .. } = &call.identity else {
        return Err(match call.identity {
            Identity::Anonymous => ApiError::requires_authentication(call.endpoint),
            _ => ApiError::not_accessible(call.endpoint, &call.identity),
        });
    };
    let github = shared.github();
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
        } else if github
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
                .any(|requested| requested.trim() == affiliation)
    };
    let found = select(&github, |repository| {
        call.identity.has_access_to(repository) && wanted(repository)
    });
    Ok(list(
        &call,
        &github,
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
) -> Result<Listing, ApiError> {
    let github = shared.github();
    let owns = |repository: &Repository| {
        repository.owner.eq_ignore_ascii_case(&organization)
            || organization == describe::organization_id(&repository.owner).to_string()
    };
    let mut owned = select(&github, owns);
    let Some(first) = owned.first() else {
        return Err(ApiError::not_found(call.endpoint));
    };
    if github.users.contains_key(&first.owner.to_ascii_lowercase()) {
        return Err(ApiError::not_found(call.endpoint));
    }
    let address = format!(
        "{}/organizations/{}/repos",
        call.root,
        describe::organization_id(&first.owner)
    );
    owned.retain(|repository| call.identity.can_see(repository));
    Ok(list(&call, &github, owned, &paging, &address))
}

/// The repositories that pass, without hidden ones, ordered by name.
pub(super) fn select(
    github: &GitHub,
    passes: impl Fn(&Repository) -> bool,
) -> Vec<Arc<Repository>> {
    let mut found: Vec<Arc<Repository>> = github
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
    github: &GitHub,
    found: Vec<Arc<Repository>>,
    paging: &Paging,
    address: &str,
) -> Listing {
    let page = paging.cut(found, 30, address);
    let described = page
        .items
        .iter()
        .map(|repository| describe::repository(call, github, repository));
    (page.links, Json(described.collect()))
}
