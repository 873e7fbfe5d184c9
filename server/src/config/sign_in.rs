//! The settings of signing in: external providers and trusted proxies.

use clap::Args;
use engine::SecretKey;
use openidconnect::IssuerUrl;
use secrecy::SecretString;
use url::Url;

use super::setting::{ConfigError, encrypted, set, set_secret};
use crate::auth::{
    AuthSettings, GithubSettings, OidcSettings, TrustedProxies, TrustedProxiesError,
};

const OIDC_ISSUER: &str = "TIDEMARK_OIDC_ISSUER";
const OIDC_CLIENT_ID: &str = "TIDEMARK_OIDC_CLIENT_ID";
const OIDC_CLIENT_SECRET: &str = "TIDEMARK_OIDC_CLIENT_SECRET";
const OIDC_NAME: &str = "TIDEMARK_OIDC_NAME";
const GITHUB_CLIENT_ID: &str = "TIDEMARK_GITHUB_CLIENT_ID";
const GITHUB_CLIENT_SECRET: &str = "TIDEMARK_GITHUB_CLIENT_SECRET";
const GITHUB_URL: &str = "TIDEMARK_GITHUB_URL";
const TRUSTED_PROXIES: &str = "TIDEMARK_TRUSTED_PROXIES";

/// Flags and variables of signing in.
#[derive(Args, Clone)]
pub struct SignInArgs {
    #[arg(long, help = "OpenID Connect issuer URL, exactly as in its tokens", env = OIDC_ISSUER, value_name = "URL")]
    oidc_issuer: Option<String>,
    /// OpenID Connect client ID
    #[arg(long, env = OIDC_CLIENT_ID, value_name = "ID")]
    oidc_client_id: Option<String>,
    /// OpenID Connect client secret
    #[arg(long, env = OIDC_CLIENT_SECRET, hide_env_values = true, value_name = "SECRET")]
    oidc_client_secret: Option<SecretString>,
    /// Provider name on the sign-in button [default: the host of the issuer]
    #[arg(long, env = OIDC_NAME, value_name = "NAME")]
    oidc_name: Option<String>,
    /// Client ID of a GitHub OAuth app for signing in
    #[arg(long, env = GITHUB_CLIENT_ID, value_name = "ID")]
    github_client_id: Option<String>,
    /// Client secret of the OAuth app
    #[arg(long, env = GITHUB_CLIENT_SECRET, hide_env_values = true, value_name = "SECRET")]
    github_client_secret: Option<SecretString>,
    #[arg(long, help = "GitHub URL for signing in [default: the web address of TIDEMARK_GITHUB_API_URL, https://github.com]", env = GITHUB_URL, value_name = "URL")]
    github_url: Option<String>,
    /// Proxies whose X-Forwarded-For is trusted: addresses and networks, separated by commas
    #[arg(long, env = TRUSTED_PROXIES, value_name = "LIST")]
    trusted_proxies: Option<String>,
}

/// The parsed settings of signing in.
pub(crate) struct SignIn {
    trusted_proxies: TrustedProxies,
    oidc: Option<OidcSettings>,
    github: Option<GithubSettings>,
}

impl SignIn {
    /// The complete settings, with the server's key and default rate limits.
    pub(crate) fn with_key(self, key: &SecretKey) -> AuthSettings {
        AuthSettings {
            trusted_proxies: self.trusted_proxies,
            oidc: self.oidc,
            github: self.github,
            ..AuthSettings::new(key)
        }
    }
}

impl SignInArgs {
    /// Parses all settings. `github_api_url` determines where people sign in to GitHub by default.
    pub(crate) fn read(&self, github_api_url: &Url) -> Result<SignIn, ConfigError> {
        let proxies = set(self.trusted_proxies.as_ref()).unwrap_or_default();
        let trusted_proxies = proxies.parse().map_err(|error: TrustedProxiesError| {
            let problem = format!("is not valid because {error}.");
            ConfigError::new(TRUSTED_PROXIES, problem)
        })?;
        Ok(SignIn {
            trusted_proxies,
            oidc: self.oidc()?,
            github: self.github(github_api_url)?,
        })
    }

    fn oidc(&self) -> Result<Option<OidcSettings>, ConfigError> {
        let issuer = set(self.oidc_issuer.as_ref());
        let client_id = set(self.oidc_client_id.as_ref());
        let client_secret = set_secret(self.oidc_client_secret.as_ref());
        let (Some(issuer), Some(client_id), Some(client_secret)) =
            (issuer, client_id, client_secret)
        else {
            return all_or_none(&[
                (OIDC_ISSUER, issuer.is_some()),
                (OIDC_CLIENT_ID, client_id.is_some()),
                (OIDC_CLIENT_SECRET, client_secret.is_some()),
            ]);
        };
        // People often copy the address of the provider's metadata.
        let issuer = issuer
            .strip_suffix("/.well-known/openid-configuration")
            .unwrap_or(issuer);
        let url = encrypted(OIDC_ISSUER, issuer)?;
        if url.query().is_some() || url.fragment().is_some() {
            let problem = format!("is “{issuer}”; remove everything after the path.");
            return Err(ConfigError::new(OIDC_ISSUER, problem));
        }
        let host = url.host_str().unwrap_or_default();
        let name = set(self.oidc_name.as_ref()).unwrap_or(host).to_owned();
        // Not the parsed URL: tokens state the issuer exactly, with or without a final slash.
        let issuer = IssuerUrl::new(issuer.to_owned())
            .map_err(|error| ConfigError::new(OIDC_ISSUER, format!("is not valid; {error}.")))?;
        Ok(Some(OidcSettings {
            issuer,
            name,
            client_id: client_id.to_owned(),
            client_secret: client_secret.into(),
        }))
    }

