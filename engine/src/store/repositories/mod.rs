//! Tracked repositories, and what GitHub reports about them beside their traffic.

mod availability;
mod events;
mod facts;
mod follow_rules;
mod health;
mod list;
mod notes;
mod pages;
mod popularity;
mod recent;
mod records;
mod stars;
mod tags;
mod tracking;

pub(crate) use events::RepositoryMetadata;
pub(crate) use facts::{Freshness, RepositoryFacts};
pub(crate) use follow_rules::{FollowCheck, FollowRuleRecord};
pub(crate) use health::{CollectionOutcome, Failed};
pub(crate) use notes::NoteFilter;
pub use pages::RepositoryKey;
pub(crate) use recent::{RecentlyTracked, StarGain};
pub(crate) use records::{RepositoryRecord, Target};
pub(super) use records::{TargetRow, failure_kind, full_name};
pub(crate) use stars::StarHistory;
pub(crate) use tags::TAG_NAME;
pub use tags::TagKey;
pub(crate) use tracking::TrackingState;
