//! Answers in the shape of the pages and of the interface that show them.

mod collection;
mod connection;
mod doubt;
mod figure;
mod follow;
mod forecast;
mod overview;
mod people;
mod releases;
mod repository;
mod stars;
mod system;

pub use collection::{
    CollectionReport, Failure, FollowedSchedule, Follower, History, RepositoriesReport, Run,
    RunItem, RunReport, RunsReport, Schedule, ScheduleInput, SchedulePreview, SchedulesReport,
    Tracked,
};
pub use doubt::{KeptAnswer, Observation, ObservationsReport, SaidOfDay, TraceReport};
pub use figure::Figure;
pub use follow::{FollowOutcome, FollowPreview, FollowRule, FollowRulesReport, LeftOutCount};
pub use forecast::{PastRun, RunForecast};
pub use overview::{Overview, OverviewQuery, OverviewRow, OverviewSort};
pub use releases::{Asset, AssetDay, Marker, Reading, Release, ReleasesReport};
pub use repository::{
    Bucket, DataState, Happening, Namesake, Popularity, Ranking, RankingRow, Repository,
    RepositoryEvent, RepositoryReport, RepositoryTrouble, TrafficReport, WindowCounts,
};
pub use stars::{Gained, StarDay, StarsReport};

pub use connection::{
    AvailableReport, AvailableRepository, Connection, ConnectionKind, ConnectionsReport,
    EXPIRES_SOON, GithubServer, PendingApp, RequestBudget, TrackedMany, Warning,
};
pub use people::{
    Account, AccountsReport, ApiToken, Identity, Invitation, InvitationOffer, Member,
    MembersReport, ProfileReport, Session, TenantSummary,
};
pub use system::{LogEntry, LogQuery, LogReport, SystemRun, SystemRunsReport};
