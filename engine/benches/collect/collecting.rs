//! The measured process: an engine that collects when it is told to, and what it took.

use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::{Origin, RunStatus, TenantId, Trigger, Viewer};
use engine::{
    Credential, Engine, NewConnection, RepositorySelection, SecretKey, SetUp, Settings, SystemClock,
};

use crate::Outcome;
use crate::github::TOKEN;
use crate::ipc::{heard, say};
use crate::result::CONCURRENCY;

const OPERATOR: Viewer = Viewer::Operator;
/// All processes of a measurement share a database, and so a key.
const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

/// Fills a database: a tenant that tracks all that the token lists.
pub async fn prepare(database: &str, github: &str) -> Outcome {
    let engine = open(database, github, "prepare").await?;
    let set_up = SetUp {
        email: "mona@example.org".parse()?,
        name: "Mona".into(),
        password: "correct horse battery".into(),
        tenant: "Lab".into(),
    };
    engine.set_up(set_up, Origin::default()).await?;
    let tenant = tenant(&engine).await?;
    let connection = NewConnection {
        name: "GitHub".into(),
        api_url: None,
        credential: Credential::Token(TOKEN.into()),
    };
    let connection = engine.connect(&OPERATOR, tenant, connection).await?;
    engine
        .track_many(&OPERATOR, tenant, connection.id, RepositorySelection::All)
        .await?;
    engine.shutdown().await;
    Ok(())
}

/// Collects once for each line that names a trigger, and says what it took: microseconds,
/// requests, milliseconds of computing, and the most memory until then in kilobytes.
pub async fn collect(database: &str, github: &str) -> Outcome {
    let engine = open(database, github, "collect").await?;
    let tenant = tenant(&engine).await?;
    say("ready")?;
    while let Some(trigger) = heard().await? {
        let trigger: Trigger = trigger.parse().map_err(|_| "a trigger is asked for")?;
        let computed = computed_ms()?;
        let began = Instant::now();
        let run = engine.start_run(&OPERATOR, tenant, trigger, None).await?;
        let run = engine.wait_for_run(&OPERATOR, tenant, run).await?;
        let elapsed = began.elapsed();
        if run.status != RunStatus::Succeeded {
            return Err(format!("the run ended {:?}: {:?}", run.status, run.failures).into());
        }
        let (computed, peak) = (computed_ms()? - computed, peak_kb()?);
        say(&format!(
            "{} {} {computed} {peak}",
            elapsed.as_micros(),
            run.requests
        ))?;
    }
    engine.shutdown().await;
    Ok(())
}

async fn open(
    database: &str,
    github: &str,
    worker: &str,
) -> Result<Engine, Box<dyn std::error::Error>> {
    let settings = Settings {
        database: database.parse()?,
        secret_key: SecretKey::from_base64(&KEY.into())?,
        github_api_url: github.parse()?,
        collect_concurrency: CONCURRENCY,
        collect_max_wait: Duration::from_hours(1),
        keep_answers_days: 30,
        worker: worker.into(),
    };
    Ok(Engine::open(settings, Arc::new(SystemClock)).await?)
}

async fn tenant(engine: &Engine) -> Result<TenantId, Box<dyn std::error::Error>> {
    Ok(engine.tenant(&OPERATOR, "lab").await?)
}

/// The most memory that this process ever held, in kilobytes.
fn peak_kb() -> Result<u64, Box<dyn std::error::Error>> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next());
    Ok(kilobytes.ok_or("the kernel tells no peak")?.parse()?)
}

/// How long this process has computed, in milliseconds; the kernel counts in hundredths of a
/// second.
fn computed_ms() -> Result<u64, Box<dyn std::error::Error>> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let (_, after_name) = stat.rsplit_once(')').ok_or("the kernel tells no times")?;
    let of_user_and_system = after_name.split_whitespace().skip(11).take(2);
    let ticks = of_user_and_system
        .map(str::parse::<u64>)
        .sum::<Result<u64, _>>()?;
    Ok(ticks * 10)
}
