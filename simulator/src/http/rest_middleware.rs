//! What every request passes before a route sees it: faults, credentials, limits.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::extract::{Request, State};
use axum::http::header::{HeaderMap, IF_NONE_MATCH, USER_AGENT};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::faults::fault::{Fault, LimitStatus, RetryAfter};
use crate::github::Lookup;
use crate::github::authentication::Rejected;
use crate::github::identity::Identity;
use crate::github::rate_limits::{AT_ONCE, Exhausted, Payer, Standing};
use crate::http::api_error::{self, Refusal};
use crate::http::call::{Address, Call, Version, secret_of};
use crate::http::lifecycle::RequestLifecycle;
use crate::http::response::{Account, finish};
use crate::http::transport::{Disturbed, Outcome, disturb, line_of};
use crate::requests::endpoint::Endpoint;
use crate::shared::Shared;

/// Serves a request as GitHub would, and writes it down.
pub(crate) async fn middleware(
    State(shared): State<Arc<Shared>>,
    request: Request,
    next: Next,
) -> Response {
    let (mut parts, body) = request.into_parts();
    let mut call = Call::read(&mut parts, &shared.base_path, shared.clock.now()).await;
    let mut lifecycle = RequestLifecycle::begin(&shared, &call);
    let line = line_of(&parts);
    let request = Request::from_parts(parts, body);
    let outcome = pass(&shared, &mut lifecycle, &mut call, request, next).await;
    outcome.over(line, &mut lifecycle)
}

async fn pass(
    shared: &Shared,
    lifecycle: &mut RequestLifecycle<'_>,
    call: &mut Call,
    request: Request,
    next: Next,
) -> Outcome {
    if !request.headers().contains_key(USER_AGENT) {
        return Outcome::Answered(api_error::no_user_agent());
    }
    let admitted = admit(shared, call, request.headers());
    lifecycle.is_from(call.identity.login());
    if let Disturbed::Yes(outcome) = disturb(shared, &call.faults).await {
        return outcome;
    }
    let condition = request.headers().get(IF_NONE_MATCH).cloned();
    let (response, account) = match admitted.and_then(|()| charge(shared, call)) {
        Ok(account) => (serve(shared, call, request, next).await, account),
        Err((refusal, account)) => (refusal.into_response(), account),
    };
    Outcome::Answered(finish(shared, call, condition, account, response).await)
}

type Turned = (Refusal, Option<Account>);

/// Finds out who asks, and which faults strike them.
fn admit(shared: &Shared, call: &mut Call, headers: &HeaderMap) -> Result<(), Turned> {
    let mut world = shared.world();
    let authenticated = match secret_of(headers) {
        secret if call.endpoint.is_of_an_app() => world
            .app_behind(&secret.unwrap_or_default(), call.now)
            .map(Identity::App)
            .map_err(Refusal::bad_web_token),
        Some(secret) => world
            .authenticate(&secret, call.now)
            .map_err(|rejected| match rejected {
                Rejected::BadCredentials => Refusal::bad_credentials(),
                Rejected::LockedOut => Refusal::locked_out(),
                Rejected::Suspended => Refusal::suspended(),
            }),
        None => Ok(Identity::Anonymous),
    };
    let authenticated = authenticated.map(|identity| call.identity = identity);
    call.faults = call.struck_in(&mut world);
    let authenticated = if call.has(&Fault::BadCredentials) {
        Err(Refusal::bad_credentials())
    } else if call.has(&Fault::Lockout) {
        Err(Refusal::locked_out())
    } else {
        authenticated
    };
    // GitHub counts failed credentials against the address, whose limit is 60.
    if let Err(refusal) = authenticated {
        world.budgets.standing(Payer::Address, 60, call.now);
        let standing = world.budgets.take(Payer::Address, 60, call.now).ok();
        let standing =
            standing.unwrap_or_else(|| world.budgets.standing(Payer::Address, 60, call.now));
        let account = Account {
            payer: Payer::Address,
            standing,
            charged: false,
        };
        return Err((refusal, Some(account)));
    }
    match Version::selected(headers) {
        Ok(version) => call.version = version,
        Err(unknown) => return Err((Refusal::unknown_version(&unknown), None)),
    }
    Ok(())
}

