//! Compares the stored counts with the recorded responses.

use std::collections::BTreeMap;

use domain::report::Run;
use domain::{Counts, FailureKind, RunStatus, TenantId, Trigger};
use engine::{Engine, TrafficFilter};
use futures::TryStreamExt;

use crate::harness::{Harness, REPOSITORIES};
use crate::oracle::Key;
use crate::process::{OPERATOR, tenant};

type Stored = BTreeMap<Key, Counts>;

impl Harness {
    /// Checks that every returned day is stored once with the highest counts, and nothing else.
    pub async fn verify(self, seed: u64) {
        let engine = self.worker_options(1, Trigger::Manual).open().await;
        let tenant = tenant(&engine).await;
        let runs = engine.runs(&OPERATOR, tenant, 1).await.expect("runs");
        self.last_run_succeeded(&runs[0], seed);
        let stored = stored(&engine, tenant, seed).await;
        self.nothing_is_lost(&stored, seed);
        self.nothing_is_outside_the_calendar(&stored, seed);
        self.nothing_is_invented(&stored, seed);
        let confirmed = self.confirmed.days.len();
        assert!(confirmed > 100, "seed {seed}: too few days were returned");
        assert!(self.killed > 0, "seed {seed}: no process was killed");
        self.print_summary(&stored);
        engine.shutdown().await;
    }

    /// Only deleted repositories may fail.
    fn last_run_succeeded(&self, run: &Run, seed: u64) {
        let failures = &run.failures;
        let unexpected: Vec<_> = failures
            .iter()
            .filter(|failure| failure.kind != FailureKind::Gone)
            .collect();
        assert!(unexpected.is_empty(), "seed {seed}: {unexpected:?}");
        let expected = if self.recreated == 0 {
            RunStatus::Succeeded
        } else {
            RunStatus::Partial
        };
        assert_eq!(run.status, expected, "seed {seed}: {failures:?}");
    }

    fn nothing_is_lost(&self, stored: &Stored, seed: u64) {
        let is_stored = |key: &Key, confirmed: Counts| {
            stored
                .get(key)
                .is_some_and(|stored| at_least(*stored, confirmed))
        };
        let lost: Vec<_> = (self.confirmed.days.iter())
            .filter(|(key, confirmed)| !is_stored(key, **confirmed))
            .map(|(key, confirmed)| {
                format!(
                    "{key:?}: returned {confirmed:?}, stored {:?}",
                    stored.get(key)
                )
            })
            .collect();
        let lines = lost.join("\n");
        assert!(
            lost.is_empty(),
            "seed {seed}, {} are lost:\n{lines}",
            lost.len()
        );
    }

    fn nothing_is_outside_the_calendar(&self, stored: &Stored, seed: u64) {
        let possible = &self.possible;
        let outside: Vec<_> = (possible.outside.iter())
            .filter(|key| stored.contains_key(*key) && !possible.days.contains_key(*key))
            .collect();
        assert!(
            outside.is_empty(),
            "seed {seed}, stored and outside the calendar: {outside:?}"
        );
    }

    fn nothing_is_invented(&self, stored: &Stored, seed: u64) {
        let was_returned = |key: &Key, stored: Counts| {
            let highest = self.possible.days.get(key);
            highest.is_some_and(|highest| at_least(*highest, stored))
        };
        let invented: Vec<_> = (stored.iter())
            .filter(|(key, stored)| !was_returned(key, **stored))
            .collect();
        assert!(
            invented.is_empty(),
            "seed {seed}, stored and never returned: {invented:?}"
        );
    }

    fn print_summary(&self, stored: &Stored) {
        eprintln!(
            "{} entries were unreadable, {} listed days were outside the calendar, {} repositories were created under an old name; rounds with each fault: {:?}.",
            self.possible.unreadable,
            self.possible.outside.len(),
            self.created_repositories - REPOSITORIES,
            self.faults
        );
        let days = stored.keys().map(|(_, _, day)| *day);
        let (oldest, newest) = (days.clone().min(), days.max());
        eprintln!(
            "{} counts from {oldest:?} to {newest:?} are stored, {} of which were required; {} processes were killed while running.",
            stored.len(),
            self.confirmed.days.len(),
            self.killed
        );
    }
}

/// All stored counts, each once.
async fn stored(engine: &Engine, tenant: TenantId, seed: u64) -> Stored {
    let report = engine.repositories(&OPERATOR, tenant).await;
    let mut stored = Stored::new();
    for repository in report.expect("a report").repositories {
        let filter = TrafficFilter {
            repository: Some(repository.id),
            ..TrafficFilter::default()
        };
        let chunks = engine
            .traffic_days(&OPERATOR, tenant, filter)
            .await
            .expect("days");
        let chunks: Vec<_> = chunks.try_collect().await.expect("days");
        for (day, traffic) in chunks.into_iter().flatten().flat_map(|part| part.days) {
            for (measure, counts) in [("views", traffic.views), ("clones", traffic.clones)] {
                let Some(counts) = counts else { continue };
                let before = stored.insert((repository.github_id, measure, day), counts);
                assert_eq!(before, None, "{day} twice, seed {seed}");
            }
        }
    }
    stored
}

fn at_least(greater: Counts, less: Counts) -> bool {
    greater.count >= less.count && greater.uniques.get() >= less.uniques.get()
}
