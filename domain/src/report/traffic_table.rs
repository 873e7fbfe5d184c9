//! Traffic as a table: one row for each repository and day, week or month, or for all of them
//! together.

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr};

use super::{Bucket, ReportParams, ReportQuery, ReportQueryError};
use crate::day::{Day, DayRange};
use crate::id::RepositoryId;
use crate::interval::Interval;
use crate::repository_filter::{RepositoryFilter, RepositoryState};
use crate::repository_name::RepositoryName;
use crate::unknown_value::UnknownValue;

/// What a row is about: `?rows=`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[derive(EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
#[strum(parse_err_ty = UnknownValue, parse_err_fn = UnknownValue::new)]
pub enum TrafficRows {
    /// One repository.
    #[default]
    Repositories,
    /// All selected repositories together.
    Total,
}

/// The column that sorts: `?sort=`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[derive(EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
#[strum(parse_err_ty = UnknownValue, parse_err_fn = UnknownValue::new)]
pub enum TrafficSort {
    /// The day, week or month, newest first; within one, the repositories by name.
    #[default]
    Period,
    /// The repository by name; of one, the newest first.
    Repository,
    /// Views, most first.
    Views,
    /// GitHub's own unique visitors.
    ViewUniques,
    /// The sum of daily unique visitors.
    ViewUniquesDailySum,
    /// Clones.
    Clones,
    /// GitHub's own unique cloners.
    CloneUniques,
    /// The sum of daily unique cloners.
    CloneUniquesDailySum,
}

/// The rows of the table that an address asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrafficTableQuery {
    /// The days, and the width of the periods; days without one.
    pub report: ReportQuery,
    /// Which repositories.
    pub filter: RepositoryFilter,
    /// Only this repository.
    pub repository: Option<RepositoryId>,
    /// What a row is about.
    pub rows: TrafficRows,
    /// The column that sorts.
    pub sort: TrafficSort,
    /// Reverses its natural order. Unknown figures come last in both.
    pub reversed: bool,
}

/// The repository of a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowRepository {
    /// Its id.
    pub id: RepositoryId,
    /// Its full name.
    pub full_name: RepositoryName,
}

/// Why days of a row are unknown. The last of several is the one that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnknownReason {
    /// Tidemark did not track the repository yet.
    BeforeTracking,
    /// A response whose window covers the day listed nothing for it.
    NothingListed,
    /// GitHub has not published the day yet.
    NotPublished,
    /// The repository could not be collected, and GitHub still has the day.
    NotCollected,
    /// It was not collected in time. GitHub has deleted it.
    Lost,
}

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrafficTableRow {
    /// The repository; `None` for all of them together.
    pub repository: Option<RowRepository>,
    /// The period with its figures.
    #[serde(flatten)]
    pub bucket: Bucket,
    /// Whether the period is not over.
    pub so_far: bool,
    /// Why days or figures of it are unknown, if any are.
    pub unknown: Option<UnknownReason>,
    /// Since when the repository fails, if that is the reason.
    pub failing_since: Option<Day>,
}

/// A part of the table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrafficTable {
    /// The width of the periods.
    pub interval: Interval,
    /// The days it is about.
    pub range: DayRange,
    /// The first known day, if the range was to start before.
    pub history_begins: Option<Day>,
    /// How many repositories have rows.
    pub repositories: u32,
    /// How many rows the table has.
    pub matching: u64,
    /// The position of the first row here, from 0.
    pub first: u64,
    /// The rows.
    pub rows: Vec<TrafficTableRow>,
    /// The sums of the range over all rows.
    pub sums: Bucket,
    /// How many days of a repository are known, and how many the rows have.
    pub known: [u64; 2],
}

impl TrafficRows {
    /// The name in the URL.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

impl TrafficSort {
    /// The name in the URL.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// Why an address asks for no table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TrafficTableError {
    /// The days, the unit or the status is none.
    #[error(transparent)]
    Report(#[from] ReportQueryError),
    /// No such kind of rows.
    #[error("“{0}” is not a kind of rows. Choose repositories or total.")]
    Rows(String),
    /// No such column.
    #[error(
        "“{0}” is not a column to sort by. Choose period, repository, views, view_uniques, view_uniques_daily_sum, clones, clone_uniques or clone_uniques_daily_sum."
    )]
    Sort(String),
    /// Neither true nor false.
    #[error("“{0}” is not a value for “reversed”. Choose true or false.")]
    Reversed(String),
}

