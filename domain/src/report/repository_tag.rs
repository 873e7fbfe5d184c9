//! The tags of a tenant's repositories.

use serde::{Deserialize, Serialize};

use crate::id::{RepositoryId, RepositoryTagId};
use crate::repository_tag::TagName;

/// A tag with the number of repositories that have it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepositoryTag {
    /// Its id.
    pub id: RepositoryTagId,
    /// Its name.
    pub name: TagName,
    /// How many repositories in the viewer's scope have it.
    pub repositories: u32,
}

/// A change of a tag.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TagChange {
    /// Its new name.
    pub name: Option<TagName>,
    /// The repositories that get it.
    pub add: Vec<RepositoryId>,
    /// The repositories that lose it.
    pub remove: Vec<RepositoryId>,
}
