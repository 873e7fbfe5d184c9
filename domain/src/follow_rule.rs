//! Follow rules, which automatically track matching repositories listed by a connection.

mod matcher;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::limits::grouped;
use crate::repository_name::RepositoryName;

pub use matcher::Matcher;
use matcher::PreparedPattern;

/// The most patterns that one rule has.
pub const MOST_PATTERNS: usize = 50;
/// The longest pattern, in characters: an owner of 39, a name of 100 and a slash.
pub const LONGEST_PATTERN: usize = 140;

/// Names of repositories with wildcards: `acme/*` matches every repository of acme, `*` every one,
/// and `!acme/*-archive` excludes what it matches, wherever it is in the list. A star matches any
/// part of an owner or of a name, and letters match in both cases.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<String>", into = "Vec<String>")]
pub struct Patterns(Vec<Pattern>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Pattern {
    excludes: bool,
    owner: String,
    name: String,
}

/// Why patterns are invalid.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatternsError {
    /// None includes anything.
    #[error("Enter at least one pattern to track, such as acme/*.")]
    Nothing,
    /// Too many.
    #[error("A rule can have at most {MOST_PATTERNS} patterns. Split it into several rules.")]
    TooMany,
    /// One is invalid.
    #[error(
        "“{0}” is not a valid pattern. Use OWNER/NAME, with * for any text, such as acme/* or !acme/*-archive."
    )]
    NotOne(String),
}

/// A repository listed by GitHub, as a rule sees it.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'a> {
    /// Its full name.
    pub name: &'a RepositoryName,
    /// Whether it is a fork.
    pub fork: bool,
    /// Whether its owner archived it.
    pub archived: bool,
    /// Whether it is private or internal.
    pub private: bool,
}

/// What a rule tracks: matching names, and which special kinds of repositories.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowFilter {
    /// The names.
    pub patterns: Patterns,
    /// Forks too.
    pub forks: bool,
    /// Archived ones too.
    pub archived: bool,
    /// Private and internal ones too.
    pub private: bool,
}

/// Why a rule skips a matching repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeftOut {
    /// It is a fork.
    Fork,
    /// It is archived on GitHub.
    Archived,
    /// It is private or internal.
    Private,
    /// The connection cannot read its traffic.
    Unreadable,
    /// Tracking was stopped, or only newer ones were wanted.
    Removed,
    /// The tenant's repository limit is reached.
    Limit,
}

impl LeftOut {
    /// A count with its noun, such as “12 forks”.
    #[must_use]
    pub fn count(self, number: u32) -> String {
        let (one, many) = match self {
            Self::Fork => ("fork", "forks"),
            Self::Archived => ("archived repository", "archived repositories"),
            Self::Private => ("private repository", "private repositories"),
            Self::Unreadable => (
                "repository without traffic access",
                "repositories without traffic access",
            ),
            Self::Removed => (
                "repository skipped or removed earlier",
                "repositories skipped or removed earlier",
            ),
            Self::Limit => (
                "repository over this tenant’s limit",
                "repositories over this tenant’s limit",
            ),
        };
        let noun = if number == 1 { one } else { many };
        format!("{} {noun}", grouped(number))
    }
}

impl FollowFilter {
    /// Whether the rule tracks this repository.
    #[must_use]
    pub fn tracks(&self, candidate: Candidate<'_>) -> bool {
        self.patterns.matcher().matches(candidate.name) && self.leaves_out(candidate).is_none()
    }

    /// The kind for which the rule skips a matching repository.
    #[must_use]
    pub const fn leaves_out(&self, candidate: Candidate<'_>) -> Option<LeftOut> {
        if candidate.fork && !self.forks {
            Some(LeftOut::Fork)
        } else if candidate.archived && !self.archived {
            Some(LeftOut::Archived)
        } else if candidate.private && !self.private {
            Some(LeftOut::Private)
        } else {
            None
        }
    }
}

impl Patterns {
    /// Compiles the patterns for matching many names.
    #[must_use]
    pub fn matcher(&self) -> Matcher {
        let parts = |it: &Pattern| PreparedPattern::new(it.excludes, &it.owner, &it.name);
        Matcher::of(self.0.iter().map(parts))
    }

    /// The one that matches every repository.
    #[must_use]
    pub fn all() -> Self {
        Self(vec![Pattern {
            excludes: false,
            owner: "*".to_owned(),
            name: "*".to_owned(),
        }])
    }

    /// The patterns of a list, each once.
    ///
    /// # Errors
    /// If one is invalid, there are too many, or none includes anything.
    pub fn of<'a>(texts: impl IntoIterator<Item = &'a str>) -> Result<Self, PatternsError> {
        let mut patterns = Vec::new();
        for text in texts {
            let pattern: Pattern = text.parse()?;
            if !patterns.contains(&pattern) {
                patterns.push(pattern);
            }
            if patterns.len() > MOST_PATTERNS {
                return Err(PatternsError::TooMany);
            }
        }
        if patterns.iter().all(|pattern| pattern.excludes) {
            return Err(PatternsError::Nothing);
        }
        Ok(Self(patterns))
    }
}

impl FromStr for Pattern {
    type Err = PatternsError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refused = || PatternsError::NotOne(text.chars().take(LONGEST_PATTERN).collect());
        let (excludes, rest) = match text.strip_prefix('!') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (owner, name) = match rest {
            "*" => ("*", "*"),
            _ => rest.split_once('/').ok_or_else(refused)?,
        };
        let is_part = |part: &str| {
            !part.is_empty()
                && (part.bytes())
                    .all(|byte| byte.is_ascii_alphanumeric() || b"-_.*".contains(&byte))
        };
        if text.len() > LONGEST_PATTERN || !is_part(owner) || !is_part(name) {
            return Err(refused());
        }
        Ok(Self {
            excludes,
            owner: owner.to_ascii_lowercase(),
            name: name.to_ascii_lowercase(),
        })
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = if self.excludes { "!" } else { "" };
        write!(f, "{mark}{}/{}", self.owner, self.name)
    }
}

