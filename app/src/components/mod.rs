//! The parts that pages share.

mod data_pill;
mod dialog;
mod layout;
mod linked;
mod period;
mod ranking;
mod reactive;
mod run_events;
mod stat;
mod submission;
mod timestamp;
mod with_data;

pub use data_pill::data_pill;
pub use dialog::Dialog;
pub use layout::{Brand, Layout, use_tenant};
#[cfg(feature = "ssr")]
pub use layout::{top_bar, warnings};
pub use linked::linked;
pub use period::{interval_control, period_control};
pub use ranking::{Entry, ranking_card};
pub use reactive::{reactive, reactive_attr};
pub use run_events::follow_runs;
pub use stat::{Stat, change, compared, number};
pub use submission::{PostForm, Submission, field_error, notice};
pub use timestamp::timestamp;
pub use with_data::{not_found, refreshed, suspended, with_data};
