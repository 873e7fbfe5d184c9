//! Builds a simulator.

use crate::accounts::token::Token;
use crate::accounts::user::{Role, User};
use crate::apps::app::App;
use crate::apps::installation::Installation;
use crate::apps::oauth::OAuthApp;
use crate::clock::Clock;
use crate::github::GitHub;
use crate::repositories::repository::Repository;
use crate::shared::Shared;
use crate::simulator::Simulator;
use crate::traffic::recording::Recording;
use crate::traffic::source::Source;

/// Builds a simulator; see [`Simulator::builder`].
#[derive(Debug)]
pub struct Builder {
    clock: Clock,
    github: GitHub,
    base_path: String,
    secondary_limits: bool,
}

impl Simulator {
    /// Starts empty, at the time of `clock`.
    #[must_use]
    pub fn builder(clock: Clock) -> Builder {
        Builder::new(clock)
    }
}

impl Builder {
    fn new(clock: Clock) -> Self {
        Self {
            clock,
            github: GitHub::default(),
            base_path: String::new(),
            secondary_limits: false,
        }
    }

    /// Adds a user.
    #[must_use]
    pub fn user(mut self, user: User) -> Self {
        self.github
            .users
            .insert(user.login.to_ascii_lowercase(), user);
        self
    }

    /// Adds a token. Its user or installation is added separately.
    #[must_use]
    pub fn token(mut self, token: Token) -> Self {
        self.github.tokens.insert(token.secret.clone(), token);
        self
    }

    /// Registers a GitHub App; its installations are added separately.
    #[must_use]
    pub fn app(mut self, app: App) -> Self {
        self.github.apps.insert(app.id, app);
        self
    }

    /// Adds an installation of a GitHub App.
    #[must_use]
    pub fn installation(mut self, installation: Installation) -> Self {
        self.github
            .installations
            .insert(installation.id, installation);
        self
    }

    /// Registers an OAuth App, which signs users in elsewhere.
    #[must_use]
    pub fn oauth_app(mut self, app: OAuthApp) -> Self {
        self.github.oauth_apps.insert(app.client_id.clone(), app);
        self
    }

    /// Signs this user in to GitHub's web pages, to authorize OAuth Apps.
    #[must_use]
    pub fn signed_in(mut self, login: impl Into<String>) -> Self {
        self.github.signed_in = Some(login.into());
        self
    }

    /// Adds a repository. An owner that is not a user is an organization.
    #[must_use]
    pub fn repository(mut self, repository: Repository) -> Self {
        self.github.add_repository(repository);
        self
    }

    /// Adds all these recordings, ending yesterday, with `login` as administrator.
    #[must_use]
    pub fn recordings(self, recordings: impl IntoIterator<Item = Recording>, login: &str) -> Self {
        let yesterday = self.clock.today().pred_opt().unwrap_or_default();
        recordings.into_iter().fold(self, |builder, recording| {
            let repository = Repository::recorded(recording.ending(yesterday));
            builder.repository(repository.access(login, Role::Admin))
        })
    }

    /// Adds `count` generated repositories `OWNER/repository-0001` and so on, with
    /// ids from `first_id` and `login` as administrator.
    #[must_use]
    pub fn synthetic_repositories(
        self,
        count: u64,
        owner: &str,
        first_id: u64,
        login: &str,
    ) -> Self {
        (1..=count).fold(self, |builder, number| {
            let repository = Repository::new(
                first_id + number - 1,
                &format!("{owner}/repository-{number:04}"),
            );
            builder.repository(
                repository
                    .source(Source::synthetic(number))
                    .access(login, Role::Admin),
            )
        })
    }

    /// Serves below this path: `/api/v3` as on GitHub Enterprise Server.
    #[must_use]
    pub fn base_path(mut self, path: &str) -> Self {
        path.trim_end_matches('/').clone_into(&mut self.base_path);
        self
    }

    /// Simulates GitHub Enterprise Server of this version: `/meta` returns it, and there are no
    /// traffic endpoints or rate limits. Set its path `/api/v3` with
    /// [`base_path`](Self::base_path).
    #[must_use]
    pub fn enterprise_server(mut self, version: impl Into<String>) -> Self {
        self.github.enterprise_server = Some(version.into());
        self
    }

    /// Enforces GitHub's secondary limits: 100 concurrent requests and 900 per minute.
    #[must_use]
    pub fn secondary_limits(mut self) -> Self {
        self.secondary_limits = true;
        self
    }

    /// Waits this long before each response.
    #[must_use]
    pub fn latency(mut self, latency: std::time::Duration) -> Self {
        self.github.latency = latency;
        self
    }

    /// The simulator.
    #[must_use]
    pub fn build(self) -> Simulator {
        Simulator::of(Shared::new(
            self.github,
            self.clock,
            self.base_path,
            self.secondary_limits,
        ))
    }
}
