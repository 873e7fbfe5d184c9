//! The fields of a form submission or a query string.

use domain::Problem;
use serde::de::DeserializeOwned;
use url::form_urlencoded::{Serializer, parse};

use super::forms::not_understood;

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

    /// Whether a checkbox was checked.
    #[must_use]
    pub fn checked(&self, name: &str) -> bool {
        self.0.iter().any(|(field, _)| field == name)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_by_name() {
        let fields = Fields::parse(b"name=Mona+Lisa&pick=1&pick=2&on=");
        assert_eq!(fields.text("name"), "Mona Lisa");
        assert_eq!(fields.text("other"), "");
        assert!(fields.checked("on") && !fields.checked("off"));
        let picked: Vec<_> = fields.all("pick").collect();
        assert_eq!(picked, ["1", "2"]);
    }
}
