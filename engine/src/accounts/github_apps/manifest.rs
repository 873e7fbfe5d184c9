//! The manifest of a GitHub App, and the address to send it to.

use domain::web_url;
use serde_json::json;
use url::Url;

use crate::github::GithubError;
use crate::{Error, Result};

/// GitHub's maximum length for the name of an app:
/// <https://docs.github.com/apps/creating-github-apps/registering-a-github-app/registering-a-github-app>
const LONGEST_NAME: usize = 34;
/// GitHub's maximum length for the name of an organization.
const LONGEST_ORGANIZATION: usize = 39;

/// A GitHub App to create.
#[derive(Clone, Debug)]
pub struct NewApp {
    /// Its name, unique on the server; at most 34 characters.
    pub name: String,
    /// The API base URL of the server; `None` for the configured one.
    pub api_url: Option<Url>,
    /// The organization to own it; `None` for the user signed in to GitHub.
    pub organization: Option<String>,
    /// Whether it may read contents, which releases and tags require.
    pub contents: bool,
}

/// The addresses to which GitHub redirects.
#[derive(Clone, Debug)]
pub struct AppAddresses {
    /// This installation.
    pub home: Url,
    /// The callback with the code for the app's key.
    pub created: Url,
    /// The callback with the installation's id.
    pub installed: Url,
}

/// The app's name, if GitHub accepts it.
pub(super) fn app_name(name: &str) -> Result<&str> {
    let name = name.trim();
    let length = name.chars().count();
    if (1..=LONGEST_NAME).contains(&length) && !name.chars().any(char::is_control) {
        Ok(name)
    } else {
        Err(Error::invalid(
            "GitHub allows app names of 1 to 34 characters. Choose another name.",
        ))
    }
}

/// The organization's name, as GitHub's addresses contain it.
pub(super) fn organization(name: &str) -> Result<&str> {
    let name = name.trim();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if (1..=LONGEST_ORGANIZATION).contains(&name.len()) && name.bytes().all(plain) {
        Ok(name)
    } else {
        Err(Error::invalid(
            "Enter the organization’s name as in its GitHub URL, such as acme-labs.",
        ))
    }
}

/// The manifest as JSON.
///
/// Without `hook_attributes`, GitHub creates the app without a webhook. With it, GitHub requires an
/// address reachable from the internet, even for a disabled webhook.
/// <https://docs.github.com/apps/sharing-github-apps/registering-a-github-app-from-a-manifest#github-app-manifest-parameters>
pub(super) fn manifest(name: &str, contents: bool, back: &AppAddresses) -> String {
    let mut permissions = json!({"administration": "read", "metadata": "read"});
    if contents {
        permissions["contents"] = "read".into();
    }
    json!({
        "name": name,
        "description": "Keeps the traffic history of repositories.",
        "url": back.home,
        "redirect_url": back.created,
        "setup_url": back.installed,
        "public": false,
        "default_permissions": permissions,
        "default_events": [],
    })
    .to_string()
}

/// The address to which a form sends the manifest; it carries the state.
pub(super) fn register_address(
    api_url: &str,
    organization: Option<&str>,
    state: &str,
) -> Result<Url> {
    let page = match organization {
        Some(organization) => format!("/organizations/{organization}/settings/apps/new"),
        None => "/settings/apps/new".to_owned(),
    };
    with_state(&(web_url(api_url) + &page), state)
}

/// The address at which people install the app.
pub(super) fn install_address(api_url: &str, slug: &str, state: &str) -> Result<Url> {
    let page = format!("{}/apps/{slug}/installations/new", web_url(api_url));
    with_state(&page, state)
}

fn with_state(page: &str, state: &str) -> Result<Url> {
    let mut url = Url::parse(page).map_err(|_| GithubError::Address)?;
    url.query_pairs_mut().append_pair("state", state);
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn back() -> AppAddresses {
        let url = |text: &str| Url::parse(text).expect("an address");
        AppAddresses {
            home: url("https://t.example/"),
            created: url("https://t.example/created"),
            installed: url("https://t.example/installed"),
        }
    }

    #[test]
    fn an_app_may_read_administration_and_metadata_and_contents_only_if_asked() {
        let permissions = |contents| {
            let text = manifest("Tidemark", contents, &back());
            let manifest: serde_json::Value = serde_json::from_str(&text).expect("JSON");
            assert_eq!(manifest["public"], false);
            assert_eq!(manifest["default_events"], json!([]));
            assert_eq!(manifest["redirect_url"], "https://t.example/created");
            assert_eq!(manifest["setup_url"], "https://t.example/installed");
            assert!(manifest.get("hook_attributes").is_none());
            manifest["default_permissions"].clone()
        };
        assert_eq!(
            permissions(false),
            json!({"administration": "read", "metadata": "read"})
        );
        assert_eq!(
            permissions(true),
            json!({"administration": "read", "metadata": "read", "contents": "read"})
        );
    }

    #[test]
    fn the_pages_lie_on_the_servers_web_address() {
        let address = |api, organization| {
            let url = register_address(api, organization, "s").expect("an address");
            url.to_string()
        };
        assert_eq!(
            address("https://api.github.com/", None),
            "https://github.com/settings/apps/new?state=s"
        );
        assert_eq!(
            address("https://git.acme.org/api/v3", Some("acme")),
            "https://git.acme.org/organizations/acme/settings/apps/new?state=s"
        );
        let install = install_address("https://api.github.com", "tidemark-acme", "s");
        assert_eq!(
            install.expect("an address").as_str(),
            "https://github.com/apps/tidemark-acme/installations/new?state=s"
        );
    }

    #[test]
    fn names_are_as_github_takes_them() {
        assert_eq!(
            app_name(" Tidemark of acme ").expect("a name"),
            "Tidemark of acme"
        );
        for name in ["", " ", "a\nb", &"a".repeat(35)] {
            assert!(app_name(name).is_err(), "{name}");
        }
        assert_eq!(organization(" acme-labs ").expect("a name"), "acme-labs");
        for name in ["", "acme/labs", "a b", "..", "é", &"a".repeat(40)] {
            assert!(organization(name).is_err(), "{name}");
        }
    }
}
