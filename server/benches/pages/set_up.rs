//! What the generator leaves to the program: an administrator, API tokens, a connection to the
//! simulated GitHub.

use std::sync::Arc;
use std::time::Duration;

use domain::{Role, TokenScope, Viewer};
use engine::{
    Clock as _, Credential, Engine, NewConnection, NewUser, SecretKey, Settings, SystemClock,
};
use secrecy::ExposeSecret;
use simulator::{Clock, Running, Simulator, Token, User};

use crate::BenchResult;
use crate::database::Database;
use crate::generator::{OWNER, TENANT, TENANT_NAME};
use crate::options::Size;

pub const EMAIL: &str = "mona@example.org";
pub const PASSWORD: &str = "correct horse battery";
/// The benchmark and the program share a database and therefore a key.
pub const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
/// How long the simulated GitHub takes for a response.
const LATENCY: Duration = Duration::from_millis(50);
const GITHUB_TOKEN: &str = "ghp_benchmark";
const OPERATOR: Viewer = Viewer::Operator;

/// A GitHub with the generated repositories.
pub async fn github(size: Size) -> BenchResult<Running> {
    let clock = Clock::new(|| SystemClock.now());
    let repositories = size.repositories.unsigned_abs();
    let github = Simulator::builder(clock)
        .user(User::new(1, "octocat").hourly_limit(100_000_000))
        .token(Token::classic(GITHUB_TOKEN, "octocat", ["repo"]))
        .synthetic_repositories(repositories, OWNER, 1, "octocat")
        .latency(LATENCY)
        .build();
    Ok(github.serve("127.0.0.1:0").await?)
}

/// Prepares a migrated database that no server uses. Returns so many API tokens: each has a rate
/// limit of its own.
pub async fn prepare(database: &str, github: &str, tokens: usize) -> BenchResult<Vec<String>> {
    let settings = Settings {
        database: database.parse()?,
        secret_key: SecretKey::from_base64(&KEY.into())?,
        github_api_url: github.parse()?,
        collect_concurrency: 1,
        collect_max_wait: Duration::from_hours(1),
        keep_responses_days: 30,
        worker: "benchmark".into(),
    };
    let engine = Engine::open(settings, Arc::new(SystemClock)).await?;
    let user = NewUser {
        email: EMAIL.parse()?,
        name: "Mona".into(),
        password: PASSWORD.into(),
        administrator: true,
        maintainer: false,
        membership: Some((TENANT_NAME.into(), Role::Owner)),
    };
    engine.create_user(&OPERATOR, user).await?;
    let tenant = engine.tenant(&OPERATOR, TENANT).await?;
    let connection = NewConnection {
        name: "GitHub".into(),
        api_url: None,
        credential: Credential::Token(GITHUB_TOKEN.into()),
    };
    engine.connect(&OPERATOR, tenant, connection).await?;
    let mut created = Vec::new();
    for number in 0..tokens {
        let name = format!("Benchmark {number}");
        let token = engine
            .create_token(&OPERATOR, tenant, &name, TokenScope::Write)
            .await?;
        created.push(token.expose_secret().to_owned());
    }
    engine.shutdown().await;
    engine.close().await;
    let mut database = Database::open(database).await?;
    database
        .execute("update repositories set connection_id = (select max(id) from connections)")
        .await?;
    database.close().await?;
    Ok(created)
}
