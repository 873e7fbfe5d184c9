//! The measured process: an engine that collects on command, and measures itself.

use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::{Origin, RunStatus, TenantId, Trigger, Viewer};
use engine::{
    Credential, Engine, NewConnection, RepositorySelection, SecretKey, SetUp, Settings, SystemClock,
};

use crate::BenchResult;
use crate::github::TOKEN;
use crate::ipc::{next_line, write_line};
use crate::measurement::CONCURRENCY;

const OPERATOR: Viewer = Viewer::Operator;
/// All processes share a database and therefore a key.
const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

/// Creates a tenant that tracks all repositories of the token.
pub async fn prepare(database: &str, github: &str) -> BenchResult {
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

/// Collects once for each line with a trigger. Prints the microseconds, the requests, the
/// milliseconds of CPU time and the peak memory so far in kilobytes.
pub async fn collect(database: &str, github: &str) -> BenchResult {
    let engine = open(database, github, "collect").await?;
    let tenant = tenant(&engine).await?;
    write_line("ready")?;
    while let Some(trigger) = next_line().await? {
        let trigger: Trigger = trigger.parse().map_err(|_| "expected a trigger")?;
        let cpu_time = cpu_time_ms()?;
        let began = Instant::now();
        let run = engine.start_run(&OPERATOR, tenant, trigger, None).await?;
        let run = engine.wait_for_run(&OPERATOR, tenant, run).await?;
        let elapsed = began.elapsed();
        if run.status != RunStatus::Succeeded {
            return Err(format!("the run ended {:?}: {:?}", run.status, run.failures).into());
        }
        let (cpu_time, peak) = (cpu_time_ms()? - cpu_time, peak_kb()?);
        write_line(&format!(
            "{} {} {cpu_time} {peak}",
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
        keep_responses_days: 30,
        worker: worker.into(),
    };
    Ok(Engine::open(settings, Arc::new(SystemClock)).await?)
}

async fn tenant(engine: &Engine) -> Result<TenantId, Box<dyn std::error::Error>> {
    Ok(engine.tenant(&OPERATOR, "lab").await?)
}

/// The peak memory of this process, in kilobytes.
fn peak_kb() -> Result<u64, Box<dyn std::error::Error>> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next());
    Ok(kilobytes
        .ok_or("the kernel reports no peak memory")?
        .parse()?)
}

/// The CPU time of this process in milliseconds; the kernel counts in hundredths of a second.
fn cpu_time_ms() -> Result<u64, Box<dyn std::error::Error>> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let (_, after_name) = stat
        .rsplit_once(')')
        .ok_or("the kernel reports no CPU time")?;
    let of_user_and_system = after_name.split_whitespace().skip(11).take(2);
    let ticks = of_user_and_system
        .map(str::parse::<u64>)
        .sum::<Result<u64, _>>()?;
    Ok(ticks * 10)
}
