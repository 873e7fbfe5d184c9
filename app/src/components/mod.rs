//! The parts that pages share.

mod data_pill;
#[cfg(feature = "ssr")]
mod dialog;
mod error_view;
mod field;
mod filter;
mod linked;
mod page_script;
mod paged_table;
mod period;
mod ranking;
mod reactive;
mod run_events;
mod skeleton;
mod stat;
mod submission;
mod timestamp;
mod with_data;

pub use data_pill::{Pill, data_pill};
#[cfg(feature = "ssr")]
pub use dialog::{Dialog, dialog_actions};
pub use error_view::{error_body, error_title};
pub use field::{error_notice, field, hint};
pub use filter::{Filter, kept_filter};
pub use linked::linked;
pub use page_script::{Attempts, tell_page_script};
pub use paged_table::{nothing_matches, page_links, sort_heading};
pub use period::{
    RangeAddress, comparison_control, interval_control, kept_fields, late_start, range_control,
    range_problem, zoom_address,
};
pub use ranking::{Entry, ranking_card};
pub use reactive::{reactive, reactive_attr};
pub use run_events::follow_runs;
pub use skeleton::Skeleton;
#[cfg(feature = "ssr")]
pub use stat::text_stat;
pub use stat::{Stat, change, compared, number};
pub use submission::{PostForm, Submission, field_error, notice};
pub use timestamp::timestamp;
#[cfg(feature = "ssr")]
pub use timestamp::{ReaderClock, reader_zone, timestamp_or, use_zone};
pub use with_data::{not_found, refreshed, suspended, with_data, with_data_or};
