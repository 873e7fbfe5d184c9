//! A provider of OpenID Connect that can be told what to do wrong. What a right one does in full
//! is shown in the browser's tests, with a certified one.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::extract::{Form, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use chrono::TimeDelta;
use engine::{Clock as _, SystemClock};
use oauth2::{
    AccessToken, AuthUrl, EmptyExtraTokenFields, PkceCodeChallenge, PkceCodeVerifier, TokenUrl,
};
use openidconnect::core::{
    CoreEdDsaPrivateSigningKey, CoreIdToken, CoreIdTokenClaims, CoreIdTokenFields,
    CoreJsonWebKeySet, CoreJwsSigningAlgorithm, CoreProviderMetadata, CoreResponseType,
    CoreSubjectIdentifierType, CoreTokenResponse, CoreTokenType,
};
use openidconnect::{
    Audience, EmptyAdditionalClaims, EmptyAdditionalProviderMetadata, IssuerUrl, JsonWebKeyId,
    JsonWebKeySetUrl, Nonce, PrivateSigningKey, ResponseTypes, StandardClaims, SubjectIdentifier,
    UserInfoUrl,
};
use serde_json::json;
use server::auth::OidcSettings;
use tokio::net::TcpListener;
use url::Url;

const CLIENT: &str = "tidemark";
const SECRET: &str = "hunter2";

/// Keys for tests, and for nothing else.
const KEYS: [&str; 2] = [
    "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIN/fV+1AykoZPLQffWVhgcTdRvR23Wt6MpKsHlk5vXtu\n-----END PRIVATE KEY-----\n",
    "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIEy7PJ7qF+3cAEsrhohnAKQMJkD+Uv1LcnHwDQZRhiqA\n-----END PRIVATE KEY-----\n",
];

/// What it does wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    Issuer,
    Audience,
    FurtherAudience,
    Nonce,
    Expired,
    Signature,
    Algorithm,
    AccessToken,
    NoToken,
    Refusal,
    Nonsense,
    SuspectDay,
}

impl Wrong {
    pub const ALL: [Self; 12] = [
        Self::Issuer,
        Self::Audience,
        Self::FurtherAudience,
        Self::Nonce,
        Self::Expired,
        Self::Signature,
        Self::Algorithm,
        Self::AccessToken,
        Self::NoToken,
        Self::Refusal,
        Self::Nonsense,
        Self::SuspectDay,
    ];
}

/// A provider at which Mona is signed in; it ends with the runtime of its test.
#[derive(Clone)]
pub struct Provider {
    pub url: String,
    state: Arc<Mutex<Doing>>,
}

#[derive(Default)]
struct Doing {
    /// What a code was given for: the nonce, the PKCE challenge and the address.
    codes: HashMap<String, (String, String, String)>,
    wrong: Option<Wrong>,
    /// Which key it signs with, and shows.
    key: usize,
    down: bool,
    given: usize,
}

impl Provider {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let provider = Self {
            url: format!("http://{}", listener.local_addr().unwrap()),
            state: Arc::default(),
        };
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(describe))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .route("/me", get(me))
            .with_state(provider.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        provider
    }

    pub fn settings(&self) -> OidcSettings {
        OidcSettings {
            issuer: IssuerUrl::new(self.url.clone()).unwrap(),
            name: "Lab accounts".to_owned(),
            client_id: CLIENT.to_owned(),
            client_secret: SECRET.into(),
        }
    }

    pub fn does(&self, wrong: Option<Wrong>) {
        self.state.lock().unwrap().wrong = wrong;
    }

    pub fn is_down(&self, down: bool) {
        self.state.lock().unwrap().down = down;
    }

    /// From now on it signs with another key, under another name.
    pub fn changes_its_keys(&self) {
        self.state.lock().unwrap().key = 1;
    }

    /// Lets Mona continue from Tidemark's redirect. Returns the address she is sent back to.
    pub fn agrees(&self, to: &str, tidemark: &str) -> String {
        let authorization = AuthorizationRequest::read(to, &format!("{}/authorize", self.url));
        let callback = format!("{tidemark}/sign-in/oidc/callback");
        assert_eq!(authorization.get("client_id"), CLIENT);
        assert_eq!(authorization.get("scope"), "openid email profile");
        assert_eq!(authorization.get("redirect_uri"), callback);
        assert!(authorization.get("nonce").len() > 20);
        let mut doing = self.state.lock().unwrap();
        doing.given += 1;
        let code = format!("code-{}", doing.given);
        let given = ["nonce", "code_challenge", "redirect_uri"]
            .map(|name| authorization.get(name).to_owned());
        doing.codes.insert(code.clone(), given.into());
        format!(
            "/sign-in/oidc/callback?code={code}&state={}",
            authorization.get("state")
        )
    }
}

/// What a browser that Tidemark sent away asks for.
pub struct AuthorizationRequest(HashMap<String, String>);

impl AuthorizationRequest {
    pub fn read(to: &str, page: &str) -> Self {
        let url = Url::parse(to).unwrap();
        assert!(to.starts_with(&format!("{page}?")), "{to}");
        let authorization = Self(url.query_pairs().into_owned().collect());
        assert_eq!(authorization.get("response_type"), "code");
        assert_eq!(authorization.get("code_challenge_method"), "S256");
        assert!(
            authorization.get("state").len() > 20
                && authorization.get("code_challenge").len() == 43
        );
        authorization
    }

