//! Holds what is stored in the end against what GitHub showed.

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
    /// Whether every day that an entry told is stored once, with the greatest figures, and
    /// nothing else is: nothing that was never shown, and nothing outside the calendar.
    pub async fn judge(self, seed: u64) {
        let engine = self.part(1, Trigger::Manual).open().await;
        let tenant = tenant(&engine).await;
        let runs = engine.runs(&OPERATOR, tenant, 1).await.expect("runs");
        self.last_run_went_well(&runs[0], seed);
        let stored = stored(&engine, tenant, seed).await;
        self.nothing_is_lost(&stored, seed);
        self.nothing_is_outside_the_calendar(&stored, seed);
        self.nothing_is_invented(&stored, seed);
        let told = self.told.days.len();
        assert!(told > 100, "seed {seed}: too little was told");
        assert!(
            self.killed > 0,
            "seed {seed}: nobody was killed in the midst of it"
        );
        self.tell(&stored);
        engine.shutdown().await;
    }

    /// Only repositories that were deleted could not be collected.
    fn last_run_went_well(&self, run: &Run, seed: u64) {
        let failures = &run.failures;
        let of_others: Vec<_> = failures
            .iter()
            .filter(|failure| failure.kind != FailureKind::Gone)
            .collect();
        assert!(of_others.is_empty(), "seed {seed}: {of_others:?}");
        let expected = if self.recreated == 0 {
            RunStatus::Succeeded
        } else {
            RunStatus::Partial
        };
        assert_eq!(run.status, expected, "seed {seed}: {failures:?}");
    }

    fn nothing_is_lost(&self, stored: &Stored, seed: u64) {
        let is_there = |key: &Key, told: Counts| {
            stored
                .get(key)
                .is_some_and(|stored| at_least(*stored, told))
        };
        let lost: Vec<_> = (self.told.days.iter())
            .filter(|(key, told)| !is_there(key, **told))
            .map(|(key, told)| format!("{key:?}: told {told:?}, stored {:?}", stored.get(key)))
            .collect();
        let lines = lost.join("\n");
        assert!(
            lost.is_empty(),
            "seed {seed}, {} are lost:\n{lines}",
            lost.len()
        );
    }

    fn nothing_is_outside_the_calendar(&self, stored: &Stored, seed: u64) {
        let shown = &self.shown_at_all;
        let outside: Vec<_> = (shown.outside.iter())
            .filter(|key| stored.contains_key(*key) && !shown.days.contains_key(*key))
            .collect();
        assert!(
            outside.is_empty(),
            "seed {seed}, stored and outside the calendar: {outside:?}"
        );
    }

    fn nothing_is_invented(&self, stored: &Stored, seed: u64) {
        let was_shown = |key: &Key, stored: Counts| {
            let shown = self.shown_at_all.days.get(key);
            shown.is_some_and(|shown| at_least(*shown, stored))
        };
        let invented: Vec<_> = (stored.iter())
            .filter(|(key, stored)| !was_shown(key, **stored))
            .collect();
        assert!(
            invented.is_empty(),
            "seed {seed}, stored and never shown: {invented:?}"
        );
    }

    fn tell(&self, stored: &Stored) {
        eprintln!(
            "{} entries could not be read, {} listed days lay outside the calendar, {} repositories came under an old name; rounds with each fault: {:?}.",
            self.shown_at_all.unreadable,
            self.shown_at_all.outside.len(),
            self.made - REPOSITORIES,
            self.faults
        );
        let days = stored.keys().map(|(_, _, day)| *day);
        let (oldest, newest) = (days.clone().min(), days.max());
        eprintln!(
            "{} figures of {oldest:?} to {newest:?} are stored, {} of which had to be; {} processes were killed at work.",
            stored.len(),
            self.told.days.len(),
            self.killed
        );
    }
}

/// All that is stored, each figure once.
async fn stored(engine: &Engine, tenant: TenantId, seed: u64) -> Stored {
    let report = engine.repositories(&OPERATOR, tenant).await;
    let mut stored = Stored::new();
    for repository in report.expect("a report").repositories {
        let filter = TrafficFilter {
            repository: Some(repository.id),
            ..TrafficFilter::default()
        };
        let rows = engine
            .traffic_rows(&OPERATOR, tenant, filter)
            .await
            .expect("rows");
        let rows: Vec<_> = rows.try_collect().await.expect("rows");
        for row in rows {
            for (measure, counts) in [("views", row.traffic.views), ("clones", row.traffic.clones)]
            {
                let Some(counts) = counts else { continue };
                let before = stored.insert((repository.github_id, measure, row.day), counts);
                assert_eq!(before, None, "{} twice, seed {seed}", row.day);
            }
        }
    }
    stored
}

fn at_least(greater: Counts, less: Counts) -> bool {
    greater.count >= less.count && greater.uniques.get() >= less.uniques.get()
}
