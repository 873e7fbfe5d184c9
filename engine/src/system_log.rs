//! The system log: who did what, to what, when and from where.

use std::borrow::Cow;

use chrono::TimeDelta;
use domain::report::{AuditEntry, AuditQuery, AuditReport};
use domain::{AuditAction, Origin, SystemPermission, TenantId, UserId, Viewer};
use futures::{Stream, TryStreamExt};

use crate::store::{NewLogLine, Store, Transaction};
use crate::{Engine, Error, Result, authorize_system, search_text};

/// The actor of commands on the server.
pub(crate) const COMMAND_LINE: &str = "command line";
/// How many lines one page lists.
const LINES_ON_A_PAGE: usize = 100;
/// How many lines of an export are in memory at a time.
const LINES_AT_A_TIME: usize = 1_000;
/// How many lines are searched for one page: letters beyond ASCII are searched in memory, and a
/// page must not read the whole log.
const MOST_READ: usize = 10_000;
/// How long a line is kept: a year and a month, so that yearly events can be compared. An endless
/// log would fill the disk.
const RETENTION: TimeDelta = TimeDelta::days(400);
/// How many characters of a foreign text a line holds.
const LONGEST_FOREIGN_TEXT: usize = 200;

/// A viewer's name in records of their actions.
pub(crate) fn actor(viewer: &Viewer) -> Cow<'_, str> {
    match viewer {
        Viewer::Person(person) => Cow::Borrowed(&person.name),
        Viewer::Token { name, .. } => Cow::Owned(format!("API token “{name}”")),
        Viewer::Operator => Cow::Borrowed(COMMAND_LINE),
    }
}

impl Engine {
    /// Adds a line to the system log, in the transaction of the change. A deletion is logged first,
    /// while the names still exist.
    pub(crate) async fn log(
        &self,
        transaction: &mut Transaction,
        viewer: &Viewer,
        action: AuditAction,
        tenant: Option<TenantId>,
        subject: &str,
    ) -> Result<()> {
        let actor_id = match viewer {
            Viewer::Person(person) => Some(person.id),
            Viewer::Token { .. } | Viewer::Operator => None,
        };
        let line = NewLogLine {
            at: self.0.clock.now(),
            action,
            actor_id,
            actor: &actor(viewer),
            tenant,
            subject,
            address: address(viewer.origin()),
        };
        Ok(transaction.unscoped_insert_log_line(&line).await?)
    }

    /// Adds a line to the system log in its own transaction.
    pub(crate) async fn log_alone(
        &self,
        viewer: &Viewer,
        action: AuditAction,
        tenant: Option<TenantId>,
        subject: &str,
    ) -> Result<()> {
        let mut transaction = self.0.store.begin().await?;
        self.log(&mut transaction, viewer, action, tenant, subject)
            .await?;
        Ok(transaction.commit().await?)
    }

    /// Adds a line about a person who is no viewer yet: at sign-in, registration or set-up. The
    /// account exists, if only in this transaction.
    pub(crate) async fn log_person(
        &self,
        transaction: &mut Transaction,
        user: UserId,
        origin: Origin,
        action: AuditAction,
        tenant: Option<TenantId>,
        subject: &str,
    ) -> Result<()> {
        let name = transaction
            .unscoped_name(user)
            .await?
            .ok_or_else(Error::not_found)?;
        let line = NewLogLine {
            at: self.0.clock.now(),
            action,
            actor_id: Some(user),
            actor: &name,
            tenant,
            subject,
            address: address(origin),
        };
        Ok(transaction.unscoped_insert_log_line(&line).await?)
    }

    /// Logs that a person requested an address that their role does not allow. Further refusals
    /// within ten minutes are counted and logged in one line.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note_refused_access(&self, viewer: &Viewer, what: &str) -> Result<()> {
        let what: String = what
            .chars()
            .filter(|c| !c.is_control())
            .take(LONGEST_FOREIGN_TEXT)
            .collect();
        self.log_refused_address(viewer, &what).await
    }

    /// Logs that password attempts were blocked for a while.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note_stopped_attempts(
        &self,
        viewer: Option<&Viewer>,
        origin: Origin,
    ) -> Result<()> {
        let what = "too many password attempts";
        match viewer {
            Some(viewer) => self.log_refused(viewer, what).await,
            None => (self.log_stranger(origin, AuditAction::AccessRefused, what)).await,
        }
    }

    /// A page of the system log, newest first.
    ///
    /// # Errors
    /// When the viewer may not see it.
    pub async fn system_log(&self, viewer: &Viewer, query: &AuditQuery) -> Result<AuditReport> {
        authorize_system(viewer, SystemPermission::ViewLog)?;
        let query = within_measure(query.clone());
        let store = &self.0.store;
        let (entries, next) = store
            .unscoped_log(&query, LINES_ON_A_PAGE, MOST_READ)
            .await?;
        Ok(AuditReport { entries, next })
    }

    /// Deletes the lines older than 400 days. Returns how many.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_old_log_lines(&self) -> Result<u64> {
        let oldest = self.0.clock.now() - RETENTION;
        Ok(self.0.store.unscoped_delete_log_before(oldest).await?)
    }

    /// All lines that match a query, newest first; a batch at a time is in memory.
    ///
    /// # Errors
    /// When the viewer may not see them.
    pub fn system_log_rows(
        &self,
        viewer: &Viewer,
        query: AuditQuery,
    ) -> Result<impl Stream<Item = Result<AuditEntry>> + Send + 'static + use<>> {
        authorize_system(viewer, SystemPermission::ViewLog)?;
        let first = (self.0.store.clone(), Some(within_measure(query)));
        Ok(futures::stream::try_unfold(first, next_lines)
            .map_ok(|lines| futures::stream::iter(lines.into_iter().map(Ok)))
            .try_flatten())
    }
}

/// The next lines of an export, and the query for the rest.
async fn next_lines(
    (store, query): (Store, Option<AuditQuery>),
) -> Result<Option<(Vec<AuditEntry>, (Store, Option<AuditQuery>))>> {
    let Some(query) = query else { return Ok(None) };
    let (lines, rest) = store
        .unscoped_log(&query, LINES_AT_A_TIME, MOST_READ)
        .await?;
    let rest = rest.map(|before| AuditQuery {
        before: Some(before),
        ..query
    });
    Ok(Some((lines, (store, rest))))
}

fn within_measure(mut query: AuditQuery) -> AuditQuery {
    query.search.truncate(search_text(&query.search).len());
    query
}

/// The address of a request, as the log stores it.
pub(crate) fn address(origin: Origin) -> Option<String> {
    origin.0.map(|address| address.to_string())
}
