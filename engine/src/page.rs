//! Pages of lists, read with one row too many to learn whether another page follows.

use std::str::FromStr;

use serde::Deserialize;

/// How many rows a page has: 1 to 500.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct PageSize(u32);

/// The text is no page size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“limit” must be a whole number from 1 to {}.", PageSize::MAX.0)]
pub struct PageSizeError;

/// A page of a list, and the key of its last row, after which the next page begins; `None` on the
/// last page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListPage<T, K> {
    /// Its rows.
    pub rows: Vec<T>,
    /// Where the next page begins.
    pub next: Option<K>,
}

/// A page of a list.
pub(crate) struct Page<T> {
    /// Its rows.
    pub(crate) rows: Vec<T>,
    /// Whether more rows follow.
    pub(crate) has_more: bool,
}

impl PageSize {
    /// The largest size.
    pub const MAX: Self = Self(500);

    /// How many rows.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }

    /// The page of this size, from rows of which one more was requested.
    pub(crate) fn cut<T>(self, rows: Vec<T>) -> Page<T> {
        Page::cut(rows, self.0 as usize)
    }

    /// How many rows to request: one more.
    pub(crate) const fn with_one_more(self) -> u32 {
        self.0 + 1
    }
}

impl Default for PageSize {
    fn default() -> Self {
        Self(100)
    }
}

impl FromStr for PageSize {
    type Err = PageSizeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let size = text.parse().map_err(|_| PageSizeError)?;
        (1..=Self::MAX.0)
            .contains(&size)
            .then_some(Self(size))
            .ok_or(PageSizeError)
    }
}

impl TryFrom<String> for PageSize {
    type Error = PageSizeError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl<T> Page<T> {
    /// The page of this length, from rows of which one more was requested.
    pub(crate) fn cut(mut rows: Vec<T>, length: usize) -> Self {
        let has_more = rows.len() > length;
        rows.truncate(length);
        Self { rows, has_more }
    }

    /// The page with the key of its last row.
    pub(crate) fn into_list<K>(self, key: impl FnOnce(&T) -> K) -> ListPage<T, K> {
        ListPage {
            next: self.next(key),
            rows: self.rows,
        }
    }

    /// The key of the last row, after which the next page begins; `None` on the last page.
    pub(crate) fn next<K>(&self, key: impl FnOnce(&T) -> K) -> Option<K> {
        self.rows.last().filter(|_| self.has_more).map(key)
    }
}
