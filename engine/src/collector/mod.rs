//! The collector.
#![allow(unused_variables, clippy::todo)]
use chrono::{DateTime, Utc};
use domain::{Counts, Day};
use domain::report::RankingRow;
use crate::{Result, SharedClock, secrets::Vault, store::Store};

/// One recorded answer about views and clones.
#[derive(Clone, Debug)]
pub struct RecordedWindow {
    /// When it was captured.
    pub captured_at: DateTime<Utc>,
    /// The listed days of views.
    pub views: Vec<(Day, Counts)>,
    /// The listed days of clones.
    pub clones: Vec<(Day, Counts)>,
}

/// One recorded list of referrers or paths.
#[derive(Clone, Debug)]
pub struct RecordedRanking {
    /// When it was captured.
    pub captured_at: DateTime<Utc>,
    /// The rows.
    pub rows: Vec<RankingRow>,
}

#[derive(Clone)]
pub(crate) struct Collector;
impl Collector {
    pub(crate) fn new(store: Store, clock: SharedClock, vault: Vault, concurrency: usize, worker: String) -> Self { Self }
    pub(crate) async fn mark_interrupted(&self) -> Result<()> { todo!() }
    pub(crate) async fn shut_down(&self) { todo!() }
}
