//! The overview: all repositories in scope over a period.
//!
//! A few statements read a short row for every repository. Everything else is read for the page of
//! the table only, or summed in the database.

mod buckets;
mod chart;
mod facets;
mod figures;
mod order;
mod page;
mod rows;
mod since_yesterday;

use domain::report::{
    ComparedReport, Overview, OverviewQuery, OverviewReport, OverviewWarnings, RiskWarning,
};
use domain::{
    Day, DayRange, Interval, RepositoryScope, RepositoryState, RepositoryStatus, TenantId, Viewer,
};

use self::buckets::buckets;
use self::facets::{facets, selected};
use self::figures::{CLONES, VIEW_UNIQUES, VIEWS};
use super::buckets::{compared_with, earlier_days};
use super::repository::may_go;
use super::{Risk, is_up_to_date, last_counted_day, risk, usual};
use crate::repositories::{RepositoryStates, bounded};
use crate::store::RepositoryFacts;
use crate::{Engine, Error, Result, count};

/// How many repositories one page of the table lists.
const PAGE: usize = 50;

/// The repositories that the filter leaves, over a range.
struct Selection<'a> {
    tenant: TenantId,
    /// These repositories, so that every sum follows the filter.
    scope: &'a RepositoryScope,
    /// All that the filter leaves, by name.
    facts: &'a [&'a RepositoryFacts],
    states: &'a RepositoryStates,
    range: DayRange,
    /// The days it is compared with.
    earlier: Option<DayRange>,
}

impl Engine {
    /// Totals, a chart and a table of the repositories in scope that the filter leaves, over a
    /// period; others count nowhere. Warnings and counts of today are about all in scope.
    async fn overview(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        mut query: OverviewQuery,
    ) -> Result<Overview> {
        let store = &self.0.store;
        let scope = &viewer.repository_scope(tenant);
        let today = self.0.clock.today();
        query.filter = bounded(query.filter);
        let (facts, published, weeks, tags) = tokio::try_join!(
            self.repository_facts(tenant, scope, &query.filter),
            self.published(tenant, scope),
            self.weekly_views(tenant, scope),
            async { Ok(store.repository_tags(tenant, scope, None, u32::MAX).await?) },
        )?;
        let states = RepositoryStates {
            risks: self.risks(tenant, &facts).await?,
            weeks,
        };
        let choices = facets(&facts, &states, tags);
        let selected = selected(&facts, &states, &query.filter);
        let of_filter = &narrowed(scope, &facts, &selected);
        let first = selected.iter().filter_map(|it| it.first_day).min();
        let last = last_published_day(&selected, published.expected_lag(today), today);
        let days = (query.report.range)
            .days(first, last, today)
            .map_err(|error| Error::invalid(error.to_string()))?;
        let (range, shown) = (days.counted, days.shown);
        let interval = query.report.interval.unwrap_or(Interval::usual(range));
        let shift = query.report.shift(range);
        let all = Selection {
            tenant,
            scope: of_filter,
            facts: &selected,
            states: &states,
            range,
            earlier: shift.map(|shift| range.moved(-shift)),
        };
        let compared = shift.map(|shift| interval.whole(earlier_days(interval, shown, shift)));

        let matching = selected.len();
        let pages = count(matching.div_ceil(PAGE)).max(1);
        query.page = query.page.clamp(1, pages);
        let at_risk = self.risk_warnings(tenant, &facts, &states).await?;
        let chart_days = (interval, shown, compared);
        let ((rows, sums), chart, since_yesterday, unsafe_schedules, anomalies) = tokio::try_join!(
            async {
                let sums = self.sums(&all).await?;
                let page = all.one_page(&sums, &query);
                Ok((self.overview_rows(&all, &sums, &page).await?, sums))
            },
            self.chart_data(&all, chart_days, first, published),
            self.since_yesterday_of(&all, (first, last), &at_risk, |place| {
                may_go(viewer, tenant, place)
            }),
            self.unsafe_schedules(tenant),
            self.recent_anomalies(tenant, scope, None),
        )?;
        let is_tracked = |it: &&RepositoryFacts| it.freshness.status != RepositoryStatus::Archived;
        let report = OverviewReport {
            interval,
            range,
            shown,
            history_begins: days.history_begins,
            today,
            views: sums.of_all(VIEWS),
            view_uniques_daily_sum: sums.of_all(VIEW_UNIQUES),
            clones: sums.of_all(CLONES),
            stars: stars(&selected),
            github_is_late: published.is_late(today),
            lost: chart.lost,
            events: chart.events,
            usual: usual::of_sums(interval, shown, first, &chart.sums),
            buckets: buckets(interval, shown, &chart.sums, last),
            compared: compared.zip(all.earlier).map(|(days, earlier)| {
                let buckets = buckets(interval, days, &chart.compared_sums, last);
                ComparedReport::new(compared_with(query.report.compare), earlier, buckets)
            }),
            repositories_total: count(facts.iter().filter(is_tracked).count()),
            collected_today: count(facts.iter().filter(|it| it.is_collected).count()),
            need_attention: attention(&facts, &states),
            facets: choices,
            matching: count(matching),
            pages,
            query,
        };
        Ok(Overview {
            since_yesterday,
            report,
            rows,
            warnings: OverviewWarnings {
                at_risk,
                publishing: published.late(today).collect(),
                unsafe_schedules,
                clock: self.seen_clock_difference(),
                anomalies,
            },
        })
    }

