//! OpenID Connect: the library speaks it and checks every answer; here is what we ask of it.

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

use super::person::{Told, identity};
use super::{Failure, Leaving, http};
use crate::auth::OidcSettings;

/// How long the provider's description and keys are taken as they are.
const FRESH: TimeDelta = TimeDelta::hours(1);

/// The provider that is configured. It is asked who it is when somebody first signs in, so that
/// Tidemark starts without it.
pub(crate) struct Oidc {
    settings: OidcSettings,
    redirect: RedirectUrl,
    clock: SharedClock,
    known: Mutex<Option<Known>>,
}

/// What the provider says of itself, with its keys.
#[derive(Clone)]
struct Known {
    metadata: CoreProviderMetadata,
    learned_at: DateTime<Utc>,
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
            known: Mutex::new(None),
        }
    }

    /// Asks the provider who it is at the start; where it does not say, the log names what to
    /// change, and everything but signing in with it works.
    pub(super) async fn try_at_start(&self) {
        if let Err(Failure(error)) = self.learn().await {
            let error: &(dyn std::error::Error + 'static) = error.as_ref();
            let issuer = self.settings.issuer.as_str();
            let document = format!(
                "{}/.well-known/openid-configuration",
                issuer.trim_end_matches('/')
            );
            tracing::warn!(
                error,
                "TIDEMARK_OIDC_ISSUER is “{issuer}”, and no provider of OpenID Connect answers there: set it to the “issuer” that the document at {document} names."
            );
        }
    }

    /// Where the browser goes to sign in, and what its answer must fit.
    pub(super) async fn leave(&self) -> Result<Leaving, Failure> {
        let client = self.client(self.known().await?)?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let flow = CoreAuthenticationFlow::AuthorizationCode;
        let (url, state, nonce) = client
            .authorize_url(flow, CsrfToken::new_random, Nonce::new_random)
            .add_scopes(["email", "profile"].map(|scope| Scope::new(scope.to_owned())))
            .set_pkce_challenge(challenge)
            .url();
        Ok(Leaving {
            url,
            state: state.into_secret(),
            nonce: nonce.secret().clone(),
            verifier,
        })
    }

    /// Whose the code is. The library checks the token's signature, issuer, audience, nonce and
    /// expiry, and that the access token is the one it was given with.
    pub(super) async fn identity(
        &self,
        code: String,
        nonce: String,
        verifier: PkceCodeVerifier,
        issuer: Option<&str>,
    ) -> Result<ExternalIdentity, Failure> {
        let known = self.known().await?;
        // As the provider itself writes it, so that an identity stays the same however the
        // configuration ends.
        let own = known.issuer().clone();
        if issuer.is_some_and(|issuer| issuer != own.as_str()) {
            // RFC 9207: the answer of another server, mixed into this one's.
            return Err(Failure::new("the answer names another issuer"));
        }
        let http = self.http()?;
        let nonce = Nonce::new(nonce);
        let client = self.client(known)?;
        let tokens = client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(Failure::of)?
            .set_pkce_verifier(verifier)
            .request_async(&http)
            .await
            .map_err(Failure::of)?;
        let claims = match self.claims(&client, &tokens, &nonce) {
            // The provider has changed its keys since.
            Err(Unproven::Claims(ClaimsVerificationError::SignatureVerification(
                SignatureVerificationError::NoMatchingKey,
            ))) => {
                let client = self.client(self.learn().await?)?;
                self.claims(&client, &tokens, &nonce)
            }
            claims => claims,
        };
        let claims = claims.map_err(Failure::of)?;
        let mut told = Told::claims(&claims);
        if told.is_incomplete() {
            told.complete(more(&client, &tokens, &claims, &http).await.as_ref());
        }
        identity(own.as_str(), claims.subject().as_str(), told)
    }

    fn claims(
        &self,
        client: &Client,
        tokens: &CoreTokenResponse,
        nonce: &Nonce,
    ) -> Result<CoreIdTokenClaims, Unproven> {
        let clock = self.clock.clone();
        let verifier = client.id_token_verifier().set_time_fn(move || clock.now());
        let token = tokens.id_token().ok_or(Unproven::NoToken)?;
        let claims = token.claims(&verifier, nonce)?;
        if let Some(expected) = claims.access_token_hash() {
            let algorithm = token.signing_alg()?;
            let key = token.signing_key(&verifier)?;
            let actual = AccessTokenHash::from_token(tokens.access_token(), algorithm, key);
            if actual.as_ref().ok() != Some(expected) {
                return Err(Unproven::OtherToken);
            }
        }
        Ok(claims.clone())
    }

    /// What is known of the provider, asked anew now and then; while it does not answer, what was
    /// known before.
    async fn known(&self) -> Result<CoreProviderMetadata, Failure> {
        let known = self.known.lock().ok().and_then(|known| known.clone());
        match known {
            Some(known) if self.clock.now() - known.learned_at < FRESH => Ok(known.metadata),
            Some(known) => Ok(self.learn().await.unwrap_or(known.metadata)),
            None => self.learn().await,
        }
    }

    /// Asks the provider who it is, and for its keys.
    async fn learn(&self) -> Result<CoreProviderMetadata, Failure> {
        let http = self.http()?;
        let issuer = &self.settings.issuer;
        let metadata = match CoreProviderMetadata::discover_async(issuer.clone(), &http).await {
            Ok(metadata) => metadata,
            // Whether the issuer ends with a slash is the provider's choice, and easily missed.
            Err(DiscoveryError::Validation(_)) => {
                let other = other_ending(issuer).map_err(Failure::of)?;
                CoreProviderMetadata::discover_async(other, &http)
                    .await
                    .map_err(Failure::of)?
            }
            Err(error) => return Err(Failure::of(error)),
        };
        if let Ok(mut known) = self.known.lock() {
            *known = Some(Known {
                metadata: metadata.clone(),
                learned_at: self.clock.now(),
            });
        }
        Ok(metadata)
    }

    fn client(&self, metadata: CoreProviderMetadata) -> Result<Client, Failure> {
        if metadata.token_endpoint().is_none() {
            return Err(Failure::new("the provider names no token endpoint"));
        }
        let auth = auth_type(&metadata);
        let id = ClientId::new(self.settings.client_id.clone());
        let secret = self.settings.client_secret.expose_secret().to_owned();
        let secret = Some(ClientSecret::new(secret));
        Ok(CoreClient::from_provider_metadata(metadata, id, secret)
            .set_auth_type(auth)
            .set_redirect_uri(self.redirect.clone()))
    }

    /// Whoever is reached over HTTPS names no address without it.
    fn http(&self) -> Result<reqwest::Client, Failure> {
        http(self.settings.issuer.url().scheme() == "https")
    }
}

