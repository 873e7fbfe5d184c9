//! GitHub's publishing delay: a state of GitHub, not a failure of a repository.

use chrono::TimeDelta;
use domain::coverage::{LONGEST_LAG, deadline};
use domain::report::{LatePublishing, PublishingLoss};
use domain::{Day, ListedWindow, Publishing, RepositoryScope, TenantId, publishing};

use crate::store::{ListedBy, SeenLag};
use crate::{Engine, Result};

/// How long a measurement for the metrics is cached.
const MEASURED_FOR: TimeDelta = TimeDelta::minutes(1);

/// The lag in days of public and of private repositories, each with its label.
pub type PublishingLags = [(&'static str, Option<i64>); 2];

/// What GitHub has published of a tenant's repositories.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Published {
    public: Option<Publishing>,
    private: Option<Publishing>,
}

impl Published {
    fn measured(listed: &[ListedBy]) -> Self {
        let of = |is_public| {
            let windows = listed.iter().filter(|it| it.is_public == is_public);
            let windows: Vec<ListedWindow> = windows.map(|it| it.window).collect();
            Publishing::measured(&windows)
        };
        Self {
            public: of(true),
            private: of(false),
        }
    }

    /// The kinds of repositories that GitHub is late with, public ones first.
    pub(super) fn late(self, today: Day) -> impl Iterator<Item = LatePublishing> {
        let kinds = [(self.public, true), (self.private, false)];
        kinds.into_iter().filter_map(move |(published, is_public)| {
            let newest = published
                .filter(|published| published.is_late(today))?
                .newest;
            let lost_on = deadline(newest, newest);
            Some(LatePublishing {
                is_public,
                newest,
                loss: if today < lost_on {
                    PublishingLoss::NotBefore(lost_on)
                } else {
                    PublishingLoss::Since(newest.plus(1))
                },
            })
        })
    }

    pub(super) fn is_late(self, today: Day) -> bool {
        self.late(today).next().is_some()
    }

    /// How many days before today the newest known day may lie while nothing is wrong.
    pub(super) fn expected_lag(self, today: Day) -> i64 {
        let late = self.late(today).map(|late| today.days_since(late.newest));
        late.max().unwrap_or_default().max(LONGEST_LAG)
    }
}

impl Engine {
    /// What GitHub has published of the repositories in scope.
    pub(super) async fn published(
        &self,
        tenant: TenantId,
        scope: &RepositoryScope,
    ) -> Result<Published> {
        let listed = self.0.store.listed_windows(tenant, scope).await?;
        Ok(Published::measured(&listed))
    }

    /// How many days GitHub's newest published day lay behind its last responses, for public and
    /// for private repositories; `None` without a response. Contains no tenant's data. Measured at
    /// most once a minute, because the metrics are public.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn publishing_lags(&self) -> Result<PublishingLags> {
        let now = self.0.clock.now();
        let mut measured = self.0.publishing_lags.lock().await;
        if let Some((at, lags)) = *measured
            && (TimeDelta::zero()..MEASURED_FOR).contains(&(now - at))
        {
            return Ok(lags);
        }
        let lags = self.measure_publishing_lags().await?;
        *measured = Some((now, lags));
        Ok(lags)
    }

    async fn measure_publishing_lags(&self) -> Result<PublishingLags> {
        let listed = self.0.store.unscoped_listed_windows().await?;
        let published = Published::measured(&listed);
        Ok([
            ("public", published.public.map(Publishing::lag)),
            ("private", published.private.map(Publishing::lag)),
        ])
    }

    /// How many days may lie between two runs of a tenant without a loss, given the longest delay
    /// of its GitHub servers.
    pub(crate) async fn longest_gap(&self, tenant: TenantId) -> Result<i64> {
        let longest = self.0.store.longest_lag(tenant).await?;
        Ok(publishing::longest_gap(longest))
    }
}

/// How late each server is now, for public and for private repositories.
pub(crate) fn seen_lags(listed: &[ListedBy]) -> Vec<SeenLag> {
    let mut servers: Vec<&str> = listed.iter().map(|it| it.api_url.as_str()).collect();
    servers.sort_unstable();
    servers.dedup();
    let mut seen = Vec::new();
    for api_url in servers {
        let of_server: Vec<ListedBy> = listed
            .iter()
            .filter(|it| it.api_url == api_url)
            .cloned()
            .collect();
        let published = Published::measured(&of_server);
        for (is_public, published) in [(true, published.public), (false, published.private)] {
            seen.extend(published.map(|published| SeenLag {
                api_url: api_url.to_owned(),
                is_public,
                days: published.lag(),
                seen_on: published.answered_on,
            }));
        }
    }
    seen
}
