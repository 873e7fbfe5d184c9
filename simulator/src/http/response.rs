//! Completes each response: headers, an entity tag or a 304, and the faults that break a body.

use std::io;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::StatusCode;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, ETAG, HeaderMap, HeaderValue,
};
use axum::response::Response;
use futures::{StreamExt, stream};
use sha2::{Digest, Sha256};

use crate::faults::fault::Fault;
use crate::github::rate_limits::{LimitKey, RateLimit};
use crate::http::call::Call;
use crate::http::corruption::corrupt;
use crate::http::headers;
use crate::requests::endpoint::Endpoint;
use crate::requests::recorder::RecordedResponse;
use crate::shared::Shared;

/// The rate limit that the headers show, and whether the request counted against it.
#[derive(Clone, Copy)]
pub(crate) struct Charge {
    pub(crate) key: LimitKey,
    pub(crate) rate_limit: RateLimit,
    pub(crate) charged: bool,
}

/// Adds the headers, returns 304 if nothing changed, and breaks the body if a fault says so.
pub(crate) async fn complete(
    shared: &Shared,
    call: &Call,
    condition: Option<HeaderValue>,
    charge: Option<Charge>,
    response: Response,
) -> Response {
    let (mut parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let body = match corrupt(call, &body) {
        Some(corrupted) if parts.status == StatusCode::OK => {
            parts.headers.remove(CONTENT_LENGTH);
            corrupted
        }
        _ => body,
    };
    let mut rate_limit = charge.map(|charge| charge.rate_limit);
    headers::common(&mut parts.headers, call, shared.next_request_id());
    if let Some(version) = &shared.github().enterprise_server {
        headers::enterprise_server(&mut parts.headers, version);
    }
    for fault in call.faults.iter() {
        if let Fault::PartialResults { organizations } = fault
            && parts.status == StatusCode::OK
        {
            headers::partial_results(&mut parts.headers, *organizations);
        }
    }
    if parts.status == StatusCode::OK && call.endpoint != Endpoint::RateLimit {
        let etag = etag(call, &body);
        let unchanged = condition.is_some_and(|condition| matches_etag(&condition, &etag));
        headers::cacheable(&mut parts.headers, &etag);
        if unchanged {
            parts.status = StatusCode::NOT_MODIFIED;
            parts.headers.remove(CONTENT_TYPE);
            parts.headers.remove(CONTENT_LENGTH);
            if let Some(charge) = charge.filter(|charge| charge.charged) {
                rate_limit = Some(shared.github().rate_limits.refund(charge.key));
            }
        }
    }
    if let Some(rate_limit) = rate_limit {
        headers::limits(&mut parts.headers, rate_limit);
    }
    let unchanged = parts.status == StatusCode::NOT_MODIFIED;
    let is_broken = call.has(&Fault::MalformedJson) || call.has(&Fault::TruncatedBody);
    if unchanged || (parts.status == StatusCode::OK && !is_broken) {
        shared
            .github()
            .response_recorder
            .record(|| RecordedResponse {
                endpoint: call.endpoint,
                target: call.target.clone(),
                at: call.now,
                body: body.clone(),
            });
    }
    let body = if unchanged { Bytes::new() } else { body };
    if call.has(&Fault::MalformedJson) && !unchanged {
        remove_etag(&mut parts.headers);
        let half = body.slice(..body.len() / 2);
        parts.headers.insert(CONTENT_LENGTH, half.len().into());
        return Response::from_parts(parts, half.into());
    }
    if call.has(&Fault::TruncatedBody) && !unchanged {
        remove_etag(&mut parts.headers);
        parts.headers.insert(CONTENT_LENGTH, body.len().into());
        return Response::from_parts(parts, aborted_body(body.slice(..body.len() / 2)));
    }
    Response::from_parts(parts, body.into())
}

/// A client must not cache a broken body and later be told that it has not changed.
fn remove_etag(headers: &mut HeaderMap) {
    headers.remove(ETAG);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
}

/// A weak tag, bound to the token: another token never gets a 304 for it.
fn etag(call: &Call, body: &[u8]) -> String {
    let mut hash = Sha256::new();
    hash.update(
        call.identity
            .token()
            .map_or("", |token| token.secret.as_str()),
    );
    hash.update([0]);
    hash.update(body);
    format!("W/\"{:x}\"", hash.finalize())
}

fn matches_etag(condition: &HeaderValue, etag: &str) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let condition = condition.to_str().unwrap_or_default();
    condition.trim() == "*" || condition.split(',').any(|tag| opaque(tag) == opaque(etag))
}

/// A body that fails with a connection reset after these bytes were flushed.
pub(crate) fn aborted_body(sent: Bytes) -> Body {
    let rest = stream::once(async {
        tokio::task::yield_now().await;
        Err(io::Error::from(io::ErrorKind::ConnectionReset))
    });
    Body::from_stream(stream::iter([Ok(sent)]).chain(rest))
}
