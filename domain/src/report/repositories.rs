//! The Repositories page: one page of the list, by its address.

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr};

use super::{ReportQuery, RepositoriesReport};
use crate::id::RepositoryId;
use crate::repository_filter::RepositoryFilter;
use crate::unknown_value::UnknownValue;

/// A sort order of the list of repositories. Those no longer tracked always come last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[derive(EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
#[strum(parse_err_ty = UnknownValue, parse_err_fn = UnknownValue::new)]
pub enum RepositoriesSort {
    /// The full name.
    #[default]
    Name,
    /// Failing ones first.
    Status,
    /// The last collection, newest first.
    Collected,
}

/// The query of the list of repositories, all of it in the URL.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepositoriesQuery {
    /// The column that sorts.
    pub sort: RepositoriesSort,
    /// Reverses the natural order.
    pub reversed: bool,
    /// Which repositories it lists.
    pub filter: RepositoryFilter,
    /// The page, from 1.
    pub page: u32,
    /// The range that other pages show; its links keep it.
    pub report: ReportQuery,
}

/// One page of the list of repositories.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PagedRepositories {
    /// The query, with a page that exists.
    pub query: RepositoriesQuery,
    /// The repositories of the page, and what the viewer may do.
    pub report: RepositoriesReport,
    /// Those whose name a newer repository has.
    pub name_taken: Vec<RepositoryId>,
    /// How many repositories are tracked.
    pub tracked: u32,
    /// How many repositories match the filter.
    pub matching: u32,
    /// How many pages there are.
    pub pages: u32,
}
