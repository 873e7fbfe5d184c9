//! The response headers that GitHub sends.

use axum::http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, CACHE_CONTROL,
    CONTENT_SECURITY_POLICY, CONTENT_TYPE, DATE, ETAG, HeaderMap, HeaderName, HeaderValue,
    REFERRER_POLICY, SERVER, STRICT_TRANSPORT_SECURITY, VARY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS, X_XSS_PROTECTION,
};

use crate::accounts::token::TokenKind;
use crate::github::rate_limits::RateLimit;
use crate::http::call::Call;

const EXPOSED: &str = "ETag, Link, Location, Retry-After, X-GitHub-OTP, X-RateLimit-Limit, \
    X-RateLimit-Remaining, X-RateLimit-Used, X-RateLimit-Resource, X-RateLimit-Reset, X-OAuth-Scopes, \
    X-Accepted-OAuth-Scopes, X-Poll-Interval, X-GitHub-Media-Type, X-GitHub-SSO, X-GitHub-Request-Id, \
    Deprecation, Sunset";

/// The headers of every JSON response, including errors.
pub(crate) fn common(headers: &mut HeaderMap, call: &Call, request: u64) {
    let fixed = [
        (SERVER, "github.com"),
        (VARY, "Accept-Encoding, Accept, X-Requested-With"),
        (ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED),
        (ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (
            STRICT_TRANSPORT_SECURITY,
            "max-age=31536000; includeSubdomains; preload",
        ),
        (X_FRAME_OPTIONS, "deny"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (X_XSS_PROTECTION, "0"),
        (
            REFERRER_POLICY,
            "origin-when-cross-origin, strict-origin-when-cross-origin",
        ),
        (CONTENT_SECURITY_POLICY, "default-src 'none'"),
        (
            HeaderName::from_static("x-github-media-type"),
            "github.v3; format=json",
        ),
        (
            HeaderName::from_static("x-github-api-version-selected"),
            call.version.as_str(),
        ),
        (CONTENT_TYPE, "application/json; charset=utf-8"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    let seconds = call.now.timestamp();
    set(
        headers,
        DATE,
        &call.now.format("%a, %d %b %Y %H:%M:%S GMT").to_string(),
    );
    let id = format!(
        "{:04X}:{:04X}:{request:X}:{:X}:{seconds:X}",
        request % 0xffff,
        0x13c8,
        request * 3
    );
    set(headers, HeaderName::from_static("x-github-request-id"), &id);
    credentials(headers, call);
}

/// The headers about the token of the request.
fn credentials(headers: &mut HeaderMap, call: &Call) {
    let Some(token) = call.identity.token() else {
        return;
    };
    match &token.kind {
        TokenKind::Classic { scopes } | TokenKind::OAuth { scopes, .. } => {
            set(
                headers,
                HeaderName::from_static("x-oauth-scopes"),
                &scopes.join(", "),
            );
            let accepted = call.endpoint.accepted_scopes();
            set(
                headers,
                HeaderName::from_static("x-accepted-oauth-scopes"),
                accepted,
            );
        }
        TokenKind::FineGrained { .. } | TokenKind::Installation | TokenKind::Actions { .. } => {
            if let Some(permissions) = call.endpoint.accepted_permissions() {
                set(
                    headers,
                    HeaderName::from_static("x-accepted-github-permissions"),
                    permissions,
                );
            }
        }
    }
    if let TokenKind::OAuth { client_id, .. } = &token.kind {
        set(
            headers,
            HeaderName::from_static("x-oauth-client-id"),
            client_id,
        );
    }
    if let Some(expiration) = token.expiration_header() {
        set(
            headers,
            HeaderName::from_static("github-authentication-token-expiration"),
            &expiration,
        );
    }
}

/// The header that GitHub Enterprise Server adds to each response.
pub(crate) fn enterprise_server(headers: &mut HeaderMap, version: &str) {
    set(
        headers,
        HeaderName::from_static("x-github-enterprise-version"),
        version,
    );
}

/// The caching headers of a 200 or 304.
pub(crate) fn cacheable(headers: &mut HeaderMap, etag: &str) {
    headers.insert(
        CACHE_CONTROL,
        HeaderValue::from_static("private, max-age=60, s-maxage=60"),
    );
    headers.append(
        VARY,
        HeaderValue::from_static("Accept, Authorization, Cookie, X-GitHub-OTP"),
    );
    set(headers, ETAG, etag);
}

/// The rate limit headers.
pub(crate) fn limits(headers: &mut HeaderMap, rate_limit: RateLimit) {
    let figures = [
        ("x-ratelimit-limit", rate_limit.limit.to_string()),
        ("x-ratelimit-remaining", rate_limit.remaining().to_string()),
        ("x-ratelimit-used", rate_limit.used.to_string()),
        (
            "x-ratelimit-reset",
            rate_limit.reset.timestamp().to_string(),
        ),
        ("x-ratelimit-resource", "core".to_owned()),
    ];
    for (name, value) in figures {
        set(headers, HeaderName::from_static(name), &value);
    }
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

/// The header of a list shortened by single sign-on, with the ids of the organizations left out.
pub(crate) fn partial_results(headers: &mut HeaderMap, organizations: u8) {
    let ids: Vec<_> = (0..organizations)
        .map(|number| (21_955_855 + u32::from(number)).to_string())
        .collect();
    let value = format!("partial-results; organizations={}", ids.join(","));
    if let Ok(value) = HeaderValue::from_str(&value) {
        headers.insert(HeaderName::from_static("x-github-sso"), value);
    }
}