impl FromStr for Patterns {
    type Err = PatternsError;

    /// Patterns separated by spaces, commas or line breaks.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let separates = |c: char| c.is_whitespace() || c == ',';
        Self::of(text.split(separates).filter(|part| !part.is_empty()))
    }
}

impl fmt::Display for Patterns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, pattern) in self.0.iter().enumerate() {
            let space = if index == 0 { "" } else { " " };
            write!(f, "{space}{pattern}")?;
        }
        Ok(())
    }
}

impl TryFrom<Vec<String>> for Patterns {
    type Error = PatternsError;

    fn try_from(texts: Vec<String>) -> Result<Self, Self::Error> {
        Self::of(texts.iter().map(|text| text.trim()))
    }
}

impl From<Patterns> for Vec<String> {
    fn from(patterns: Patterns) -> Self {
        patterns.0.iter().map(ToString::to_string).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn name(text: &str) -> RepositoryName {
        text.parse().expect("a name")
    }

    fn matches(patterns: &str, text: &str) -> bool {
        let patterns: Patterns = patterns.parse().expect("patterns");
        patterns.matcher().matches(&name(text))
    }

    #[test]
    fn a_star_stands_for_any_part_of_an_owner_or_of_a_name() {
        for (patterns, text, expected) in [
            ("acme/*", "acme/anvil", true),
            ("acme/*", "Acme/Anvil", true),
            ("ACME/anvil-*", "acme/anvil-rs", true),
            ("acme/*", "acme-labs/anvil", false),
            ("acme*/*", "acme-labs/anvil", true),
            ("*", "anyone/anything", true),
            ("*/anvil", "octo/anvil", true),
            ("acme/a*l", "acme/anvil", true),
            ("acme/a*l", "acme/anvils", false),
            ("acme/*.js", "acme/anvil_js", false),
        ] {
            assert_eq!(matches(patterns, text), expected, "{patterns} {text}");
        }
    }

    #[test]
    fn an_exclusion_wins_wherever_it_stands() {
        for patterns in [
            "acme/* !acme/*-archive",
            "!acme/*-archive, acme/*",
            "!acme/*-archive\nacme/*\nacme/old-archive",
        ] {
            assert!(matches(patterns, "acme/anvil"), "{patterns}");
            assert!(!matches(patterns, "acme/old-archive"), "{patterns}");
        }
    }

    #[test]
    fn what_is_no_pattern_is_named() {
        for text in [
            "acme",
            "acme/",
            "/anvil",
            "acme/a/b",
            "acme/an?il",
            "acme/nä",
            "!",
            "https://github.com/acme",
        ] {
            let error = text.parse::<Patterns>().expect_err(text).to_string();
            assert!(error.contains(&format!("“{text}”")), "{error}");
        }
        assert_eq!("".parse::<Patterns>(), Err(PatternsError::Nothing));
        assert_eq!("!acme/*".parse::<Patterns>(), Err(PatternsError::Nothing));
        let many: Vec<_> = (0..=MOST_PATTERNS).map(|n| format!("acme/{n}")).collect();
        assert_eq!(
            many.join(" ").parse::<Patterns>(),
            Err(PatternsError::TooMany)
        );
        let long = format!("acme/{}", "a".repeat(LONGEST_PATTERN));
        assert!(matches!(
            long.parse::<Patterns>(),
            Err(PatternsError::NotOne(_))
        ));
        assert_eq!("*".parse(), Ok(Patterns::all()));
        // Duplicates count once.
        assert_eq!(
            "acme/* ACME/*"
                .parse::<Patterns>()
                .expect("one")
                .to_string(),
            "acme/*"
        );
    }

    #[test]
    fn forks_archived_and_private_repositories_are_tracked_where_the_rule_says_so() {
        let name = name("acme/anvil");
        for bits in 0..64_u8 {
            let bit = |place: u8| bits >> place & 1 == 1;
            let filter = FollowFilter {
                patterns: "*".parse().expect("a pattern"),
                forks: bit(0),
                archived: bit(1),
                private: bit(2),
            };
            let candidate = Candidate {
                name: &name,
                fork: bit(3),
                archived: bit(4),
                private: bit(5),
            };
            let expected = (!bit(3) || bit(0)) && (!bit(4) || bit(1)) && (!bit(5) || bit(2));
            assert_eq!(filter.tracks(candidate), expected, "{bits:06b}");
        }
    }

    proptest! {
        #[test]
        fn patterns_are_read_as_they_are_written(
            parts in proptest::collection::vec("!?[a-z*][a-z0-9-]{0,8}/[a-z*._-]{1,8}", 1..10)
        ) {
            let texts: Vec<_> = parts.iter().map(String::as_str).collect();
            if let Ok(patterns) = Patterns::of(texts) {
                prop_assert_eq!(patterns.to_string().parse::<Patterns>(), Ok(patterns.clone()));
                let json = serde_json::to_string(&patterns).expect("json");
                prop_assert_eq!(serde_json::from_str::<Patterns>(&json).expect("patterns"), patterns);
            }
        }

        #[test]
        fn any_text_is_patterns_or_an_error(text in ".{0,300}") {
            let _ = text.parse::<Patterns>();
        }
    }
}
