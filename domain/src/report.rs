//! Answers in the shape of the pages and of the interface that show them.

mod collection;
mod figure;
mod overview;
mod repository;

pub use collection::{
    CollectionReport, Connection, Failure, History, RepositoriesReport, Run, Schedule,
    ScheduleInput, SchedulePreview,
};
pub use figure::Figure;
pub use overview::{Overview, OverviewQuery, OverviewRow, OverviewSort};
pub use repository::{
    Bucket, DataState, Popularity, Ranking, RankingRow, Repository, RepositoryReport,
    TrafficReport, WindowCounts,
};
