//! The router of all addresses.

mod apps;
mod describe;
mod installations;
mod listings;
mod meta;
mod paging;
mod rate_limit;
mod registration;
mod releases;
mod repository;
mod sign_in;
mod stars;
mod traffic;
mod user;

use std::sync::Arc;

use axum::extract::{Extension, FromRequestParts};
use axum::http::request::Parts;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use axum::{RequestPartsExt, Router};

use crate::github::Lookup;
use crate::http::api_error::ApiError;
use crate::http::call::Call;
use crate::http::rest_middleware::rest_middleware;
use crate::repositories::repository::Repository;
use crate::shared::Shared;

/// The router, with the middleware before every route and the fallback.
pub(crate) fn router(shared: &Arc<Shared>) -> Router {
    let routes = Router::new()
        .route("/user", get(user::show))
        .route("/user/repos", get(listings::of_user))
        .route("/orgs/{org}/repos", get(listings::of_organization))
        .route("/organizations/{org}/repos", get(listings::of_organization))
        .route(
            "/installation/repositories",
            get(installations::repositories),
        )
        .route("/app", get(apps::show))
        .route("/app/installations", get(apps::installations))
        .route("/app-manifests/{code}/conversions", post(apps::convert))
        .route("/app/installations/{installation}", get(apps::installation))
        .route(
            "/app/installations/{installation}/access_tokens",
            post(installations::create_token),
        )
        .route("/meta", get(meta::show))
        .route("/rate_limit", get(rate_limit::show))
        .nest("/repos/{owner}/{repo}", of_a_repository())
        .nest("/repositories/{id}", of_a_repository())
        .fallback(not_found)
        .method_not_allowed_fallback(not_found)
        .layer(from_fn_with_state(Arc::clone(shared), rest_middleware))
        .with_state(Arc::clone(shared));
    let interface = if shared.base_path.is_empty() {
        routes
    } else {
        Router::new().nest(&shared.base_path, routes)
    };
    interface
        .merge(sign_in::router(shared))
        .merge(registration::router(shared))
}

fn of_a_repository() -> Router<Arc<Shared>> {
    Router::new()
        .route("/", get(repository::show))
        .route("/traffic/views", get(traffic::views))
        .route("/traffic/clones", get(traffic::clones))
        .route("/traffic/popular/referrers", get(traffic::referrers))
        .route("/traffic/popular/paths", get(traffic::paths))
        .route("/releases", get(releases::list))
        .route("/tags", get(releases::tags))
        .route("/git/commits/{sha}", get(releases::commit))
        .route("/stargazers/history", get(stars::history))
        .route("/stargazers/count", get(stars::count))
}

async fn not_found(Extension(call): Extension<Arc<Call>>) -> ApiError {
    ApiError::not_found(call.endpoint)
}

/// The repository of a request, if its token may see it.
pub(crate) struct Visible(pub(crate) Arc<Repository>);

impl FromRequestParts<Arc<Shared>> for Visible {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, shared: &Arc<Shared>) -> Result<Self, ApiError> {
        let Ok(Extension(call)) = parts.extract::<Extension<Arc<Call>>>().await else {
            return Err(ApiError::server_error());
        };
        match call.repository.look_up(&shared.github()) {
            Lookup::Found(repository) if call.identity.can_see(&repository) => Ok(Self(repository)),
            Lookup::Found(_) | Lookup::Moved(_) | Lookup::Missing => {
                Err(ApiError::not_found(call.endpoint))
            }
        }
    }
}
