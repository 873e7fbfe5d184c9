//! Collection runs: schedules, workers, claimed repositories and their results.

mod fetch_state;
mod items;
mod lifecycle;
mod lists;
mod records;
mod schedules;
mod system;
mod workers;

pub(crate) use fetch_state::{FetchState, Fetched};
pub(crate) use items::ItemResult;
pub(crate) use lifecycle::{NewRun, OpenRun, RequestedRun, RunScope};
pub use schedules::ScheduleKey;
pub(crate) use schedules::{SCHEDULE_NAME_TAKEN, ScheduleFields, ScheduleRecord};
pub(crate) use workers::WorkerId;
