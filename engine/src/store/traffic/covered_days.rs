//! The days that GitHub's responses covered, and the last response about each measure.

use std::collections::HashMap;

use chrono::NaiveDate;
use domain::coverage::{quiet_days, united};
use domain::{Counts, Day, DayRange, Measure, RepositoryId, RepositoryScope, TenantId};
use sqlx::FromRow;

use crate::store::batch::{Batch, batch};
use crate::store::scope::{Scoped, id_list, scoped};
use crate::store::{Store, StoreError, Transaction};

/// The ranges of days that responses about a repository covered, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct CoveredDays {
    views: Vec<DayRange>,
    clones: Vec<DayRange>,
}

impl CoveredDays {
    /// Whether a response about the measure covered the day.
    pub(crate) fn contains(&self, measure: Measure, day: Day) -> bool {
        let stretches = match measure {
            Measure::Views => &self.views,
            Measure::Clones => &self.clones,
        };
        stretches.iter().any(|stretch| stretch.contains(day))
    }

    /// The parts of a range that responses about one measure or none covered.
    pub(crate) fn gaps(&self, range: DayRange) -> Vec<CoverageGap> {
        let covered = self.views.iter().chain(&self.clones);
        let mut starts: Vec<Day> = covered
            .flat_map(|covered| [covered.from, covered.to.plus(1)])
            .filter(|day| range.contains(*day))
            .chain([range.from, range.to.plus(1)])
            .collect();
        starts.sort_unstable();
        starts.dedup();
        starts
            .windows(2)
            .filter_map(|pair| {
                let days = DayRange::new(pair[0], pair[1].plus(-1))?;
                let (views, clones) = (
                    self.contains(Measure::Views, days.from),
                    self.contains(Measure::Clones, days.from),
                );
                (!views || !clones).then_some(CoverageGap {
                    days,
                    views,
                    clones,
                })
            })
            .collect()
    }
}

/// Days that not both measures' responses covered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CoverageGap {
    pub(crate) days: DayRange,
    /// Whether responses about views covered them.
    pub(crate) views: bool,
    /// The same of clones.
    pub(crate) clones: bool,
}

/// What a response about a measure covers.
#[derive(Clone, Copy, Debug)]
pub(super) struct ResponseCoverage<'a> {
    /// The days that it makes known.
    pub(super) known: &'a [(Day, Counts)],
    /// From its first to its last listed day, readable or not.
    pub(super) listed: Option<DayRange>,
    /// Whether an omitted day means that nothing was counted.
    pub(super) leaves_out: bool,
    /// The UTC day of the response.
    pub(super) given_on: Day,
    /// The day the repository was created, if known.
    pub(super) created_on: Option<Day>,
}

#[derive(FromRow)]
struct StretchRow {
    repository_id: i64,
    measure: String,
    from_day: NaiveDate,
    to_day: NaiveDate,
}

const INSERT: Batch = batch!(
    "insert into answered_days (repository_id, measure, from_day, to_day) select $1, ",
    0 "text", 1 "date", 2 "date";
    "on conflict (repository_id, measure, from_day) do update set
        to_day = case when excluded.to_day > answered_days.to_day
            then excluded.to_day else answered_days.to_day end"
);

impl Store {
    /// What responses covered within a range, for each repository in scope.
    pub(crate) async fn covered_days(
        &self,
        tenant: TenantId,
        scope: &RepositoryScope,
        range: DayRange,
    ) -> Result<HashMap<RepositoryId, CoveredDays>, StoreError> {
        const STRETCHES: Scoped = scoped!(
            "select a.repository_id, a.measure, a.from_day, a.to_day
            from repositories r join answered_days a on a.repository_id = r.id
            where r.tenant_id = $1",
            "and a.from_day <= $4 and a.to_day >= $3
            order by a.repository_id, a.measure, a.from_day"
        );
        let text = STRETCHES.text(&self.db, scope);
        let rows: Vec<StretchRow> = on!(&self.db, |pool| sqlx::query_as(text)
            .bind(tenant.get())
            .bind(id_list(scope))
            .bind(range.from.date())
            .bind(range.to.date())
            .fetch_all(pool)
            .await)?;
        let mut answered: HashMap<RepositoryId, CoveredDays> = HashMap::new();
        for row in rows {
            let days = answered
                .entry(RepositoryId::new(row.repository_id))
                .or_default();
            let stretches = if row.measure == Measure::Views.as_str() {
                &mut days.views
            } else {
                &mut days.clones
            };
            stretches.extend(DayRange::new(Day::new(row.from_day), Day::new(row.to_day)));
        }
        Ok(answered)
    }

