//! The device cookie: recognizes a browser that once signed in to an account.

use serde::{Deserialize, Serialize};
use tower_cookies::cookie::SameSite;
use tower_cookies::cookie::time::Duration;
use tower_cookies::{Cookie, Cookies, Key};
use tower_sessions::session::Id;

const COOKIE: &str = "tidemark_device";

/// A browser, and the account that it signed in to last.
///
/// Grants no access. It only selects a rate-limit bucket (see [`Limits`](super::Limits)).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Device {
    account: String,
    id: String,
}

impl Device {
    /// A new device for the account of this email address.
    pub(crate) fn new(account: &str) -> Self {
        Self {
            account: normalize_account(account),
            id: Id::default().to_string(),
        }
    }

    /// Whether it signed in to this account, [normalized](normalize_account).
    pub(super) fn is_of(&self, account: &str) -> bool {
        self.account == account
    }

    /// Decrypts the browser's cookie.
    pub(crate) fn read(cookies: &Cookies, key: &Key) -> Option<Self> {
        let cookie = cookies.private(key).get(COOKIE)?;
        serde_json::from_str(cookie.value()).ok()
    }

    /// Sets the cookie, for a year.
    pub(crate) fn write(&self, cookies: &Cookies, key: &Key, secure: bool) {
        let Ok(json) = serde_json::to_string(self) else {
            return;
        };
        let cookie = Cookie::build((COOKIE, json))
            .path("/")
            .http_only(true)
            .secure(secure)
            .same_site(SameSite::Strict)
            .max_age(Duration::days(365));
        cookies.private(key).add(cookie.build());
    }
}

/// The typed email address of an account, in the form in which addresses are compared. No address
/// has more than 254 characters.
pub(super) fn normalize_account(account: &str) -> String {
    account.trim().to_lowercase().chars().take(254).collect()
}
