//! What every test uses: a running server, a tenant with known traffic, and clients.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use app::{Asset, Assets};
use domain::report::Run;
use domain::{Role, TenantId, TokenScope, Trigger, Viewer};
use engine::{
    Credential, DatabaseUrl, Engine, NewConnection, NewUser, SecretKey, Settings, SharedClock,
    SystemClock,
};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, Response};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use server::auth::{AuthSettings, OidcSettings, Rates};
use server::web::router;
use server::{AppConfig, AppState, Frontend};
use simulator::Running;
use sqlx::Connection as _;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::github::github_app;
pub use crate::github::{DAYS, GITHUB_TOKEN, github};

pub const PASSWORD: &str = "a long enough passphrase";
pub const SCRIPT: &str = "/assets/frontend-0123456789abcdef.js";
/// The script of every page.
pub const PAGE_SCRIPT: &str = "/assets/page-0123456789abcdef.js";

/// A served site; it ends with this value.
pub struct Service {
    pub url: String,
    pub engine: Engine,
    stopping: CancellationToken,
    github: Running,
    folder: TempDir,
    key: SecretKey,
}

/// How a site is served in a test.
pub struct Options<'a> {
    /// Begins with what this one holds; GitHub stays the one that its connections know.
    pub copy_of: Option<&'a Service>,
    pub rates: Rates,
    pub oidc: Option<OidcSettings>,
    /// Whether people may sign in with the simulated GitHub, as Octo.
    pub github_app: bool,
    pub public_url: Option<&'static str>,
}

impl Default for Options<'_> {
    fn default() -> Self {
        Self {
            copy_of: None,
            rates: Rates::generous(),
            oidc: None,
            github_app: false,
            public_url: None,
        }
    }
}

/// A tenant that is connected and has an owner.
pub struct Tenant {
    pub id: TenantId,
}

impl Service {
    /// Nobody and nothing is there yet.
    pub async fn empty() -> Self {
        Self::with(Options::default()).await
    }

    pub async fn with(options: Options<'_>) -> Self {
        let clock: SharedClock = Arc::new(SystemClock);
        let github = github(clock.clone()).await;
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("tidemark.db");
        let key = match options.copy_of {
            Some(original) => {
                original.copy_to(&database).await;
                original.key.clone()
            }
            None => SecretKey::generate().unwrap(),
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let settings = Settings {
            database: DatabaseUrl::Sqlite(database),
            secret_key: key.clone(),
            github_api_url: Url::parse(github.url()).unwrap(),
            collect_concurrency: 4,
            collect_max_wait: std::time::Duration::from_hours(3),
            keep_responses_days: 30,
            worker: url.clone(),
        };
        let engine = Engine::open(settings, clock).await.unwrap();
        engine.start().await.unwrap();
        let stopping = CancellationToken::new();
        let assets = Assets {
            script: SCRIPT.to_owned(),
            page_script: Some(Asset {
                href: PAGE_SCRIPT.to_owned(),
                integrity: Some("sha384-AAA".to_owned()),
            }),
            ..Assets::default()
        };
        let site = AppState::new(
            engine.clone(),
            AppConfig {
                public_url: Url::parse(options.public_url.unwrap_or(&url)).unwrap(),
                frontend: Frontend::with_assets(assets),
                auth: AuthSettings {
                    rates: options.rates,
                    oidc: options.oidc,
                    github: options.github_app.then(|| github_app(&github)),
                    ..AuthSettings::new(&key)
                },
                stopping: stopping.clone(),
            },
        );
        let service = router(&site).into_make_service_with_connect_info::<SocketAddr>();
        let stopped = stopping.clone().cancelled_owned();
        tokio::spawn(async move {
            axum::serve(listener, service)
                .with_graceful_shutdown(stopped)
                .await
        });
        Self {
            url,
            engine,
            stopping,
            github,
            folder,
            key,
        }
    }

    /// Writes what the database holds now to another file.
    async fn copy_to(&self, file: &Path) {
        let url = format!(
            "sqlite:{}",
            self.folder.path().join("tidemark.db").display()
        );
        let mut connection = sqlx::SqliteConnection::connect(&url).await.unwrap();
        sqlx::query("vacuum into $1")
            .bind(file.display().to_string())
            .execute(&mut connection)
            .await
            .unwrap();
    }

    /// All that the database holds now, byte by byte.
    pub async fn database(&self) -> Vec<u8> {
        let file = self.folder.path().join("copy.db");
        self.copy_to(&file).await;
        std::fs::read(file).unwrap()
    }

    /// Where the database lies.
    pub fn database_path(&self) -> std::path::PathBuf {
        self.folder.path().join("tidemark.db")
    }

    /// The simulated GitHub.
    pub fn github(&self) -> &Running {
        &self.github
    }

    /// The base address of the simulated GitHub.
    pub fn github_url(&self) -> &str {
        self.github.url()
    }

    /// An administrator who owns a tenant “Lab”, connected, without repositories.
    pub async fn with_lab() -> (Self, Tenant) {
        let service = Self::empty().await;
        let lab = service.tenant("Lab", "ada@example.org", true).await;
        (service, lab)
    }

    /// A tenant of this name with its owner, connected to the simulator.
    pub async fn tenant(&self, name: &str, email: &str, administrator: bool) -> Tenant {
        self.person(email, administrator, Some((name, Role::Owner)))
            .await;
        let id = self
            .engine
            .tenant(&Viewer::Operator, &name.to_lowercase())
            .await
            .unwrap();
        self.engine
            .connect(&Viewer::Operator, id, connection("github"))
            .await
            .unwrap();
        Tenant { id }
    }

    pub async fn person(&self, email: &str, administrator: bool, membership: Option<(&str, Role)>) {
        let person = NewUser {
            email: email.parse().unwrap(),
            name: "Somebody".to_owned(),
            password: PASSWORD.into(),
            administrator,
            maintainer: false,
            membership: membership.map(|(tenant, role)| (tenant.to_owned(), role)),
        };
        self.engine
            .create_user(&Viewer::Operator, person)
            .await
            .unwrap();
    }

    /// Tracks `octo/hello` and collects it; its id.
    pub async fn collected(&self, tenant: &Tenant) -> domain::RepositoryId {
        let name = "octo/hello".parse().unwrap();
        let repository = self
            .engine
            .track(&Viewer::Operator, tenant.id, &name)
            .await
            .unwrap();
        self.collect(tenant).await;
        repository.id
    }

    pub async fn collect(&self, tenant: &Tenant) -> Run {
        let viewer = &Viewer::Operator;
        let run = self
            .engine
            .start_run(viewer, tenant.id, Trigger::Manual, None)
            .await
            .unwrap();
        self.engine
            .wait_for_run(viewer, tenant.id, run)
            .await
            .unwrap()
    }

    pub async fn token(&self, tenant: &Tenant, scope: TokenScope) -> SecretString {
        self.engine
            .create_token(&Viewer::Operator, tenant.id, "tests", scope)
            .await
            .unwrap()
    }

    /// A program with an API token of the tenant.
    pub async fn program(&self, tenant: &Tenant, scope: TokenScope) -> Program {
        let token = self.token(tenant, scope).await;
        Program {
            url: self.url.clone(),
            token,
            client: client(),
        }
    }

    /// A browser without a session.
    pub fn browser(&self) -> Browser {
        Browser::at(&self.url)
    }

    /// A browser in which this person is signed in.
    pub async fn signed_in(&self, email: &str) -> Browser {
        let browser = self.browser();
        let answer = browser.sign_in(email, PASSWORD, "").await;
        assert_eq!(location(&answer), "/");
        browser
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.stopping.cancel();
    }
}

/// A connection of this name, with the token that GitHub knows.
pub fn connection(name: &str) -> NewConnection {
    NewConnection {
        name: name.to_owned(),
        api_url: None,
        credential: Credential::Token(GITHUB_TOKEN.into()),
    }
}

/// Follows no redirect, so that tests see them.
fn client() -> Client {
    Client::builder()
        .redirect(Policy::none())
        .cookie_store(true)
        .build()
        .unwrap()
}

pub struct Browser {
    pub url: String,
    pub client: Client,
}

impl Browser {
    pub fn at(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            client: client(),
        }
    }

