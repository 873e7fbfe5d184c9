//! The domain model of GitHub traffic: pure, without I/O or a clock.
//! Everything here compiles to WebAssembly, so that the server and the browser share the types.

pub mod account;
pub mod anomaly;
pub mod audit;
pub mod clock_difference;
pub mod comparison;
pub mod coverage;
pub mod day;
pub mod downloads;
pub mod failure;
pub mod follow_rule;
pub mod id;
pub mod interval;
pub mod limit;
pub mod limits;
pub mod note;
pub mod period;
pub mod problem;
pub mod publishing;
pub mod report;
pub mod report_range;
pub mod repository;
pub mod repository_filter;
pub mod repository_name;
pub mod repository_tag;
pub mod run;
pub mod schedule;
pub mod secure_url;
pub mod server;
pub mod traffic;
pub mod trend;
pub mod typical;
pub mod unknown_value;
pub mod usual;

pub use account::{
    Access, Email, ExternalIdentity, Membership, Origin, Permission, Person, RepositoryScope, Role,
    SignInError, SystemPermission, TenantSlug, Theme, TokenScope, Viewer,
};
pub use anomaly::{Anomaly, AnomalyKind, AnomalySubject};
pub use audit::{AuditAction, AuditTopic};
pub use clock_difference::ClockDifference;
pub use comparison::{Comparison, is_comparable};
pub use coverage::{Coverage, DayState};
pub use day::{Day, DayError, DayRange};
pub use failure::{FailureKind, FixTarget, Remedy};
pub use follow_rule::{Candidate, FollowFilter, LeftOut, Patterns, PatternsError};
pub use id::{
    ConnectionId, FollowRuleId, IdentityId, InvitationId, LogEntryId, NoteId, PendingAppId,
    RepositoryId, RepositoryTagId, ResponseId, RunId, ScheduleId, ServerId, SessionId, TenantId,
    TokenId, UserId,
};
pub use interval::Interval;
pub use limit::{Limit, MOST_IDS};
pub use limits::{Limits, grouped};
pub use note::{LONGEST_NOTE, NoteInput, NoteText, NoteTextError};
pub use period::{LONGEST_RANGE, Period};
pub use problem::{Problem, ProblemKind};
pub use publishing::{ListedWindow, Publishing};
pub use report_range::{ReportDays, ReportRange, ReportRangeError};
pub use repository::{EventKind, RepositoryStatus, Visibility};
pub use repository_filter::{RepositoryFilter, RepositoryState};
pub use repository_name::RepositoryName;
pub use repository_tag::{MOST_TAGS, TagName, TagNameError};
pub use run::{Endpoint, ItemOutcome, RunStatus, Trigger};
pub use schedule::{Cron, CronError, Gap, Safety, TimeZone, TimeZoneError};
pub use secure_url::{SecureUrlError, secure_url};
pub use server::web_url;
pub use traffic::{Counts, DailySum, DayTraffic, Measure, Uniques};
pub use unknown_value::UnknownValue;
pub use usual::{ObservedCount, UsualRange};