    async fn risk_warnings(
        &self,
        tenant: TenantId,
        facts: &[RepositoryFacts],
        states: &RepositoryStates,
    ) -> Result<Vec<RiskWarning>> {
        let risks = facts.iter();
        let risks = risks.filter_map(|facts| Some((facts, *states.risks.get(&facts.id)?)));
        let at_risk = risk::at_risk(risks);
        if at_risk.is_empty() {
            return Ok(Vec::new());
        }
        let first = RepositoryScope::Only(at_risk.iter().map(|it| it.first).collect());
        let records = self.0.store.repositories(tenant, &first).await?;
        let warnings = at_risk.iter().filter_map(|it| {
            let mut records = records.iter().map(|record| &record.repository);
            let first = records.find(|repository| repository.id == it.first)?;
            Some(it.warning(first))
        });
        Ok(warnings.collect())
    }
}

/// The scope of what a filter selects. Sums of all are cheaper than those of a list of all.
fn narrowed(
    scope: &RepositoryScope,
    facts: &[RepositoryFacts],
    selected: &[&RepositoryFacts],
) -> RepositoryScope {
    if selected.len() == facts.len() {
        scope.clone()
    } else {
        RepositoryScope::Only(selected.iter().map(|it| it.id).collect())
    }
}

/// The stars of all together; `None` if no count is known.
fn stars(selected: &[&RepositoryFacts]) -> Option<u64> {
    let stars = selected.iter().filter_map(|it| it.stars);
    stars.map(u64::from).reduce(|a, b| a + b)
}

/// How many repositories something is wrong with now. Lost days stay lost, and nothing helps.
fn attention(facts: &[RepositoryFacts], states: &RepositoryStates) -> u32 {
    let needed = |it: &&RepositoryFacts| {
        states.is_in(it, RepositoryState::Failing) || states.is_in(it, RepositoryState::Losing)
    };
    count(facts.iter().filter(needed).count())
}

/// The last day that GitHub has published for every repository that is up to date. On a day that
/// only some have, the sum would drop without cause.
fn last_published_day(facts: &[&RepositoryFacts], lag: i64, today: Day) -> Day {
    facts
        .iter()
        .filter(|it| it.freshness.status != RepositoryStatus::Archived)
        .filter_map(|it| it.freshness.last_day)
        .filter(|last| is_up_to_date(*last, lag, today))
        .map(|last| last_counted_day(Some(last), lag, today))
        .min()
        .unwrap_or_else(|| last_counted_day(None, lag, today))
}