    pub fn request(&self, method: &str, path: &str) -> RequestBuilder {
        let method = method.parse().unwrap();
        self.client.request(method, format!("{}{path}", self.url))
    }

    pub async fn get(&self, path: &str) -> Response {
        self.request("GET", path).send().await.unwrap()
    }

    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Response {
        self.request("POST", path)
            .form(fields)
            .send()
            .await
            .unwrap()
    }

    pub async fn sign_in(&self, email: &str, password: &str, next: &str) -> Response {
        self.post(
            "/sign-in",
            &[
                ("do", "sign-in"),
                ("email", email),
                ("password", password),
                ("next", next),
            ],
        )
        .await
    }
}

pub struct Program {
    pub url: String,
    pub token: SecretString,
    pub client: Client,
}

impl Program {
    pub fn request(&self, method: &str, path: &str) -> RequestBuilder {
        let method = method.parse().unwrap();
        self.client
            .request(method, format!("{}/api/v1{path}", self.url))
            .bearer_auth(self.token.expose_secret())
    }

    pub async fn get(&self, path: &str) -> Response {
        self.request("GET", path).send().await.unwrap()
    }

    pub async fn json(&self, path: &str) -> Value {
        let answer = self.get(path).await;
        assert_eq!(answer.status(), 200, "{path}");
        assert_eq!(header(&answer, "content-type"), "application/json");
        answer.json().await.unwrap()
    }
}

pub fn header<'a>(answer: &'a Response, name: &str) -> &'a str {
    answer
        .headers()
        .get(name)
        .map_or("", |value| value.to_str().unwrap())
}

/// Where a redirect leads.
pub fn location(answer: &Response) -> &str {
    assert_eq!(answer.status(), 303, "{}", answer.url());
    header(answer, "location")
}

/// A program's error: an RFC 9457 problem of this status, whose detail is returned.
pub async fn problem(answer: Response, status: u16) -> String {
    assert_eq!(answer.status(), status, "{}", answer.url());
    assert_eq!(header(&answer, "content-type"), "application/problem+json");
    let problem: Value = answer.json().await.unwrap();
    assert_eq!(problem["status"], status);
    assert_eq!(problem["type"], "about:blank");
    assert!(!problem["title"].as_str().unwrap().is_empty());
    problem["detail"].as_str().unwrap().to_owned()
}

/// The line that sets the cookie of this name.
pub fn cookie(answer: &Response, name: &str) -> String {
    let lines = answer.headers().get_all("set-cookie").iter();
    let mut lines = lines.map(|line| line.to_str().unwrap());
    let line = lines.find(|line| line.starts_with(&format!("{name}=")));
    line.unwrap_or_else(|| panic!("no cookie {name}"))
        .to_owned()
}
