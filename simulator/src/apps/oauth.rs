//! OAuth Apps, and the authorizations that users gave them.
//!
//! <https://docs.github.com/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps>

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use url::{Host, Url};

use crate::random::mix;

/// How long a code can be exchanged.
const CODE_LIFETIME: TimeDelta = TimeDelta::minutes(10);

/// An application that signs users in with their GitHub account.
#[derive(Clone, Debug)]
pub struct OAuthApp {
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
    pub(crate) callback: String,
}

/// An authorization, until its code is exchanged.
#[derive(Clone, Debug)]
pub(crate) struct Authorization {
    pub(crate) client_id: String,
    pub(crate) login: String,
    pub(crate) scopes: Vec<String>,
    /// The redirect URI, if the application requested one.
    pub(crate) redirect_uri: Option<String>,
    /// The S256 challenge that the verifier must match.
    pub(crate) challenge: Option<String>,
    pub(crate) granted_at: DateTime<Utc>,
}

#[derive(Debug, Default)]
pub(crate) struct Authorizations {
    by_code: HashMap<String, Authorization>,
    made: u64,
}

impl OAuthApp {
    /// An application with this callback URL. Users are redirected to it and to paths below it; on
    /// `127.0.0.1` and `[::1]`, to any port.
    #[must_use]
    pub fn new(
        client_id: impl Into<String>,
        client_secret: impl Into<String>,
        callback: impl Into<String>,
    ) -> Self {
        Self {
            client_id: client_id.into(),
            client_secret: client_secret.into(),
            callback: callback.into(),
        }
    }

    /// Whether users may be redirected to this URL: the callback's host or a subdomain, its port,
    /// and its path or one below it.
    pub(crate) fn may_send_to(&self, address: &str) -> bool {
        let (Ok(callback), Ok(address)) = (Url::parse(&self.callback), Url::parse(address)) else {
            return false;
        };
        let (Some(registered), Some(host)) = (callback.host_str(), address.host_str()) else {
            return false;
        };
        let loopback = match callback.host() {
            Some(Host::Ipv4(ip)) => ip.is_loopback(),
            Some(Host::Ipv6(ip)) => ip.is_loopback(),
            Some(Host::Domain(_)) | None => false,
        };
        let port = callback.port_or_known_default() == address.port_or_known_default();
        callback.scheme() == address.scheme()
            && (host == registered || (!loopback && is_subdomain(host, registered)))
            && (loopback || port)
            && is_sub_path(address.path(), callback.path())
    }
}

impl Authorizations {
    /// Stores an authorization, and returns its code.
    pub(crate) fn grant(&mut self, authorization: Authorization) -> String {
        self.made += 1;
        let code = format!("{:016x}{:04x}", mix(self.made, 1), self.made & 0xffff);
        self.by_code.insert(code.clone(), authorization);
        code
    }

    /// The authorization of a code: once, for its own client, before it expires.
    pub(crate) fn redeem(
        &mut self,
        code: &str,
        client_id: &str,
        now: DateTime<Utc>,
    ) -> Option<Authorization> {
        let known = self.by_code.get(code)?;
        if known.client_id != client_id {
            return None;
        }
        let authorization = self.by_code.remove(code)?;
        (now < authorization.granted_at + CODE_LIFETIME).then_some(authorization)
    }
}

fn is_subdomain(host: &str, registered: &str) -> bool {
    host.strip_suffix(registered)
        .is_some_and(|before| before.ends_with('.'))
}

fn is_sub_path(path: &str, callback: &str) -> bool {
    let registered = callback.trim_end_matches('/');
    path == callback
        || path
            .strip_prefix(registered)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_are_redirected_to_the_callback_and_below_it_only() {
        // The table of GitHub's documentation, and cases that it leaves out.
        let app = OAuthApp::new("id", "secret", "http://example.com/path");
        for good in [
            "http://example.com/path",
            "http://example.com/path/subdir/other",
            "http://oauth.example.com/path",
            "http://oauth.example.com/path/subdir/other",
        ] {
            assert!(app.may_send_to(good), "{good}");
        }
        for bad in [
            "http://example.com/bar",
            "http://example.com/",
            "http://example.com:8080/path",
            "http://oauth.example.com:8080/path",
            "http://example.org",
            "https://example.com/path",
            "http://badexample.com/path",
            "http://example.com/pathology",
            "http://example.com/path/../bar",
            "not an address",
        ] {
            assert!(!app.may_send_to(bad), "{bad}");
        }
    }

    #[test]
    fn a_loopback_address_may_have_any_port() {
        let app = OAuthApp::new("id", "secret", "http://127.0.0.1/callback");
        assert!(app.may_send_to("http://127.0.0.1:49152/callback"));
        assert!(!app.may_send_to("http://127.0.0.1:49152/elsewhere"));
        assert!(!app.may_send_to("http://127.0.0.2:49152/callback"));
        let named = OAuthApp::new("id", "secret", "http://localhost/callback");
        assert!(!named.may_send_to("http://localhost:49152/callback"));
    }
}
