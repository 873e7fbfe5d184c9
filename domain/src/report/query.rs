//! The queries of the pages that show a range of days, all of them in the URL.

use serde::{Deserialize, Serialize};

use crate::comparison::Comparison;
use crate::day::DayRange;
use crate::interval::Interval;
use crate::period::Period;
use crate::report_range::{ReportRange, ReportRangeError};
use crate::repository_name::RepositoryName;

/// The days of a report, the width of its buckets, and what it is compared with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportQuery {
    /// The days.
    pub range: ReportRange,
    /// The width of the buckets; `None` for the [usual](Interval::usual) one of the range.
    pub interval: Option<Interval>,
    /// What it is compared with.
    pub compare: Comparison,
}

/// The parameters of a report as an address has them, empty where missing.
#[derive(Clone, Copy, Debug, Default)]
pub struct ReportParams<'a> {
    /// `period`
    pub period: &'a str,
    /// `from`
    pub from: &'a str,
    /// `to`
    pub to: &'a str,
    /// `interval`
    pub interval: &'a str,
    /// `compare`
    pub compare: &'a str,
}

impl<'a> ReportParams<'a> {
    /// Those that a query string has.
    pub fn of(text: &impl Fn(&'static str) -> &'a str) -> Self {
        Self {
            period: text("period"),
            from: text("from"),
            to: text("to"),
            interval: text("interval"),
            compare: text("compare"),
        }
    }
}

/// Why an address asks for no report.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReportQueryError {
    /// The range is none.
    #[error(transparent)]
    Range(#[from] ReportRangeError),
    /// No such interval.
    #[error("“{0}” is not a unit. Choose day, week or month.")]
    Interval(String),
    /// No such comparison.
    #[error("“{0}” is not a comparison. Choose previous, year or none.")]
    Comparison(String),
    /// Not a repository's name.
    #[error("“{0}” is not a repository. Write it as owner/name.")]
    Repository(String),
    /// No such state of a repository.
    #[error(
        "“{0}” is not a status. Choose active, paused, archived, unreachable, failing, losing, new, rising or falling."
    )]
    State(String),
}

impl ReportQuery {
    /// The query in an address, with defaults for missing parameters.
    ///
    /// # Errors
    /// When one of them has none of its values.
    pub fn parse(params: ReportParams<'_>) -> Result<Self, ReportQueryError> {
        let ReportParams {
            period,
            from,
            to,
            interval,
            compare,
        } = params;
        let interval = match interval {
            "" => None,
            text => Some(
                text.parse()
                    .map_err(|_| ReportQueryError::Interval(text.to_owned()))?,
            ),
        };
        let compare = match compare {
            "" => Comparison::default(),
            text => text
                .parse()
                .map_err(|_| ReportQueryError::Comparison(text.to_owned()))?,
        };
        Ok(Self {
            range: ReportRange::parse(period, from, to)?,
            interval,
            compare,
        })
    }

    /// How many days earlier the days are that it is compared with, if any. Nothing comes before
    /// all days.
    #[must_use]
    pub fn shift(self, range: DayRange) -> Option<i64> {
        let is_all = self.range == Period::All.into() && self.compare == Comparison::Previous;
        self.compare.shift(range).filter(|_| !is_all)
    }

    /// The parameters of its range in an address; none has a value for the usual range.
    #[must_use]
    pub fn range_params(self) -> [(&'static str, Option<String>); 3] {
        let is_usual = self.range == ReportRange::default();
        let [period, from, to] = self.range.params();
        [(period.0, period.1.filter(|_| !is_usual)), from, to]
    }

    /// Its parameters in an address, without those that have their default.
    #[must_use]
    pub fn params(self) -> [(&'static str, Option<String>); 5] {
        let [period, from, to] = self.range_params();
        let compares = self.compare != Comparison::default();
        [
            period,
            from,
            to,
            ("interval", self.interval.map(|it| it.as_str().to_owned())),
            (
                "compare",
                compares.then(|| self.compare.as_str().to_owned()),
            ),
        ]
    }

    /// The [parameters](Self::params) that have a value.
    #[must_use]
    pub fn given(self) -> Vec<(&'static str, String)> {
        let params = self.params().into_iter();
        params
            .filter_map(|(name, value)| Some((name, value?)))
            .collect()
    }
}

impl<R: Into<ReportRange>> From<R> for ReportQuery {
    fn from(range: R) -> Self {
        Self {
            range: range.into(),
            ..Self::default()
        }
    }
}

/// The query of a repository's page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepositoryQuery {
    /// The days, the buckets and the earlier days to compare them with.
    pub report: ReportQuery,
    /// Another repository whose same days the chart shows for comparison.
    pub with: Option<RepositoryName>,
}

impl<R: Into<ReportQuery>> From<R> for RepositoryQuery {
    fn from(report: R) -> Self {
        Self {
            report: report.into(),
            with: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_only_what_is_not_usual() {
        let params = |query: ReportQuery| {
            let given = query.given().into_iter();
            given
                .map(|(name, value)| format!("{name}={value}"))
                .collect::<Vec<_>>()
        };
        assert_eq!(params(ReportQuery::default()), Vec::<String>::new());
        let query = ReportQuery {
            range: Period::LastMonth.into(),
            interval: Some(Interval::Week),
            compare: Comparison::Year,
        };
        assert_eq!(
            params(query),
            ["period=last-month", "interval=week", "compare=year"]
        );
        let days = ReportRange::parse("", "2026-11-01", "2026-11-26").expect("days");
        assert_eq!(params(days.into()), ["from=2026-11-01", "to=2026-11-26"]);
    }

    #[test]
    fn unknown_values_are_said() {
        let error = |params| {
            ReportQuery::parse(params)
                .expect_err("no query")
                .to_string()
        };
        let none = ReportParams::default();
        assert_eq!(
            error(ReportParams {
                interval: "hour",
                ..none
            }),
            "“hour” is not a unit. Choose day, week or month."
        );
        assert_eq!(
            error(ReportParams {
                compare: "last",
                ..none
            }),
            "“last” is not a comparison. Choose previous, year or none."
        );
        assert_eq!(
            error(ReportParams {
                from: "2026-11-02",
                to: "2026-11-01",
                ..none
            }),
            "Choose a start before the end."
        );
    }
}
