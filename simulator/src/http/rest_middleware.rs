//! The middleware before the REST routes: faults, credentials and rate limits.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::extract::{Request, State};
use axum::http::header::{HeaderMap, IF_NONE_MATCH, USER_AGENT};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::faults::fault::{Fault, LimitStatus, RetryAfter};
use crate::github::Lookup;
use crate::github::authentication::CredentialError;
use crate::github::identity::Identity;
use crate::github::rate_limits::{LimitExceeded, LimitKey, MAX_CONCURRENT_REQUESTS, RateLimit};
use crate::http::api_error::{self, ApiError};
use crate::http::call::{Call, RepositoryRef, Version, secret_of};
use crate::http::lifecycle::RequestLifecycle;
use crate::http::response::{Charge, complete};
use crate::http::transport::{Outcome, inject_faults, reset_handle_of};
use crate::requests::endpoint::Endpoint;
use crate::shared::Shared;

/// Serves a request as GitHub would, and logs it.
pub(crate) async fn rest_middleware(
    State(shared): State<Arc<Shared>>,
    request: Request,
    next: Next,
) -> Response {
    let (mut parts, body) = request.into_parts();
    let mut call = Call::read(&mut parts, &shared.base_path, shared.clock.now()).await;
    let mut lifecycle = RequestLifecycle::begin(&shared, &call);
    let reset_handle = reset_handle_of(&parts);
    let request = Request::from_parts(parts, body);
    let outcome = process(&shared, &mut lifecycle, &mut call, request, next).await;
    outcome.send(reset_handle, &mut lifecycle)
}

async fn process(
    shared: &Shared,
    lifecycle: &mut RequestLifecycle<'_>,
    call: &mut Call,
    request: Request,
    next: Next,
) -> Outcome {
    if !request.headers().contains_key(USER_AGENT) {
        return Outcome::Response(api_error::no_user_agent());
    }
    let authenticated = authenticate(shared, call, request.headers());
    lifecycle.set_user(call.identity.login());
    if let Some(outcome) = inject_faults(shared, &call.faults).await {
        return outcome;
    }
    let condition = request.headers().get(IF_NONE_MATCH).cloned();
    let (response, charge) = match authenticated.and_then(|()| charge(shared, call)) {
        Ok(charge) => (serve(shared, call, request, next).await, charge),
        Err((error, charge)) => (error.into_response(), charge),
    };
    Outcome::Response(complete(shared, call, condition, charge, response).await)
}

/// An error response, and the rate limit that its headers show.
type Rejection = (ApiError, Option<Charge>);

/// Finds out who the request comes from, and which faults apply to it.
fn authenticate(shared: &Shared, call: &mut Call, headers: &HeaderMap) -> Result<(), Rejection> {
    let mut github = shared.github();
    let authenticated = match secret_of(headers) {
        secret if call.endpoint.is_of_an_app() => github
            .authenticate_app(&secret.unwrap_or_default(), call.now)
            .map(Identity::App)
            .map_err(ApiError::bad_jwt),
        Some(secret) => github
            .authenticate(&secret, call.now)
            .map_err(|error| match error {
                CredentialError::BadCredentials => ApiError::bad_credentials(),
                CredentialError::LockedOut => ApiError::locked_out(),
                CredentialError::Suspended => ApiError::suspended(),
            }),
        None => Ok(Identity::Anonymous),
    };
    let authenticated = authenticated.map(|identity| call.identity = identity);
    call.faults = call.matching_faults(&mut github);
    let authenticated = if call.has(&Fault::BadCredentials) {
        Err(ApiError::bad_credentials())
    } else if call.has(&Fault::Lockout) {
        Err(ApiError::locked_out())
    } else {
        authenticated
    };
    // GitHub counts bad credentials against the IP address, whose limit is 60.
    if let Err(error) = authenticated {
        github.rate_limits.status(LimitKey::Address, 60, call.now);
        let rate_limit = github
            .rate_limits
            .consume(LimitKey::Address, 60, call.now)
            .ok();
        let rate_limit = rate_limit
            .unwrap_or_else(|| github.rate_limits.status(LimitKey::Address, 60, call.now));
        let charge = Charge {
            key: LimitKey::Address,
            rate_limit,
            charged: false,
        };
        return Err((error, Some(charge)));
    }
    match Version::selected(headers) {
        Ok(version) => call.version = version,
        Err(unknown) => return Err((ApiError::unknown_version(&unknown), None)),
    }
    Ok(())
}