    pub fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }
}

fn key(number: usize, shown_as: usize) -> CoreEdDsaPrivateSigningKey {
    let id = JsonWebKeyId::new(format!("key-{shown_as}"));
    CoreEdDsaPrivateSigningKey::from_ed25519_pem(KEYS[number], Some(id)).unwrap()
}

async fn describe(State(provider): State<Provider>) -> Response {
    if provider.state.lock().unwrap().down {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let at = |path: &str| format!("{}{path}", provider.url);
    let metadata = CoreProviderMetadata::new(
        IssuerUrl::new(provider.url.clone()).unwrap(),
        AuthUrl::new(at("/authorize")).unwrap(),
        JsonWebKeySetUrl::new(at("/keys")).unwrap(),
        vec![ResponseTypes::new(vec![CoreResponseType::Code])],
        vec![CoreSubjectIdentifierType::Public],
        vec![CoreJwsSigningAlgorithm::EdDsa],
        EmptyAdditionalProviderMetadata {},
    )
    .set_token_endpoint(Some(TokenUrl::new(at("/token")).unwrap()))
    .set_userinfo_endpoint(Some(UserInfoUrl::new(at("/me")).unwrap()));
    Json(metadata).into_response()
}

async fn keys(State(provider): State<Provider>) -> impl IntoResponse {
    let number = provider.state.lock().unwrap().key;
    Json(CoreJsonWebKeySet::new(vec![
        key(number, number).as_verification_key(),
    ]))
}

async fn token(
    State(provider): State<Provider>,
    headers: HeaderMap,
    Form(form): Form<HashMap<String, String>>,
) -> Response {
    let refusal = || {
        let refusal =
            json!({"error": "invalid_grant", "error_description": "the code is not valid"});
        (StatusCode::BAD_REQUEST, Json(refusal)).into_response()
    };
    // tidemark:hunter2
    assert_eq!(headers["authorization"], "Basic dGlkZW1hcms6aHVudGVyMg==");
    assert_eq!(form["grant_type"], "authorization_code");
    let (given, wrong, number) = {
        let mut doing = provider.state.lock().unwrap();
        (doing.codes.remove(&form["code"]), doing.wrong, doing.key)
    };
    let Some((nonce, challenge, redirect)) = given else {
        return refusal();
    };
    let verifier = PkceCodeVerifier::new(form["code_verifier"].clone());
    let proof = PkceCodeChallenge::from_code_verifier_sha256(&verifier);
    assert_eq!(proof.as_str(), challenge);
    assert_eq!(form["redirect_uri"], redirect);
    match wrong {
        Some(Wrong::Refusal) => return refusal(),
        Some(Wrong::Nonsense) => return "<html>maintenance</html>".into_response(),
        Some(Wrong::SuspectDay) => return StatusCode::BAD_GATEWAY.into_response(),
        _ => {}
    }
    let is = |it| wrong == Some(it);
    let either = |it, right: &str| if is(it) { "something else" } else { right }.to_owned();
    let issuer = if is(Wrong::Issuer) {
        "https://evil.example"
    } else {
        &provider.url
    };
    let mut audience = vec![Audience::new(either(Wrong::Audience, CLIENT))];
    audience.extend(is(Wrong::FurtherAudience).then(|| Audience::new("another".to_owned())));
    let now = SystemClock.now();
    let lasts = TimeDelta::minutes(if is(Wrong::Expired) { -1 } else { 5 });
    let claims = CoreIdTokenClaims::new(
        IssuerUrl::new(issuer.to_owned()).unwrap(),
        audience,
        now + lasts,
        now,
        StandardClaims::new(SubjectIdentifier::new("mona-4711".to_owned())),
        EmptyAdditionalClaims {},
    )
    .set_nonce(Some(Nonce::new(either(Wrong::Nonce, &nonce))));
    let signed_by = key(
        if is(Wrong::Signature) {
            1 - number
        } else {
            number
        },
        number,
    );
    let bound_to = AccessToken::new(either(Wrong::AccessToken, "at-mona"));
    let token = if is(Wrong::Algorithm) {
        let by_secret = openidconnect::core::CoreHmacKey::new(SECRET);
        let algorithm = CoreJwsSigningAlgorithm::HmacSha256;
        CoreIdToken::new(claims, &by_secret, algorithm, Some(&bound_to), None)
    } else {
        let algorithm = CoreJwsSigningAlgorithm::EdDsa;
        CoreIdToken::new(claims, &signed_by, algorithm, Some(&bound_to), None)
    };
    let token = Some(token.unwrap()).filter(|_| !is(Wrong::NoToken));
    Json(CoreTokenResponse::new(
        AccessToken::new("at-mona".to_owned()),
        CoreTokenType::Bearer,
        CoreIdTokenFields::new(token, EmptyExtraTokenFields {}),
    ))
    .into_response()
}

async fn me(headers: HeaderMap) -> impl IntoResponse {
    assert_eq!(headers["authorization"], "Bearer at-mona");
    Json(json!({"sub": "mona-4711", "name": "Mona", "email": "mona@example.org"}))
}
