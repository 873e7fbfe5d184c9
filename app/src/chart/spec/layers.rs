//! What a chart shows beside its lines: shaded days, events, the usual range, and what the lines
//! are compared with.

use domain::report::{self, DatedEvent, DatedEventKind, Marker, MarkerKind};
use domain::{Day, DayRange};
use serde::{Deserialize, Serialize};

/// Days that are marked behind the lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shade {
    /// Which days.
    pub days: DayRange,
    /// As what.
    pub kind: ShadeKind,
}

/// Why days have no values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShadeKind {
    /// Not collected in time.
    Lost,
    /// GitHub can still publish them.
    Unpublished,
    /// GitHub has not published them yet and is later than usual.
    Late,
}

/// A remark on one bucket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remark {
    /// Which bucket.
    pub bucket: usize,
    /// A short sentence, such as "5 of 7 days known".
    pub text: String,
}

/// What the lines are compared with, bucket by bucket: another period, repository or tag.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComparedLines {
    /// Its name in the legend, such as "30 May – 27 Aug 2026" or "octo/hello".
    pub label: String,
    /// The first day of what is compared with the chart's first bucket. The others follow at the
    /// chart's interval, so each bucket has a date of its own.
    pub first: Day,
    /// The values, by the key of the series that they are compared with; as many as the chart has
    /// buckets. `None` where any day of a bucket is unknown: it is a gap, and no change is shown for
    /// it.
    pub values: Vec<(String, Vec<Option<u64>>)>,
}

/// The usual range of one series.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsualBand {
    /// The key of the series.
    pub series: String,
    /// The usual low and high of each bucket; `None` where too little is known.
    pub ranges: Vec<Option<(u64, u64)>>,
    /// The day from which enough will be known, if that is not yet so.
    pub from: Option<Day>,
}

/// Something that happened on a day or over some days, shown below the lines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChartEvent {
    /// What kind of event it is.
    pub kind: EventKind,
    /// When.
    pub days: DayRange,
    /// A few words, such as "v2.4.0" or "Conference talk".
    pub label: String,
    /// The page about it.
    pub link: Option<String>,
}

/// The kind of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// A release.
    Release,
    /// A tag without a release.
    Tag,
    /// The repository got another name.
    Renamed,
    /// The repository became public.
    MadePublic,
    /// GitHub published later than usual.
    GithubLate,
    /// Days were not collected in time.
    Lost,
    /// A note by a person.
    Note,
}

impl EventKind {
    /// Its verb or noun before the label, as in "Released: v2.4.0"; `None` where the label says it
    /// all.
    #[must_use]
    pub const fn prefix(self) -> Option<&'static str> {
        match self {
            Self::Release => Some("Released"),
            Self::Tag => Some("Tagged"),
            Self::Note => Some("Note"),
            Self::Renamed | Self::MadePublic | Self::GithubLate | Self::Lost => None,
        }
    }

    /// The words for a number of such events that are too near to be named, such as "3 releases".
    #[must_use]
    pub const fn plural(self) -> &'static str {
        match self {
            Self::Release => "releases",
            Self::Tag => "tags",
            Self::Note => "notes",
            Self::Renamed | Self::MadePublic | Self::GithubLate | Self::Lost => "events",
        }
    }
}

/// The usual range of a series, if it has any, or the day from which it will.
#[must_use]
pub fn usual_band(series: &str, band: &report::UsualBand, from: Option<Day>) -> Option<UsualBand> {
    (!band.is_empty() || from.is_some()).then(|| UsualBand {
        series: series.to_owned(),
        ranges: (0..band.low.len()).map(|index| band.get(index)).collect(),
        from,
    })
}

impl ChartEvent {
    /// What a chart shows of an event; `None` for changes on GitHub that say nothing about traffic.
    #[must_use]
    pub fn of(event: &DatedEvent) -> Option<Self> {
        let words = |text: &str| text.to_owned();
        let (kind, label) = match event.kind {
            DatedEventKind::Release => (EventKind::Release, event.label.clone()),
            DatedEventKind::Tag => (EventKind::Tag, event.label.clone()),
            DatedEventKind::Note => (EventKind::Note, event.label.clone()),
            DatedEventKind::GithubLate => (EventKind::GithubLate, words("GitHub late")),
            DatedEventKind::LostDays => (EventKind::Lost, lost_days(event.days)),
            DatedEventKind::Changed(domain::EventKind::MadePublic) => {
                (EventKind::MadePublic, words("Made public"))
            }
            DatedEventKind::Changed(
                domain::EventKind::Renamed | domain::EventKind::Transferred,
            ) => (EventKind::Renamed, format!("Renamed from {}", event.label)),
            DatedEventKind::Changed(_) => return None,
        };
        let label = match &event.repository {
            Some(name) => format!("{} {label}", name.name()),
            None => label,
        };
        Some(Self {
            kind,
            days: event.days,
            label,
            link: None,
        })
    }
}

fn lost_days(days: DayRange) -> String {
    match days.len() {
        1 => "1 day lost".to_owned(),
        many => format!("{many} days lost"),
    }
}

impl From<&Marker> for ChartEvent {
    fn from(marker: &Marker) -> Self {
        Self {
            kind: match marker.kind {
                MarkerKind::Release => EventKind::Release,
                MarkerKind::Tag => EventKind::Tag,
            },
            days: DayRange {
                from: marker.day,
                to: marker.day,
            },
            label: marker.label.clone(),
            link: None,
        }
    }
}
