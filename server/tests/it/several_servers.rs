//! Several servers on one PostgreSQL: a due time is one run, which they share, and what a killed
//! one had begun is begun anew by the others, and nothing else is.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Timelike, Utc};
use domain::report::{Run, ScheduleInput};
use domain::{Origin, RunStatus, TenantId, Viewer};
use engine::{
    Clock, Credential, Engine, NewConnection, RepositorySelection, SecretKey, SetUp, Settings,
    SystemClock,
};
use simulator::{Running, Simulator, Token, User};
use sqlx::{Connection, PgConnection};
use tempfile::TempDir;

use crate::databases;
use crate::process::{Serving, Starting};

const OPERATOR: Viewer = Viewer::Operator;
const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const TOKEN: &str = "ghp_octocat";
const REPOSITORIES: u32 = 60;

/// The past, in which a tenant was set up.
struct Earlier(TimeDelta);

impl Clock for Earlier {
    fn now(&self) -> DateTime<Utc> {
        SystemClock.now() - self.0
    }
}

async fn slow_github() -> Running {
    let clock = simulator::Clock::new(|| SystemClock.now());
    Simulator::builder(clock)
        .user(User::new(1, "octocat").hourly_limit(1_000_000))
        .token(Token::classic(TOKEN, "octocat", ["repo"]))
        .synthetic_repositories(REPOSITORIES.into(), "acme", 1, "octocat")
        .build()
        .serve("127.0.0.1:0")
        .await
        .unwrap()
}

async fn open(database: &str, github: &Running, clock: engine::SharedClock) -> Engine {
    let settings = Settings {
        database: database.parse().unwrap(),
        secret_key: SecretKey::from_base64(&KEY.into()).unwrap(),
        github_api_url: github.url().parse().unwrap(),
        collect_concurrency: 2,
        collect_max_wait: Duration::from_hours(1),
        keep_responses_days: 30,
        worker: "set-up".into(),
    };
    Engine::open(settings, clock).await.unwrap()
}

/// A tenant that was set up two hours ago, when nothing was due; ten minutes ago something was.
async fn a_tenant_with_a_due_schedule(database: &str, github: &Running) -> TenantId {
    let engine = open(database, github, Arc::new(Earlier(TimeDelta::hours(2)))).await;
    let set_up = SetUp {
        email: "mona@example.org".parse().unwrap(),
        name: "Mona".into(),
        password: "correct horse battery".into(),
        tenant: "Lab".into(),
    };
    engine.set_up(set_up, Origin::default()).await.unwrap();
    let tenant = engine.tenant(&OPERATOR, "lab").await.unwrap();
    let connection = NewConnection {
        name: "GitHub".into(),
        api_url: None,
        credential: Credential::Token(TOKEN.into()),
    };
    let connection = engine.connect(&OPERATOR, tenant, connection).await.unwrap();
    let tracked = engine
        .track_many(&OPERATOR, tenant, connection.id, RepositorySelection::All)
        .await;
    assert_eq!(tracked.unwrap().tracked, REPOSITORIES);
    let due = SystemClock.now() - TimeDelta::minutes(10);
    let (minute, hour) = (due.minute(), due.hour());
    let twice_a_day = ScheduleInput {
        name: "Twice a day".into(),
        cron: format!("{minute} {hour},{} * * *", (hour + 12) % 24),
        timezone: "UTC".into(),
        enabled: true,
        accept_loss: false,
    };
    let schedules = engine.schedules(&OPERATOR, tenant).await.unwrap();
    let changed = engine
        .update_schedule(&OPERATOR, tenant, schedules[0].id, twice_a_day)
        .await;
    changed.unwrap();
    engine.shutdown().await;
    tenant
}

/// Who has claimed what and not settled it: repositories of GitHub's ids, by the server's name.
async fn claims(database: &mut PgConnection) -> BTreeMap<String, BTreeSet<i64>> {
    let claimed: Vec<(String, i64)> = sqlx::query_as(
        "select w.name, r.github_id from run_items i
         join workers w on w.id = i.worker_id join repositories r on r.id = i.repository_id",
    )
    .fetch_all(database)
    .await
    .unwrap();
    let mut claims: BTreeMap<String, BTreeSet<i64>> = BTreeMap::new();
    for (worker, repository) in claimed {
        claims.entry(worker).or_default().insert(repository);
    }
    claims
}