/// The same issuer with a slash at its end, or without it.
fn other_ending(issuer: &IssuerUrl) -> Result<IssuerUrl, url::ParseError> {
    IssuerUrl::new(match issuer.as_str().strip_suffix('/') {
        Some(bare) => bare.to_owned(),
        None => format!("{}/", issuer.as_str()),
    })
}

/// How the client proves itself: in the header, unless the provider takes it only in the body.
fn auth_type(metadata: &CoreProviderMetadata) -> AuthType {
    let methods = metadata.token_endpoint_auth_methods_supported();
    let takes = |method| methods.is_none_or(|methods| methods.contains(&method));
    if takes(CoreClientAuthMethod::ClientSecretBasic)
        || !takes(CoreClientAuthMethod::ClientSecretPost)
    {
        AuthType::BasicAuth
    } else {
        AuthType::RequestBody
    }
}

/// What only the user info endpoint tells: many providers keep the token small. Who it is stands
/// in the token, so nothing depends on it.
async fn more<'c>(
    client: &'c Client,
    tokens: &CoreTokenResponse,
    claims: &CoreIdTokenClaims,
    http: &'c reqwest::Client,
) -> Option<CoreUserInfoClaims> {
    let token = tokens.access_token().clone();
    let request = client
        .user_info(token, Some(claims.subject().clone()))
        .ok()?;
    let answer = request.request_async(http).await;
    answer
        .inspect_err(|error| {
            tracing::warn!(
                error = error as &dyn std::error::Error,
                "the provider of OpenID Connect told nothing more about a person"
            );
        })
        .ok()
}

/// Why a token proves nothing.
#[derive(Debug, thiserror::Error)]
enum Unproven {
    #[error("the provider sent no token that says who it is")]
    NoToken,
    #[error("the provider's tokens do not belong together")]
    OtherToken,
    #[error(transparent)]
    Claims(#[from] ClaimsVerificationError),
    #[error(transparent)]
    Signature(#[from] SignatureVerificationError),
    #[error(transparent)]
    Signing(#[from] openidconnect::SigningError),
}
