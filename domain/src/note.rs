//! Notes on the charts, and the text that they hold.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::day::DayRange;
use crate::id::RepositoryId;

/// How many characters a note has at most.
pub const LONGEST_NOTE: usize = 250;

/// The text of a note: one line of 1 to 250 characters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct NoteText(String);

/// The text is empty or too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("A note has 1 to {LONGEST_NOTE} characters.")]
pub struct NoteTextError;

/// A note to save.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteInput {
    /// Its repository; `None` for the whole tenant.
    pub repository: Option<RepositoryId>,
    /// The days that it is about.
    pub days: DayRange,
    /// What happened.
    pub text: NoteText,
}

impl NoteText {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for NoteText {
    type Err = NoteTextError;

    fn from_str(text: &str) -> Result<Self, NoteTextError> {
        // Line breaks and other control characters separate words.
        let words: Vec<&str> = (text.split(|c: char| c.is_whitespace() || c.is_control()))
            .filter(|word| !word.is_empty())
            .collect();
        let text = words.join(" ");
        (1..=LONGEST_NOTE)
            .contains(&text.chars().count())
            .then_some(Self(text))
            .ok_or(NoteTextError)
    }
}

impl TryFrom<String> for NoteText {
    type Error = NoteTextError;

    fn try_from(text: String) -> Result<Self, NoteTextError> {
        text.parse()
    }
}

impl From<NoteText> for String {
    fn from(text: NoteText) -> Self {
        text.0
    }
}

impl fmt::Display for NoteText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_one_line_of_1_to_250_characters() {
        let read = |text: &str| text.parse::<NoteText>().map(String::from);
        assert_eq!(
            read("  Talk at\r\nNavConf "),
            Ok("Talk at NavConf".to_owned())
        );
        assert_eq!(read(" \n\u{7} "), Err(NoteTextError));
        let longest = "ü".repeat(LONGEST_NOTE);
        assert_eq!(read(&longest), Ok(longest.clone()));
        assert_eq!(read(&format!("{longest}ü")), Err(NoteTextError));
        assert_eq!(NoteTextError.to_string(), "A note has 1 to 250 characters.");
    }
}
