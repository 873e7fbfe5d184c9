//! What a form sent, and what stands behind the question mark of an address.

use std::str::FromStr;

use domain::{Problem, ProblemKind};
use secrecy::SecretString;

/// Fields by name, in their order; a name may come several times.
#[derive(Clone, Default)]
pub struct Fields(Vec<(String, String)>);

/// No form has a field longer than this, other than the key of an app.
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

    /// The text of a field; empty where it was not sent.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(field, _)| field == name);
        found.map_or("", |(_, value)| value.as_str())
    }

    /// The texts of a field that may come several times.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(field, _)| field == name)
            .map(|(_, value)| value.as_str())
    }

    /// Whether a box was ticked.
    #[must_use]
    pub fn checked(&self, name: &str) -> bool {
        self.0.iter().any(|(field, _)| field == name)
    }

    /// A field that holds a secret.
    #[must_use]
    pub fn secret(&self, name: &str) -> SecretString {
        self.text(name).into()
    }

    /// A field in its type.
    ///
    /// # Errors
    /// Where the text is none of that type, in the words of the type.
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

    /// A field in its type, or nothing where it was left empty.
    ///
    /// # Errors
    /// Where the text is none of that type.
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

    /// The ids of what the page itself offered; a value that is none was not made by the page.
    ///
    /// # Errors
    /// Where one of them is no id.
    pub fn ids<T: From<i64>>(&self, name: &str) -> Result<Vec<T>, Problem> {
        self.all(name)
            .map(|text| text.parse().map(i64::into).map_err(|_| not_offered()))
            .collect()
    }

    /// One such id.
    ///
    /// # Errors
    /// Where it is no id.
    pub fn id<T: From<i64>>(&self, name: &str) -> Result<T, Problem> {
        let id = self.text(name).parse().map(i64::into);
        id.map_err(|_| not_offered())
    }
}

fn not_offered() -> Problem {
    Problem::new(
        ProblemKind::Invalid,
        "The form was not understood: reload the page and try again.",
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
