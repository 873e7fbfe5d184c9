//! Everything that touches the world (database, GitHub, clock), and the use cases over it.
//!
//! A use case is a method of [`Engine`] that takes the [`Viewer`](domain::Viewer) first and
//! authorizes before it touches the store.

mod accounts;
mod checks;
mod clients;
mod clock;
mod collector;
mod error;
mod follow_rules;
mod github;
mod jobs;
mod limits;
mod notes;
mod page;
mod refusals;
mod reports;
mod repositories;
mod request;
mod runs;
mod scheduler;
mod schedules;
mod secrets;
mod store;
mod system_log;
mod totals;

#[cfg(test)]
#[path = "../tests/support/databases.rs"]
mod databases;

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use domain::{Access, ClockDifference, Permission, SystemPermission, TenantId, Viewer};
use url::Url;

pub use accounts::{
    AppAddresses, Credential, InstallationAnswer, InvitationInput, ManifestForm, NewAccount,
    NewApp, NewConnection, NewTenant, NewUser, NextStep, ProfileInput, SetUp,
};
pub use checks::Checked;
pub use clock::{Clock, SharedClock, SystemClock};
pub use collector::{RecordedRanking, RecordedReleases, RecordedWindow};
pub use error::{Error, Result};
pub use github::{GITHUB_LOG, GithubError, ListedAsset, ListedRelease};
pub use jobs::{Job, JobScope};
pub use page::{ListPage, PageSize};
pub use reports::{PublishingLags, RepositoryDays, TrafficFilter};
pub use repositories::RepositorySelection;
pub use request::TenantRequest;
pub use secrets::{SecretKey, SecretKeyError, SecretsError};
pub use store::{
    AnomalyKey, DatabaseState, DatabaseUrl, DatabaseUrlError, OpenError, RepositoryKey,
    ScheduleKey, SessionRecord, SessionRecords, StoreError, TagKey, copy_into, has_no_tables,
    inspect_database,
};

use accounts::verify_key;
use clients::Clients;
use collector::Collector;
use jobs::Jobs;
use refusals::Refusals;
use reports::FigureColumns;
use repositories::RepositoryListCache;
use scheduler::Scheduler;
use secrets::Vault;
use store::Store;

/// The settings of an engine.
#[derive(Debug)]
pub struct Settings {
    /// The database.
    pub database: DatabaseUrl,
    /// The key that encrypts GitHub tokens at rest.
    pub secret_key: SecretKey,
    /// The API base URL of the GitHub server that new connections use by default.
    pub github_api_url: Url,
    /// How many requests may be in flight for one connection.
    pub collect_concurrency: usize,
    /// How long a run may wait for a rate limit to reset, or for GitHub to recover.
    pub collect_max_wait: Duration,
    /// For how many days GitHub's responses are kept as received; 0 keeps none.
    pub keep_responses_days: u32,
    /// This process's name in the records of its runs, unique among live processes.
    pub worker: String,
}

/// The handles of a running Tidemark; cheap to clone.
#[derive(Clone)]
pub struct Engine(Arc<Handles>);

struct Handles {
    store: Store,
    clock: SharedClock,
    vault: Vault,
    clients: Clients,
    repository_lists: RepositoryListCache,
    github_api_url: Url,
    collector: Collector,
    scheduler: Scheduler,
    refusals: Refusals,
    jobs: Jobs,
    figure_columns: FigureColumns,
    /// The last measurement and its time.
    publishing_lags: tokio::sync::Mutex<Option<(DateTime<Utc>, PublishingLags)>>,
}

impl Engine {
    /// Opens the database, applies pending migrations, and builds the handles.
    ///
    /// # Errors
    /// When the database cannot be opened, is newer than this program, or holds secrets that
    /// another key encrypts.
    pub async fn open(
        settings: Settings,
        clock: SharedClock,
    ) -> std::result::Result<Self, OpenError> {
        Self::open_with_progress(settings, clock, &|_, _| {}).await
    }

