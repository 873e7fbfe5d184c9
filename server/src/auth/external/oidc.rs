//! Signing in with OpenID Connect. The library implements the protocol and checks every response.

use std::sync::Mutex;

use chrono::{DateTime, TimeDelta, Utc};
use domain::ExternalIdentity;
use engine::SharedClock;
use oauth2::{
    AuthType, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet,
    EndpointNotSet, EndpointSet, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope,
    TokenResponse as _,
};
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreClientAuthMethod, CoreIdTokenClaims,
    CoreProviderMetadata, CoreTokenResponse, CoreUserInfoClaims,
};
use openidconnect::{
    AccessTokenHash, ClaimsVerificationError, DiscoveryError, IssuerUrl, Nonce,
    SignatureVerificationError, TokenResponse as _, reqwest,
};
use secrecy::ExposeSecret;
use url::Url;

use super::person::{Claims, identity};
use super::provider::{AuthorizationRequest, ProviderError, http_client};
use crate::auth::OidcSettings;

/// How long the provider's metadata and keys are cached.
const METADATA_TTL: TimeDelta = TimeDelta::hours(1);

/// The configured provider. Its metadata is requested at the first sign-in, so that Tidemark
/// starts while the provider is down.
pub(crate) struct Oidc {
    settings: OidcSettings,
    redirect: RedirectUrl,
    clock: SharedClock,
    cached: Mutex<Option<Cached>>,
}

/// The provider's metadata, with its keys.
#[derive(Clone)]
struct Cached {
    metadata: CoreProviderMetadata,
    fetched_at: DateTime<Utc>,
}

type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

impl Oidc {
    pub(crate) fn new(settings: OidcSettings, redirect: Url, clock: SharedClock) -> Self {
        Self {
            settings,
            redirect: RedirectUrl::from_url(redirect),
            clock,
            cached: Mutex::new(None),
        }
    }

