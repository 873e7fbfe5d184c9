//! Notes as pages and REST show them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::day::Day;
use crate::id::{NoteId, RepositoryId};
use crate::note::NoteText;
use crate::repository_name::RepositoryName;

/// A note on the charts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Its id.
    pub id: NoteId,
    /// Its repository; `None` for the whole tenant.
    pub repository_id: Option<RepositoryId>,
    /// The repository's full name.
    #[serde(rename = "repository")]
    pub repository_name: Option<RepositoryName>,
    /// The first day that it is about.
    pub from: Day,
    /// The last one.
    pub to: Day,
    /// What happened.
    pub text: NoteText,
    /// Who wrote it, as named then.
    pub author: String,
    /// When it was written.
    pub created_at: DateTime<Utc>,
}
