//! OAuth Apps, and what people have authorized them to.
//!
//! <https://docs.github.com/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps>

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use url::{Host, Url};

use crate::random::mix;

/// How long a code can be exchanged.
const LIFE_OF_A_CODE: TimeDelta = TimeDelta::minutes(10);

/// An application that people sign in to with their GitHub account.
#[derive(Clone, Debug)]
pub struct OAuthApp {
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
    pub(crate) callback: String,
}

/// What a code stands for until it is exchanged.
#[derive(Clone, Debug)]
pub(crate) struct Authorization {
    pub(crate) client_id: String,
    pub(crate) login: String,
    pub(crate) scopes: Vec<String>,
    /// Where the code was sent, if the application had asked for an address.
    pub(crate) redirect_uri: Option<String>,
    /// The S256 challenge that the verifier must fit.
    pub(crate) challenge: Option<String>,
    pub(crate) granted_at: DateTime<Utc>,
}

#[derive(Debug, Default)]
pub(crate) struct Authorizations {
    by_code: HashMap<String, Authorization>,
    made: u64,
}

impl OAuthApp {
    /// An application with this callback URL. People are sent back there and below
    /// it; where its host is `127.0.0.1` or `[::1]`, at any port.
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

    /// Whether people may be sent to this address: the callback's host or one below
    /// it, its port, its path or one below it.
    pub(crate) fn may_send_to(&self, address: &str) -> bool {
        let (Ok(callback), Ok(address)) = (Url::parse(&self.callback), Url::parse(address)) else {
            return false;
        };
        let (Some(home), Some(host)) = (callback.host_str(), address.host_str()) else {
            return false;
        };
        let loopback = match callback.host() {
            Some(Host::Ipv4(ip)) => ip.is_loopback(),
            Some(Host::Ipv6(ip)) => ip.is_loopback(),
            Some(Host::Domain(_)) | None => false,
        };
        let port = callback.port_or_known_default() == address.port_or_known_default();
        callback.scheme() == address.scheme()
            && (host == home || (!loopback && is_below(host, home)))
            && (loopback || port)
            && below_path(address.path(), callback.path())
    }
}

impl Authorizations {
    /// Keeps what was authorized, and gives the code for it.
    pub(crate) fn grant(&mut self, authorization: Authorization) -> String {
        self.made += 1;
        let code = format!("{:016x}{:04x}", mix(self.made, 1), self.made & 0xffff);
        self.by_code.insert(code.clone(), authorization);
        code
    }

    /// What the code stands for: once, for the client it was given to, in time.
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
        (now < authorization.granted_at + LIFE_OF_A_CODE).then_some(authorization)
    }
}

fn is_below(host: &str, home: &str) -> bool {
    host.strip_suffix(home)
        .is_some_and(|before| before.ends_with('.'))
}

fn below_path(path: &str, callback: &str) -> bool {
    let home = callback.trim_end_matches('/');
    path == callback
        || path
            .strip_prefix(home)
            .is_some_and(|behind| behind.is_empty() || behind.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_sent_to_the_callback_and_below_it_only() {
        // The table of GitHub's documentation, and what it leaves to the reader.
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