impl TrafficTableQuery {
    /// The query in an address, with defaults for missing parameters.
    ///
    /// # Errors
    /// When one of them has none of its values.
    pub fn parse<'a>(text: &impl Fn(&'static str) -> &'a str) -> Result<Self, TrafficTableError> {
        let state = text("status");
        let state: Option<RepositoryState> = (!state.is_empty())
            .then(|| state.parse())
            .transpose()
            .map_err(|_| ReportQueryError::State(state.to_owned()))?;
        let rows = match text("rows") {
            "" => TrafficRows::default(),
            rows => (rows.parse()).map_err(|_| TrafficTableError::Rows(rows.to_owned()))?,
        };
        let sort = match text("sort") {
            "" => TrafficSort::default(),
            sort => (sort.parse()).map_err(|_| TrafficTableError::Sort(sort.to_owned()))?,
        };
        let reversed = match text("reversed") {
            "" | "false" => false,
            "true" => true,
            other => return Err(TrafficTableError::Reversed(other.to_owned())),
        };
        Ok(Self {
            report: ReportQuery::parse(ReportParams::of(text))?,
            filter: RepositoryFilter {
                text: text("filter").to_owned(),
                owner: text("owner").to_owned(),
                tag: text("tag").to_owned(),
                state,
            },
            repository: None,
            rows,
            sort,
            reversed,
        })
    }

    /// Its parameters in an address, without those that have their default.
    #[must_use]
    pub fn given(&self) -> Vec<(&'static str, String)> {
        let mut given = self.report.given();
        let mut give = |name, value: Option<String>| given.extend(value.map(|it| (name, it)));
        let repository = self.repository.map(|id| id.to_string());
        give("repository", repository);
        for (name, value) in self.filter.parameters() {
            give(name, value);
        }
        let is_total = self.rows != TrafficRows::default();
        give("rows", is_total.then(|| self.rows.as_str().to_owned()));
        let sorts = self.sort != TrafficSort::default();
        give("sort", sorts.then(|| self.sort.as_str().to_owned()));
        give("reversed", self.reversed.then(|| "true".to_owned()));
        given
    }

    /// The width of its periods.
    #[must_use]
    pub fn interval(&self) -> Interval {
        self.report.interval.unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(address: &str) -> Result<TrafficTableQuery, TrafficTableError> {
        let given: Vec<(&str, &str)> = (address.split('&'))
            .filter_map(|parameter| parameter.split_once('='))
            .collect();
        TrafficTableQuery::parse(&|name| {
            let found = given.iter().find(|(given, _)| *given == name);
            found.map_or("", |(_, value)| value)
        })
    }

    #[test]
    fn an_address_keeps_its_query() {
        for address in [
            "",
            "period=1y&interval=week",
            "from=2026-11-01&to=2026-11-26&filter=a&owner=octo&tag=core&status=failing",
            "rows=total&sort=views&reversed=true",
        ] {
            let given = parse(address).expect("a query").given();
            let given: Vec<_> = (given.iter())
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            assert_eq!(given.join("&"), address);
        }
        let query = parse("").expect("a query");
        assert_eq!(query.interval(), Interval::Day);
    }

    #[test]
    fn a_wrong_parameter_is_explained_in_one_sentence_and_what_to_choose() {
        for (address, message) in [
            ("period=31d", "“31d” is not a period."),
            (
                "interval=hour",
                "“hour” is not a unit. Choose day, week or month.",
            ),
            ("status=odd", "“odd” is not a status."),
            (
                "rows=all",
                "“all” is not a kind of rows. Choose repositories or total.",
            ),
            ("sort=stars", "“stars” is not a column to sort by."),
            (
                "reversed=yes",
                "“yes” is not a value for “reversed”. Choose true or false.",
            ),
            (
                "from=2026-11-26&to=2026-11-01",
                "Choose a start before the end.",
            ),
        ] {
            let error = parse(address).expect_err("an error").to_string();
            assert!(error.starts_with(message), "{error}");
        }
    }
}
