//! Classifies GitHub's refusals, by status, headers and the message in its JSON.

use chrono::{DateTime, Utc};
use http::{HeaderMap, HeaderValue, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::edge::Body;
use super::error::GithubError;
use super::policy::TokenPolicy;
use super::rate_limit::exceeded_limit;

/// The most characters of GitHub's message that are shown; it ends with a whole word.
const MAX_MESSAGE_CHARS: usize = 1_000;
/// GitHub's own limit for the length of a login.
const MAX_LOGIN_LENGTH: usize = 39;

/// What a status other than the expected one means.
///
/// The three kinds of 403 (push access, permission, rate limit) and the rarer ones differ only in
/// their messages: <https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api>
pub(super) fn classify_error(
    status: StatusCode,
    headers: &HeaderMap,
    body: &Body,
    token: &SecretString,
    now: DateTime<Utc>,
) -> GithubError {
    let message = message(body, token);
    let words = message.as_deref().unwrap_or_default();
    if let Some(limited) = exceeded_limit(status, headers, words, now) {
        return limited;
    }
    match status {
        StatusCode::UNAUTHORIZED => GithubError::TokenRefused,
        StatusCode::FORBIDDEN => forbidden(headers, words).unwrap_or(GithubError::Refused {
            status: status.as_u16(),
            message,
        }),
        // GitHub says this of an app's JWT whose issuer is not an app.
        StatusCode::NOT_FOUND if words.starts_with("Integration not found") => {
            GithubError::AppRefused
        }
        StatusCode::NOT_FOUND => GithubError::NotFound,
        StatusCode::UNAVAILABLE_FOR_LEGAL_REASONS => GithubError::Blocked,
        status if status.is_redirection() => GithubError::Moved,
        status if status.is_server_error() => GithubError::ServerError(status.as_u16()),
        status => GithubError::Refused {
            status: status.as_u16(),
            message,
        },
    }
}

fn forbidden(headers: &HeaderMap, words: &str) -> Option<GithubError> {
    let says = |part: &str| words.contains(part);
    if let Some(sso) = headers.get("x-github-sso") {
        Some(GithubError::SingleSignOn(sso_url(sso)))
    } else if says("organization SAML enforcement") {
        Some(GithubError::SingleSignOn(None))
    } else if words.starts_with("Must have push access") {
        Some(GithubError::NoPushAccess)
    } else if words.starts_with("Must have admin rights") {
        Some(GithubError::NoAdminRights)
    } else if words.starts_with("Resource not accessible by") {
        Some(GithubError::MissingPermission(missing_permission(headers)))
    } else if words.starts_with("Maximum number of login attempts") {
        Some(GithubError::LockedOut)
    } else if words.starts_with("This installation has been suspended") {
        Some(GithubError::InstallationSuspended)
    } else if words.starts_with("Upgrade to") {
        Some(GithubError::PaidPlan)
    } else if says("forbids access via a") {
        Some(GithubError::TokenPolicy(
            token_policy(words),
            words.trim_end_matches('.').to_owned(),
        ))
    } else if says("IP allow list") {
        Some(GithubError::AddressNotAllowed(organization(words)))
    } else if says("OAuth App access restrictions") {
        Some(GithubError::AppNotApproved(organization(words)))
    } else if says("locked for migration") {
        Some(GithubError::LockedForMigration)
    } else if says("account was suspended") || says("account is suspended") {
        Some(GithubError::AccountSuspended)
    } else {
        missing_scope(headers).map(GithubError::MissingScope)
    }
}

fn token_policy(words: &str) -> TokenPolicy {
    if words.contains("lifetime") {
        TokenPolicy::Lifetime
    } else if words.contains("(classic)") {
        TokenPolicy::Classic
    } else {
        TokenPolicy::Personal
    }
}

/// The organization that a message names between quotes or backticks.
fn organization(words: &str) -> String {
    let named = words.split(['`', '\'', '"']).skip(1).step_by(2);
    let is_login = |name: &&str| {
        (1..=MAX_LOGIN_LENGTH).contains(&name.len())
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    named
        .clone()
        .find(is_login)
        .unwrap_or("the organization")
        .to_owned()
}

/// The page in the header where the token can be authorized: `required; url=https://…`.
/// <https://docs.github.com/rest/authentication/authenticating-to-the-rest-api#personal-access-tokens-and-saml-sso>
fn sso_url(header: &HeaderValue) -> Option<String> {
    let (_, url) = header.to_str().ok()?.split_once("url=")?;
    let url = url.split([';', ' ']).next()?;
    let of_github = url.starts_with("https://github.com/") && url.len() <= MAX_MESSAGE_CHARS;
    of_github.then(|| url.to_owned())
}

/// The scope that a classic token lacks: GitHub names the accepted and the granted ones. If they
/// share none, the first accepted one is missing.
fn missing_scope(headers: &HeaderMap) -> Option<String> {
    let scopes = |name| {
        let value = headers.get(name)?.to_str().ok()?;
        let scopes = value.split(',').map(str::trim);
        Some(scopes.filter(|scope| !scope.is_empty()).collect::<Vec<_>>())
    };
    let accepted = scopes("x-accepted-oauth-scopes")?;
    let granted = scopes("x-oauth-scopes")?;
    let suffices = accepted.iter().any(|scope| granted.contains(scope));
    let first = accepted.first().filter(|_| !suffices)?;
    Some(first.chars().take(100).collect())
}

/// The permission that the header names, such as `administration=read`, as GitHub's settings call
/// it. Without the header it is the one that all traffic requires.
fn missing_permission(headers: &HeaderMap) -> String {
    let named = headers
        .get("x-accepted-github-permissions")
        .and_then(|value| value.to_str().ok())
        // Alternatives are separated by semicolons; the first one is enough.
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
            .take(MAX_MESSAGE_CHARS)
            .collect()
    }
}

/// GitHub's own message: only from JSON (a proxy's page helps no one), on one line, cut only
/// between words so that a link stays intact, and never containing the token.
fn message(body: &Body, token: &SecretString) -> Option<String> {
    #[derive(Deserialize)]
    struct Refusal {
        message: String,
    }
    let refusal: Refusal = body.read_secret("refusal").ok()?;
    let mut words = String::new();
    for word in refusal.message.split_whitespace() {
        let word: String = word.chars().filter(|c| is_shown(*c)).collect();
        if words.len() + word.len() >= MAX_MESSAGE_CHARS {
            words.push('…');
            break;
        }
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(&word);
    }
    let is_page = ["<!doctype", "<html"]
        .iter()
        .any(|start| words.to_ascii_lowercase().starts_with(start));
    let shown = !words.is_empty() && !is_page && !words.contains(token.expose_secret());
    shown.then_some(words)
}

/// Neither a control character nor a direction mark.
fn is_shown(c: char) -> bool {
    !c.is_control()
        && !matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
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
        classify_error(
            status,
            &map,
            &Body::new(body.as_bytes().to_vec()),
            &"ghp_secret".into(),
            now,
        )
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
        assert_eq!(refused(502, &[], html), GithubError::ServerError(502));
        let bare = GithubError::Refused {
            status: 403,
            message: None,
        };
        assert_eq!(refused(403, &[], html), bare);
        assert_eq!(
            refused(403, &[], r#"{"message":"ghp_secret is not welcome"}"#),
            bare
        );
        let page = r#"{"message":"<!DOCTYPE html><title>Unicorn!</title>"}"#;
        assert_eq!(refused(403, &[], page), bare);
        let endless = format!(r#"{{"message":"no\n{}"}}"#, "x".repeat(5_000));
        let text = refused(403, &[], &endless).to_string();
        assert!(text.contains("“no…”"), "{text}");
    }

    #[test]
    fn githubs_words_are_cut_only_between_words_and_keep_at_least_500_characters() {
        let link = "https://github.com/settings/personal-access-tokens/12345678";
        let long = format!("{} see {link} now", "word ".repeat(150).trim());
        let message = |words: &str| {
            let body = serde_json::json!({ "message": words }).to_string();
            refused(403, &[], &body).to_string()
        };
        assert!(message(&long).contains(link));
        let longer = format!("{} {link}", "word ".repeat(198).trim());
        let text = message(&longer);
        assert!(
            text.chars().count() > 500 && text.contains("word…"),
            "{text}"
        );
        assert!(!text.contains("https://github.com/"), "{text}");
        let angle = message("Branch <main> is protected");
        assert!(angle.contains("“Branch <main> is protected”"), "{angle}");
        let turned = message("no\u{202e}gnp.exe");
        assert!(turned.contains("“nognp.exe”"), "{turned}");
    }

    #[test]
    fn the_rarer_refusals_have_their_own_words() {
        let url = "https://github.com/orgs/acme/sso?authorization_request=AB12";
        let required = format!("required; url={url}");
        let sso = [("x-github-sso", required.as_str())];
        let body = r#"{"message":"Resource protected by organization SAML enforcement. You must grant your Personal Access token access to this organization."}"#;
        let at = |url: &str| GithubError::SingleSignOn(Some(url.into()));
        assert_eq!(refused(403, &sso, body), at(url));
        assert!(at(url).to_string().contains(url));
        let bare = GithubError::SingleSignOn(None);
        assert_eq!(refused(403, &[], body), bare);
        let elsewhere = [("x-github-sso", "required; url=https://evil.example/")];
        assert_eq!(refused(403, &elsewhere, body), bare);
        let plan = r#"{"message":"Upgrade to GitHub Pro or make this repository public to enable this feature."}"#;
        assert_eq!(refused(403, &[], plan), GithubError::PaidPlan);
        assert_eq!(refused(451, &[], "{}"), GithubError::Blocked);
        assert_eq!(refused(302, &[], ""), GithubError::Moved);
        let refused_words = refused(403, &[], r#"{"message":"Not today"}"#);
        assert_eq!(
            refused_words.to_string(),
            "GitHub refused the request (HTTP 403, “Not today”). Check the token and its permissions."
        );
    }

    #[test]
    fn what_an_organization_has_against_a_token_says_what_mends_it() {
        let sentence = |headers: &[(&'static str, &str)], words: &str| {
            let body = serde_json::json!({ "message": words }).to_string();
            refused(403, headers, &body).to_string()
        };
        for (words, expected) in [
            (
                "The 'acme-org' organization forbids access via a fine-grained personal access tokens if the token's lifetime is greater than 90 days. Please adjust your token's lifetime at the following URL: https://github.com/settings/personal-access-tokens/12345678",
                &[
                    "https://github.com/settings/personal-access-tokens/12345678",
                    "Shorten the token’s lifetime, or connect with a GitHub App",
                ][..],
            ),
            (
                "`acme-org` forbids access via a personal access token (classic). Please use a GitHub App, OAuth App, or a personal access token with fine-grained permissions.",
                &["Connect with a GitHub App or a fine-grained token"],
            ),
            (
                "Although you appear to have the correct authorization credentials, the `acme-org` organization has an IP allow list enabled, and your IP address is not permitted to access this resource.",
                &[
                    "Ask an owner of acme-org to allow this server’s address",
                    "the token is fine",
                ],
            ),
            (
                "Although you appear to have the correct authorization credentials, the `acme-org` organization has enabled OAuth App access restrictions, meaning that data access to third-parties is limited.",
                &["Ask an owner of acme-org to approve the app"],
            ),
            ("Must have admin rights to Repository.", &["admin role"]),
            (
                "Repository has been locked for migration",
                &["migration to finish"],
            ),
            (
                "Sorry. Your account was suspended.",
                &["https://support.github.com"],
            ),
        ] {
            let text = sentence(&[], words);
            assert!(expected.iter().all(|part| text.contains(part)), "{text}");
            assert!(
                !text.contains("Check the token and its permissions"),
                "{text}"
            );
        }
        let accepted = ("x-accepted-oauth-scopes", "repo");
        let less = sentence(&[accepted, ("x-oauth-scopes", "read:org, gist")], "No");
        assert!(less.contains("lacks the scope “repo”"), "{less}");
        let enough = sentence(&[accepted, ("x-oauth-scopes", "gist, repo")], "No");
        assert!(enough.contains("HTTP 403, “No”"), "{enough}");
    }
}
