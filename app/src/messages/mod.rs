//! The sentences of pages about what the engine reports as facts. Only the server words them; the
//! browser receives them as text, which keeps its module small.

mod connections;
mod overview;
mod repository;
mod schedules;
mod since_yesterday;
mod typical;

pub use connections::connection_warning;
pub use overview::overview_notices;
pub use repository::{event, labels, pill, problem};
pub use schedules::{forecast, schedule};
pub use since_yesterday::since_yesterday;
pub use typical::typical_views;
