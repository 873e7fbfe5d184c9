//! After a run: the days on which GitHub most likely counted nothing.

use std::pin::pin;

use domain::anomaly::{BACKGROUND_DAYS, DayCounts, OutageDetector};
use domain::coverage::WINDOW_DAYS;
use domain::{Day, DayRange, Measure, RepositoryId, TenantId};
use futures::TryStreamExt;

use super::Collector;
use crate::StoreError;
use crate::store::ReportedDay;

impl Collector {
    /// Records the days of the current window on which GitHub most likely did not count.
    pub(super) async fn record_false_zeros(&self, tenant: TenantId) -> Result<(), StoreError> {
        let all = &*self.0;
        let now = all.clock.now();
        // Today is not over, so a zero means nothing.
        let window = DayRange::ending(Day::of(now).plus(-1), WINDOW_DAYS);
        let mut detector = OutageDetector::within(window);
        let range = DayRange {
            from: window.from.plus(-BACKGROUND_DAYS),
            to: window.to,
        };
        let mut rows = pin!(all.store.reported_days(tenant, range));
        let mut one: Option<(RepositoryId, Vec<ReportedDay>)> = None;
        while let Some((repository, day)) = rows.try_next().await? {
            match &mut one {
                Some((same, days)) if *same == repository => days.push(day),
                _ => add(&mut detector, one.replace((repository, vec![day]))),
            }
        }
        add(&mut detector, one);
        for (measure, day, repositories) in detector.false_zeros() {
            tracing::warn!(
                tenant.id = tenant.get(),
                measure = measure.as_str(),
                day = %day,
                repositories = repositories.len(),
                "GitHub reports zero for most busy repositories on the same day"
            );
            all.store
                .record_false_zeros(tenant, measure, day, &repositories, now)
                .await?;
        }
        Ok(())
    }
}

fn add(
    detector: &mut OutageDetector<RepositoryId>,
    repository: Option<(RepositoryId, Vec<ReportedDay>)>,
) {
    let Some((id, days)) = repository else { return };
    for measure in Measure::ALL {
        let days: Vec<DayCounts> = days.iter().filter_map(|day| day.of(measure)).collect();
        detector.add(measure, &days, |_| id);
    }
}
