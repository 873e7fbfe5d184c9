//! Events below a chart: of one repository, or of all in scope.

use serde::{Deserialize, Serialize};

use super::{Marker, MarkerKind};
use crate::day::DayRange;
use crate::repository::EventKind;
use crate::repository_name::RepositoryName;

/// Something that happened on a day or over some days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatedEvent {
    /// When.
    pub days: DayRange,
    /// What.
    pub kind: DatedEventKind,
    /// Its name: a tag, a former name, the text of a note. Empty if the kind says it all.
    pub label: String,
    /// The repository, in a list about several.
    pub repository: Option<RepositoryName>,
}

/// The kind of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DatedEventKind {
    /// A release.
    Release,
    /// A tag without a release.
    Tag,
    /// A change of the repository on GitHub, such as another name.
    Changed(EventKind),
    /// GitHub published later than usual.
    GithubLate,
    /// Days that were not collected in time.
    LostDays,
    /// A person's note.
    Note,
}

impl From<Marker> for DatedEvent {
    fn from(marker: Marker) -> Self {
        Self {
            days: DayRange::ending(marker.day, 1),
            kind: match marker.kind {
                MarkerKind::Release => DatedEventKind::Release,
                MarkerKind::Tag => DatedEventKind::Tag,
            },
            label: marker.label,
            repository: None,
        }
    }
}

impl DatedEvent {
    /// The event as a marker, if it is a release or a tag.
    #[must_use]
    pub fn marker(&self) -> Option<Marker> {
        let kind = match self.kind {
            DatedEventKind::Release => MarkerKind::Release,
            DatedEventKind::Tag => MarkerKind::Tag,
            _ => return None,
        };
        Some(Marker {
            day: self.days.from,
            label: self.label.clone(),
            kind,
        })
    }
}
