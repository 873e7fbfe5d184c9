//! Takes recorded answers of GitHub's into the history, by the rules for new ones.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::report::RankingRow;
use domain::{Counts, Day, Measure, RepositoryId, TenantId, Viewer};

use super::rankings::window_of;
use super::window::known_days;
use crate::store::{NewRanking, RankingKind};
use crate::{Engine, Error, Result};

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

impl Engine {
    /// Merges recorded windows into a repository's days.
    ///
    /// # Errors
    /// Where the viewer is not the operator, or the tenant has no such repository.
    pub async fn load_history(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        id: RepositoryId,
        windows: Vec<RecordedWindow>,
    ) -> Result<()> {
        self.authorize_loading(viewer, tenant, id).await?;
        for measure in Measure::ALL {
            let listed = windows.iter().map(|window| match measure {
                Measure::Views => &window.views,
                Measure::Clones => &window.clones,
            });
            let days = merged(listed.map(Vec::as_slice));
            self.0.store.merge_days(tenant, id, measure, &days).await?;
        }
        Ok(())
    }

    /// Stores recorded lists of referrers and of paths; of one day's the last one stands.
    ///
    /// # Errors
    /// As for the history.
    pub async fn load_rankings(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        id: RepositoryId,
        referrers: Vec<RecordedRanking>,
        paths: Vec<RecordedRanking>,
    ) -> Result<()> {
        self.authorize_loading(viewer, tenant, id).await?;
        for (kind, lists) in [
            (RankingKind::Referrers, referrers),
            (RankingKind::Paths, paths),
        ] {
            let mut last_of_day = BTreeMap::new();
            for list in lists {
                let known = last_of_day
                    .entry(Day::of(list.captured_at))
                    .or_insert(list.clone());
                if known.captured_at < list.captured_at {
                    *known = list;
                }
            }
            for list in last_of_day.into_values() {
                let window = window_of(list.captured_at);
                let ranking = NewRanking {
                    kind,
                    window,
                    captured_at: list.captured_at,
                    rows: &list.rows,
                    raw: None,
                };
                self.0.store.save_ranking(tenant, id, &ranking).await?;
            }
        }
        Ok(())
    }

    /// A history made elsewhere is believed only where the operator says so.
    async fn authorize_loading(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        id: RepositoryId,
    ) -> Result<()> {
        if *viewer != Viewer::Operator {
            return Err(Error::forbidden());
        }
        self.one_repository(viewer, tenant, id).await.map(drop)
    }
}

/// All windows together. Merging takes each field's maximum, in whatever order and grouping, so
/// thousands of windows become one write.
fn merged<'a>(windows: impl Iterator<Item = &'a [(Day, Counts)]>) -> Vec<(Day, Counts)> {
    let mut days: BTreeMap<Day, Counts> = BTreeMap::new();
    for (day, counts) in windows.flat_map(known_days) {
        days.entry(day)
            .and_modify(|known| *known = known.merge(counts))
            .or_insert(counts);
    }
    days.into_iter().collect()
}
