//! Case-insensitive text search, the same on both databases.

/// A text to search for.
///
/// The databases reliably fold only ASCII letters: SQLite no others, PostgreSQL by its locale. So
/// the pattern matches too much rather than too little, and Rust filters the rows.
pub(super) struct Search {
    folded: String,
    pattern: String,
}

impl Search {
    /// The search for this text, without surrounding space.
    pub(super) fn new(text: &str) -> Self {
        let folded = text.trim().to_lowercase();
        let mut pattern = String::new();
        if !folded.is_empty() {
            pattern.push('%');
            for c in folded.chars() {
                match c {
                    '%' | '_' | '\\' => pattern.extend(['\\', c]),
                    c if c.is_ascii() && !c.is_control() => pattern.push(c),
                    _ => pattern.push('%'),
                }
            }
            pattern.push('%');
        }
        Self { folded, pattern }
    }

    /// The pattern for `lower(…) like … escape '\'`; empty for an empty search.
    pub(super) fn pattern(&self) -> &str {
        &self.pattern
    }

    /// The pattern for text that this program folded or that is ASCII; it alone decides.
    pub(super) fn exact_pattern(&self) -> String {
        if self.folded.is_empty() {
            return String::new();
        }
        let mut pattern = String::from("%");
        for c in self.folded.chars() {
            if matches!(c, '%' | '_' | '\\') {
                pattern.push('\\');
            }
            pattern.push(c);
        }
        pattern.push('%');
        pattern
    }

    /// Whether the pattern alone decides.
    pub(super) fn is_exact(&self) -> bool {
        self.folded.chars().all(|c| c.is_ascii() && !c.is_control())
    }

    /// Whether a text contains the searched one.
    pub(super) fn found_in(&self, text: &str) -> bool {
        text.to_lowercase().contains(&self.folded)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_leaves_rather_too_many_than_too_few() {
        let search = Search::new(" Zoë 100%_\\ ");
        assert_eq!(search.pattern(), r"%zo% 100\%\_\\%");
        assert_eq!(search.exact_pattern(), r"%zoë 100\%\_\\%");
        assert_eq!(Search::new(" ").exact_pattern(), "");
        assert!(search.found_in("for ZOË 100%_\\!"));
        assert!(!search.found_in("for Zoe 100%_\\"));
        assert!(!search.is_exact());
        assert!(Search::new("100%_\\").is_exact());
        assert_eq!(Search::new("  ").pattern(), "");
        assert!(Search::new("").found_in("anything"));
    }
}
