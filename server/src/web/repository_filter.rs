//! A filter of repositories in the address of a list or an export.

use domain::{RepositoryFilter, RepositoryState};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

/// Reads `?status=`; an unknown one is refused with the known ones.
pub(super) fn state<'de, D: Deserializer<'de>>(
    value: D,
) -> Result<Option<RepositoryState>, D::Error> {
    let text = String::deserialize(value)?;
    let state = (!text.is_empty()).then(|| text.parse()).transpose();
    state.map_err(D::Error::custom)
}

/// The filter of these parameters.
pub(super) fn filter(
    text: Option<String>,
    owner: Option<String>,
    tag: Option<String>,
    state: Option<RepositoryState>,
) -> RepositoryFilter {
    RepositoryFilter {
        text: text.unwrap_or_default(),
        owner: owner.unwrap_or_default(),
        tag: tag.unwrap_or_default(),
        state,
    }
}
