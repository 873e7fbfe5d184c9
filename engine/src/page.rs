//! Pages of lists, read with one row too many to learn whether another page follows.

/// A page of a list.
pub(crate) struct Page<T> {
    /// Its rows.
    pub(crate) rows: Vec<T>,
    /// Whether more rows follow.
    pub(crate) has_more: bool,
}

impl<T> Page<T> {
    /// The page of this length, from rows of which one more was requested.
    pub(crate) fn cut(mut rows: Vec<T>, length: usize) -> Self {
        let has_more = rows.len() > length;
        rows.truncate(length);
        Self { rows, has_more }
    }

    /// The key of the last row, after which the next page begins; `None` on the last page.
    pub(crate) fn next<K>(&self, key: impl FnOnce(&T) -> K) -> Option<K> {
        self.rows.last().filter(|_| self.has_more).map(key)
    }
}