/// Waits for something that other processes do.
async fn eventually(what: &str, within: Duration, mut condition: impl AsyncFnMut() -> bool) {
    let began = Instant::now();
    while !condition().await {
        assert!(began.elapsed() < within, "never {what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// How often GitHub was asked each question about each repository.
fn requests_by_repository(github: &Running) -> BTreeMap<(i64, String), u32> {
    let mut requests_by_repository = BTreeMap::new();
    for served in github.control().served() {
        let path = served.target.strip_prefix("/repositories/");
        let Some((id, question)) = path.map(|rest| rest.split_once('/').unwrap_or((rest, "")))
        else {
            continue;
        };
        *requests_by_repository
            .entry((id.parse().unwrap(), question.to_owned()))
            .or_default() += 1;
    }
    requests_by_repository
}

/// Each repository of the run was settled once: claimed once, and once more where the dead one had
/// begun it.
async fn each_was_settled_once(database: &mut PgConnection, held: &BTreeSet<i64>) {
    let settled: Vec<(i64, i64)> = sqlx::query_as(
        "select r.github_id, i.claims from run_items i join repositories r on r.id = i.repository_id
         where i.outcome = 'succeeded' and i.worker_id is null",
    )
    .fetch_all(database)
    .await
    .unwrap();
    assert_eq!(settled.len(), REPOSITORIES as usize);
    for (id, claims) in settled {
        assert_eq!(
            claims,
            if held.contains(&id) { 2 } else { 1 },
            "claims of {id}"
        );
    }
}

async fn all_are_known(engine: &Engine, tenant: TenantId) {
    let report = engine.repositories(&OPERATOR, tenant).await.unwrap();
    for repository in report.repositories {
        let (first, last) = repository
            .first_day
            .zip(repository.last_day)
            .expect("known days");
        assert_eq!(last.days_since(first), 13, "{}", repository.full_name);
        assert!(
            repository.last_collected_at.is_some(),
            "{}",
            repository.full_name
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_due_time_is_one_run_that_servers_share_and_a_killed_ones_work_is_done_by_the_others() {
    let Some(database) = databases::postgres().await else {
        return;
    };
    let github = slow_github().await;
    let tenant = a_tenant_with_a_due_schedule(&database.url, &github).await;
    let engine = open(&database.url, &github, Arc::new(SystemClock)).await;
    let mut look = PgConnection::connect(&database.url).await.unwrap();
    github.control().forget_requests();
    github.control().set_latency(Duration::from_millis(150));

    // Three at once, each of which finds the same time due.
    let folder = TempDir::new().unwrap();
    let variables = [
        ("TIDEMARK_DATABASE_URL", database.url.as_str()),
        ("TIDEMARK_SECRET_KEY", KEY),
        ("TIDEMARK_GITHUB_API_URL", github.url()),
        ("TIDEMARK_LISTEN", "127.0.0.1:0"),
        ("TIDEMARK_COLLECT_CONCURRENCY", "2"),
    ];
    let mut servers = tokio::task::block_in_place(|| {
        let starting = [(); 3].map(|()| Serving::starting(folder.path(), &["serve"], &variables));
        starting.map(Starting::started)
    })
    .into_iter()
    .collect::<Vec<_>>();

    let runs = async || -> Vec<Run> { engine.runs(&OPERATOR, tenant, 20).await.unwrap() };
    eventually("three at work", Duration::from_secs(30), async || {
        claims(&mut look).await.len() == 3
    })
    .await;
    let killed = servers.swap_remove(1);
    let name = killed.address.clone();
    tokio::task::block_in_place(|| killed.kill());
    let held = claims(&mut look).await;
    let (_, held) = held
        .iter()
        .find(|(worker, _)| worker.contains(&name))
        .expect("it held some");
    let held = held.clone();
    let run = runs().await.remove(0);
    assert_eq!(run.status, RunStatus::Running);
    assert!(
        run.repositories_done < REPOSITORIES - 3,
        "{} are done",
        run.repositories_done
    );

    // The dead one is taken for dead after half a minute.
    eventually("ended", Duration::from_mins(2), async || {
        runs().await[0].status != RunStatus::Running
    })
    .await;
    let ended = runs().await;
    assert_eq!(ended.len(), 1, "one run for one due time: {ended:?}");
    let ended = &ended[0];
    assert_eq!(
        (ended.id, ended.status),
        (run.id, RunStatus::Succeeded),
        "{:?}",
        ended.failures
    );
    assert_eq!(
        (ended.repositories_done, ended.repositories_total),
        (REPOSITORIES, REPOSITORIES)
    );

    each_was_settled_once(&mut look, &held).await;
    let requests_by_repository = requests_by_repository(&github);
    let again: BTreeSet<i64> = requests_by_repository
        .iter()
        .filter(|(_, times)| **times > 1)
        .map(|((id, _), _)| *id)
        .collect();
    assert!(
        again.is_subset(&held),
        "asked about {again:?} again, and only {held:?} were begun"
    );
    assert!(
        requests_by_repository.values().all(|times| *times <= 2),
        "{requests_by_repository:?}"
    );
    for id in 1..=i64::from(REPOSITORIES) {
        let views = requests_by_repository.get(&(id, "traffic/views?per=day".to_owned()));
        assert!(views.is_some(), "nobody asked about {id}");
    }
    all_are_known(&engine, tenant).await;
    tokio::task::block_in_place(|| servers.into_iter().for_each(Serving::stop));
    engine.shutdown().await;
}
