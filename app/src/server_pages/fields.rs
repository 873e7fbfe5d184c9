//! The fields of a form submission or a query string: raw, to show them again, and typed, to act on
//! them. Each form has a struct.
//!
//! Text that only its own type can judge (an email address, a role) stays text in the struct; the
//! action [parses](parsed) it, so that the form shows that type's message.

use std::str::FromStr;

use domain::{Problem, ProblemKind};
use secrecy::SecretString;
use serde::de::{Deserialize, DeserializeOwned, Deserializer, IgnoredAny};
use url::form_urlencoded::{Serializer, parse};

/// Fields in order; a name may repeat.
#[derive(Clone, Default)]
pub struct Fields(Vec<(String, String)>);

/// Longer fields are dropped. No form accepts more; the longest is a list of repositories.
const LONGEST: usize = 64 * 1024;

impl Fields {
    /// The fields of an encoded form or query.
    #[must_use]
    pub fn parse(encoded: &[u8]) -> Self {
        Self(
            parse(encoded)
                .into_owned()
                .filter(|(name, value)| name.len() + value.len() <= LONGEST)
                .collect(),
        )
    }

    /// The text of a field; empty if it is missing.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(field, _)| field == name);
        found.map_or("", |(_, value)| value.as_str())
    }

    /// The texts of a field that may repeat.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(field, _)| field == name)
            .map(|(_, value)| value.as_str())
    }

    /// The fields as a typed form.
    ///
    /// # Errors
    /// If they are not those of such a form, which the page itself never submits.
    pub fn typed<F: DeserializeOwned>(&self) -> Result<F, Problem> {
        let encoded = Serializer::new(String::new())
            .extend_pairs(&self.0)
            .finish();
        serde_html_form::from_str(&encoded).map_err(|_| not_understood())
    }
}

/// The problem of a form that this page did not make.
pub fn not_understood() -> Problem {
    invalid("Tidemark couldn’t read this form. Reload the page and try again.")
}

/// A problem with what was entered.
pub fn invalid(message: impl Into<String>) -> Problem {
    Problem::new(ProblemKind::Invalid, message)
}

/// The entered text as a value.
///
/// # Errors
/// If it is none, with the type's message.
pub fn parsed<T>(text: &str) -> Result<T, Problem>
where
    T: FromStr,
    T::Err: std::fmt::Display,
{
    (text.trim().parse()).map_err(|error: T::Err| invalid(error.to_string()))
}

/// The entered text as a value; `None` if it is empty.
///
/// # Errors
/// If it is neither, with the type's message.
pub fn parsed_optional<T>(text: &str) -> Result<Option<T>, Problem>
where
    T: FromStr,
    T::Err: std::fmt::Display,
{
    match text.trim() {
        "" => Ok(None),
        text => parsed(text).map(Some),
    }
}

/// A checkbox: browsers submit it only if it is checked.
pub fn checkbox<'de, D: Deserializer<'de>>(value: D) -> Result<bool, D::Error> {
    IgnoredAny::deserialize(value).map(|_| true)
}

/// A password or key.
pub fn secret<'de, D: Deserializer<'de>>(value: D) -> Result<SecretString, D::Error> {
    String::deserialize(value).map(SecretString::from)
}

/// A password that only some forms ask for; an empty one counts as entered.
pub fn optional_secret<'de, D: Deserializer<'de>>(
    value: D,
) -> Result<Option<SecretString>, D::Error> {
    secret(value).map(Some)
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn fields_are_found_by_name() {
        let fields = Fields::parse(b"name=Mona+Lisa&pick=1&pick=2");
        assert_eq!(fields.text("name"), "Mona Lisa");
        assert_eq!(fields.text("other"), "");
        let picked: Vec<_> = fields.all("pick").collect();
        assert_eq!(picked, ["1", "2"]);
    }

    #[derive(Debug, serde::Deserialize)]
    struct Form {
        id: domain::TenantId,
        #[serde(default)]
        pick: Vec<domain::RepositoryId>,
        #[serde(default)]
        name: String,
        #[serde(default, deserialize_with = "checkbox")]
        on: bool,
        #[serde(default, deserialize_with = "secret")]
        key: SecretString,
        #[serde(default, deserialize_with = "optional_secret")]
        old: Option<SecretString>,
        to: Option<domain::ScheduleId>,
    }

    fn form(encoded: &str) -> Result<Form, Problem> {
        Fields::parse(encoded.as_bytes()).typed()
    }

    #[test]
    fn a_form_is_read_into_its_type() {
        let read = form("do=x&id=7&pick=1&pick=2&name=Mona+%26+Co&on=&key=k%0A&old=&to=").unwrap();
        assert_eq!(read.id.get(), 7);
        assert_eq!(read.pick.len(), 2);
        assert_eq!(read.name, "Mona & Co");
        assert!(read.on);
        assert_eq!(read.key.expose_secret(), "k\n");
        assert!(read.old.is_some() && read.to.is_none());
        let read = form("id=7&to=3").unwrap();
        assert!(read.pick.is_empty() && read.name.is_empty() && !read.on && read.old.is_none());
        assert_eq!(read.to.map(domain::ScheduleId::get), Some(3));
    }

    #[test]
    fn what_the_page_never_sends_is_not_understood() {
        for encoded in ["", "id=", "id=x", "id=7&pick=x", "id=7&to=x"] {
            assert_eq!(form(encoded).unwrap_err(), not_understood(), "{encoded}");
        }
        // A field that is too long counts as missing.
        let long = format!("id=7&name={}", "x".repeat(70_000));
        assert_eq!(form(&long).unwrap().name, "");
    }

    #[test]
    fn entered_text_is_judged_by_its_type() {
        assert_eq!(parsed::<u8>(" 7 "), Ok(7));
        assert!(parsed::<u8>("x").is_err());
        assert_eq!(parsed_optional::<u8>(" "), Ok(None));
        assert_eq!(parsed_optional("7"), Ok(Some(7_u8)));
    }
}
