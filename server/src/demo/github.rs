//! The demo's simulated GitHub: the recorded repositories, one user, one token.

use domain::{Day, TenantId, Viewer};
use engine::{Engine, SharedClock};
use simulator::{Clock, Recording, Repository, Role, Running, Simulator, Token, User};
use url::Url;

use super::rankings;
use super::releases::Releases;
use crate::cli_error::CliError;

const LOGIN: &str = "tidemark-demo";

/// Looks like a classic token and works only with this simulator.
pub(super) const TOKEN: &str = "ghp_tidemarkdemonstration0000000000000";

/// A running simulated GitHub, and its recordings.
pub(super) struct Github {
    running: Running,
    /// The recordings, moved to end on the day the demo was created.
    pub(super) recordings: Vec<Recording>,
    /// The day on which the demo was created.
    pub(super) created_on: Day,
}

impl Github {
    /// Serves at the address in the stored connection, or at any free one.
    pub(super) async fn start(
        engine: &Engine,
        clock: SharedClock,
        tenant: Option<TenantId>,
    ) -> Result<Self, CliError> {
        let existing = match tenant {
            Some(tenant) => ExistingDemo::find(engine, tenant).await?,
            None => None,
        };
        let created_on = existing
            .as_ref()
            .map_or(clock.today(), |existing| existing.created_on);
        let recordings = recordings(created_on)?;
        let now = clock.now();
        let mut builder = Simulator::builder(Clock::new(move || clock.now()))
            .user(User::new(1, LOGIN).name("Demonstration"))
            .token(Token::classic(TOKEN, LOGIN, ["repo"]));
        for recording in &recordings {
            let samples = Releases::new(&recording.full_name(), created_on);
            let recorded = Repository::recorded(recording.clone())
                .source(rankings::with_lists(recording))
                .access(LOGIN, Role::Admin);
            let released = samples
                .at(now)
                .into_iter()
                .fold(recorded, Repository::release);
            builder =
                builder.repository(samples.tags().into_iter().fold(released, Repository::tag));
        }
        let address =
            existing.map_or_else(|| "127.0.0.1:0".to_owned(), |existing| existing.address);
        let running = builder.build().serve(&address).await.map_err(|error| {
            CliError::failed(format!(
                "The simulated GitHub cannot listen on {address} again ({error}); stop the process using it, or choose another --data-dir."
            ))
        })?;
        Ok(Self {
            running,
            recordings,
            created_on,
        })
    }

    /// The base URL of its API.
    pub(super) fn api_url(&self) -> Result<Url, CliError> {
        Url::parse(self.running.url()).map_err(|error| CliError::failed(error.to_string()))
    }
}

/// All recordings, ending on the day before the demo was created, so that a later start does not
/// change collected days.
fn recordings(created_on: Day) -> Result<Vec<Recording>, CliError> {
    let recordings = Recording::all().map_err(|error| CliError::failed(format!("{error}.")))?;
    let last = created_on.plus(-1).date();
    Ok(recordings
        .into_iter()
        .map(|recording| recording.ending(last))
        .collect())
}

/// An earlier demo in the data folder.
struct ExistingDemo {
    address: String,
    created_on: Day,
}

impl ExistingDemo {
    async fn find(engine: &Engine, tenant: TenantId) -> Result<Option<Self>, CliError> {
        let report = engine.repositories(&Viewer::Operator, tenant).await?;
        let connections = engine
            .connections(&Viewer::Operator, tenant)
            .await?
            .connections;
        let Some(connection) = connections.first() else {
            return Ok(None);
        };
        let added = report
            .repositories
            .iter()
            .map(|repository| Day::of(repository.added_at));
        let Some(created_on) = added.min() else {
            return Ok(None);
        };
        Ok(address(&connection.api_url).map(|address| Self {
            address,
            created_on,
        }))
    }
}

fn address(api_url: &str) -> Option<String> {
    let url = Url::parse(api_url).ok()?;
    Some(format!("{}:{}", url.host_str()?, url.port()?))
}