/// Takes the request from its budget, or says which limit stops it.
fn charge(shared: &Shared, call: &Call) -> Result<Option<Account>, Turned> {
    let mut world = shared.world();
    let (payer, limit) = world.payer(&call.identity);
    let standing = world.budgets.standing(payer, limit, call.now);
    let free = Account {
        payer,
        standing,
        charged: false,
    };
    if call.endpoint == Endpoint::RateLimit {
        return Ok(world.enterprise_server.is_none().then_some(free));
    }
    for fault in call.faults.iter() {
        match fault {
            Fault::PrimaryLimit { status } => {
                let spent = Standing {
                    used: limit,
                    ..standing
                };
                let account = Account {
                    standing: spent,
                    ..free
                };
                return Err((
                    Refusal::primary_limit(*status, &call.identity),
                    Some(account),
                ));
            }
            Fault::SecondaryLimit {
                status,
                retry_after,
            } => {
                return Err((Refusal::secondary_limit(*status, *retry_after), Some(free)));
            }
            _ => {}
        }
    }
    if world.enterprise_server.is_some() {
        return Ok(None);
    }
    if shared.secondary_limits {
        let crowded = shared.in_flight.load(Ordering::Relaxed) > AT_ONCE;
        if crowded || world.budgets.point(payer, call.now) == Err(Exhausted::Secondary) {
            let refusal = Refusal::secondary_limit(LimitStatus::Forbidden, RetryAfter::Seconds(60));
            return Err((refusal, Some(free)));
        }
    }
    match world.budgets.take(payer, limit, call.now) {
        Ok(standing) => Ok(Some(Account {
            standing,
            charged: true,
            ..free
        })),
        Err(_) => Err((
            Refusal::primary_limit(LimitStatus::Forbidden, &call.identity),
            Some(free),
        )),
    }
}

/// The route's answer, unless a fault of the repository's comes first.
async fn serve(shared: &Shared, call: &Call, mut request: Request, next: Next) -> Response {
    for fault in call.faults.iter() {
        let refusal = match fault {
            Fault::NotFound | Fault::NoTrafficApi => Refusal::not_found(call.endpoint),
            Fault::Blocked => Refusal::blocked(),
            Fault::MissingPushAccess => Refusal::no_push_access(call.endpoint),
            Fault::ResourceNotAccessible => Refusal::not_accessible(call.endpoint, &call.identity),
            Fault::NeedsPaidPlan => Refusal::needs_paid_plan(call.endpoint),
            Fault::Policy(policy) => Refusal::policy(*policy, call.endpoint),
            _ => continue,
        };
        return refusal.into_response();
    }
    if call.endpoint.is_traffic() && shared.world().enterprise_server.is_some() {
        return Refusal::not_found(call.endpoint).into_response();
    }
    if let Some(moved) = moved(shared, call) {
        return moved.into_response();
    }
    request.extensions_mut().insert(Arc::new(call.clone()));
    next.run(request).await
}

/// A renamed or transferred repository: the same sub-path, by id.
fn moved(shared: &Shared, call: &Call) -> Option<Refusal> {
    let Address::Name(name) = &call.repository else {
        return None;
    };
    let world = shared.world();
    let Lookup::Moved(id) = world.by_name(name) else {
        return None;
    };
    let visible = matches!(world.by_id(id), Lookup::Found(found) if call.identity.sees(&found));
    if !visible {
        return None;
    }
    let asked = call
        .target
        .strip_prefix(shared.base_path.as_str())
        .unwrap_or(&call.target);
    let (path, query) = asked.split_at(asked.find('?').unwrap_or(asked.len()));
    // "", "repos", the owner, the name, and what is behind it.
    let behind = path
        .splitn(5, '/')
        .nth(4)
        .map_or(String::new(), |rest| format!("/{rest}"));
    Some(Refusal::moved(&format!(
        "{}/repositories/{id}{behind}{query}",
        call.root
    )))
}
