//! GitHub's error responses.

use axum::Json;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, HeaderName, HeaderValue, LOCATION, RETRY_AFTER};
use axum::response::{Html, IntoResponse, Response};
use serde_json::{Map, Value, json};

use crate::accounts::token::TokenKind;
use crate::apps::app::JwtError;
use crate::faults::fault::{LimitStatus, Policy, RetryAfter};
use crate::github::identity::Identity;
use crate::requests::endpoint::Endpoint;

const LIMITS_PAGE: &str =
    "https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api";
const SECONDARY_LIMITS_PAGE: &str = "https://docs.github.com/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits";
const REST_PAGE: &str = "https://docs.github.com/rest";

/// An error response in GitHub's JSON format.
#[derive(Debug)]
pub(crate) struct ApiError {
    status: StatusCode,
    body: Map<String, Value>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl ApiError {
    fn new(status: StatusCode, message: impl Into<String>, documentation_url: &str) -> Self {
        let mut body = Map::new();
        body.insert("message".into(), message.into().into());
        body.insert("documentation_url".into(), documentation_url.into());
        body.insert("status".into(), status.as_u16().to_string().into());
        Self {
            status,
            body,
            headers: Vec::new(),
        }
    }

    fn header(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.push((name, value));
        }
        self
    }

    /// 404: it does not exist, or must look as if it does not.
    pub(crate) fn not_found(endpoint: Endpoint) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "Not Found",
            endpoint.documentation_url(),
        )
    }

    /// 301 to the address by id; recorded responses have no `status` in the body.
    pub(crate) fn moved(url: &str) -> Self {
        let mut moved = Self::new(
            StatusCode::MOVED_PERMANENTLY,
            "Moved Permanently",
            "https://docs.github.com/rest/guides/best-practices-for-using-the-rest-api#follow-redirects",
        );
        moved.body.remove("status");
        moved.body.insert("url".into(), url.into());
        moved.header(LOCATION, url)
    }

    /// 451, for a takedown notice.
    pub(crate) fn blocked() -> Self {
        let mut blocked = Self::new(
            StatusCode::UNAVAILABLE_FOR_LEGAL_REASONS,
            "Repository access blocked",
            REST_PAGE,
        );
        blocked.body.remove("documentation_url");
        blocked.body.remove("status");
        let block = json!({
            "reason": "dmca",
            "created_at": "2025-11-12T19:38:18Z",
            "html_url": "https://github.com/github/dmca",
        });
        blocked.body.insert("block".into(), block);
        blocked
    }

    /// 403: a user who may not push.
    pub(crate) fn no_push_access(endpoint: Endpoint) -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "Must have push access to repository",
            endpoint.documentation_url(),
        )
    }

    /// 403: a token without the permission, named in a header.
    pub(crate) fn not_accessible(endpoint: Endpoint, identity: &Identity) -> Self {
        let kind = match identity.token().map(|token| &token.kind) {
            Some(TokenKind::Installation | TokenKind::Actions { .. }) => "integration",
            Some(TokenKind::OAuth { .. }) => "OAuth token",
            Some(TokenKind::Classic { .. } | TokenKind::FineGrained { .. }) | None => {
                "personal access token"
            }
        };
        let message = format!("Resource not accessible by {kind}");
        let error = Self::new(StatusCode::FORBIDDEN, message, endpoint.documentation_url());
        match endpoint.accepted_permissions() {
            Some(permissions) => error.header(
                HeaderName::from_static("x-accepted-github-permissions"),
                permissions,
            ),
            None => error,
        }
    }

    /// 403: insights of private repositories cost money.
    pub(crate) fn needs_paid_plan(endpoint: Endpoint) -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "Upgrade to GitHub Pro or make this repository public to enable this feature.",
            endpoint.documentation_url(),
        )
    }

    /// 403: an organization's policy, with GitHub's own messages.
    pub(crate) fn policy(policy: Policy, endpoint: Endpoint) -> Self {
        const GOOD: &str = "Although you appear to have the correct authorization credentials, the `acme-org` organization has";
        let message = match policy {
            Policy::TokenLifetime { days } => format!(
                "The 'acme-org' organization forbids access via a fine-grained personal access tokens if the token's lifetime is greater than {days} days. Please adjust your token's lifetime at the following URL: https://github.com/settings/personal-access-tokens/12345678"
            ),
            Policy::ClassicTokens => "`acme-org` forbids access via a personal access token (classic). Please use a GitHub App, OAuth App, or a personal access token with fine-grained permissions.".to_owned(),
            Policy::IpAllowList => format!(
                "{GOOD} an IP allow list enabled, and your IP address is not permitted to access this resource."
            ),
            Policy::OauthApps => format!(
                "{GOOD} enabled OAuth App access restrictions, meaning that data access to third-parties is limited."
            ),
            Policy::SingleSignOn | Policy::SingleSignOnWithoutLink => "Resource protected by organization SAML enforcement. You must grant your Personal Access token access to this organization.".to_owned(),
            Policy::AdminRights => "Must have admin rights to Repository.".to_owned(),
            Policy::Migration => "Repository has been locked for migration.".to_owned(),
            Policy::Suspended => "Sorry. Your account was suspended.".to_owned(),
        };
        let error = Self::new(StatusCode::FORBIDDEN, message, endpoint.documentation_url());
        if policy == Policy::SingleSignOn {
            let url =
                "required; url=https://github.com/orgs/acme-org/sso?authorization_request=AB12";
            return error.header(HeaderName::from_static("x-github-sso"), url);
        }
        error
    }

    /// 403: an endpoint for installations only.
    pub(crate) fn needs_installation_token(endpoint: Endpoint) -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "You must authenticate with an installation access token in order to list repositories for an installation.",
            endpoint.documentation_url(),
        )
    }

    /// 422: a parameter with a value that does not exist.
    pub(crate) fn invalid(endpoint: Endpoint) -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "Validation Failed",
            endpoint.documentation_url(),
        )
    }

    /// 401: the request needs credentials.
    pub(crate) fn requires_authentication(endpoint: Endpoint) -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "Requires authentication",
            endpoint.documentation_url(),
        )
    }

    /// 401: the token is wrong, revoked or expired.
    pub(crate) fn bad_credentials() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "Bad credentials", REST_PAGE)
    }

    /// 401: the JSON web token does not authenticate an app; 404 if there is no such app.
    pub(crate) fn bad_jwt(flaw: JwtError) -> Self {
        let message = match flaw {
            JwtError::Undecodable => "A JSON web token could not be decoded",
            JwtError::NoIssuer => "Missing 'issuer' claim ('iss') in assertion",
            JwtError::UnknownApp => {
                return Self::new(StatusCode::NOT_FOUND, "Integration not found", REST_PAGE);
            }
            JwtError::Expired => {
                "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires"
            }
            JwtError::TooFarInTheFuture => {
                "'Expiration time' claim ('exp') is too far in the future"
            }
            JwtError::IssuedInTheFuture => {
                "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued"
            }
        };
        Self::new(StatusCode::UNAUTHORIZED, message, REST_PAGE)
    }

    /// 403: the account's owner suspended the installation.
    pub(crate) fn suspended() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "This installation has been suspended",
            REST_PAGE,
        )
    }

    /// 404: GitHub Enterprise Server has no rate limits by default.
    pub(crate) fn no_rate_limits(endpoint: Endpoint) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "Rate limiting is not enabled.",
            endpoint.documentation_url(),
        )
    }

    /// 403: too many bad credentials before.
    pub(crate) fn locked_out() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "Maximum number of login attempts exceeded. Please try again later.",
            REST_PAGE,
        )
    }

    /// 400: a version of the REST API that does not exist.
    pub(crate) fn unknown_version(version: &str) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            format!("{version:?} is not a supported REST API version."),
            "https://docs.github.com/rest/about-the-rest-api/api-versions",
        )
    }

    /// The primary rate limit is used up.
    pub(crate) fn primary_limit(status: LimitStatus, identity: &Identity) -> Self {
        let owner = match identity {
            Identity::Anonymous => "127.0.0.1".to_owned(),
            Identity::User { user, .. } => format!("user ID {}", user.id),
            Identity::Installation { installation, .. } => {
                format!("installation ID {}", installation.id)
            }
            Identity::App(app) => format!("app ID {}", app.id),
        };
        Self::new(
            status.into(),
            format!("API rate limit exceeded for {owner}."),
            LIMITS_PAGE,
        )
    }

    /// Too many requests at the same time, or in a minute.
    pub(crate) fn secondary_limit(status: LimitStatus, retry_after: RetryAfter) -> Self {
        let error = Self::new(
            status.into(),
            "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
            SECONDARY_LIMITS_PAGE,
        );
        match retry_after {
            RetryAfter::Absent => error,
            RetryAfter::Blank => error.header(RETRY_AFTER, ""),
            RetryAfter::Seconds(seconds) => error.header(RETRY_AFTER, &seconds.to_string()),
        }
    }

    /// 500.
    pub(crate) fn server_error() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "Server Error", REST_PAGE)
    }

    /// 504.
    pub(crate) fn gateway_timeout() -> Self {
        let mut timeout = Self::new(
            StatusCode::GATEWAY_TIMEOUT,
            "We couldn't respond to your request in time. Sorry about that. Please try resubmitting your request and contact us if the problem persists.",
            REST_PAGE,
        );
        timeout.body.remove("documentation_url");
        timeout
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(Value::Object(self.body))).into_response();
        response.headers_mut().extend(self.headers);
        response
    }
}

