//! Everything the simulator holds.

mod apps;
pub(crate) mod authentication;
pub(crate) mod identity;
pub(crate) mod rate_limits;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use self::rate_limits::RateLimits;
use crate::accounts::token::Token;
use crate::accounts::user::User;
use crate::apps::app::App;
use crate::apps::installation::Installation;
use crate::apps::manifest::Registrations;
use crate::apps::oauth::{Authorizations, OAuthApp};
use crate::faults::scope::Rules;
use crate::repositories::repository::Repository;
use crate::requests::log::RequestLog;
use crate::requests::recorder::ResponseRecorder;

/// The state of the simulated GitHub.
#[derive(Debug, Default)]
pub(crate) struct GitHub {
    pub(crate) users: HashMap<String, User>,
    pub(crate) tokens: HashMap<String, Token>,
    /// Revoked tokens by their secret; GitHub still knows whose they were.
    pub(crate) revoked: HashMap<String, Token>,
    pub(crate) installations: HashMap<u64, Installation>,
    pub(crate) apps: BTreeMap<u64, App>,
    pub(crate) oauth_apps: HashMap<String, OAuthApp>,
    pub(crate) authorizations: Authorizations,
    pub(crate) registrations: Registrations,
    /// The login of the user signed in to GitHub's web pages.
    pub(crate) signed_in: Option<String>,
    /// The version of GitHub Enterprise Server; `None` for github.com.
    pub(crate) enterprise_server: Option<String>,
    pub(crate) repositories: BTreeMap<u64, Arc<Repository>>,
    /// The ids of repositories by lower-case name.
    pub(crate) names: HashMap<String, u64>,
    /// The ids of repositories by former name.
    pub(crate) former_names: HashMap<String, u64>,
    pub(crate) rules: Rules,
    pub(crate) rate_limits: RateLimits,
    pub(crate) request_log: RequestLog,
    pub(crate) response_recorder: ResponseRecorder,
    pub(crate) minted_tokens: u64,
    pub(crate) latency: Duration,
    failures: HashMap<Option<String>, Failures>,
}

/// Failed sign-ins in a row.
#[derive(Debug)]
struct Failures {
    count: u32,
    last: DateTime<Utc>,
}

/// The repository of a name or an id.
pub(crate) enum Lookup {
    Found(Arc<Repository>),
    Moved(u64),
    Missing,
}

impl GitHub {
    pub(crate) fn add_repository(&mut self, repository: Repository) {
        let name = repository.full_name().to_ascii_lowercase();
        self.former_names.remove(&name);
        self.names.insert(name, repository.id);
        self.repositories
            .insert(repository.id, Arc::new(repository));
    }

    pub(crate) fn by_name(&self, full_name: &str) -> Lookup {
        let name = full_name.to_ascii_lowercase();
        match (self.names.get(&name), self.former_names.get(&name)) {
            (Some(id), _) => self.by_id(*id),
            (None, Some(id)) => Lookup::Moved(*id),
            (None, None) => Lookup::Missing,
        }
    }

    pub(crate) fn by_id(&self, id: u64) -> Lookup {
        self.repositories
            .get(&id)
            .map_or(Lookup::Missing, |found| Lookup::Found(Arc::clone(found)))
    }
}
