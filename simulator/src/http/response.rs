//! What every answer gets on its way out: headers, an entity tag, or a 304 in its place.

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
use crate::github::rate_limits::{Payer, Standing};
use crate::http::call::Call;
use crate::http::corruption::corrupt;
use crate::http::headers;
use crate::requests::endpoint::Endpoint;
use crate::requests::recorder::Shown;
use crate::shared::Shared;

/// Whose budget stands in the headers, and what is left of it.
#[derive(Clone, Copy)]
pub(crate) struct Account {
    pub(crate) payer: Payer,
    pub(crate) standing: Standing,
    pub(crate) charged: bool,
}

/// Gives the answer its headers, makes it a 304 where nothing changed, and breaks
/// it where a fault says so.
pub(crate) async fn finish(
    shared: &Shared,
    call: &Call,
    condition: Option<HeaderValue>,
    account: Option<Account>,
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
    let mut standing = account.map(|account| account.standing);
    headers::common(&mut parts.headers, call, shared.next_request_id());
    if let Some(version) = &shared.world().enterprise_server {
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
        let unchanged = condition.is_some_and(|condition| names(&condition, &etag));
        headers::cacheable(&mut parts.headers, &etag);
        if unchanged {
            parts.status = StatusCode::NOT_MODIFIED;
            parts.headers.remove(CONTENT_TYPE);
            parts.headers.remove(CONTENT_LENGTH);
            if let Some(account) = account.filter(|account| account.charged) {
                standing = Some(shared.world().budgets.refund(account.payer));
            }
        }
    }
    if let Some(standing) = standing {
        headers::limits(&mut parts.headers, standing);
    }
    let unchanged = parts.status == StatusCode::NOT_MODIFIED;
    let breaks = call.has(&Fault::MalformedJson) || call.has(&Fault::TruncatedBody);
    if unchanged || (parts.status == StatusCode::OK && !breaks) {
        shared.world().response_recorder.record(|| Shown {
            endpoint: call.endpoint,
            target: call.target.clone(),
            at: call.now,
            body: body.clone(),
        });
    }
    let body = if unchanged { Bytes::new() } else { body };
    if call.has(&Fault::MalformedJson) && !unchanged {
        forget_etag(&mut parts.headers);
        let half = body.slice(..body.len() / 2);
        parts.headers.insert(CONTENT_LENGTH, half.len().into());
        return Response::from_parts(parts, half.into());
    }
    if call.has(&Fault::TruncatedBody) && !unchanged {
        forget_etag(&mut parts.headers);
        parts.headers.insert(CONTENT_LENGTH, body.len().into());
        return Response::from_parts(parts, broken_off(body.slice(..body.len() / 2)));
    }
    Response::from_parts(parts, body.into())
}

/// A client must not keep a broken body as the one that has not changed.
fn forget_etag(headers: &mut HeaderMap) {
    headers.remove(ETAG);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
}

/// Weak, and bound to the token: another token never gets a 304 for it.
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

fn names(condition: &HeaderValue, etag: &str) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let condition = condition.to_str().unwrap_or_default();
    condition.trim() == "*" || condition.split(',').any(|tag| opaque(tag) == opaque(etag))
}

/// A body that ends with an error, after what was sent has left the buffer.
pub(crate) fn broken_off(sent: Bytes) -> Body {
    let rest = stream::once(async {
        tokio::task::yield_now().await;
        Err(io::Error::from(io::ErrorKind::ConnectionReset))
    });
    Body::from_stream(stream::iter([Ok(sent)]).chain(rest))
}
