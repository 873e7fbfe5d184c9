//! Data for pages and the API, in their shape.

mod anomaly;
mod collection;
pub mod columns;
mod compared;
mod connection;
mod event;
mod figure;
mod follow;
mod forecast;
mod note;
mod overview;
mod people;
mod query;
mod ranking_history;
mod releases;
mod repositories;
mod repository;
mod repository_tag;
mod since_yesterday;
mod stars;
mod system;
mod traffic_table;
mod usual;
mod warning;

pub use anomaly::{AnomaliesReport, AnomalyRecord, DaySource, StoredResponse, TraceReport};
pub use collection::{
    AssignedRepository, CollectionReport, Failure, History, RepositoriesReport, Run, RunItem,
    RunReport, RunsReport, Schedule, ScheduleInput, SchedulePreview, ScheduleWithRepositories,
    SchedulesReport, Tracked,
};
pub use compared::{ComparedReport, ComparedWith};
pub use event::{DatedEvent, DatedEventKind};
pub use figure::Figure;
pub use follow::{FollowOutcome, FollowPreview, FollowRule, FollowRulesReport, LeftOutCount};
pub use forecast::{PastRun, RunForecast};
pub use note::Note;
pub use overview::{
    Overview, OverviewPage, OverviewQuery, OverviewReport, OverviewRow, OverviewSort,
    RepositoryFacets,
};
pub use query::{ReportParams, ReportQuery, ReportQueryError, RepositoryQuery};
pub use ranking_history::{RankingHistory, RankingLine, RankingWindow};
pub use releases::{Asset, AssetDay, Marker, MarkerKind, Reading, Release, ReleasesReport};
pub use repositories::{PagedRepositories, RepositoriesQuery, RepositoriesSort};
pub use repository::{
    Bucket, DataState, Namesake, Popularity, Ranking, RankingRow, Repository, RepositoryEvent,
    RepositoryFailure, RepositoryPage, RepositoryProblem, RepositoryReport, TrafficReport,
    WindowCounts,
};
pub use repository_tag::{RepositoryTag, TagChange};
pub use since_yesterday::{
    Coincidence, DailyFact, MOST_FACTS, NewestDay, SinceYesterday, most_important,
};
pub use stars::{Gained, StarDay, StarsReport};

pub use connection::{
    AvailableReport, AvailableRepository, Connection, ConnectionKind, ConnectionsReport,
    EXPIRES_SOON, GithubServer, PendingApp, RateLimit, TrackedMany,
};
pub use people::{
    Account, AccountsReport, ApiToken, Identity, Invitation, InvitationOffer, Member,
    MembersReport, ProfileReport, Session, TenantSummary,
};
pub use system::{AuditEntry, AuditQuery, AuditReport, SystemRun, SystemRunsReport};
pub use traffic_table::{
    RowRepository, TrafficRows, TrafficSort, TrafficTable, TrafficTableError, TrafficTableQuery,
    TrafficTableRow, UnknownReason,
};
pub use usual::{UsualBand, UsualBands};
pub use warning::{
    ConnectionProblem, ConnectionWarning, LatePublishing, OpenAnomalies, OverviewWarnings,
    PublishingLoss, RiskCause, RiskWarning, UnsafeSchedules,
};
