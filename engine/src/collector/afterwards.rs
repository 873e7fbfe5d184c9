//! The end of a run: days that are falsely zero are noted, and old answers deleted.

use std::pin::pin;
use std::sync::PoisonError;

use chrono::{DateTime, TimeDelta, Utc};
use domain::anomaly::{BACKGROUND_DAYS, DayCounts, OutageDetector};
use domain::coverage::WINDOW_DAYS;
use domain::{Day, DayRange, Measure, RepositoryId, TenantId};
use futures::TryStreamExt;

use super::Collector;
use crate::StoreError;
use crate::reports::seen_lags;
use crate::store::ReportedDay;

impl Collector {
    /// Looks over what a tenant's repositories have in common, and deletes what is kept no longer.
    /// The figures are stored by now: what fails is logged, and done at the next run's end.
    pub(super) async fn check_after_run(&self, tenant: TenantId) {
        if let Err(error) = self.record_false_zeros(tenant).await {
            log(&error, "recording false zeros failed");
        }
        if let Err(error) = self.record_publication_lags().await {
            log(&error, "recording GitHub’s publishing lag failed");
        }
        self.prune_responses_daily().await;
    }

    /// Keeps how late each server publishes, where it was never later.
    async fn record_publication_lags(&self) -> Result<(), StoreError> {
        let store = &self.0.store;
        let listed = store.unscoped_listed_windows().await?;
        store.unscoped_keep_lags(&seen_lags(&listed)).await
    }

    /// Deletes the answers that are kept no longer, now and at the beginning of every day, until
    /// the process ends.
    pub(crate) fn keep_pruning_responses(&self) {
        let collector = self.clone();
        tokio::spawn(async move {
            let all = &*collector.0;
            loop {
                collector.prune_responses_daily().await;
                let tomorrow = all.clock.today().plus(1);
                let midnight = all.clock.sleep_until(tomorrow.begins_at());
                if all.stopping.run_until_cancelled(midnight).await.is_none() {
                    return;
                }
            }
        });
    }

    /// Deletes the answers that are kept no longer, once a day.
    async fn prune_responses_daily(&self) {
        let today = self.0.clock.today();
        let pruned_on = (self.0.pruned_on.lock())
            .unwrap_or_else(PoisonError::into_inner)
            .replace(today);
        if pruned_on == Some(today) {
            return;
        }
        if let Err(error) = self.prune_responses().await {
            log(&error, "deleting old responses failed");
        }
    }

    async fn prune_responses(&self) -> Result<(), StoreError> {
        let before = kept_since(self.0.clock.now(), self.0.keep_answers_days);
        while self.0.store.unscoped_sweep_answers(before).await? {
            // Whoever wants to write goes between the batches.
            tokio::task::yield_now().await;
        }
        Ok(())
    }

    /// Notes the days of the present window on which GitHub most likely did not count.
    async fn record_false_zeros(&self, tenant: TenantId) -> Result<(), StoreError> {
        let all = &*self.0;
        let now = all.clock.now();
        // Of a day that goes on, nobody need have come yet.
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

/// Since when answers are kept.
fn kept_since(now: DateTime<Utc>, days: u32) -> DateTime<Utc> {
    now - TimeDelta::days(days.into())
}

fn log(error: &StoreError, what: &'static str) {
    tracing::error!(error = error as &dyn std::error::Error, "{what}");
}
