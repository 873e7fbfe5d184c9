//! Searching texts without regard to case, alike on both databases.

/// What is searched for.
///
/// The databases fold only the case of ASCII letters for sure: SQLite never more, PostgreSQL as
/// its locale says. So they are asked with a pattern that leaves too many rather than too few, and
/// Rust looks again.
pub(super) struct Search {
    folded: String,
    pattern: String,
}

impl Search {
    /// The search for this text; space around it does not count.
    pub(super) fn of(text: &str) -> Self {
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

    /// What `lower(…) like … escape '\'` is asked; empty where nothing is searched for.
    pub(super) fn pattern(&self) -> &str {
        &self.pattern
    }

    /// Whether the pattern leaves only what contains the text, so far as it can be told.
    pub(super) fn is_exact(&self) -> bool {
        self.folded.chars().all(|c| c.is_ascii() && !c.is_control())
    }

    /// Whether a text contains what is searched for.
    pub(super) fn found_in(&self, text: &str) -> bool {
        text.to_lowercase().contains(&self.folded)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_leaves_rather_too_many_than_too_few() {
        let search = Search::of(" Zoë 100%_\\ ");
        assert_eq!(search.pattern(), r"%zo% 100\%\_\\%");
        assert!(search.found_in("for ZOË 100%_\\!"));
        assert!(!search.found_in("for Zoe 100%_\\"));
        assert!(!search.is_exact());
        assert!(Search::of("100%_\\").is_exact());
        assert_eq!(Search::of("  ").pattern(), "");
        assert!(Search::of("").found_in("anything"));
    }
}
