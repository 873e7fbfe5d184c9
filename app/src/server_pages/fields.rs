//! The fields of a form submission or a query string.

use std::str::FromStr;

use domain::{Problem, ProblemKind};
use secrecy::SecretString;

/// Fields in order; a name may repeat.
#[derive(Clone, Default)]
pub struct Fields(Vec<(String, String)>);

/// Longer fields are dropped. No form accepts more; an app's key has at most 8,000 characters.
const LONGEST: usize = 16 * 1024;

impl Fields {
    /// The fields of an encoded form or query.
    #[must_use]
    pub fn parse(encoded: &[u8]) -> Self {
        Self(
            url::form_urlencoded::parse(encoded)
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

    /// Whether a checkbox was checked.
    #[must_use]
    pub fn checked(&self, name: &str) -> bool {
        self.0.iter().any(|(field, _)| field == name)
    }

    /// A secret field.
    #[must_use]
    pub fn secret(&self, name: &str) -> SecretString {
        self.text(name).into()
    }

    /// Parses a field.
    ///
    /// # Errors
    /// If it is invalid, with the type's message.
    pub fn read<T>(&self, name: &str) -> Result<T, Problem>
    where
        T: FromStr,
        T::Err: std::fmt::Display,
    {
        self.text(name)
            .trim()
            .parse()
            .map_err(|error: T::Err| Problem::new(ProblemKind::Invalid, error.to_string()))
    }

    /// Parses a field; `None` if it is empty.
    ///
    /// # Errors
    /// If it is invalid.
    pub fn read_unless_empty<T>(&self, name: &str) -> Result<Option<T>, Problem>
    where
        T: FromStr,
        T::Err: std::fmt::Display,
    {
        match self.text(name).trim() {
            "" => Ok(None),
            _ => self.read(name).map(Some),
        }
    }

    /// The ids in a field that may repeat.
    ///
    /// # Errors
    /// If one of them is not an id, which the page itself never submits.
    pub fn ids<T: From<i64>>(&self, name: &str) -> Result<Vec<T>, Problem> {
        self.all(name)
            .map(|text| text.parse().map(i64::into).map_err(|_| not_offered()))
            .collect()
    }

    /// The id in a field.
    ///
    /// # Errors
    /// If it is not an id.
    pub fn id<T: From<i64>>(&self, name: &str) -> Result<T, Problem> {
        let id = self.text(name).parse().map(i64::into);
        id.map_err(|_| not_offered())
    }
}

fn not_offered() -> Problem {
    Problem::new(
        ProblemKind::Invalid,
        "Tidemark couldn’t read this form. Reload the page and try again.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_by_name() {
        let fields = Fields::parse(b"name=Mona+Lisa&pick=1&pick=2&on=");
        assert_eq!(fields.text("name"), "Mona Lisa");
        assert_eq!(fields.text("other"), "");
        assert!(fields.checked("on") && !fields.checked("off"));
        assert_eq!(fields.ids::<i64>("pick"), Ok(vec![1, 2]));
        assert!(fields.id::<i64>("name").is_err());
        assert_eq!(fields.read_unless_empty::<u8>("on"), Ok(None));
    }
}
