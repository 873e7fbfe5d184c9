//! The data of the overview.

use domain::report::{Figure, OverviewReport, Run, columns};
#[cfg(feature = "ssr")]
use domain::report::{OverviewPage, OverviewQuery, OverviewRow};
use domain::{FixTarget, RepositoryName, RunId};
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use super::context::{into_app_result, tenant_request};
#[cfg(feature = "ssr")]
use crate::chart::shown_values;
use crate::components::Pill;
#[cfg(feature = "ssr")]
use crate::{error::AppError, messages};
#[cfg(feature = "ssr")]
use domain::{TimeZone, Viewer};

/// The page of all repositories.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OverviewData {
    /// Its numbers.
    pub report: OverviewReport,
    /// The rows of its table.
    pub rows: Vec<TableRow>,
    /// What changed since yesterday.
    pub since_yesterday: SinceYesterdayText,
    /// What the line of views is like, in a sentence.
    pub typical_views: Option<String>,
    /// Its notices.
    pub notices: OverviewNotices,
    /// Whether the viewer may track repositories.
    pub may_track: bool,
    /// Whether GitHub is not connected yet and the viewer may connect it.
    pub to_connect: bool,
    /// Whether the first numbers are being collected and the viewer may see runs.
    pub follows: bool,
    /// The run collecting them, once it has started.
    pub run: Option<Run>,
    /// The newest run with a failure, if repositories need attention and the viewer may see runs.
    pub ended: Option<RunId>,
}

/// One repository in the table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableRow {
    /// The full name.
    pub full_name: RepositoryName,
    /// Views in the period.
    pub views: Figure,
    /// Clones in the period.
    pub clones: Figure,
    /// Stars, as last seen.
    pub stars: Option<u32>,
    /// Views, for the small trend line.
    #[serde(with = "columns::values")]
    pub trend: Vec<Option<u64>>,
    /// The state of the data.
    pub pill: Pill,
}

/// What changed since yesterday, in words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SinceYesterdayText {
    /// The views of the newest published day.
    pub views: Option<String>,
    /// The day, and how it compares.
    pub below: String,
    /// What to know; at least one line.
    pub lines: Vec<DailyLine>,
}

/// One thing to know.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DailyLine {
    /// The sign before it.
    pub mark: String,
    /// Whether it needs action.
    pub is_bad: bool,
    /// The repository that begins the sentence.
    pub repository: Option<RepositoryName>,
    /// The rest of the sentence.
    pub text: String,
    /// Where to act.
    pub place: Option<FixTarget>,
}

/// The notices above the numbers, each as a sentence or two.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OverviewNotices {
    /// That GitHub is publishing late, and what follows.
    pub publishing: Option<String>,
    /// Which schedules are too slow.
    pub unsafe_schedules: Option<String>,
    /// That this server's clock differs from GitHub's.
    pub clock: Option<String>,
    /// How many data quality issues there are.
    pub anomalies: Option<String>,
}

/// All repositories of a tenant over a period, and what the viewer may do.
#[cfg(feature = "ssr")]
pub async fn overview(tenant: &str, query: OverviewQuery) -> Result<OverviewData, AppError> {
    let context = tenant_request(tenant).await?;
    let page = (context.engine)
        .overview_page(&context.viewer, context.tenant, query)
        .await;
    let zone = match &context.viewer {
        Viewer::Person(person) => person.timezone.parse().unwrap_or(TimeZone::UTC),
        Viewer::Token { .. } | Viewer::Operator => TimeZone::UTC,
    };
    into_app_result(page).map(|page| OverviewData::new(page, zone))
}

#[cfg(feature = "ssr")]
impl OverviewData {
    /// The page's data, for a reader in this time zone.
    fn new(page: OverviewPage, zone: TimeZone) -> Self {
        let mut report = page.overview.report;
        // The chart has no line of unique cloners, and no notes on days, which are known or not.
        for bucket in &mut report.buckets {
            (bucket.clone_uniques, bucket.clone_uniques_daily_sum) = (None, None);
            bucket.days_known = bucket.days_total;
        }
        Self {
            rows: page.overview.rows.into_iter().map(TableRow::from).collect(),
            since_yesterday: messages::since_yesterday(
                &page.overview.since_yesterday,
                report.today,
                zone,
            ),
            typical_views: messages::typical_views(&report.buckets, report.range, report.interval),
            notices: messages::overview_notices(&page.overview.warnings),
            report,
            may_track: page.may_track,
            to_connect: page.to_connect,
            follows: page.follows,
            run: page.run,
            ended: page.ended,
        }
    }
}

#[cfg(feature = "ssr")]
impl From<OverviewRow> for TableRow {
    fn from(row: OverviewRow) -> Self {
        Self {
            full_name: row.full_name,
            views: row.views,
            clones: row.clones,
            stars: row.stars,
            trend: shown_values(row.trend),
            pill: messages::pill(&row.data),
        }
    }
}