impl From<LimitStatus> for StatusCode {
    fn from(status: LimitStatus) -> Self {
        match status {
            LimitStatus::Forbidden => Self::FORBIDDEN,
            LimitStatus::TooManyRequests => Self::TOO_MANY_REQUESTS,
        }
    }
}

/// 502 of GitHub's load balancer: a page, not JSON.
pub(crate) fn bad_gateway() -> Response {
    let page = "<!DOCTYPE html>\n<html>\n  <head><title>Unicorn! &middot; GitHub</title></head>\n  <body>\n    \
        <p><strong>We had issues producing the response to your request.</strong></p>\n    \
        <p>Sorry about that. Please try refreshing and contact us if the problem persists.</p>\n  </body>\n</html>\n";
    (StatusCode::BAD_GATEWAY, Html(page)).into_response()
}

/// 403 without `User-Agent`: text, not JSON.
/// <https://docs.github.com/rest/using-the-rest-api/getting-started-with-the-rest-api#user-agent>
pub(crate) fn no_user_agent() -> Response {
    let text = "\r\nRequest forbidden by administrative rules. Please make sure your request has a User-Agent header \
        (https://docs.github.com/en/rest/overview/resources-in-the-rest-api#user-agent-required). \
        Check https://developer.github.com for other possible causes.\r\n";
    let plain = [(CONTENT_TYPE, "text/plain; charset=utf-8")];
    (StatusCode::FORBIDDEN, plain, text).into_response()
}
