//! The GitHub of the demonstration: the recorded repositories, one user, one token.

use domain::{Day, TenantId, Viewer};
use engine::{Engine, SharedClock};
use simulator::{Clock, Recording, Repository, Role, Running, Simulator, Token, User};
use url::Url;

use super::rankings;
use super::releases::Releases;
use crate::cli_error::CliError;

const LOGIN: &str = "tidemark-demo";

/// What a classic token looks like; it opens nothing but this simulator.
pub(super) const TOKEN: &str = "ghp_tidemarkdemonstration0000000000000";

/// A simulated GitHub that serves, and what it has recorded.
pub(super) struct Github {
    running: Running,
    /// The recordings as they were moved to end when the demonstration was begun.
    pub(super) recordings: Vec<Recording>,
    /// The day on which the demonstration was begun.
    pub(super) begun: Day,
}

impl Github {
    /// Serves at the address that the data's connection remembers, or at any free one.
    pub(super) async fn start(
        engine: &Engine,
        clock: SharedClock,
        tenant: Option<TenantId>,
    ) -> Result<Self, CliError> {
        let earlier = match tenant {
            Some(tenant) => Earlier::find(engine, tenant).await?,
            None => None,
        };
        let begun = earlier
            .as_ref()
            .map_or(clock.today(), |earlier| earlier.begun);
        let recordings = recordings(begun)?;
        let now = clock.now();
        let mut builder = Simulator::builder(Clock::new(move || clock.now()))
            .user(User::new(1, LOGIN).name("Demonstration"))
            .token(Token::classic(TOKEN, LOGIN, ["repo"]));
        for recording in &recordings {
            let samples = Releases::of(&recording.full_name(), begun);
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
        let address = earlier.map_or_else(|| "127.0.0.1:0".to_owned(), |earlier| earlier.address);
        let running = builder.build().serve(&address).await.map_err(|error| {
            CliError::failed(format!(
                "The simulated GitHub cannot listen on {address} again ({error}); stop the process using it, or choose another --data-dir."
            ))
        })?;
        Ok(Self {
            running,
            recordings,
            begun,
        })
    }

    /// Where its interface is.
    pub(super) fn api_url(&self) -> Result<Url, CliError> {
        Url::parse(self.running.url()).map_err(|error| CliError::failed(error.to_string()))
    }
}

/// All recordings, ending on the day before the demonstration was begun: days that were collected
/// since then must not change when it is started again.
fn recordings(begun: Day) -> Result<Vec<Recording>, CliError> {
    let recordings = Recording::all().map_err(|error| CliError::failed(format!("{error}.")))?;
    let last = begun.plus(-1).date();
    Ok(recordings
        .into_iter()
        .map(|recording| recording.ending(last))
        .collect())
}

/// A demonstration that the data folder holds already.
struct Earlier {
    address: String,
    begun: Day,
}

impl Earlier {
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
        let Some(begun) = added.min() else {
            return Ok(None);
        };
        Ok(address(&connection.api_url).map(|address| Self { address, begun }))
    }
}

fn address(api_url: &str) -> Option<String> {
    let url = Url::parse(api_url).ok()?;
    Some(format!("{}:{}", url.host_str()?, url.port()?))
}