    fn github(&self, api_url: &Url) -> Result<Option<GithubSettings>, ConfigError> {
        let client_id = set(self.github_client_id.as_ref());
        let client_secret = set_secret(self.github_client_secret.as_ref());
        let (Some(client_id), Some(client_secret)) = (client_id, client_secret) else {
            return all_or_none(&[
                (GITHUB_CLIENT_ID, client_id.is_some()),
                (GITHUB_CLIENT_SECRET, client_secret.is_some()),
            ]);
        };
        let pages = domain::web_url(api_url.as_str());
        let url = set(self.github_url.as_ref()).unwrap_or(&pages);
        let url = encrypted(GITHUB_URL, url)?;
        Ok(Some(GithubSettings {
            url,
            client_id: client_id.to_owned(),
            client_secret: client_secret.into(),
        }))
    }
}

/// `Ok(None)` if none of these variables is set; otherwise an error names the first missing one.
fn all_or_none<T>(variables: &[(&'static str, bool)]) -> Result<Option<T>, ConfigError> {
    let find = |wanted| variables.iter().find(|(_, is_set)| *is_set == wanted);
    match (find(false), find(true)) {
        (Some((missing, _)), Some((present, _))) => Err(ConfigError::new(
            missing,
            format!("is not set, although {present} is; set both or neither."),
        )),
        _ => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args() -> SignInArgs {
        SignInArgs {
            oidc_issuer: None,
            oidc_client_id: None,
            oidc_client_secret: None,
            oidc_name: None,
            github_client_id: None,
            github_client_secret: None,
            github_url: None,
            trusted_proxies: None,
        }
    }

    fn provider(issuer: &str) -> SignInArgs {
        SignInArgs {
            oidc_issuer: Some(issuer.to_owned()),
            oidc_client_id: Some("tidemark".to_owned()),
            oidc_client_secret: Some("hunter2".into()),
            ..args()
        }
    }

    fn read(args: &SignInArgs) -> Result<SignIn, ConfigError> {
        args.read(&Url::parse("https://api.github.com/").unwrap())
    }

    #[test]
    fn a_provider_is_set_with_all_that_belongs_to_it_or_not_at_all() {
        let none = read(&args()).ok().unwrap();
        assert!(none.oidc.is_none() && none.github.is_none());

        let blank = SignInArgs {
            oidc_client_secret: Some(" ".into()),
            ..provider("https://login.example.org")
        };
        let error = read(&blank).err().unwrap().to_string();
        assert!(
            error.starts_with("TIDEMARK_OIDC_CLIENT_SECRET is not set, although"),
            "{error}"
        );
        let half = SignInArgs {
            github_client_secret: Some("hunter2".into()),
            ..args()
        };
        let error = read(&half).err().unwrap().to_string();
        assert!(
            error.starts_with("TIDEMARK_GITHUB_CLIENT_ID is not set") && !error.contains("hunter2")
        );
    }

    #[test]
    fn an_issuer_stays_as_it_is_written_and_is_encrypted_except_on_this_machine() {
        for issuer in [
            "https://login.example.org",
            "https://login.example.org/",
            "http://127.0.0.1:4000",
            "http://[::1]:4000/x",
            "http://localhost:4000",
        ] {
            let oidc = read(&provider(issuer)).ok().unwrap().oidc.unwrap();
            assert_eq!(oidc.issuer.as_str(), issuer);
        }
        for issuer in [
            "http://login.example.org",
            "ftp://x.org",
            "https://x.org/?a=b",
            "x.org",
        ] {
            let error = read(&provider(issuer)).err().unwrap().to_string();
            assert!(error.starts_with("TIDEMARK_OIDC_ISSUER is "), "{error}");
        }
    }

    #[test]
    fn the_button_names_the_provider_or_its_host() {
        let name = |args: &SignInArgs| read(args).ok().unwrap().oidc.unwrap().name;
        let unnamed = provider("https://login.example.org/realms/x");
        assert_eq!(name(&unnamed), "login.example.org");
        let named = SignInArgs {
            oidc_name: Some(" Lab accounts ".to_owned()),
            ..unnamed
        };
        assert_eq!(name(&named), "Lab accounts");
    }

    #[test]
    fn people_sign_in_at_the_pages_of_the_configured_github() {
        let app = SignInArgs {
            github_client_id: Some("Iv1".to_owned()),
            github_client_secret: Some("hunter2".into()),
            ..args()
        };
        let github = read(&app).ok().unwrap().github.unwrap();
        assert_eq!(github.url.as_str(), "https://github.com/");
    }
}
