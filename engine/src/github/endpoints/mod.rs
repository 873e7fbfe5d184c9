//! GitHub's endpoints: one file each, with the requests, the JSON and the types of what it returns.

mod account;
mod app_manifest;
mod check;
mod pages;
mod rankings;
mod releases;
mod repository;
mod repository_list;
mod server;
mod stars;
mod tags;
mod traffic;
mod visibility;

pub(crate) use app_manifest::is_code;
pub(crate) use check::{CheckResult, MissingPermission, scopes_suffice};
pub(crate) use pages::{ListPage, PER_PAGE};
pub(crate) use rankings::TopList;
pub(crate) use releases::MAX_RELEASES;
pub use releases::{ListedAsset, ListedRelease};
pub(crate) use repository_list::{ListedRepository, RepositoryList};
pub(crate) use stars::StarWeek;
pub(crate) use tags::ListedTag;
pub(crate) use traffic::{Per, Window, parse_window};
