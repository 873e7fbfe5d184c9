//! What keeps the pages to themselves: headers, a content security policy, and no orders from
//! other sites.

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

use super::{AppState, error_page};

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

const HEADERS: [(HeaderName, &str); 5] = [
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    // The browser says to our own forms where they come from, and to nobody else.
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

/// Gives each answer its headers, and the page in it the nonce that its script needs.
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

/// The one origin, beside this server's, that a form of a page may be sent to.
#[derive(Clone)]
pub(super) struct FormAction(pub(super) String);

/// An address with a zero byte is nobody's, and no database takes it.
pub(super) async fn no_nul(request: Request, next: Next) -> Response {
    if has_nul(request.uri()) {
        return error_page::not_found();
    }
    next.run(request).await
}

/// Whether a path or a query holds a zero byte, which is always encoded there.
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

/// Pages hold a tenant's numbers: no cache keeps them, not even after signing out.
pub(super) async fn never_stored(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response
        .headers_mut()
        .entry(CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Refuses orders that a page of another site sends with our cookie.
///
/// Browsers say where a request comes from; a program that says nothing carries no cookie that
/// somebody else could use.
pub(super) async fn same_origin(
    State(state): State<AppState>,
    request: Request,
    next: Next,
) -> Response {
    if is_safe(request.method()) || is_from_here(request.headers(), state.public_url()) {
        next.run(request).await
    } else {
        tracing::warn!(
            http.path = request.uri().path(),
            "refused a request from another site"
        );
        error_page::cross_site()
    }
}

/// Whether a link on one of our own pages was followed. A browser that says nothing of it may
/// come from anywhere.
pub(crate) fn came_from_here(headers: &HeaderMap, public_url: &Url) -> bool {
    match headers.get(SEC_FETCH_SITE).map(HeaderValue::as_bytes) {
        Some(state) => state == b"same-origin",
        None => headers
            .get(REFERER)
            .is_some_and(|page| is_ours(page, headers, public_url)),
    }
}

fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

fn is_from_here(headers: &HeaderMap, public_url: &Url) -> bool {
    match headers.get(SEC_FETCH_SITE).map(HeaderValue::as_bytes) {
        Some(state) => matches!(state, b"same-origin" | b"none"),
        // Browsers leave it out where there is no HTTPS, except on this machine.
        None => headers
            .get(ORIGIN)
            .is_none_or(|origin| is_ours(origin, headers, public_url)),
    }
}

fn is_ours(address: &HeaderValue, headers: &HeaderMap, public_url: &Url) -> bool {
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

    fn from_here(headers: &[(HeaderName, &'static str)]) -> bool {
        let headers = headers
            .iter()
            .map(|(name, value)| (name.clone(), HeaderValue::from_static(value)));
        let public_url = Url::parse("https://tidemark.example/").unwrap();
        is_from_here(&headers.collect::<HeaderMap>(), &public_url)
    }

    #[test]
    fn what_the_browser_says_decides() {
        assert!(from_here(&[
            (SEC_FETCH_SITE, "same-origin"),
            (ORIGIN, "https://tidemark.example")
        ]));
        assert!(from_here(&[(SEC_FETCH_SITE, "none")]));
        for state in ["cross-site", "same-site"] {
            assert!(!from_here(&[(SEC_FETCH_SITE, state)]), "{state}");
        }
    }

    #[test]
    fn a_link_was_followed_here_only_if_the_browser_says_so() {
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
                came_from_here(&headers, &public_url),
                expected,
                "{name}: {value}"
            );
        }
    }

    #[test]
    fn without_it_the_origin_decides() {
        assert!(from_here(&[(ORIGIN, "https://tidemark.example")]));
        assert!(from_here(&[
            (ORIGIN, "http://10.0.0.5:3000"),
            (HOST, "10.0.0.5:3000")
        ]));
        assert!(!from_here(&[
            (ORIGIN, "https://evil.example"),
            (HOST, "tidemark.example")
        ]));
        assert!(!from_here(&[(ORIGIN, "null")]));
        assert!(from_here(&[]));
    }
}
