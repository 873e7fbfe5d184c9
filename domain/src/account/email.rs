//! Email addresses for signing in.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The longest address, and the longest part before the at sign (RFC 5321, 4.5.3.1).
const LONGEST: usize = 254;
const LONGEST_LOCAL: usize = 64;
/// The longest part of a host's name between its dots (RFC 1035, 2.3.4).
const LONGEST_LABEL: usize = 63;

/// An email address for signing in, compared case-insensitively.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Email(String);

/// The text is not an email address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("The email address is not valid. Use the form name@example.org.")]
pub struct EmailError;

impl Email {
    /// An address accepted earlier. The rules may be stricter today, but existing accounts keep
    /// theirs.
    #[must_use]
    pub const fn stored(text: String) -> Self {
        Self(text)
    }

    /// As it was typed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The lower-case form used for comparison.
    #[must_use]
    pub fn folded(&self) -> String {
        Self::fold(&self.0)
    }

    /// Input for an account lookup in the comparison form, without validation.
    #[must_use]
    pub fn fold(text: &str) -> String {
        text.trim().to_lowercase()
    }
}

impl FromStr for Email {
    type Err = EmailError;

    /// Checks the syntax only, as browsers do in their own fields
    /// (<https://html.spec.whatwg.org/multipage/input.html#valid-e-mail-address>), and allows
    /// letters beyond ASCII (RFC 6531). Quoted names and numeric hosts, which RFC 5321 also allows,
    /// are rejected because nobody uses them.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let (local, host) = text.split_once('@').ok_or(EmailError)?;
        let well_formed = text.len() <= LONGEST
            && (1..=LONGEST_LOCAL).contains(&local.len())
            && local
                .chars()
                .all(|c| is_letter(c) || ".!#$%&'*+/=?^_`{|}~-".contains(c))
            && host.split('.').all(is_label);
        well_formed.then(|| Self(text.to_owned())).ok_or(EmailError)
    }
}

fn is_label(label: &str) -> bool {
    (1..=LONGEST_LABEL).contains(&label.len())
        && label.chars().all(|c| is_letter(c) || c == '-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

/// Whether it is a visible letter or digit of any script, or a mark on one.
fn is_letter(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric();
    }
    let invisible = matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{fff0}'..='\u{ffff}' | '\u{e0000}'..='\u{e0fff}');
    !invisible && !c.is_whitespace() && !c.is_control()
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_compared_without_case() {
        assert_eq!(
            " Mona@Example.org "
                .parse::<Email>()
                .map(|email| email.folded()),
            Ok("mona@example.org".into())
        );
    }

    #[test]
    fn an_address_from_before_stays_as_it_was() {
        let stored = Email::stored("\"Mona\"@[127.0.0.1]".into());
        assert_eq!(stored.as_str(), "\"Mona\"@[127.0.0.1]");
        assert_eq!(stored.folded(), Email::fold(" \"mona\"@[127.0.0.1] "));
    }

    #[test]
    fn addresses_that_people_have_are_let_in() {
        let longest = format!(
            "{}@{}.{}.org",
            "x".repeat(64),
            "y".repeat(63),
            "z".repeat(63)
        );
        for text in [
            "mona@example.org",
            "mona.lisa+tidemark@mail.example.co.uk",
            "o'brien@example.org",
            "demo@localhost",
            "_@x",
            "zoë@exämple.org",
            "用户@例子.公司",
            &longest,
        ] {
            assert!(text.parse::<Email>().is_ok(), "{text}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        let long_local = format!("{}@example.org", "x".repeat(65));
        let long_label = format!("mona@{}.org", "x".repeat(64));
        let long = format!("mona@{}org", "example.".repeat(32));
        for text in [
            "",
            "@",
            "mona",
            "@x",
            "mona@",
            "mo na@x.org",
            "mona@.org",
            "mona@x.org.",
            "mona@x..org",
            "mona@-x.org",
            "mona@x-.org",
            "mona@x_y.org",
            "mona@[127.0.0.1]",
            "mona@@x.org",
            "mona@x.org@y.org",
            "\"mona\"@x.org",
            "\"mona@evil.org\"@x.org",
            "Mona <mona@x.org>",
            "mona@x.org,eve@x.org",
            "mona@x.org;eve@x.org",
            "mona(her)@x.org",
            "mo\\na@x.org",
            "mo\u{0}na@x.org",
            "mona@x.org\r\nBcc: eve@x.org",
            "mo\u{7f}na@x.org",
            "mo\u{85}na@x.org",
            "mo\u{200b}na@x.org",
            "mo\u{202e}na@x.org",
            &long_local,
            &long_label,
            &long,
        ] {
            assert_eq!(text.parse::<Email>(), Err(EmailError), "{text:?}");
        }
    }
}