    /// The last day listed by a response about views of this UTC day; `None` when there is no such
    /// response, or it lists none.
    pub(crate) async fn last_day_of_views(
        &self,
        tenant: TenantId,
        repository: RepositoryId,
        given_on: Day,
    ) -> Result<Option<Day>, StoreError> {
        const LAST: &str = "
            select a.last_day
            from traffic_answers a join repositories r on r.id = a.repository_id
            where r.tenant_id = $1 and a.repository_id = $2 and a.measure = 'views'
                and a.answered_on = $3";
        let last: Option<Option<NaiveDate>> = on!(&self.db, |pool| sqlx::query_scalar(LAST)
            .bind(tenant.get())
            .bind(repository.get())
            .bind(given_on.date())
            .fetch_optional(pool)
            .await)?;
        Ok(last.flatten().map(Day::new))
    }

    /// Records that GitHub's response about a measure is unchanged. A short list still covers the
    /// days on which nothing was counted.
    pub(crate) async fn record_not_modified(
        &self,
        tenant: TenantId,
        repository: RepositoryId,
        measure: Measure,
        given_on: Day,
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        if !transaction.lock_repository(tenant, repository).await? {
            return Ok(());
        }
        // Responses from before coverage was recorded wait for the next new one.
        let Some(listed) = transaction.last_listed(repository, measure).await? else {
            return Ok(());
        };
        let quiet = quiet_days(listed, given_on, false);
        transaction
            .record_answer(repository, measure, listed, given_on)
            .await?;
        transaction
            .extend_coverage(repository, measure, quiet)
            .await?;
        transaction.update_covered_until(repository).await?;
        transaction.commit().await
    }
}

impl Transaction {
    /// Records which days a response covers: those it makes known, and those of its window on which
    /// nothing was counted.
    pub(super) async fn record_coverage(
        &mut self,
        repository: RepositoryId,
        measure: Measure,
        covers: &ResponseCoverage<'_>,
    ) -> Result<(), StoreError> {
        let &ResponseCoverage {
            listed, given_on, ..
        } = covers;
        let single = |(day, _): &(Day, Counts)| DayRange {
            from: *day,
            to: *day,
        };
        let is_first = self.last_listed(repository, measure).await?.is_none();
        self.record_answer(repository, measure, listed, given_on)
            .await?;
        let mut covered = if covers.leaves_out {
            quiet_days(listed, given_on, is_first)
        } else {
            Vec::new()
        };
        if let Some(created_on) = covers.created_on {
            covered = (covered.into_iter())
                .filter_map(|quiet| DayRange::new(quiet.from.max(created_on), quiet.to))
                .collect();
        }
        covered.extend(covers.known.iter().map(single));
        self.extend_coverage(repository, measure, covered).await?;
        self.update_covered_until(repository).await
    }

    /// What the last response listed; `None` without a record, `Some(None)` if it was empty.
    async fn last_listed(
        &mut self,
        repository: RepositoryId,
        measure: Measure,
    ) -> Result<Option<Option<DayRange>>, StoreError> {
        const LISTED: &str = "
            select first_day, last_day from traffic_answers
            where repository_id = $1 and measure = $2";
        let last: Option<(Option<NaiveDate>, Option<NaiveDate>)> =
            within!(*self, |connection| sqlx::query_as(LISTED)
                .bind(repository.get())
                .bind(measure.as_str())
                .fetch_optional(connection)
                .await)?;
        Ok(last.map(|(first, last)| {
            first
                .zip(last)
                .and_then(|(first, last)| DayRange::new(Day::new(first), Day::new(last)))
        }))
    }

