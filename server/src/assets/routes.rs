//! Serves the embedded files, in the smallest encoding that the browser accepts.

use std::borrow::Cow;
use std::fmt::Write;

use axum::Router;
use axum::body::Body;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY,
};
use http::{HeaderMap, HeaderValue, StatusCode};
use rust_embed::EmbeddedFile;

use super::dist::Dist;
use crate::error_page;

/// The encodings of compressed files beside the original, smallest first.
const ENCODINGS: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];

/// Trunk's hash in a name has 16 digits.
const HASH_DIGITS: usize = 16;

/// The routes of the files, which need no state.
pub(crate) fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route("/assets/{*path}", get(asset))
        .route("/robots.txt", get(robots))
}

async fn asset(Path(path): Path<String>, headers: HeaderMap) -> Response {
    // The page is only for Trunk and the server, and compressed files are served under the original name.
    let hidden = path == "index.html" || ENCODINGS.iter().any(|(_, suffix)| path.ends_with(suffix));
    let Some((file, encoding)) = (!hidden).then(|| find(&path, &headers)).flatten() else {
        return error_page::not_found();
    };
    let etag = etag(&file);
    let mut response = if headers
        .get(IF_NONE_MATCH)
        .is_some_and(|known| *known == etag)
    {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Body::from(Cow::into_owned(file.data)).into_response()
    };
    let response_headers = response.headers_mut();
    if let Some(encoding) = encoding {
        response_headers.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response_headers.insert(CONTENT_TYPE, content_type(&path));
    response_headers.insert(ETAG, etag);
    response_headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    response_headers.insert(CACHE_CONTROL, cache_control(&path));
    response
}

/// The smallest encoding that the browser accepts.
fn find(path: &str, headers: &HeaderMap) -> Option<(EmbeddedFile, Option<&'static str>)> {
    for (encoding, suffix) in ENCODINGS {
        if accepts(headers, encoding)
            && let Some(file) = Dist::get(&format!("{path}{suffix}"))
        {
            return Some((file, Some(encoding)));
        }
    }
    Dist::get(path).map(|file| (file, None))
}

/// Whether the browser accepts this encoding (RFC 9110, section 12.5.3).
fn accepts(headers: &HeaderMap, encoding: &str) -> bool {
    let values = headers
        .get_all(ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|item| {
        let mut parts = item.split(';').map(str::trim);
        let is_it = parts
            .next()
            .is_some_and(|name| name.eq_ignore_ascii_case(encoding));
        let weight = parts.find_map(|part| part.strip_prefix("q="));
        let refused = weight.is_some_and(|weight| weight.parse() == Ok(0.0_f32));
        is_it && !refused
    })
}

fn content_type(path: &str) -> HeaderValue {
    let file_type = Dist::get(path).map(|file| file.metadata.mimetype().to_owned());
    let file_type = match file_type {
        Some(text) if text.starts_with("text/") => format!("{text}; charset=utf-8"),
        Some(other) => other,
        None => "application/octet-stream".to_owned(),
    };
    HeaderValue::try_from(file_type).unwrap_or(HeaderValue::from_static("application/octet-stream"))
}

fn etag(file: &EmbeddedFile) -> HeaderValue {
    let hash = hex(&file.metadata.sha256_hash()[..12]);
    HeaderValue::try_from(format!("\"{hash}\"")).unwrap_or(HeaderValue::from_static("\"\""))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string never fails.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A file with a hash in its name never changes.
fn cache_control(path: &str) -> HeaderValue {
    HeaderValue::from_static(if is_hashed(path) {
        "public, max-age=31536000, immutable"
    } else {
        "public, no-cache"
    })
}

fn is_hashed(path: &str) -> bool {
    path.split(['/', '-', '.', '_'])
        .any(|part| part.len() == HASH_DIGITS && part.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// Keeps search engines out: every page requires a sign-in.
async fn robots() -> &'static str {
    "User-agent: *\nDisallow: /\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_with_a_hash_in_their_name_are_cached_forever() {
        for name in [
            "frontend-e1f2a3b4c5d6e7f8.js",
            "frontend-e1f2a3b4c5d6e7f8_bg.wasm",
            "snippets/app-e1f2a3b4c5d6e7f8/inline0.js",
        ] {
            assert!(is_hashed(name), "{name}");
        }
        for name in ["favicon.svg", "frontend.js", "tokens-short.css"] {
            assert!(!is_hashed(name), "{name}");
        }
    }

    #[test]
    fn an_encoding_is_used_unless_it_is_refused() {
        let headers =
            |value| HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static(value))]);
        assert!(accepts(&headers("gzip, deflate, br"), "br"));
        assert!(accepts(&headers("GZIP;q=0.5"), "gzip"));
        assert!(!accepts(&headers("br;q=0, gzip"), "br"));
        assert!(!accepts(&headers("deflate"), "br"));
        assert!(!accepts(&HeaderMap::new(), "gzip"));
    }
}
