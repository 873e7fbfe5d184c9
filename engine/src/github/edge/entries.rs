//! Lists, parsed one entry at a time, and what was left out of them.

use std::fmt;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// No page of GitHub's has more entries; the rest is left out.
const MAX_ENTRIES: usize = 1_000;

/// The entries of a list that could be read, and how many could not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct Entries<T> {
    pub(in super::super) read: Vec<T>,
    pub(in super::super) unread: usize,
}

impl<T> Entries<T> {
    /// How many entries there are, readable or not.
    pub(in super::super) const fn len(&self) -> usize {
        self.read.len() + self.unread
    }

    /// Parses each entry further; what cannot be parsed counts as unread.
    pub(in super::super) fn filter_map<U>(self, read: impl FnMut(T) -> Option<U>) -> Entries<U> {
        let before = self.len();
        let read: Vec<U> = self.read.into_iter().filter_map(read).collect();
        Entries {
            unread: before - read.len(),
            read,
        }
    }
}

impl<T> Default for Entries<T> {
    fn default() -> Self {
        Self {
            read: Vec::new(),
            unread: 0,
        }
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Entries<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let values: Vec<Value> = Vec::deserialize(deserializer)?;
        let total = values.len();
        let read: Vec<T> = values
            .into_iter()
            .take(MAX_ENTRIES)
            .filter_map(|value| T::deserialize(value).ok())
            .collect();
        Ok(Self {
            unread: total - read.len(),
            read,
        })
    }
}

/// A field that may be missing, null or unreadable, without costing its entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) struct Field<T>(pub(in super::super) Option<T>);

impl<T> Default for Field<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Field<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        Ok(Self(T::deserialize(value).ok()))
    }
}

/// The kind of a list's entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum EntryKind {
    Day,
    Week,
    Row,
    /// A release, or a file of one.
    Release,
    ETag,
    /// A figure of the repository itself.
    Figure,
}

impl EntryKind {
    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Day => ("day", "days"),
            Self::Week => ("week", "weeks"),
            Self::Row => ("row", "rows"),
            Self::Release => ("release or file", "releases and files"),
            Self::ETag => ("tag", "tags"),
            Self::Figure => ("figure", "figures"),
        }
    }
}

/// How many entries of a response were left out because they could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LeftOut {
    pub(in super::super) kind: EntryKind,
    pub(crate) entries: usize,
    /// How many the response has.
    pub(crate) of: usize,
}

impl LeftOut {
    /// What was left out of a list; `None` if nothing was.
    pub(in super::super) fn from_entries<T>(kind: EntryKind, list: &Entries<T>) -> Option<Self> {
        Self::new(kind, list.unread, list.len())
    }

    /// This many entries of this many; `None` if none was left out.
    pub(in super::super) fn new(kind: EntryKind, entries: usize, of: usize) -> Option<Self> {
        (entries > 0).then_some(Self { kind, entries, of })
    }

    /// What was left out of two pages of one list.
    pub(crate) fn join(first: Option<Self>, second: Option<Self>) -> Option<Self> {
        match (first, second) {
            (Some(first), Some(second)) => Some(Self {
                kind: first.kind,
                entries: first.entries + second.entries,
                of: first.of + second.of,
            }),
            (first, second) => first.or(second),
        }
    }
}

impl fmt::Display for LeftOut {
    /// What happened and what to do.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (one, many) = self.kind.words();
        let (were, them) = if self.entries == 1 {
            ("was", "it")
        } else {
            ("were", "them")
        };
        let others = match self.of - self.entries {
            0 => "it contained nothing else",
            1 => "the other one was stored",
            _ => "the others were stored",
        };
        write!(
            f,
            "{} of {} {} in GitHub’s response could not be read and {were} skipped; {others}. The next run requests {them} again.",
            self.entries,
            self.of,
            if self.of == 1 { one } else { many },
        )
    }
}
