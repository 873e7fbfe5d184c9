//! Refusals in the system log: one line per kind and address in ten minutes, and the number of
//! further ones.
//!
//! Anyone can cause refusals. If each were a line, an attacker could fill the log and hide what
//! matters.

use std::collections::HashMap;
use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};
use domain::{AuditAction, Origin, UserId, Viewer};
use parking_lot::Mutex;

use crate::store::NewLogLine;
use crate::system_log::{actor, address};
use crate::{Engine, Result};

/// How long refusals of one kind are counted before they are logged again.
const COUNTED_FOR: TimeDelta = TimeDelta::minutes(10);
/// How many kinds are counted separately; further ones are counted together.
const MOST_KINDS: usize = 200;
/// How the log names those.
const MANY: &str = "refusals from many addresses";

/// What is counted together.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Kind {
    action: AuditAction,
    actor: String,
    actor_id: Option<UserId>,
    network: Option<IpAddr>,
    /// What was refused; `None` for addresses, which can be made up.
    subject: Option<String>,
}

/// A kind's first refusal, which is logged, and the number of further ones.
struct Counted {
    since: DateTime<Utc>,
    subject: String,
    address: Option<String>,
    more: u64,
}

/// This process's refusals of the last minutes.
#[derive(Default)]
pub(crate) struct Refusals(Mutex<HashMap<Kind, Counted>>);

impl Refusals {
    /// Counts a refusal. Returns the kind to log it as, if it is to be logged now.
    fn count(
        &self,
        kind: Kind,
        subject: &str,
        address: Option<String>,
        now: DateTime<Utc>,
    ) -> Option<(Kind, String, Option<String>)> {
        let mut counted = self.0.lock();
        let (kind, subject, address) = if counted.len() < MOST_KINDS || counted.contains_key(&kind)
        {
            (kind, subject.to_owned(), address)
        } else {
            (Kind::many(kind.action), MANY.to_owned(), None)
        };
        if let Some(counted) = counted.get_mut(&kind) {
            counted.more += 1;
            return None;
        }
        let first = Counted {
            since: now,
            subject: subject.clone(),
            address: address.clone(),
            more: 0,
        };
        counted.insert(kind.clone(), first);
        Some((kind, subject, address))
    }

    /// Removes and returns the counts that began before a time; all without one.
    fn take(&self, before: Option<DateTime<Utc>>) -> Vec<(Kind, Counted)> {
        let mut counted = self.0.lock();
        let over = counted.extract_if(|_, it| before.is_none_or(|before| it.since <= before));
        over.collect()
    }
}

impl Kind {
    fn many(action: AuditAction) -> Self {
        Self {
            action,
            actor: STRANGER.to_owned(),
            actor_id: None,
            network: None,
            subject: None,
        }
    }
}

/// The actor when nobody is signed in.
const STRANGER: &str = "not signed in";

impl Engine {
    /// Logs a refusal of someone not signed in, unless a similar one was logged within ten minutes.
    pub(crate) async fn log_stranger(
        &self,
        origin: Origin,
        action: AuditAction,
        subject: &str,
    ) -> Result<()> {
        let kind = Kind {
            action,
            actor: STRANGER.to_owned(),
            actor_id: None,
            network: origin.network(),
            subject: Some(subject.to_owned()),
        };
        self.refused(kind, subject, origin).await
    }

    /// Logs a refusal of a known viewer, unless a similar one was logged within ten minutes.
    pub(crate) async fn log_refused(&self, viewer: &Viewer, what: &'static str) -> Result<()> {
        self.log_refused_viewer(viewer, Some(what), what).await
    }

    /// Logs an address refused to a known viewer, unless one was logged within ten minutes.
    pub(crate) async fn log_refused_address(&self, viewer: &Viewer, address: &str) -> Result<()> {
        self.log_refused_viewer(viewer, None, address).await
    }

    async fn log_refused_viewer(
        &self,
        viewer: &Viewer,
        kind: Option<&str>,
        subject: &str,
    ) -> Result<()> {
        let origin = viewer.origin();
        let kind = Kind {
            action: AuditAction::AccessRefused,
            actor: actor(viewer).into_owned(),
            actor_id: match viewer {
                Viewer::Person(person) => Some(person.id),
                Viewer::Token { .. } | Viewer::Operator => None,
            },
            network: origin.network(),
            subject: kind.map(str::to_owned),
        };
        self.refused(kind, subject, origin).await
    }

    async fn refused(&self, kind: Kind, subject: &str, origin: Origin) -> Result<()> {
        let now = self.0.clock.now();
        self.log_repeated_refusals().await?;
        let logged = (self.0.refusals).count(kind, subject, address(origin), now);
        match logged {
            Some((kind, subject, address)) => self.tell(vec![(kind, subject, address)]).await,
            None => Ok(()),
        }
    }

    /// Logs how many refusals followed each one logged ten minutes ago.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn log_repeated_refusals(&self) -> Result<()> {
        let before = self.0.clock.now() - COUNTED_FOR;
        self.tell_repeated(self.0.refusals.take(Some(before))).await
    }

    /// Logs all remaining counts, before the process ends.
    pub(crate) async fn log_last_refusals(&self) {
        let logged = self.tell_repeated(self.0.refusals.take(None)).await;
        if let Err(error) = logged {
            log(&error);
        }
    }

    async fn tell_repeated(&self, counted: Vec<(Kind, Counted)>) -> Result<()> {
        let repeated = counted.into_iter().filter(|(_, counted)| counted.more > 0);
        let lines: Vec<_> = repeated
            .map(|(kind, counted)| {
                let times = if counted.more == 1 { "time" } else { "times" };
                let subject = format!(
                    "{} ({} more {times} within 10 minutes)",
                    counted.subject, counted.more
                );
                (kind, subject, counted.address)
            })
            .collect();
        self.tell(lines).await
    }

    async fn tell(&self, lines: Vec<(Kind, String, Option<String>)>) -> Result<()> {
        if lines.is_empty() {
            return Ok(());
        }
        let at = self.0.clock.now();
        let mut transaction = self.0.store.begin().await?;
        for (kind, subject, address) in lines {
            let line = NewLogLine {
                at,
                action: kind.action,
                actor_id: kind.actor_id,
                actor: &kind.actor,
                tenant: None,
                subject: &subject,
                address,
            };
            transaction.unscoped_insert_log_line(&line).await?;
        }
        Ok(transaction.commit().await?)
    }
}

fn log(error: &crate::Error) {
    tracing::warn!(
        error = error as &dyn std::error::Error,
        "recording repeated refusals in the system log failed"
    );
}
