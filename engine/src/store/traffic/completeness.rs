//! Which repositories know every day of a range.

use domain::{DayRange, RepositoryId, RepositoryScope, TenantId};

use crate::store::scope::{Scoped, id_list, scoped};
use crate::store::sql_day::SqlDay;
use crate::store::{Store, StoreError};

/// Which measures a repository knows on every day of a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Completeness {
    pub(crate) repository: RepositoryId,
    pub(crate) views: bool,
    pub(crate) clones: bool,
}

/// Whether a measure is known on all days from `$3` to `$4`.
///
/// Three running totals mostly decide it: those of the Monday on or before `$3` (`$9`) show whether
/// any day since is unknown, and those of the first and last Monday within (`$5`, `$6`) whether one
/// of the whole weeks between is. If both leave it open, the days before `$7` and from `$8` on, which
/// are outside these weeks, are counted.
macro_rules! is_complete {
    ($known:literal, $column:literal) => {
        concat!(
            "case
                when s.first_day > $3 or s.last_day < $4 then false
                when s.", $known, " - coalesce(since.", $known, ", 0) = s.last_day + 1 - $9 then true
                when $5 < $6 and coalesce(until.", $known, ", s.", $known, ")
                    - coalesce(after.", $known, ", 0) < $6 - $5 then false
                else (select count(d.", $column, ") from traffic_days d
                        where d.repository_id = r.id and d.day >= $3 and d.day < $7) = $7 - $3
                    and (select count(d.", $column, ") from traffic_days d
                        where d.repository_id = r.id and d.day >= $8 and d.day <= $4) = $4 + 1 - $8
            end"
        )
    };
}

impl Store {
    /// The repositories in scope with known days around a range, that do not know a measure on
    /// every day of it.
    pub(crate) async fn incomplete_repositories(
        &self,
        tenant: TenantId,
        scope: &RepositoryScope,
        range: DayRange,
    ) -> Result<Vec<Completeness>, StoreError> {
        const INCOMPLETE: Scoped = scoped!(
            concat!(
                "select * from (select r.id, ",
                is_complete!("views_known", "views"),
                " as views_complete, ",
                is_complete!("clones_known", "clones"),
                " as clones_complete
                from repositories r join repository_summaries s on s.repository_id = r.id
                    left join running_totals since
                        on since.week = $9 and since.repository_id = r.id
                    left join running_totals after
                        on after.week = $5 and after.repository_id = r.id
                    left join running_totals until
                        on until.week = $6 and until.repository_id = r.id
                where r.tenant_id = $1 and s.first_day <= $4 and s.last_day >= $3"
            ),
            ") as completeness where not (views_complete and clones_complete)"
        );
        let end = range.to.plus(1);
        let (since, after, until) = (
            range.from.week_start(),
            range.from.plus(6).week_start(),
            end.week_start(),
        );
        // Without a whole week, the days before it are all days.
        let (before_weeks, after_weeks) = if after < until {
            (after, until)
        } else {
            (end, end)
        };
        let text = INCOMPLETE.text(&self.db, scope);
        let rows: Vec<(i64, bool, bool)> = on!(&self.db, |pool| sqlx::query_as(text)
            .bind(tenant.get())
            .bind(id_list(scope))
            .bind(SqlDay(range.from))
            .bind(SqlDay(range.to))
            .bind(SqlDay(after))
            .bind(SqlDay(until))
            .bind(SqlDay(before_weeks))
            .bind(SqlDay(after_weeks))
            .bind(SqlDay(since))
            .fetch_all(pool)
            .await)?;
        Ok(rows
            .into_iter()
            .map(|(id, views, clones)| Completeness {
                repository: RepositoryId::new(id),
                views,
                clones,
            })
            .collect())
    }
}
