//! Imports recorded GitHub responses into the history, by the rules for new ones.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::anomaly::{ReportedTraffic, StoredTraffic};
use domain::report::RankingRow;
use domain::{Anomaly, Counts, Day, Measure, RepositoryId, TenantId, Viewer};

use super::rankings::window_of;
use super::window::known_days;
use crate::store::{NewRanking, PastAnomaly, RankingKind};
use crate::{Engine, Error, Result};

/// One recorded response about views and clones.
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
    /// Merges recorded windows into a repository's days, and records their anomalies.
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
        let mut windows = windows;
        windows.sort_by_key(|window| window.captured_at);
        let store = &self.0.store;
        for measure in Measure::ALL {
            let mut past = Past::default();
            for window in &windows {
                let listed = match measure {
                    Measure::Views => &window.views,
                    Measure::Clones => &window.clones,
                };
                past.add(window.captured_at, &known_days(listed));
            }
            let days: Vec<_> = past.days.into_iter().collect();
            store.merge_days(tenant, id, measure, &days).await?;
            let anomalies: Vec<_> = past.anomalies.into_values().collect();
            store
                .load_anomalies(tenant, id, measure, &anomalies)
                .await?;
        }
        Ok(())
    }

    /// Stores recorded lists of referrers and paths; the last one of each day is kept.
    ///
    /// # Errors
    /// As for [`load_history`](Self::load_history).
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

    /// Only the operator may vouch for a history made elsewhere.
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

/// The days and anomalies of all windows together, gathered in memory so that thousands of windows
/// become one write.
#[derive(Default)]
struct Past {
    days: BTreeMap<Day, Counts>,
    newest: Option<Day>,
    anomalies: BTreeMap<(&'static str, Day), PastAnomaly>,
}

impl Past {
    /// Adds a window, later than those before.
    fn add(&mut self, at: DateTime<Utc>, days: &[(Day, Counts)]) {
        let (Some((first, _)), Some((last, _))) = (days.first(), days.last()) else {
            return;
        };
        let known: Vec<_> = (self.days.range(first..=last))
            .map(|(day, counts)| (*day, *counts))
            .collect();
        let open: Vec<Anomaly> = (self.anomalies.values())
            .filter(|past| past.settled_at.is_none())
            .map(|past| past.anomaly)
            .collect();
        let answer = ReportedTraffic {
            total: None,
            days,
            given_on: Day::of(at),
        };
        let anomalies = answer.anomalies(&StoredTraffic {
            days: &known,
            newest: self.newest,
            open: &open,
        });
        for resolved in answer.resolved(&open, &anomalies) {
            if let Some(past) = self.anomalies.get_mut(&key(&resolved)) {
                past.settled_at = Some(at);
            }
        }
        for anomaly in anomalies {
            let past = self.anomalies.entry(key(&anomaly)).or_insert(PastAnomaly {
                anomaly,
                first_seen_at: at,
                last_seen_at: at,
                times_seen: 0,
                settled_at: None,
            });
            past.anomaly = anomaly;
            past.last_seen_at = at;
            past.times_seen += 1;
            past.settled_at = None;
        }
        for (day, counts) in days {
            let known = self.days.entry(*day).or_insert(*counts);
            *known = known.merge(*counts);
        }
        self.newest = self.newest.max(Some(*last));
    }
}

fn key(anomaly: &Anomaly) -> (&'static str, Day) {
    (anomaly.kind.subject().as_str(), anomaly.day)
}