/// Counts the request against its rate limit, or returns the limit that it exceeds.
fn charge(shared: &Shared, call: &Call) -> Result<Option<Charge>, Rejection> {
    let mut github = shared.github();
    let (key, limit) = github.limit_of(&call.identity);
    let rate_limit = github.rate_limits.status(key, limit, call.now);
    let free = Charge {
        key,
        rate_limit,
        charged: false,
    };
    if call.endpoint == Endpoint::RateLimit {
        return Ok(github.enterprise_server.is_none().then_some(free));
    }
    for fault in call.faults.iter() {
        match fault {
            Fault::PrimaryLimit { status } => {
                let exhausted = RateLimit {
                    used: limit,
                    ..rate_limit
                };
                let charge = Charge {
                    rate_limit: exhausted,
                    ..free
                };
                return Err((
                    ApiError::primary_limit(*status, &call.identity),
                    Some(charge),
                ));
            }
            Fault::SecondaryLimit {
                status,
                retry_after,
            } => {
                return Err((ApiError::secondary_limit(*status, *retry_after), Some(free)));
            }
            _ => {}
        }
    }
    if github.enterprise_server.is_some() {
        return Ok(None);
    }
    if shared.secondary_limits {
        let too_many = shared.in_flight.load(Ordering::Relaxed) > MAX_CONCURRENT_REQUESTS;
        if too_many
            || github.rate_limits.consume_point(key, call.now) == Err(LimitExceeded::Secondary)
        {
            let error = ApiError::secondary_limit(LimitStatus::Forbidden, RetryAfter::Seconds(60));
            return Err((error, Some(free)));
        }
    }
    match github.rate_limits.consume(key, limit, call.now) {
        Ok(rate_limit) => Ok(Some(Charge {
            rate_limit,
            charged: true,
            ..free
        })),
        Err(_) => Err((
            ApiError::primary_limit(LimitStatus::Forbidden, &call.identity),
            Some(free),
        )),
    }
}

/// The route's response, unless a fault of the repository replaces it.
async fn serve(shared: &Shared, call: &Call, mut request: Request, next: Next) -> Response {
    for fault in call.faults.iter() {
        let error = match fault {
            Fault::NotFound | Fault::NoTrafficApi => ApiError::not_found(call.endpoint),
            Fault::Blocked => ApiError::blocked(),
            Fault::MissingPushAccess => ApiError::no_push_access(call.endpoint),
            Fault::ResourceNotAccessible => ApiError::not_accessible(call.endpoint, &call.identity),
            Fault::NeedsPaidPlan => ApiError::needs_paid_plan(call.endpoint),
            Fault::Policy(policy) => ApiError::policy(*policy, call.endpoint),
            _ => continue,
        };
        return error.into_response();
    }
    if call.endpoint.is_traffic() && shared.github().enterprise_server.is_some() {
        return ApiError::not_found(call.endpoint).into_response();
    }
    if let Some(moved) = moved(shared, call) {
        return moved.into_response();
    }
    request.extensions_mut().insert(Arc::new(call.clone()));
    next.run(request).await
}

/// The redirect of a renamed or transferred repository: the same sub-path, by id.
fn moved(shared: &Shared, call: &Call) -> Option<ApiError> {
    let RepositoryRef::Name(name) = &call.repository else {
        return None;
    };
    let github = shared.github();
    let Lookup::Moved(id) = github.by_name(name) else {
        return None;
    };
    let visible = matches!(github.by_id(id), Lookup::Found(found) if call.identity.can_see(&found));
    if !visible {
        return None;
    }
    let requested = call
        .target
        .strip_prefix(shared.base_path.as_str())
        .unwrap_or(&call.target);
    let (path, query) = requested.split_at(requested.find('?').unwrap_or(requested.len()));
    // "", "repos", the owner, the name, and the rest.
    let sub_path = path
        .splitn(5, '/')
        .nth(4)
        .map_or(String::new(), |rest| format!("/{rest}"));
    Some(ApiError::moved(&format!(
        "{}/repositories/{id}{sub_path}{query}",
        call.root
    )))
}
