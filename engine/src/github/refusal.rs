//! Tells GitHub's refusals apart, by status, headers and the words of its JSON.

use chrono::{DateTime, Utc};
use http::{HeaderMap, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::budget::limit_of;
use super::error::GithubError;

/// How much of GitHub's own words is passed on.
const SHOWN_CHARS: usize = 200;

/// What a status other than 200 means.
///
/// The three kinds of 403 (push access, permission, rate limit) and the rarer ones differ only in
/// their messages: <https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api>
pub(super) fn refusal(
    status: StatusCode,
    headers: &HeaderMap,
    body: &[u8],
    token: &SecretString,
    now: DateTime<Utc>,
) -> GithubError {
    let message = message(body, token);
    let words = message.as_deref().unwrap_or_default();
    if let Some(limited) = limit_of(status, headers, words, now) {
        return limited;
    }
    match status {
        StatusCode::UNAUTHORIZED => GithubError::TokenRefused,
        StatusCode::FORBIDDEN => forbidden(headers, words).unwrap_or(GithubError::Refused {
            status: status.as_u16(),
            message,
        }),
        // Said of an app's own token whose issuer is no app.
        StatusCode::NOT_FOUND if words.starts_with("Integration not found") => {
            GithubError::AppRefused
        }
        StatusCode::NOT_FOUND => GithubError::NotFound,
        StatusCode::UNAVAILABLE_FOR_LEGAL_REASONS => GithubError::Blocked,
        status if status.is_redirection() => GithubError::Moved,
        status if status.is_server_error() => GithubError::ServerTrouble(status.as_u16()),
        status => GithubError::Refused {
            status: status.as_u16(),
            message,
        },
    }
}

fn forbidden(headers: &HeaderMap, words: &str) -> Option<GithubError> {
    if words.starts_with("Must have push access") {
        Some(GithubError::NoPushAccess)
    } else if words.starts_with("Resource not accessible by") {
        Some(GithubError::MissingPermission(missing_permission(headers)))
    } else if words.starts_with("Maximum number of login attempts") {
        Some(GithubError::LockedOut)
    } else if words.starts_with("This installation has been suspended") {
        Some(GithubError::InstallationSuspended)
    } else if words.starts_with("Upgrade to") {
        Some(GithubError::PaidPlan)
    } else if headers.contains_key("x-github-sso") {
        Some(GithubError::SingleSignOn)
    } else {
        None
    }
}

/// What the header names, such as `administration=read`, in the words of GitHub's settings.
/// Without the header it is what all traffic asks for.
fn missing_permission(headers: &HeaderMap) -> String {
    let named = headers
        .get("x-accepted-github-permissions")
        .and_then(|value| value.to_str().ok())
        // Sets that would do are separated by semicolons; the first one is enough.
        .and_then(|value| value.split(';').next())
        .unwrap_or_default();
    let permissions: Vec<String> = named
        .split(',')
        .filter_map(|permission| {
            let (name, access) = permission.trim().split_once('=')?;
            let name = name.replace('_', " ");
            let mut letters = name.chars();
            let first = letters.next()?.to_uppercase();
            Some(format!("{first}{}: {access}", letters.as_str()))
        })
        .collect();
    if permissions.is_empty() {
        "Administration: read".to_owned()
    } else {
        permissions
            .join("” and “")
            .chars()
            .take(SHOWN_CHARS)
            .collect()
    }
}

/// GitHub's own words: only from JSON (a proxy's page tells nobody anything), on one line, short,
/// and never with the token in them.
fn message(body: &[u8], token: &SecretString) -> Option<String> {
    #[derive(Deserialize)]
    struct Refusal {
        message: String,
    }
    let refusal: Refusal = serde_json::from_slice(body).ok()?;
    let words = refusal
        .message
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    let told = !words.is_empty() && !words.contains(token.expose_secret()) && !words.contains('<');
    told.then(|| {
        words
            .chars()
            .filter(|c| !c.is_control())
            .take(SHOWN_CHARS)
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(status: u16, headers: &[(&'static str, &str)], body: &str) -> GithubError {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().expect("a header"));
        }
        let now = "2026-11-23T12:00:00Z".parse().expect("a time");
        let status = StatusCode::from_u16(status).expect("a status");
        refusal(status, &map, body.as_bytes(), &"ghp_secret".into(), now)
    }

    #[test]
    fn the_permission_is_named_as_in_githubs_settings() {
        let body = r#"{"message":"Resource not accessible by integration"}"#;
        let named = |header: &str| refused(403, &[("x-accepted-github-permissions", header)], body);
        let missing = |words: &str| GithubError::MissingPermission(words.into());
        assert_eq!(
            named("administration=read"),
            missing("Administration: read")
        );
        assert_eq!(
            named("pull_requests=write,contents=read; issues=write"),
            missing("Pull requests: write” and “Contents: read")
        );
        assert_eq!(refused(403, &[], body), missing("Administration: read"));
        assert_eq!(named("="), missing("Administration: read"));
    }

    #[test]
    fn neither_pages_nor_the_token_come_through() {
        let html = "<!DOCTYPE html><title>Unicorn!</title>";
        assert_eq!(refused(502, &[], html), GithubError::ServerTrouble(502));
        let bare = GithubError::Refused {
            status: 403,
            message: None,
        };
        assert_eq!(refused(403, &[], html), bare);
        assert_eq!(
            refused(403, &[], r#"{"message":"ghp_secret is not welcome"}"#),
            bare
        );
        assert_eq!(refused(403, &[], r#"{"message":"<b>no</b>"}"#), bare);
        let long = refused(
            403,
            &[],
            &format!(r#"{{"message":"no\n{}"}}"#, "x".repeat(5_000)),
        );
        assert!(long.to_string().len() < 350, "{long}");
        assert!(!long.to_string().contains('\n'), "{long}");
    }

    #[test]
    fn the_rarer_refusals_have_their_own_words() {
        let sso = [(
            "x-github-sso",
            "required; url=https://github.com/orgs/acme/sso",
        )];
        let body = r#"{"message":"Resource protected by organization SAML enforcement."}"#;
        assert_eq!(refused(403, &sso, body), GithubError::SingleSignOn);
        let plan = r#"{"message":"Upgrade to GitHub Pro or make this repository public to enable this feature."}"#;
        assert_eq!(refused(403, &[], plan), GithubError::PaidPlan);
        assert_eq!(refused(451, &[], "{}"), GithubError::Blocked);
        assert_eq!(refused(302, &[], ""), GithubError::Moved);
        let list = refused(
            403,
            &[],
            r#"{"message":"the `acme` organization has an IP allow list"}"#,
        );
        assert_eq!(
            list.to_string(),
            "GitHub refused the request (status 403: “the `acme` organization has an IP allow list”): check the token and its permissions."
        );
    }
}