    async fn record_answer(
        &mut self,
        repository: RepositoryId,
        measure: Measure,
        listed: Option<DayRange>,
        given_on: Day,
    ) -> Result<(), StoreError> {
        const RECORD: &str = "
            insert into traffic_answers (repository_id, measure, answered_on, first_day, last_day)
            values ($1, $2, $3, $4, $5)
            on conflict (repository_id, measure) do update set
                answered_on = excluded.answered_on, first_day = excluded.first_day,
                last_day = excluded.last_day";
        within!(*self, |connection| sqlx::query(RECORD)
            .bind(repository.get())
            .bind(measure.as_str())
            .bind(given_on.date())
            .bind(listed.map(|listed| listed.from.date()))
            .bind(listed.map(|listed| listed.to.date()))
            .execute(connection)
            .await
            .map(drop))?;
        Ok(())
    }

    /// Adds days to the covered ranges of a measure, and joins ranges that touch.
    async fn extend_coverage(
        &mut self,
        repository: RepositoryId,
        measure: Measure,
        covered: Vec<DayRange>,
    ) -> Result<(), StoreError> {
        const TOUCHING: &str = "
            select from_day, to_day from answered_days
            where repository_id = $1 and measure = $2 and from_day <= $4 and to_day >= $3";
        const DELETE: &str = "
            delete from answered_days
            where repository_id = $1 and measure = $2 and from_day <= $4 and to_day >= $3";
        let covered = united(covered);
        let Some((first, last)) = covered.first().zip(covered.last()) else {
            return Ok(());
        };
        let (from, to) = (first.from.plus(-1), last.to.plus(1));
        let stored: Vec<(NaiveDate, NaiveDate)> =
            within!(*self, |connection| sqlx::query_as(TOUCHING)
                .bind(repository.get())
                .bind(measure.as_str())
                .bind(from.date())
                .bind(to.date())
                .fetch_all(connection)
                .await)?;
        let mut stored: Vec<DayRange> = stored
            .into_iter()
            .filter_map(|(from, to)| DayRange::new(Day::new(from), Day::new(to)))
            .collect();
        stored.sort_by_key(|stretch| stretch.from);
        let all = united(stored.iter().copied().chain(covered).collect());
        if all == stored {
            return Ok(());
        }
        within!(*self, |connection| sqlx::query(DELETE)
            .bind(repository.get())
            .bind(measure.as_str())
            .bind(from.date())
            .bind(to.date())
            .execute(connection)
            .await
            .map(drop))?;
        let rows: Vec<_> = all
            .iter()
            .map(|stretch| (measure.as_str(), stretch.from.date(), stretch.to.date()))
            .collect();
        self.write_batch(INSERT, repository.get(), &rows).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(text: &str) -> DayRange {
        let (from, to) = text.split_once("..").expect("two days");
        let day = |text: &str| format!("2026-01-{text}").parse().expect("a day");
        DayRange {
            from: day(from),
            to: day(to),
        }
    }

    #[test]
    fn gaps_are_what_not_both_measures_covered() {
        let covered = CoveredDays {
            views: vec![range("03..08"), range("20..31")],
            clones: vec![range("05..12")],
        };
        let gap = |days, views, clones| CoverageGap {
            days: range(days),
            views,
            clones,
        };
        assert_eq!(
            covered.gaps(range("02..21")),
            [
                gap("02..02", false, false),
                gap("03..04", true, false),
                gap("09..12", false, true),
                gap("13..19", false, false),
                gap("20..21", true, false),
            ]
        );
        assert_eq!(covered.gaps(range("06..08")), []);
        assert_eq!(
            CoveredDays::default().gaps(range("01..31")),
            [gap("01..31", false, false)]
        );
    }
}
