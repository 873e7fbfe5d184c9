//! GitHub Apps that GitHub creates from a manifest: their keys, and where they are installed.

use std::fmt;

use http::StatusCode;
use secrecy::SecretString;
use serde::Deserialize;

use crate::github::auth::{AppKey, Auth};
use crate::github::client::Client;
use crate::github::edge::{Entries, Number};
use crate::github::error::GithubError;
use crate::github::transport::Method;

/// The longest code that is sent to GitHub; its codes have 40 characters.
const MAX_CODE_LENGTH: usize = 100;
/// The longest name of an app in addresses; GitHub's names have at most 34 characters.
const MAX_SLUG_LENGTH: usize = 100;

/// An app that GitHub has just created, with the key that it returns only once.
pub(crate) struct CreatedApp {
    pub(crate) id: i64,
    pub(crate) slug: String,
    pub(crate) private_key: SecretString,
}

#[derive(Deserialize)]
struct ConversionJson {
    id: i64,
    slug: String,
    pem: String,
}

#[derive(Deserialize)]
struct InstalledJson {
    id: Number<i64>,
}

impl fmt::Debug for CreatedApp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CreatedApp({})", self.id)
    }
}

/// Whether a text can be a code of GitHub's: it becomes part of an address.
pub(crate) fn is_code(code: &str) -> bool {
    (1..=MAX_CODE_LENGTH).contains(&code.len())
        && code.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

impl Client {
    /// The app and its key, for the code that GitHub sent the browser back with. It takes no
    /// credential, and works once, within the hour.
    ///
    /// <https://docs.github.com/rest/apps/apps#create-a-github-app-from-a-manifest>
    pub(crate) async fn convert_manifest(&self, code: &str) -> Result<CreatedApp, GithubError> {
        let Auth::Token(client) = &*self.auth else {
            return Err(GithubError::NotFound);
        };
        if !is_code(code) {
            return Err(GithubError::NotFound);
        }
        let path = format!("/app-manifests/{code}/conversions");
        let response = client.send(&self.transport, Method::Post, &path).await?;
        let response = client.expect_status(response, StatusCode::CREATED, self.transport.now())?;
        let app: ConversionJson = response.body.read_secret("new app")?;
        let slug = &app.slug;
        let readable = (1..=MAX_SLUG_LENGTH).contains(&slug.len())
            && slug
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        if app.id <= 0 || !readable {
            return Err(GithubError::Malformed("no app in it"));
        }
        // Whether it signs is known before it is stored.
        let private_key = SecretString::from(app.pem);
        AppKey::new(app.id, 0, &private_key)?;
        Ok(CreatedApp {
            id: app.id,
            slug: app.slug,
            private_key,
        })
    }

    /// The id of the app's installation, where it has one. An app that is not public is installed
    /// on the account that owns it, and nowhere else.
    ///
    /// <https://docs.github.com/rest/apps/apps#list-installations-for-the-authenticated-app>
    pub(crate) async fn installation_of_app(
        &self,
        app_id: i64,
        private_key: &SecretString,
    ) -> Result<Option<i64>, GithubError> {
        let key = AppKey::new(app_id, 0, private_key)?;
        let response = self
            .get_as_app(&key, "/app/installations?per_page=1")
            .await?;
        let installed: Entries<InstalledJson> = response.body.read("installations of the app")?;
        Ok(installed.read.first().map(|installation| installation.id.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_cannot_lead_elsewhere() {
        assert!(is_code("3f785e1c0a"));
        for code in ["", "../user", "a b", "a%2Fb", "é", &"a".repeat(101)] {
            assert!(!is_code(code), "{code}");
        }
    }
}
