//! Which repositories of a tenant a page or an export is about.

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr};

use crate::unknown_value::UnknownValue;

/// A filter of repositories, all of it in the URL. Every part must match; an empty one matches all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct RepositoryFilter {
    /// A part of the full name or of a tag, in any case: `?filter=`.
    pub text: String,
    /// The owner, in any case: `?owner=`.
    pub owner: String,
    /// The name of a tag, in any case: `?tag=`.
    pub tag: String,
    /// The state: `?status=`.
    pub state: Option<RepositoryState>,
}

/// A state by which repositories are filtered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[derive(EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
#[strum(parse_err_ty = UnknownValue, parse_err_fn = unknown_state)]
pub enum RepositoryState {
    /// Collected on its schedule.
    Active,
    /// Not collected for now.
    Paused,
    /// No longer tracked; its history is kept.
    Archived,
    /// No longer visible to the connection's token.
    Unreachable,
    /// Tracked, and its last collection failed.
    Failing,
    /// Tracked, and about to lose a day.
    Losing,
    /// Tracked for at most 14 days.
    New,
    /// Above its usual views for three weeks or more.
    Rising,
    /// Below its usual views for three weeks or more.
    Falling,
}

impl RepositoryFilter {
    /// The filter of a text alone.
    #[must_use]
    pub fn by_text(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..Self::default()
        }
    }

    /// Whether all repositories match.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.trim().is_empty()
            && self.owner.is_empty()
            && self.tag.is_empty()
            && self.state.is_none()
    }

    /// Its parameters in the URL.
    #[must_use]
    pub fn parameters(&self) -> [(&'static str, Option<String>); 4] {
        let given = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
        [
            ("filter", given(&self.text)),
            ("owner", given(&self.owner)),
            ("tag", given(&self.tag)),
            ("status", self.state.map(|state| state.as_str().to_owned())),
        ]
    }
}

impl RepositoryState {
    /// Those that the overview offers, the most urgent first.
    pub const EXCEPTIONS: [Self; 5] = [
        Self::Failing,
        Self::Losing,
        Self::New,
        Self::Rising,
        Self::Falling,
    ];

    /// The name in the URL.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// The label.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Active => "Active",
            Self::Paused => "Paused",
            Self::Archived => "No longer tracked",
            Self::Unreachable => "Unreachable",
            Self::Failing => "Failing",
            Self::Losing => "Losing days",
            Self::New => "New",
            Self::Rising => "Rising",
            Self::Falling => "Falling",
        }
    }
}

fn unknown_state(_text: &str) -> UnknownValue {
    UnknownValue::with_message(
        "the status must be active, paused, archived, unreachable, failing, losing, new, rising or falling",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_names_every_state() {
        for state in RepositoryState::EXCEPTIONS {
            assert_eq!(state.as_str().parse(), Ok(state));
        }
        assert_eq!("archived".parse(), Ok(RepositoryState::Archived));
        let unknown = "gone".parse::<RepositoryState>().expect_err("unknown");
        assert!(unknown.to_string().contains("active, paused, archived"));
    }

    #[test]
    fn only_a_filter_without_any_part_is_empty() {
        assert!(RepositoryFilter::by_text("  ").is_empty());
        assert!(!RepositoryFilter::by_text("a").is_empty());
        let filter = RepositoryFilter {
            tag: "core".to_owned(),
            state: Some(RepositoryState::New),
            ..RepositoryFilter::default()
        };
        assert!(!filter.is_empty());
        let given = filter.parameters().into_iter();
        let given: Vec<_> = given
            .filter_map(|(name, value)| Some((name, value?)))
            .collect();
        assert_eq!(
            given,
            [("tag", "core".to_owned()), ("status", "new".to_owned())]
        );
    }
}
