//! Signing in with GitHub: an OAuth app, asked for nothing but who it is.
//!
//! <https://docs.github.com/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps>

use domain::ExternalIdentity;
use engine::Engine;
use oauth2::basic::{BasicClient, BasicErrorResponse};
use oauth2::{
    AuthType, AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointNotSet,
    EndpointSet, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError,
    TokenResponse as _, TokenUrl,
};
use secrecy::ExposeSecret;
use url::Url;

use super::{Failure, Leaving, http};
use crate::auth::GithubSettings;

/// The application that is configured.
pub(crate) struct Github {
    settings: GithubSettings,
    redirect: RedirectUrl,
}

type Client = BasicClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointSet>;

impl Github {
    pub(crate) fn new(settings: GithubSettings, redirect: Url) -> Self {
        Self {
            settings,
            redirect: RedirectUrl::from_url(redirect),
        }
    }

    /// Where the browser goes to sign in, and what its answer must fit.
    pub(super) fn leave(&self) -> Result<Leaving, Failure> {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let (url, state) = self
            .client()?
            .authorize_url(CsrfToken::new_random)
            .set_pkce_challenge(challenge)
            .url();
        Ok(Leaving {
            url,
            state: state.into_secret(),
            nonce: String::new(),
            verifier,
        })
    }

    /// Whose the code is.
    pub(super) async fn identity(
        &self,
        engine: &Engine,
        code: String,
        verifier: PkceCodeVerifier,
    ) -> Result<ExternalIdentity, Failure> {
        let http = http(self.settings.url.scheme() == "https")?;
        let tokens = self
            .client()?
            .exchange_code(AuthorizationCode::new(code))
            .set_pkce_verifier(verifier)
            .request_async(&http)
            .await
            .map_err(refusal)?;
        let token = tokens.access_token().secret().as_str().into();
        let identity = engine.github_identity(&token).await;
        identity.map_err(|error| Failure::of(error.into_problem()))
    }

    fn client(&self) -> Result<Client, Failure> {
        let base = self.settings.url.as_str().trim_end_matches('/');
        let at = |path: &str| format!("{base}/login/oauth/{path}");
        let secret = self.settings.client_secret.expose_secret().to_owned();
        Ok(
            BasicClient::new(ClientId::new(self.settings.client_id.clone()))
                .set_client_secret(ClientSecret::new(secret))
                // GitHub documents the body alone.
                .set_auth_type(AuthType::RequestBody)
                .set_auth_uri(AuthUrl::new(at("authorize")).map_err(Failure::of)?)
                .set_token_uri(TokenUrl::new(at("access_token")).map_err(Failure::of)?)
                .set_redirect_uri(self.redirect.clone()),
        )
    }
}

/// GitHub says what is wrong with status 200, where a token is expected.
/// <https://docs.github.com/apps/oauth-apps/maintaining-oauth-apps/troubleshooting-oauth-app-access-token-request-errors>
fn refusal<E: std::error::Error + Send + Sync + 'static>(
    error: RequestTokenError<E, BasicErrorResponse>,
) -> Failure {
    if let RequestTokenError::Parse(_, body) = &error
        && let Ok(refusal) = serde_json::from_slice::<BasicErrorResponse>(body)
    {
        return Failure::of(RequestTokenError::<E, _>::ServerResponse(refusal));
    }
    Failure::of(error)
}
