//! Tags, by which a tenant groups its repositories.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The longest name of a tag, in characters.
pub const LONGEST_TAG: usize = 40;
/// The most tags that one repository has.
pub const MOST_TAGS: usize = 20;

/// The name of a tag: 1 to 40 characters on one line, without commas, so that a list of tags can be
/// written in one field. Names that differ only in case are the same tag.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TagName(String);

/// Why a tag's name is invalid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TagNameError {
    /// Nothing but space.
    #[error("Enter a tag, such as core.")]
    Empty,
    /// Too long.
    #[error("A tag has at most {LONGEST_TAG} characters.")]
    TooLong,
    /// A comma or an invisible character.
    #[error("A tag has no commas, line breaks or invisible characters.")]
    Character,
}

impl TagName {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The same for all names of one tag: in lower case.
    #[must_use]
    pub fn folded(&self) -> String {
        self.0.to_lowercase()
    }

    /// The tags of a list separated by commas, each once.
    ///
    /// # Errors
    /// When one of them is invalid.
    pub fn parse_list(text: &str) -> Result<Vec<Self>, TagNameError> {
        let mut tags: Vec<Self> = Vec::new();
        for part in text.split(',').filter(|part| !part.trim().is_empty()) {
            let tag: Self = part.parse()?;
            if !tags.iter().any(|known| known.folded() == tag.folded()) {
                tags.push(tag);
            }
        }
        Ok(tags)
    }
}

impl FromStr for TagName {
    type Err = TagNameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let trimmed = text.trim();
        let name = trimmed.strip_prefix('#').unwrap_or(trimmed).trim_start();
        if name.is_empty() {
            return Err(TagNameError::Empty);
        }
        if name.chars().any(|c| c == ',' || is_invisible(c)) {
            return Err(TagNameError::Character);
        }
        if name.chars().count() > LONGEST_TAG {
            return Err(TagNameError::TooLong);
        }
        Ok(Self(name.to_owned()))
    }
}

impl TryFrom<String> for TagName {
    type Error = TagNameError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<TagName> for String {
    fn from(name: TagName) -> Self {
        name.0
    }
}

impl fmt::Display for TagName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Control characters, and those that only change how others are laid out.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{AD}'
                | '\u{200B}'..='\u{200F}'
                | '\u{2028}'..='\u{202E}'
                | '\u{2060}'..='\u{206F}'
                | '\u{FEFF}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<String, TagNameError> {
        text.parse::<TagName>().map(String::from)
    }

    #[test]
    fn a_name_is_short_and_visible_and_has_no_comma() {
        assert_eq!(parsed("  Core libraries "), Ok("Core libraries".to_owned()));
        assert_eq!(parsed("#docs"), Ok("docs".to_owned()), "as it is shown");
        assert_eq!(parsed(&"ö".repeat(40)), Ok("ö".repeat(40)));
        assert_eq!(parsed(&"a".repeat(41)), Err(TagNameError::TooLong));
        assert_eq!(parsed(" \t "), Err(TagNameError::Empty));
        assert_eq!(parsed("#"), Err(TagNameError::Empty));
        for text in ["a,b", "a\nb", "a\u{7}b", "a\u{202E}b", "a\u{200B}b"] {
            assert_eq!(parsed(text), Err(TagNameError::Character), "{text:?}");
        }
    }

    #[test]
    fn a_list_names_each_tag_once_whatever_its_case() {
        let names = |text| {
            let tags = TagName::parse_list(text).expect("valid tags");
            tags.iter().map(TagName::to_string).collect::<Vec<_>>()
        };
        assert_eq!(names("Core, docs,, core , Docs"), ["Core", "docs"]);
        assert!(names(" , ").is_empty());
        assert_eq!(
            TagName::parse_list(&format!("a, {}", "b".repeat(41))),
            Err(TagNameError::TooLong)
        );
    }
}
