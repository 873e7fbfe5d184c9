//! Notes on the charts.

use chrono::{DateTime, NaiveDate, Utc};
use domain::report::Note;
use domain::{Day, DayRange, NoteId, NoteInput, RepositoryId, RepositoryScope, TenantId};
use sqlx::FromRow;

use super::full_name;
use crate::store::scope::{ByScope, Scoped, id_list};
use crate::store::{Store, StoreError, Transaction};

/// Which notes to list. Notes of the whole tenant always belong.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct NoteFilter {
    /// Only those of this repository.
    pub(crate) repository: Option<RepositoryId>,
    /// Only those about one of these days.
    pub(crate) days: Option<DayRange>,
}

#[derive(FromRow)]
struct NoteRow {
    id: i64,
    repository_id: Option<i64>,
    owner: Option<String>,
    name: Option<String>,
    from_day: NaiveDate,
    to_day: NaiveDate,
    text: String,
    author: String,
    created_at: DateTime<Utc>,
}

impl NoteRow {
    fn read(self) -> Result<Note, StoreError> {
        let name = self.owner.zip(self.name);
        Ok(Note {
            id: NoteId::new(self.id),
            repository_id: self.repository_id.map(RepositoryId::new),
            repository_name: name
                .map(|(owner, name)| full_name(&owner, &name))
                .transpose()?,
            from: Day::new(self.from_day),
            to: Day::new(self.to_day),
            text: (self.text.parse()).map_err(|_| StoreError::UnknownWord("text of a note"))?,
            author: self.author,
            created_at: self.created_at,
        })
    }
}

/// Notes in scope, newest first. A note of the whole tenant is in every scope.
macro_rules! notes {
    ($in_scope:literal, $bigint:literal, $date:literal) => {
        concat!(
            "select n.id, n.repository_id, r.owner, r.name, n.from_day, n.to_day, n.text, n.author,
                n.created_at
            from notes n left join repositories r on r.id = n.repository_id
            where n.tenant_id = $1 and ",
            $in_scope,
            " and (n.repository_id is null or cast($3 as ",
            $bigint,
            ") is null or n.repository_id = $3)
                and n.to_day >= cast($4 as ",
            $date,
            ") and n.from_day <= cast($5 as ",
            $date,
            ") and n.id < $6
            order by n.id desc limit $7"
        )
    };
}

const NOTES: Scoped = Scoped {
    sqlite: ByScope {
        all: notes!("$2 is null", "integer", "text"),
        listed: notes!(
            "(n.repository_id is null
                or n.repository_id in (select value from json_each($2)))",
            "integer",
            "text"
        ),
    },
    postgres: ByScope {
        all: notes!("cast($2 as text) is null", "bigint", "date"),
        listed: notes!(
            "(n.repository_id is null or n.repository_id in (select cast(value as bigint)
                from json_array_elements_text(cast($2 as json))))",
            "bigint",
            "date"
        ),
    },
};

/// The days that both databases can compare.
const ALL_DAYS: (NaiveDate, NaiveDate) = (
    NaiveDate::from_ymd_opt(1, 1, 1).expect("a date"),
    NaiveDate::from_ymd_opt(9999, 12, 31).expect("a date"),
);

impl Store {
    /// The notes in scope before one, newest first; at most `limit`.
    pub(crate) async fn notes(
        &self,
        tenant: TenantId,
        scope: &RepositoryScope,
        filter: NoteFilter,
        before: Option<NoteId>,
        limit: u32,
    ) -> Result<Vec<Note>, StoreError> {
        let (from, to) = (filter.days).map_or(ALL_DAYS, |days| (days.from.date(), days.to.date()));
        let text = NOTES.text(&self.db, scope);
        let rows: Vec<NoteRow> = on!(&self.db, |pool| sqlx::query_as(text)
            .bind(tenant.get())
            .bind(id_list(scope))
            .bind(filter.repository.map(RepositoryId::get))
            .bind(from)
            .bind(to)
            .bind(before.map_or(i64::MAX, NoteId::get))
            .bind(i64::from(limit))
            .fetch_all(pool)
            .await)?;
        rows.into_iter().map(NoteRow::read).collect()
    }

    /// One note; `None` outside the scope.
    pub(crate) async fn note(
        &self,
        tenant: TenantId,
        scope: &RepositoryScope,
        id: NoteId,
    ) -> Result<Option<Note>, StoreError> {
        let before = NoteId::new(id.get().saturating_add(1));
        let found = self
            .notes(tenant, scope, NoteFilter::default(), Some(before), 1)
            .await?;
        Ok(found.into_iter().find(|note| note.id == id))
    }
}

impl Transaction {
    /// Adds a note.
    pub(crate) async fn insert_note(
        &mut self,
        tenant: TenantId,
        note: &NoteInput,
        author: &str,
        now: DateTime<Utc>,
    ) -> Result<NoteId, StoreError> {
        const INSERT: &str = "
            insert into notes
                (tenant_id, repository_id, from_day, to_day, text, author, created_at)
            values ($1, $2, $3, $4, $5, $6, $7)
            returning id";
        let id: i64 = within!(*self, |connection| sqlx::query_scalar(INSERT)
            .bind(tenant.get())
            .bind(note.repository.map(RepositoryId::get))
            .bind(note.days.from.date())
            .bind(note.days.to.date())
            .bind(note.text.as_str())
            .bind(author)
            .bind(now)
            .fetch_one(connection)
            .await)?;
        Ok(NoteId::new(id))
    }

    /// Changes a note; false when it does not exist.
    pub(crate) async fn update_note(
        &mut self,
        tenant: TenantId,
        id: NoteId,
        note: &NoteInput,
    ) -> Result<bool, StoreError> {
        const UPDATE: &str = "
            update notes set repository_id = $3, from_day = $4, to_day = $5, text = $6
            where tenant_id = $1 and id = $2";
        Ok(within!(*self, |connection| sqlx::query(UPDATE)
            .bind(tenant.get())
            .bind(id.get())
            .bind(note.repository.map(RepositoryId::get))
            .bind(note.days.from.date())
            .bind(note.days.to.date())
            .bind(note.text.as_str())
            .execute(connection)
            .await
            .map(|done| done.rows_affected() == 1))?)
    }

    /// Deletes a note; false when it does not exist.
    pub(crate) async fn delete_note(
        &mut self,
        tenant: TenantId,
        id: NoteId,
    ) -> Result<bool, StoreError> {
        Ok(within!(*self, |connection| sqlx::query(
            "delete from notes where tenant_id = $1 and id = $2"
        )
        .bind(tenant.get())
        .bind(id.get())
        .execute(connection)
        .await
        .map(|done| done.rows_affected() == 1))?)
    }
}