    /// Requests the metadata at the start. If that fails, the log says what to change, and
    /// everything but signing in with the provider works.
    pub(super) async fn try_at_start(&self) {
        if let Err(ProviderError(error)) = self.fetch().await {
            let error: &(dyn std::error::Error + 'static) = error.as_ref();
            let issuer = self.settings.issuer.as_str();
            let document = format!(
                "{}/.well-known/openid-configuration",
                issuer.trim_end_matches('/')
            );
            tracing::warn!(
                error,
                "TIDEMARK_OIDC_ISSUER is “{issuer}”, where no OpenID Connect provider responds; set it to the “issuer” named in {document}."
            );
        }
    }

    /// Where to send the browser, and what the callback must match.
    pub(super) async fn authorize(&self) -> Result<AuthorizationRequest, ProviderError> {
        let client = self.client(self.metadata().await?)?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let flow = CoreAuthenticationFlow::AuthorizationCode;
        let (url, state, nonce) = client
            .authorize_url(flow, CsrfToken::new_random, Nonce::new_random)
            .add_scopes(["email", "profile"].map(|scope| Scope::new(scope.to_owned())))
            .set_pkce_challenge(challenge)
            .url();
        Ok(AuthorizationRequest {
            url,
            state: state.into_secret(),
            nonce: nonce.secret().clone(),
            verifier,
        })
    }

    /// Whose the code is. The library checks the token's signature, issuer, audience, nonce and
    /// expiry, and that it belongs to the access token.
    pub(super) async fn identity(
        &self,
        code: String,
        nonce: String,
        verifier: PkceCodeVerifier,
        issuer: Option<&str>,
    ) -> Result<ExternalIdentity, ProviderError> {
        let metadata = self.metadata().await?;
        // As the provider writes it, so that an identity stays the same whether or not the
        // configured issuer ends with a slash.
        let own = metadata.issuer().clone();
        if issuer.is_some_and(|issuer| issuer != own.as_str()) {
            // RFC 9207: a mix-up attack, with the response of another server.
            return Err(ProviderError::new("the response names another issuer"));
        }
        let http = self.http()?;
        let nonce = Nonce::new(nonce);
        let client = self.client(metadata)?;
        let tokens = client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(ProviderError::from_error)?
            .set_pkce_verifier(verifier)
            .request_async(&http)
            .await
            .map_err(ProviderError::from_error)?;
        let claims = match self.claims(&client, &tokens, &nonce) {
            // The provider has rotated its keys.
            Err(TokenError::Claims(ClaimsVerificationError::SignatureVerification(
                SignatureVerificationError::NoMatchingKey,
            ))) => {
                let client = self.client(self.fetch().await?)?;
                self.claims(&client, &tokens, &nonce)
            }
            claims => claims,
        };
        let claims = claims.map_err(ProviderError::from_error)?;
        let mut person = Claims::from_token(&claims);
        if person.is_incomplete() {
            person.complete(user_info(&client, &tokens, &claims, &http).await.as_ref());
        }
        identity(own.as_str(), claims.subject().as_str(), person)
    }

    fn claims(
        &self,
        client: &Client,
        tokens: &CoreTokenResponse,
        nonce: &Nonce,
    ) -> Result<CoreIdTokenClaims, TokenError> {
        let clock = self.clock.clone();
        let verifier = client.id_token_verifier().set_time_fn(move || clock.now());
        let token = tokens.id_token().ok_or(TokenError::NoToken)?;
        let claims = token.claims(&verifier, nonce)?;
        if let Some(expected) = claims.access_token_hash() {
            let algorithm = token.signing_alg()?;
            let key = token.signing_key(&verifier)?;
            let actual = AccessTokenHash::from_token(tokens.access_token(), algorithm, key);
            if actual.as_ref().ok() != Some(expected) {
                return Err(TokenError::OtherToken);
            }
        }
        Ok(claims.clone())
    }

    /// The metadata, requested again after [`METADATA_TTL`]. While the provider does not respond,
    /// the cached one is used.
    async fn metadata(&self) -> Result<CoreProviderMetadata, ProviderError> {
        let cached = self.cached.lock().ok().and_then(|cached| cached.clone());
        match cached {
            Some(cached) if self.clock.now() - cached.fetched_at < METADATA_TTL => {
                Ok(cached.metadata)
            }
            Some(cached) => Ok(self.fetch().await.unwrap_or(cached.metadata)),
            None => self.fetch().await,
        }
    }

    /// Requests the metadata and the keys.
    async fn fetch(&self) -> Result<CoreProviderMetadata, ProviderError> {
        let http = self.http()?;
        let issuer = &self.settings.issuer;
        let metadata = match CoreProviderMetadata::discover_async(issuer.clone(), &http).await {
            Ok(metadata) => metadata,
            // Issuers with and without a final slash are different, and easily confused.
            Err(DiscoveryError::Validation(_)) => {
                let other = other_ending(issuer).map_err(ProviderError::from_error)?;
                CoreProviderMetadata::discover_async(other, &http)
                    .await
                    .map_err(ProviderError::from_error)?
            }
            Err(error) => return Err(ProviderError::from_error(error)),
        };
        if let Ok(mut cached) = self.cached.lock() {
            *cached = Some(Cached {
                metadata: metadata.clone(),
                fetched_at: self.clock.now(),
            });
        }
        Ok(metadata)
    }

    fn client(&self, metadata: CoreProviderMetadata) -> Result<Client, ProviderError> {
        if metadata.token_endpoint().is_none() {
            return Err(ProviderError::new("the provider names no token endpoint"));
        }
        let auth = auth_type(&metadata);
        let id = ClientId::new(self.settings.client_id.clone());
        let secret = self.settings.client_secret.expose_secret().to_owned();
        let secret = Some(ClientSecret::new(secret));
        Ok(CoreClient::from_provider_metadata(metadata, id, secret)
            .set_auth_type(auth)
            .set_redirect_uri(self.redirect.clone()))
    }

    /// A provider with an HTTPS issuer must not name addresses without HTTPS.
    fn http(&self) -> Result<reqwest::Client, ProviderError> {
        http_client(self.settings.issuer.url().scheme() == "https")
    }
}

/// The same issuer with a slash at its end, or without it.
fn other_ending(issuer: &IssuerUrl) -> Result<IssuerUrl, url::ParseError> {
    IssuerUrl::new(match issuer.as_str().strip_suffix('/') {
        Some(bare) => bare.to_owned(),
        None => format!("{}/", issuer.as_str()),
    })
}

/// How the client authenticates: in the header, unless the provider accepts it only in the body.
fn auth_type(metadata: &CoreProviderMetadata) -> AuthType {
    let methods = metadata.token_endpoint_auth_methods_supported();
    let supports = |method| methods.is_none_or(|methods| methods.contains(&method));
    if supports(CoreClientAuthMethod::ClientSecretBasic)
        || !supports(CoreClientAuthMethod::ClientSecretPost)
    {
        AuthType::BasicAuth
    } else {
        AuthType::RequestBody
    }
}

/// The claims of the user info endpoint, since many providers keep the token small. The token
/// alone proves the identity, so an error is only logged.
async fn user_info<'c>(
    client: &'c Client,
    tokens: &CoreTokenResponse,
    claims: &CoreIdTokenClaims,
    http: &'c reqwest::Client,
) -> Option<CoreUserInfoClaims> {
    let token = tokens.access_token().clone();
    let request = client
        .user_info(token, Some(claims.subject().clone()))
        .ok()?;
    let response = request.request_async(http).await;
    response
        .inspect_err(|error| {
            tracing::warn!(
                error = error as &dyn std::error::Error,
                "the OpenID Connect provider returned no user info"
            );
        })
        .ok()
}

/// Why a token proves no identity.
#[derive(Debug, thiserror::Error)]
enum TokenError {
    #[error("the provider sent no ID token")]
    NoToken,
    #[error("the provider’s tokens do not belong together")]
    OtherToken,
    #[error(transparent)]
    Claims(#[from] ClaimsVerificationError),
    #[error(transparent)]
    Signature(#[from] SignatureVerificationError),
    #[error(transparent)]
    Signing(#[from] openidconnect::SigningError),
}
