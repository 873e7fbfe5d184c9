//! Matches many names against the same patterns.

use wildmatch::WildMatchPattern;

use crate::repository_name::RepositoryName;

/// Patterns prepared for matching many names.
#[derive(Clone, Debug)]
pub struct Matcher(Vec<PreparedPattern>);

#[derive(Clone, Debug)]
pub(super) struct PreparedPattern {
    excludes: bool,
    owner: Part,
    name: Part,
}

/// Only the star is a wildcard; names cannot contain the other one.
type Part = WildMatchPattern<'*', '\0'>;

impl PreparedPattern {
    /// In lower case, as patterns are.
    pub(super) fn new(excludes: bool, owner: &str, name: &str) -> Self {
        Self {
            excludes,
            owner: Part::new(owner),
            name: Part::new(name),
        }
    }
}

impl Matcher {
    pub(super) fn of(patterns: impl Iterator<Item = PreparedPattern>) -> Self {
        Self(patterns.collect())
    }

    /// Whether a pattern matches the name and none excludes it.
    #[must_use]
    pub fn matches(&self, name: &RepositoryName) -> bool {
        let (owner, name) = (
            name.owner().to_ascii_lowercase(),
            name.name().to_ascii_lowercase(),
        );
        let mut matching = (self.0.iter())
            .filter(|pattern| pattern.owner.matches(&owner) && pattern.name.matches(&name))
            .peekable();
        matching.peek().is_some() && matching.all(|pattern| !pattern.excludes)
    }
}
