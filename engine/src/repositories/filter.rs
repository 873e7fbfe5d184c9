//! The repositories that a filter leaves, and the states by which they are filtered.

use std::collections::HashMap;

use domain::trend::{TREND_WEEKS, Trend, USUAL_WEEKS, trend};
use domain::{
    Day, RepositoryFilter, RepositoryId, RepositoryScope, RepositoryState, RepositoryStatus,
    TenantId,
};

use crate::reports::Risk;
use crate::store::{RepositoryFacts, WeeklyViews};
use crate::{Engine, Result, search_text};

/// How many days a repository is new: those that its first answers show.
const NEW_DAYS: i64 = 14;

/// What is known about repositories beyond their facts.
#[derive(Default)]
pub(crate) struct RepositoryStates {
    pub(crate) risks: HashMap<RepositoryId, Risk>,
    /// The views of the last whole weeks, oldest first.
    pub(crate) weeks: WeeklyViews,
}

impl RepositoryStates {
    /// Whether a repository is in a state.
    pub(crate) fn is_in(&self, facts: &RepositoryFacts, state: RepositoryState) -> bool {
        let status = facts.freshness.status;
        let is_tracked = status != RepositoryStatus::Archived;
        match state {
            RepositoryState::Active => status == RepositoryStatus::Active,
            RepositoryState::Paused => status == RepositoryStatus::Paused,
            RepositoryState::Archived => status == RepositoryStatus::Archived,
            RepositoryState::Unreachable => status == RepositoryStatus::Unreachable,
            RepositoryState::Failing => is_tracked && facts.is_failing,
            RepositoryState::Losing => {
                let risk = || self.risks.get(&facts.id);
                is_tracked
                    && facts.freshness.last_day.is_some()
                    && risk().is_some_and(|risk| risk.is_near())
            }
            RepositoryState::New => is_tracked && facts.is_new,
            RepositoryState::Rising => is_tracked && self.trend(facts) == Some(Trend::Rising),
            RepositoryState::Falling => is_tracked && self.trend(facts) == Some(Trend::Falling),
        }
    }

    fn trend(&self, facts: &RepositoryFacts) -> Option<Trend> {
        trend(self.weeks.get(&facts.id)?)
    }
}

impl Engine {
    /// The facts of the repositories in scope by name, with whether they match a filter but for its
    /// state.
    pub(crate) async fn repository_facts(
        &self,
        tenant: TenantId,
        scope: &RepositoryScope,
        filter: &RepositoryFilter,
    ) -> Result<Vec<RepositoryFacts>> {
        let today = self.0.clock.today();
        let new_since = today.plus(1 - NEW_DAYS).begins_at();
        let store = &self.0.store;
        let facts = store.repository_facts(tenant, scope, filter, today.begins_at(), new_since);
        Ok(facts.await?)
    }

    /// The repositories in scope that a filter leaves, so that every sum, list and export of them
    /// follows it.
    pub(crate) async fn filtered_scope(
        &self,
        tenant: TenantId,
        scope: &RepositoryScope,
        filter: &RepositoryFilter,
    ) -> Result<RepositoryScope> {
        if filter.is_empty() {
            return Ok(scope.clone());
        }
        let mut facts = self.repository_facts(tenant, scope, filter).await?;
        facts.retain(|it| it.matches);
        if let Some(state) = filter.state {
            let states = RepositoryStates {
                risks: match state {
                    RepositoryState::Losing => self.risks(tenant, &facts).await?,
                    _ => HashMap::new(),
                },
                weeks: match state {
                    RepositoryState::Rising | RepositoryState::Falling => {
                        self.weekly_views(tenant, scope).await?
                    }
                    _ => WeeklyViews::new(),
                },
            };
            facts.retain(|it| states.is_in(it, state));
        }
        Ok(RepositoryScope::Only(
            facts.iter().map(|it| it.id).collect(),
        ))
    }

    /// How near each of these repositories is to losing a day.
    pub(crate) async fn risks(
        &self,
        tenant: TenantId,
        facts: &[RepositoryFacts],
    ) -> Result<HashMap<RepositoryId, Risk>> {
        let (assignments, longest_gap) =
            tokio::try_join!(self.assignments(tenant), self.longest_gap(tenant))?;
        let today = self.0.clock.today();
        Ok(facts
            .iter()
            .filter_map(|it| {
                let next_run = assignments.next_run(it.schedule_id, it.paused_until);
                let risk = Risk::assess(&it.freshness, next_run, longest_gap, today)?;
                Some((it.id, risk))
            })
            .collect())
    }

    /// The views of the last whole weeks of each repository in scope, oldest first.
    pub(crate) async fn weekly_views(
        &self,
        tenant: TenantId,
        scope: &RepositoryScope,
    ) -> Result<WeeklyViews> {
        let mondays = mondays(self.0.clock.today());
        Ok(self.0.store.weekly_views(tenant, scope, &mondays).await?)
    }
}

/// The Mondays of the weeks that trends compare, and the one after the last. The last week has ended
/// a few days ago, so that GitHub has published all of it.
fn mondays(today: Day) -> Vec<Day> {
    let end = today.plus(-domain::coverage::USUAL_LAG).week_start();
    let weeks = i64::try_from(USUAL_WEEKS + TREND_WEEKS).unwrap_or_default();
    (0..=weeks)
        .map(|week| end.plus(-7 * (weeks - week)))
        .collect()
}

/// The filter with a text of the length that counts.
pub(crate) fn bounded(filter: RepositoryFilter) -> RepositoryFilter {
    let RepositoryFilter {
        text,
        owner,
        tag,
        state,
    } = filter;
    let [text, owner, tag] = [text, owner, tag].map(|text| search_text(&text).to_owned());
    RepositoryFilter {
        text,
        owner,
        tag,
        state,
    }
}
