//! The parts that pages share.

mod data_pill;
mod dialog;
mod frame;
mod linked;
mod live;
mod loaded;
mod moment;
mod period;
mod ranking;
mod run_events;
mod stat;
mod submission;

pub use data_pill::data_pill;
pub use dialog::Dialog;
pub use frame::{Brand, Frame, use_tenant};
#[cfg(feature = "ssr")]
pub use frame::{bar, warnings};
pub use linked::linked;
pub use live::{live, live_value};
pub use loaded::{awaited, loaded, not_found, refreshed};
pub use moment::moment;
pub use period::{interval_control, period_control};
pub use ranking::{Entry, ranking_card};
pub use run_events::follow_runs;
pub use stat::{Stat, change, compared, number};
pub use submission::{PostForm, Submission, field_error, notice};
