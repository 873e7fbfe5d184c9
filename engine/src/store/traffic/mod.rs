//! Traffic: days, weeks, windows, rankings, the responses that they came from, and anomalies.

mod aggregates;
mod anomalies;
mod covered_days;
mod day_sums;
mod export;
mod false_zeros;
mod merging;
mod new_referrers;
mod publishing;
mod ranking_history;
mod rankings;
mod rebuilding;
mod responses;
mod series;
mod table;
mod totals;
mod trends;
mod usual_days;
mod week_days;
mod weeks;

pub use anomalies::AnomalyKey;
pub(crate) use anomalies::{AnomalyFilter, PastAnomaly};
pub(crate) use covered_days::{CoverageGap, CoveredDays};
pub(crate) use day_sums::DaySums;
pub(crate) use export::KnownRepository;
pub(crate) use false_zeros::ReportedDay;
#[cfg(test)]
pub(super) use merging::Merged;
pub(crate) use merging::{DailyResponse, WeeklyResponse};
pub(crate) use publishing::{ListedBy, SeenLag};
pub(crate) use rankings::{NewRanking, RankingKind};
pub(crate) use responses::NewResponse;
pub(crate) use table::{FigureColumn, TableRepository};
pub(crate) use totals::RangeSums;
pub(crate) use usual_days::ObservedDay;
pub(crate) use weeks::WeeklyViews;
