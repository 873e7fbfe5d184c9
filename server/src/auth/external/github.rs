//! Signing in with GitHub: an OAuth app without scopes, used only to learn who the person is.
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

use super::provider::{AuthorizationRequest, ProviderError, http_client};
use crate::auth::GithubSettings;

/// The configured application.
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

    /// Where to send the browser, and what the callback must match.
    pub(super) fn authorize(&self) -> Result<AuthorizationRequest, ProviderError> {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let (url, state) = self
            .client()?
            .authorize_url(CsrfToken::new_random)
            .set_pkce_challenge(challenge)
            .url();
        Ok(AuthorizationRequest {
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
    ) -> Result<ExternalIdentity, ProviderError> {
        let http = http_client(self.settings.url.scheme() == "https")?;
        let tokens = self
            .client()?
            .exchange_code(AuthorizationCode::new(code))
            .set_pkce_verifier(verifier)
            .request_async(&http)
            .await
            .map_err(provider_error)?;
        let token = tokens.access_token().secret().as_str().into();
        let identity = engine.github_identity(&token).await;
        identity.map_err(|error| ProviderError::from_error(error.into_problem()))
    }

    fn client(&self) -> Result<Client, ProviderError> {
        let base = self.settings.url.as_str().trim_end_matches('/');
        let at = |path: &str| format!("{base}/login/oauth/{path}");
        let secret = self.settings.client_secret.expose_secret().to_owned();
        Ok(
            BasicClient::new(ClientId::new(self.settings.client_id.clone()))
                .set_client_secret(ClientSecret::new(secret))
                // GitHub documents the body alone.
                .set_auth_type(AuthType::RequestBody)
                .set_auth_uri(AuthUrl::new(at("authorize")).map_err(ProviderError::from_error)?)
                .set_token_uri(
                    TokenUrl::new(at("access_token")).map_err(ProviderError::from_error)?,
                )
                .set_redirect_uri(self.redirect.clone()),
        )
    }
}

/// GitHub reports errors with status 200, where a token is expected.
/// <https://docs.github.com/apps/oauth-apps/maintaining-oauth-apps/troubleshooting-oauth-app-access-token-request-errors>
fn provider_error<E: std::error::Error + Send + Sync + 'static>(
    error: RequestTokenError<E, BasicErrorResponse>,
) -> ProviderError {
    if let RequestTokenError::Parse(_, body) = &error
        && let Ok(response) = serde_json::from_slice::<BasicErrorResponse>(body)
    {
        return ProviderError::from_error(RequestTokenError::<E, _>::ServerResponse(response));
    }
    ProviderError::from_error(error)
}
