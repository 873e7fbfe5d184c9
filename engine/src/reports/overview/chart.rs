//! What the chart of all repositories shows.

use std::collections::HashSet;

use domain::coverage::oldest_reachable;
use domain::report::DatedEvent;
use domain::{Day, DayRange, DayState, Interval, Measure};

use super::Selection;
use crate::reports::publishing::Published;
use crate::reports::usual;
use crate::store::DaySums;
use crate::{Engine, Result};

/// What the chart shows.
pub(super) struct ChartData {
    /// The sums of each day shown, and of those before that say what is usual.
    pub(super) sums: Vec<DaySums>,
    /// The sums of the days it is compared with.
    pub(super) compared_sums: Vec<DaySums>,
    pub(super) lost: Vec<DayRange>,
    pub(super) events: Vec<DatedEvent>,
}

impl Engine {
    /// The data of the days shown, and of those they are compared with.
    pub(super) async fn chart_data(
        &self,
        all: &Selection<'_>,
        (interval, shown, compared): (Interval, DayRange, Option<DayRange>),
        first: Option<Day>,
        published: Published,
    ) -> Result<ChartData> {
        let (store, tenant, scope) = (&self.0.store, all.tenant, all.scope);
        let sums = store
            .day_sums(tenant, scope, days_read(interval, shown))
            .await?;
        let compared_sums = match compared {
            Some(compared) => store.day_sums(tenant, scope, compared).await?,
            None => Vec::new(),
        };
        let lost = self.lost(all, &sums, first, shown).await?;
        let events = self
            .events_of_tenant(tenant, scope, shown, &lost, published)
            .await?;
        Ok(ChartData {
            sums,
            compared_sums,
            lost,
            events,
        })
    }

    /// The ranges since the first known day that no repository knows and no response covered.
    async fn lost(
        &self,
        all: &Selection<'_>,
        sums: &[DaySums],
        first: Option<Day>,
        shown: DayRange,
    ) -> Result<Vec<DayRange>> {
        let today = self.0.clock.today();
        let Some(range) = first.and_then(|first| {
            DayRange::new(
                first.max(shown.from),
                oldest_reachable(today).plus(-1).min(shown.to),
            )
        }) else {
            return Ok(Vec::new());
        };
        let known = sums.iter().map(|sums| sums.day);
        let known_days: HashSet<Day> = known.clone().collect();
        let mut unknown = range.days().filter(|day| !known_days.contains(day));
        let first = unknown.next();
        let Some(unknown) = first.and_then(|first| {
            let last = unknown.next_back().unwrap_or(first);
            DayRange::new(first, last)
        }) else {
            return Ok(Vec::new());
        };
        let answered = (self.0.store)
            .covered_days(all.tenant, all.scope, unknown)
            .await?;
        let is_answered = |day: Day| {
            let mut all = answered.values();
            all.any(|days| {
                Measure::ALL
                    .iter()
                    .any(|measure| days.contains(*measure, day))
            })
        };
        let coverage = domain::Coverage::new(range, known, is_answered, None, today);
        Ok(coverage.stretches_in(DayState::Lost).collect())
    }
}

/// The days behind the chart's buckets, and before them those that say what is usual for a day.
fn days_read(interval: Interval, shown: DayRange) -> DayRange {
    let whole = interval.whole(shown);
    let history = if interval == Interval::Day {
        usual::HISTORY
    } else {
        0
    };
    DayRange {
        from: whole.from.plus(-history),
        to: whole.to,
    }
}
