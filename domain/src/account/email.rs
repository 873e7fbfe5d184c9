//! E-mail addresses, as people sign in with them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// An e-mail address, as people sign in with it; compared without case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Email(String);

/// The text is no e-mail address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("The e-mail address is not valid: write it as name@example.org.")]
pub struct EmailError;

impl Email {
    /// As it was typed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As addresses are compared: in lower case.
    #[must_use]
    pub fn folded(&self) -> String {
        self.0.to_lowercase()
    }
}

impl FromStr for Email {
    type Err = EmailError;

    /// Checks the form only: something, an at sign, something; at most 254 characters (RFC 5321).
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let (local, host) = text.rsplit_once('@').ok_or(EmailError)?;
        let well_formed = !local.is_empty()
            && !host.is_empty()
            && text.len() <= 254
            && !text.chars().any(|c| c.is_whitespace() || c.is_control())
            && !host.starts_with('.')
            && !host.ends_with('.');
        well_formed.then(|| Self(text.to_owned())).ok_or(EmailError)
    }
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
    fn addresses_are_checked_in_form_and_compared_without_case() {
        assert_eq!(
            " Mona@Example.org "
                .parse::<Email>()
                .map(|email| email.folded()),
            Ok("mona@example.org".into())
        );
        for text in ["", "mona", "@x", "mona@", "mo na@x.org", "mona@.org"] {
            assert_eq!(text.parse::<Email>(), Err(EmailError), "{text}");
        }
    }
}
