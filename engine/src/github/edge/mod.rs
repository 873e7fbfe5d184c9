//! The edge: the one place where bytes from GitHub are parsed.
//!
//! A response's [`Body`] is opaque. [`Body::read`] returns only cleaned and bounded text
//! ([`text`]), lists are parsed one entry at a time ([`Entries`]), and days are checked against the
//! calendar ([`Calendar`]). So one bad entry never costs the others, and a new endpoint cannot
//! bypass any of it.

mod calendar;
mod entries;
mod number;
mod repair;
mod text;

use std::fmt;
use std::io::{self, Write};

use serde::de::{DeserializeOwned, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

pub(crate) use calendar::Calendar;
pub(super) use calendar::clock_ahead;
pub(crate) use entries::LeftOut;
pub(super) use entries::{Entries, EntryKind, Field};
pub(super) use number::Number;
pub(super) use text::clean;

use super::error::GithubError;

/// The body of a response, as it came.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Body(Vec<u8>);

impl Body {
    /// A body, from the network or from the database.
    pub(crate) const fn new(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// Its size in bytes.
    #[cfg(test)]
    pub(crate) const fn len(&self) -> usize {
        self.0.len()
    }

    /// Writes it as it came, to be stored. None of it may be shown.
    pub(crate) fn write_to(&self, writer: &mut impl Write) -> io::Result<()> {
        writer.write_all(&self.0)
    }

    /// The response as a value, every text in it cleaned and bounded.
    ///
    /// # Errors
    /// [`GithubError::IncompleteJson`] if it is not JSON, [`GithubError::Malformed`] if the JSON is
    /// not as documented.
    pub(super) fn read<T: DeserializeOwned>(&self, about: &'static str) -> Result<T, GithubError> {
        let Clean(value) = self.parse(about)?;
        T::deserialize(value).map_err(|error| failed(&error, about))
    }

    /// A response that contains a credential, or a message to be searched for one: its text stays
    /// as it came, whatever its length. Do not show or store it before it is cleaned.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub(super) fn read_secret<T: DeserializeOwned>(
        &self,
        about: &'static str,
    ) -> Result<T, GithubError> {
        self.parse(about)
    }

    fn parse<T: DeserializeOwned>(&self, about: &'static str) -> Result<T, GithubError> {
        serde_json::from_slice(&self.0)
            .or_else(|error| match repair::repaired(&self.0) {
                Some(repaired) => serde_json::from_slice(&repaired),
                None => Err(error),
            })
            .map_err(|error| failed(&error, about))
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Body({} bytes)", self.0.len())
    }
}

/// serde's errors may quote the body, so they are not passed on.
fn failed(error: &serde_json::Error, about: &'static str) -> GithubError {
    tracing::debug!(
        line = error.line(),
        column = error.column(),
        about,
        "malformed response"
    );
    match error.classify() {
        serde_json::error::Category::Data => GithubError::Malformed("undocumented value"),
        _ => GithubError::IncompleteJson,
    }
}

/// JSON whose texts and names are cleaned while they are parsed.
struct Clean(Value);

impl<'de> Deserialize<'de> for Clean {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(CleanVisitor).map(Self)
    }
}

struct CleanVisitor;

impl<'de> Visitor<'de> for CleanVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(clean(value).into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(Clean(value)) = list.next_element()? {
            values.push(value);
        }
        Ok(values.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some((name, Clean(value))) = entries.next_entry::<String, Clean>()? {
            map.insert(clean(&name), value);
        }
        Ok(map.into())
    }
}

#[cfg(test)]
mod tests;