    /// The same. While a database from an older version is upgraded, which takes seconds for each
    /// million days, `progress` is called with the repositories done and their number.
    ///
    /// # Errors
    /// As for [`open`](Self::open).
    pub async fn open_with_progress(
        settings: Settings,
        clock: SharedClock,
        progress: &(dyn Fn(usize, usize) + Sync),
    ) -> std::result::Result<Self, OpenError> {
        let store = Store::open(&settings.database, progress).await?;
        let vault = Vault::new(settings.secret_key);
        if let Err(error) = verify_key(&store, &vault).await {
            store.close().await;
            return Err(error);
        }
        let clients = Clients::new(store.clone(), clock.clone(), vault.clone());
        let collector = Collector::new(
            store.clone(),
            clock.clone(),
            clients.clone(),
            settings.collect_concurrency,
            settings.collect_max_wait,
            settings.keep_responses_days,
            settings.worker,
        );
        let scheduler = Scheduler::new(store.clone(), clock.clone(), collector.clone());
        Ok(Self(Arc::new(Handles {
            store,
            clock,
            vault,
            clients,
            repository_lists: RepositoryListCache::default(),
            github_api_url: settings.github_api_url,
            collector,
            scheduler,
            refusals: Refusals::default(),
            jobs: Jobs::default(),
            figure_columns: FigureColumns::default(),
            publishing_lags: tokio::sync::Mutex::default(),
        })))
    }

    /// Whether the database responds.
    pub async fn ready(&self) -> bool {
        self.0.store.is_reachable().await
    }

    /// How far this machine's clock is from GitHub's, by this process's newest response; `None`
    /// within ten minutes, or before the first response.
    #[must_use]
    pub fn seen_clock_difference(&self) -> Option<ClockDifference> {
        self.0.clients.clock_watch().difference()
    }

    /// The shared clock.
    #[must_use]
    pub fn clock(&self) -> &SharedClock {
        &self.0.clock
    }

    /// The store of the process's sessions.
    #[must_use]
    pub fn sessions(&self) -> SessionRecords {
        SessionRecords::new(self.0.store.clone())
    }

    /// Starts the server's part: joins active runs, marks runs without a live process as
    /// interrupted, starts the scheduler and what was due meanwhile, resumes interrupted runs, and
    /// starts the periodic jobs.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn start(&self) -> Result<()> {
        self.0.collector.serve().await?;
        self.0.scheduler.start().await?;
        self.0.collector.resume_interrupted().await?;
        self.start_own_jobs();
        Ok(())
    }

    /// Stops the jobs and the scheduler, gives active runs a moment to store pending responses, and
    /// leaves the rest to other servers. Without one, the runs are marked interrupted.
    pub async fn shutdown(&self) {
        self.0.jobs.stop().await;
        self.log_last_refusals().await;
        self.0.scheduler.stop().await;
        self.0.collector.shut_down().await;
    }

    /// Closes the database at the end of the process; the engine cannot be used afterwards. A
    /// SQLite file is then complete without further files.
    pub async fn close(&self) {
        self.0.store.close().await;
    }
}

/// The first line of every use case within a tenant.
fn authorize(viewer: &Viewer, tenant: TenantId, permission: Permission) -> Result<()> {
    match viewer.access(tenant, permission) {
        Access::Granted => Ok(()),
        Access::Forbidden => Err(Error::forbidden()),
        Access::Hidden => Err(Error::not_found()),
    }
}

/// The first line of every use case of the installation.
fn authorize_system(viewer: &Viewer, permission: SystemPermission) -> Result<()> {
    match viewer.system_access(permission) {
        Access::Granted => Ok(()),
        Access::Forbidden => Err(Error::forbidden()),
        Access::Hidden => Err(Error::not_found()),
    }
}

/// How many characters of a search count, since each row is compared with them.
const MAX_SEARCH_CHARS: usize = 100;

/// The part of a search that counts.
fn search_text(text: &str) -> &str {
    let end = text.char_indices().nth(MAX_SEARCH_CHARS);
    end.map_or(text, |(end, _)| &text[..end])
}

/// A length, as reports state it.
fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
