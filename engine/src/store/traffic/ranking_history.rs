//! Referrers and paths over time.

use std::cmp::Reverse;
use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use domain::report::{RankingHistory, RankingLine, RankingWindow};
use domain::{Counts, Day, DayRange, RepositoryId, TenantId};

use super::RankingKind;
use crate::store::numbers::to_u32;
use crate::store::{Store, StoreError};

impl Store {
    /// The windows of a repository that end within a range, with what each label had in them.
    pub(crate) async fn ranking_history(
        &self,
        tenant: TenantId,
        repository: RepositoryId,
        kind: RankingKind,
        range: DayRange,
    ) -> Result<RankingHistory, StoreError> {
        const WINDOWS: &str = "
            select h.first_day, h.last_day, h.captured_at
            from rankings h join repositories r on r.id = h.repository_id
            where r.tenant_id = $1 and h.repository_id = $2 and h.kind = $3
                and h.last_day between $4 and $5
            order by h.last_day";
        const ROWS: &str = "
            select l.label, h.first_day, h.last_day, s.count, s.uniques
            from rankings h
                join repositories r on r.id = h.repository_id
                join ranking_rows s on s.ranking_id = h.id
                join labels l on l.id = s.label_id
            where r.tenant_id = $1 and h.repository_id = $2 and h.kind = $3
                and h.last_day between $4 and $5
            order by h.last_day, s.position";
        // Over all windows, whatever the range.
        const SEEN: &str = "
            select l.label, min(h.last_day), max(h.last_day)
            from rankings h
                join repositories r on r.id = h.repository_id
                join ranking_rows s on s.ranking_id = h.id
                join labels l on l.id = s.label_id
            where r.tenant_id = $1 and h.repository_id = $2 and h.kind = $3
            group by l.label";
        let windows: Vec<(NaiveDate, NaiveDate, DateTime<Utc>)> =
            on!(&self.db, |pool| sqlx::query_as(WINDOWS)
                .bind(tenant.get())
                .bind(repository.get())
                .bind(kind.as_str())
                .bind(range.from.date())
                .bind(range.to.date())
                .fetch_all(pool)
                .await)?;
        let rows: Vec<(String, NaiveDate, NaiveDate, i64, i64)> =
            on!(&self.db, |pool| sqlx::query_as(ROWS)
                .bind(tenant.get())
                .bind(repository.get())
                .bind(kind.as_str())
                .bind(range.from.date())
                .bind(range.to.date())
                .fetch_all(pool)
                .await)?;
        let seen: Vec<(String, NaiveDate, NaiveDate)> = on!(&self.db, |pool| sqlx::query_as(SEEN)
            .bind(tenant.get())
            .bind(repository.get())
            .bind(kind.as_str())
            .fetch_all(pool)
            .await)?;
        let days = |from, to| DayRange {
            from: Day::new(from),
            to: Day::new(to),
        };
        let mut counts: HashMap<String, Vec<(DayRange, Counts)>> = HashMap::new();
        for (label, from, to, count, uniques) in rows {
            let of_window = Counts::new(to_u32(count), to_u32(uniques));
            let line = counts.entry(label).or_default();
            line.push((days(from, to), of_window));
        }
        let mut lines: Vec<RankingLine> = seen
            .into_iter()
            .filter_map(|(label, first, last)| {
                Some(RankingLine {
                    counts: counts.remove(&label)?,
                    first_seen: Day::new(first),
                    last_seen: Day::new(last),
                    label,
                })
            })
            .collect();
        lines.sort_by_cached_key(|line| {
            let last = line.counts.last();
            let last = last.map(|(window, counts)| (window.to, counts.count));
            (Reverse(last), line.label.clone())
        });
        Ok(RankingHistory {
            windows: windows
                .into_iter()
                .map(|(from, to, captured_at)| RankingWindow {
                    window: days(from, to),
                    captured_at,
                })
                .collect(),
            rows: lines,
        })
    }
}
