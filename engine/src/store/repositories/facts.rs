//! What a list says about all repositories in scope, in few columns.

use chrono::{DateTime, Utc};
use domain::{
    Day, RepositoryFilter, RepositoryId, RepositoryScope, RepositoryStatus, ScheduleId, TenantId,
};
use serde::Deserialize;

use super::records::status;
use crate::store::batch::{from_json, from_json_bool};
use crate::store::numbers::to_u32;
use crate::store::scope::{Scoped, id_list, scoped};
use crate::store::search::Search;
use crate::store::sql_day::SqlDay;
use crate::store::{Store, StoreError};

/// The days from which a repository's deadline follows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Freshness {
    pub(crate) status: RepositoryStatus,
    pub(crate) last_day: Option<Day>,
    /// The newest day with both views and clones known.
    pub(crate) newest_whole_day: Option<Day>,
    /// The last day that responses about both views and clones cover, listed or omitted.
    pub(crate) answered_until: Option<Day>,
    /// The day of the older of the last responses about views and clones.
    pub(crate) answered_on: Option<Day>,
    /// The earlier of the last days listed by the last responses about views and clones.
    pub(crate) listed_until: Option<Day>,
}

impl Freshness {
    /// The newest day that is complete: views and clones are known, or a response listed nothing
    /// for it. The deadline follows from it.
    pub(crate) fn newest_complete_day(&self) -> Option<Day> {
        let known = self.newest_whole_day.or(self.last_day);
        known.max(self.answered_until)
    }
}

/// One repository of a list.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(crate) struct RepositoryFacts {
    pub(crate) id: RepositoryId,
    pub(crate) owner: String,
    /// Whether its name, owner and tags match the filter.
    pub(crate) matches: bool,
    pub(crate) schedule_id: Option<ScheduleId>,
    pub(crate) paused_until: Option<DateTime<Utc>>,
    /// Whether its last collection failed.
    pub(crate) is_failing: bool,
    /// Whether it was collected since the time that was asked for.
    pub(crate) is_collected: bool,
    /// Whether it is tracked since the other time that was asked for.
    pub(crate) is_new: bool,
    pub(crate) first_day: Option<Day>,
    pub(crate) stars: Option<u32>,
    pub(crate) freshness: Freshness,
}

#[derive(Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a column of its own")]
struct FactsRow {
    id: i64,
    owner: String,
    #[serde(deserialize_with = "from_json_bool")]
    matches: bool,
    status: String,
    schedule_id: Option<i64>,
    paused_until: Option<DateTime<Utc>>,
    #[serde(deserialize_with = "from_json_bool")]
    is_failing: bool,
    #[serde(deserialize_with = "from_json_bool")]
    is_collected: bool,
    #[serde(deserialize_with = "from_json_bool")]
    is_new: bool,
    first_day: Option<SqlDay>,
    last_day: Option<SqlDay>,
    newest_whole_day: Option<SqlDay>,
    views_covered_until: Option<SqlDay>,
    clones_covered_until: Option<SqlDay>,
    answered_on: Option<SqlDay>,
    listed_until: Option<SqlDay>,
    stars: Option<i64>,
}

/// All facts as one array. SQLite keeps the order of what it aggregates.
macro_rules! facts {
    ($start:literal, $end:literal, $before_day:literal, $after_day:literal) => {
        concat!(
            "select ", $start, "id, owner, matches, status, schedule_id, rest_until,
                is_failing, is_collected, is_new, ", facts!(@days $before_day, $after_day, "first_day", "last_day",
                "newest_whole_day", "views_covered_until", "clones_covered_until", "answered_on",
                "listed_until"), " stars", $end, "
            from (
                select r.id, r.owner, r.name,
                    ($3 = '' or lower(r.owner || '/' || r.name) like $3 escape '\\'
                        or exists (select 1
                            from tagged_repositories g join repository_tags t on t.id = g.tag_id
                            where g.repository_id = r.id and t.folded like $3 escape '\\'))
                        and ($6 = '' or lower(r.owner) = $6)
                        and ($7 = '' or exists (select 1
                            from tagged_repositories g join repository_tags t on t.id = g.tag_id
                            where g.repository_id = r.id and t.folded = $7)) as matches,
                    r.status, r.schedule_id, r.rest_until, r.failure is not null as is_failing,
                    (r.last_collected_at is not null and r.last_collected_at >= $4) as is_collected,
                    r.added_at >= $5 as is_new,
                    s.first_day, s.last_day, s.newest_whole_day, s.views_covered_until,
                    s.clones_covered_until, s.answered_on, s.listed_until, s.stars
                from repositories r join repository_summaries s on s.repository_id = r.id
                where r.tenant_id = $1"
        )
    };
    (@days $before:literal, $after:literal, $($column:literal),*) => {
        concat!($($before, $column, $after, ", "),*)
    };
}

impl Store {
    /// The facts of all repositories in scope by name, with whether their names, owners and tags
    /// match a filter, and whether they were collected and tracked since these times.
    pub(crate) async fn repository_facts(
        &self,
        tenant: TenantId,
        scope: &RepositoryScope,
        filter: &RepositoryFilter,
        collected_since: DateTime<Utc>,
        tracked_since: DateTime<Utc>,
    ) -> Result<Vec<RepositoryFacts>, StoreError> {
        const FACTS: Scoped = scoped!(
            sqlite: facts!("json_group_array(json_array(", "))", "", ""),
            "order by lower(r.owner), lower(r.name), r.id) as facts";
            postgres: facts!(
                "cast(json_agg(json_build_array(",
                ") order by lower(owner), lower(name), id) as text)",
                "(", " - date '1970-01-01')"
            ), ") as facts"
        );
        let search = Search::new(&filter.text);
        let text = FACTS.text(&self.db, scope);
        let rows: Option<String> = on!(&self.db, |pool| sqlx::query_scalar(text)
            .bind(tenant.get())
            .bind(id_list(scope))
            .bind(search.exact_pattern())
            .bind(collected_since)
            .bind(tracked_since)
            .bind(filter.owner.trim().to_lowercase())
            .bind(filter.tag.trim().to_lowercase())
            .fetch_one(pool)
            .await)?;
        let rows: Vec<FactsRow> = from_json(rows.as_deref())?;
        rows.into_iter().map(RepositoryFacts::try_from).collect()
    }
}

impl TryFrom<FactsRow> for RepositoryFacts {
    type Error = StoreError;

    fn try_from(row: FactsRow) -> Result<Self, StoreError> {
        let day = |day: Option<SqlDay>| day.map(Day::from);
        Ok(Self {
            id: RepositoryId::new(row.id),
            owner: row.owner,
            matches: row.matches,
            schedule_id: row.schedule_id.map(ScheduleId::new),
            paused_until: row.paused_until,
            is_failing: row.is_failing,
            is_collected: row.is_collected,
            is_new: row.is_new,
            first_day: day(row.first_day),
            stars: row.stars.map(to_u32),
            freshness: Freshness {
                status: status(&row.status)?,
                last_day: day(row.last_day),
                newest_whole_day: day(row.newest_whole_day),
                answered_until: answered_until(row.views_covered_until, row.clones_covered_until),
                answered_on: day(row.answered_on),
                listed_until: day(row.listed_until),
            },
        })
    }
}

/// The last day that responses about both measures cover.
pub(super) fn answered_until(views: Option<SqlDay>, clones: Option<SqlDay>) -> Option<Day> {
    let (views, clones) = views.zip(clones)?;
    Some(views.0.min(clones.0))
}
