//! A repository of the simulator.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};

use crate::accounts::user::Role;
use crate::repositories::release::{GitTag, Release};
use crate::traffic::recording::{Recording, Total};
use crate::traffic::source::Source;

/// A repository to serve.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "GitHub describes a repository by flags"
)]
pub struct Repository {
    pub(crate) id: u64,
    pub(crate) owner: String,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) private: bool,
    pub(crate) archived: bool,
    pub(crate) fork: bool,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) roles: BTreeMap<String, Role>,
    pub(crate) source: Source,
    pub(crate) stars: BTreeMap<NaiveDate, u64>,
    pub(crate) forks: BTreeMap<NaiveDate, u64>,
    pub(crate) subscribers: u64,
    pub(crate) open_issues: u64,
    pub(crate) releases: Vec<Release>,
    /// Tags without a release.
    pub(crate) tags: Vec<GitTag>,
    /// Whether it returns 404 as if it were private and inaccessible.
    pub(crate) hidden: bool,
    /// The recorded window to serve, instead of the days of the clock.
    pub(crate) serving: Option<usize>,
}

impl Repository {
    /// A public repository `OWNER/NAME` without traffic. Its owner is an administrator; everyone
    /// else may read.
    #[must_use]
    pub fn new(id: u64, full_name: &str) -> Self {
        let (owner, name) = full_name.split_once('/').unwrap_or(("", full_name));
        Self {
            id,
            owner: owner.to_owned(),
            name: name.to_owned(),
            description: String::new(),
            private: false,
            archived: false,
            fork: false,
            created_at: DateTime::UNIX_EPOCH + chrono::TimeDelta::days(16_000),
            roles: BTreeMap::new(),
            source: Source::none(),
            stars: BTreeMap::new(),
            forks: BTreeMap::new(),
            subscribers: 0,
            open_issues: 0,
            releases: Vec::new(),
            tags: Vec::new(),
            hidden: false,
            serving: None,
        }
    }

    /// The repository of a recording, with its traffic, stars and forks.
    #[must_use]
    pub fn recorded(recording: Recording) -> Self {
        let totals = |totals: &[Total]| {
            totals
                .iter()
                .map(|total| (total.day, total.total))
                .collect()
        };
        let stars: BTreeMap<NaiveDate, u64> = totals(&recording.stars);
        let forks = totals(&recording.forks);
        let subscribers = stars
            .last_key_value()
            .map_or(0, |(_, stars)| stars / 12 + 1);
        let mut repository = Self::new(recording.github_id, &recording.full_name());
        repository.description.clone_from(&recording.description);
        repository.private = recording.private;
        repository.stars = stars;
        repository.forks = forks;
        repository.subscribers = subscribers;
        repository.source(Source::recorded(recording))
    }

    /// One sentence about it.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = description.into();
        self
    }

    /// Makes it private.
    #[must_use]
    pub fn private(mut self) -> Self {
        self.private = true;
        self
    }

    /// Marks it as archived.
    #[must_use]
    pub fn archived(mut self) -> Self {
        self.archived = true;
        self
    }

    /// Marks it as a fork.
    #[must_use]
    pub fn fork(mut self) -> Self {
        self.fork = true;
        self
    }

    /// When it was created.
    #[must_use]
    pub fn created_at(mut self, at: DateTime<Utc>) -> Self {
        self.created_at = at;
        self
    }

    /// Gives a user this role.
    #[must_use]
    pub fn access(mut self, login: &str, role: Role) -> Self {
        self.roles.insert(login.to_ascii_lowercase(), role);
        self
    }

    /// Where its traffic comes from.
    #[must_use]
    pub fn source(mut self, source: Source) -> Self {
        self.source = source;
        self
    }

    /// The total number of stars from `day` on.
    #[must_use]
    pub fn stars(mut self, day: NaiveDate, total: u64) -> Self {
        self.stars.insert(day, total);
        self
    }

    /// The total number of forks from `day` on.
    #[must_use]
    pub fn forks(mut self, day: NaiveDate, total: u64) -> Self {
        self.forks.insert(day, total);
        self
    }

    /// The number of watchers.
    #[must_use]
    pub fn subscribers(mut self, people: u64) -> Self {
        self.subscribers = people;
        self
    }

    /// The number of open issues and pull requests.
    #[must_use]
    pub fn open_issues(mut self, issues: u64) -> Self {
        self.open_issues = issues;
        self
    }

    /// Adds a release.
    #[must_use]
    pub fn release(mut self, release: Release) -> Self {
        self.releases.push(release);
        self
    }

    /// Adds a tag without a release.
    #[must_use]
    pub fn tag(mut self, tag: GitTag) -> Self {
        self.tags.push(tag);
        self
    }

    pub(crate) fn full_name(&self) -> String {
        format!("{}/{}", self.owner, self.name)
    }

    /// A user's role in it; `None` without access.
    pub(crate) fn role_of(&self, login: &str) -> Option<Role> {
        if self.owner.eq_ignore_ascii_case(login) {
            return Some(Role::Admin);
        }
        let given = self.roles.get(&login.to_ascii_lowercase()).copied();
        given.or((!self.private).then_some(Role::Read))
    }

    pub(crate) fn stars_on(&self, day: NaiveDate) -> u64 {
        total_on(&self.stars, day)
    }

    pub(crate) fn forks_on(&self, day: NaiveDate) -> u64 {
        total_on(&self.forks, day)
    }
}

fn total_on(totals: &BTreeMap<NaiveDate, u64>, day: NaiveDate) -> u64 {
    totals
        .range(..=day)
        .next_back()
        .map_or(0, |(_, total)| *total)
}
