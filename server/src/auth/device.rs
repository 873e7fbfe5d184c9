//! The device cookie: a browser that signed in to an account once, known again by a sealed note.

use serde::{Deserialize, Serialize};
use tower_cookies::cookie::SameSite;
use tower_cookies::cookie::time::Duration;
use tower_cookies::{Cookie, Cookies, Key};
use tower_sessions::session::Id;

use super::limits::folded;

const COOKIE: &str = "tidemark_device";

/// A browser, and the account that it signed in to last.
///
/// It opens nothing: it only tells whose attempts are whose (see [`limits`](super::limits)).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Device {
    account: String,
    id: String,
}

impl Device {
    /// This browser, from now on, for the account of this address.
    pub(super) fn new(account: &str) -> Self {
        Self {
            account: folded(account),
            id: Id::default().to_string(),
        }
    }

    /// Whether it signed in to this account, as [`folded`] writes it.
    pub(super) fn is_of(&self, account: &str) -> bool {
        self.account == account
    }

    /// What this browser's cookie says, if it was sealed here.
    pub(super) fn read(cookies: &Cookies, key: &Key) -> Option<Self> {
        let cookie = cookies.private(key).get(COOKIE)?;
        serde_json::from_str(cookie.value()).ok()
    }

    /// Gives the cookie to the browser, which keeps it for a year.
    pub(super) fn write(&self, cookies: &Cookies, key: &Key, secure: bool) {
        let Ok(note) = serde_json::to_string(self) else {
            return;
        };
        let cookie = Cookie::build((COOKIE, note))
            .path("/")
            .http_only(true)
            .secure(secure)
            .same_site(SameSite::Strict)
            .max_age(Duration::days(365));
        cookies.private(key).add(cookie.build());
    }
}
