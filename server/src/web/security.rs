//! Security headers, the content security policy, and the refusal of cross-site requests.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, HeaderName, ORIGIN, REFERER, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use http::{HeaderMap, HeaderValue, Method};
use leptos::nonce::Nonce;
use url::Url;

use crate::error_page;
use crate::state::AppState;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

const HEADERS: [(HeaderName, &str); 5] = [
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    // Browsers send our own pages the referrer, and other sites none.
    (REFERRER_POLICY, "same-origin"),
    (X_FRAME_OPTIONS, "DENY"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
];

/// Adds the headers to every response, and the nonce that a page's script needs to the request.
pub(super) async fn headers(
    State(state): State<AppState>,
    mut request: Request,
    next: Next,
) -> Response {
    let nonce = Nonce::new();
    request.extensions_mut().insert(nonce.clone());
    let mut response = next.run(request).await;
    let form_action = response.extensions_mut().remove::<FormAction>();
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if let Ok(policy) = HeaderValue::try_from(policy(&nonce, form_action.as_ref())) {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    if state.is_secure() {
        headers.insert(
            STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=31536000"),
        );
    }
    response
}

/// The one other origin to which a form of the page may be submitted.
#[derive(Clone)]
pub(super) struct FormAction(pub(super) String);

/// Refuses addresses with a zero byte: no page has one, and PostgreSQL rejects them.
pub(super) async fn reject_nul(request: Request, next: Next) -> Response {
    if has_nul(request.uri()) {
        return error_page::not_found();
    }
    next.run(request).await
}

/// Whether the path or the query contains a zero byte, which is always percent-encoded.
fn has_nul(uri: &http::Uri) -> bool {
    uri.path_and_query()
        .is_some_and(|address| address.as_str().contains("%00"))
}

/// `style-src-attr`: plotters measures text with a styled span.
fn policy(nonce: &Nonce, form_action: Option<&FormAction>) -> String {
    let form_action =
        form_action.map_or_else(String::new, |FormAction(origin)| format!(" {origin}"));
    format!(
        "default-src 'self'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; \
         style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; \
         object-src 'none'; base-uri 'none'; form-action 'self'{form_action}; frame-ancestors 'none'"
    )
}

/// Pages hold a tenant's numbers, so no cache may store them, not even after signing out.
pub(super) async fn no_store(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response
        .headers_mut()
        .entry(CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Refuses forms that a page of another site submits with our cookie (CSRF).
///
/// Browsers send the origin. A program that sends none has no cookie that another site could use.
pub(super) async fn require_same_origin(
    State(state): State<AppState>,
    request: Request,
    next: Next,
) -> Response {
    if is_safe(request.method()) || is_same_origin_request(request.headers(), state.public_url()) {
        next.run(request).await
    } else {
        tracing::warn!(
            http.path = request.uri().path(),
            "refused a cross-site request"
        );
        error_page::cross_site()
    }
}

/// Whether the person followed a link on one of our own pages. Without any header about it, they
/// may come from anywhere.
pub(super) fn is_same_origin_referer(headers: &HeaderMap, public_url: &Url) -> bool {
    match headers.get(SEC_FETCH_SITE).map(HeaderValue::as_bytes) {
        Some(site) => site == b"same-origin",
        None => headers
            .get(REFERER)
            .is_some_and(|page| is_own_origin(page, headers, public_url)),
    }
}

fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

fn is_same_origin_request(headers: &HeaderMap, public_url: &Url) -> bool {
    match headers.get(SEC_FETCH_SITE).map(HeaderValue::as_bytes) {
        Some(site) => matches!(site, b"same-origin" | b"none"),
        // Browsers omit it without HTTPS, except for localhost.
        None => headers
            .get(ORIGIN)
            .is_none_or(|origin| is_own_origin(origin, headers, public_url)),
    }
}

fn is_own_origin(address: &HeaderValue, headers: &HeaderMap, public_url: &Url) -> bool {
    let address = address.to_str().ok().and_then(|it| Url::parse(it).ok());
    address.is_some_and(|it| {
        it.origin() == public_url.origin() || Some(authority(&it)) == host(headers)
    })
}

fn host(headers: &HeaderMap) -> Option<String> {
    headers
        .get(HOST)?
        .to_str()
        .ok()
        .map(str::to_ascii_lowercase)
}

fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port()
        .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same_origin(headers: &[(HeaderName, &'static str)]) -> bool {
        let headers = headers
            .iter()
            .map(|(name, value)| (name.clone(), HeaderValue::from_static(value)));
        let public_url = Url::parse("https://tidemark.example/").unwrap();
        is_same_origin_request(&headers.collect::<HeaderMap>(), &public_url)
    }

    #[test]
    fn sec_fetch_site_decides() {
        assert!(same_origin(&[
            (SEC_FETCH_SITE, "same-origin"),
            (ORIGIN, "https://tidemark.example")
        ]));
        assert!(same_origin(&[(SEC_FETCH_SITE, "none")]));
        for site in ["cross-site", "same-site"] {
            assert!(!same_origin(&[(SEC_FETCH_SITE, site)]), "{site}");
        }
    }

    #[test]
    fn a_link_was_on_our_own_page_only_if_the_browser_says_so() {
        let public_url = Url::parse("https://tidemark.example/").unwrap();
        for (name, value, expected) in [
            (SEC_FETCH_SITE, "same-origin", true),
            (SEC_FETCH_SITE, "none", false),
            (SEC_FETCH_SITE, "cross-site", false),
            (REFERER, "https://tidemark.example/profile", true),
            (REFERER, "https://evil.example/", false),
            (HOST, "tidemark.example", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(&name, HeaderValue::from_static(value));
            assert_eq!(
                is_same_origin_referer(&headers, &public_url),
                expected,
                "{name}: {value}"
            );
        }
    }

    #[test]
    fn without_sec_fetch_site_the_origin_decides() {
        assert!(same_origin(&[(ORIGIN, "https://tidemark.example")]));
        assert!(same_origin(&[
            (ORIGIN, "http://10.0.0.5:3000"),
            (HOST, "10.0.0.5:3000")
        ]));
        assert!(!same_origin(&[
            (ORIGIN, "https://evil.example"),
            (HOST, "tidemark.example")
        ]));
        assert!(!same_origin(&[(ORIGIN, "null")]));
        assert!(same_origin(&[]));
    }
}
