//! The address of the table: its rows, its columns and its page.

use std::fmt;

use domain::report::{ReportQuery, TrafficTableQuery};
use domain::{Interval, ReportRange};

use super::PAGE_SIZES;
use crate::address::{Tenant, with_params};
use crate::server_pages::PageRequest;

/// A group of columns that can be left out: `?column=`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnGroup {
    Views,
    Visitors,
    Clones,
    Cloners,
    Source,
}

/// Everything that the address says.
#[derive(Clone, Debug)]
pub struct TableAddress {
    pub tenant: Tenant,
    pub query: TrafficTableQuery,
    /// The columns beside the period and the repository; `None` for all.
    pub columns: Option<Vec<ColumnGroup>>,
    /// How many rows a page has.
    pub limit: u32,
    /// The page, from 1.
    pub page: u32,
}

impl ColumnGroup {
    pub const ALL: [Self; 5] = [
        Self::Views,
        Self::Visitors,
        Self::Clones,
        Self::Cloners,
        Self::Source,
    ];

    /// The name in the address.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Views => "views",
            Self::Visitors => "visitors",
            Self::Clones => "clones",
            Self::Cloners => "cloners",
            Self::Source => "source",
        }
    }

    pub const fn label(self, interval: Interval) -> &'static str {
        match self {
            Self::Views => "Views",
            Self::Visitors => "Unique visitors",
            Self::Clones => "Clones",
            Self::Cloners => "Unique cloners",
            Self::Source => match interval {
                Interval::Day => "Source",
                Interval::Week | Interval::Month => "Known",
            },
        }
    }
}

impl TableAddress {
    /// The address with its defaults.
    pub fn usual(tenant: Tenant) -> Self {
        Self {
            tenant,
            query: TrafficTableQuery::default(),
            columns: None,
            limit: PAGE_SIZES[0],
            page: 1,
        }
    }

    /// The address of a request.
    ///
    /// # Errors
    /// What is wrong with it, in a sentence.
    pub fn parse(request: &PageRequest) -> Result<Self, String> {
        let text = |name: &'static str| request.query.text(name).trim();
        let query = TrafficTableQuery::parse(&text).map_err(|error| error.to_string())?;
        let limit = match text("limit") {
            "" => PAGE_SIZES[0],
            limit => (limit.parse().ok())
                .filter(|limit| PAGE_SIZES.contains(limit))
                .ok_or_else(|| {
                    format!("“{limit}” is not a number of rows. Choose 50, 100 or 250.")
                })?,
        };
        let page = match text("page") {
            "" => 1,
            page => (page.parse().ok())
                .filter(|page| *page > 0)
                .ok_or_else(|| format!("“{page}” is not a page. Choose 1 or higher."))?,
        };
        let mut columns = Vec::new();
        for name in request.query.all("column") {
            let mut all = ColumnGroup::ALL.into_iter();
            let column = all.find(|column| column.as_str() == name).ok_or_else(|| {
                format!(
                    "“{name}” is not a column. Choose views, visitors, clones, cloners or source."
                )
            })?;
            if !columns.contains(&column) {
                columns.push(column);
            }
        }
        Ok(Self {
            tenant: request.pages(),
            query,
            columns: (!columns.is_empty()).then_some(columns),
            limit,
            page,
        })
    }

    /// Whether a group of columns is shown.
    pub fn shows(&self, column: ColumnGroup) -> bool {
        let mut chosen = self.columns.iter().flatten();
        self.columns.is_none() || chosen.any(|it| *it == column)
    }

    /// The first page of other rows, with the same columns.
    pub fn with(&self, query: TrafficTableQuery) -> Self {
        Self {
            query,
            page: 1,
            ..self.clone()
        }
    }

    /// The same over other days.
    pub fn over(&self, range: ReportRange) -> Self {
        let report = ReportQuery {
            range,
            ..self.query.report
        };
        self.with(TrafficTableQuery {
            report,
            ..self.query.clone()
        })
    }

    /// The same with other periods.
    pub fn by(&self, interval: Interval) -> Self {
        let report = ReportQuery {
            interval: (interval != Interval::default()).then_some(interval),
            ..self.query.report
        };
        self.with(TrafficTableQuery {
            report,
            ..self.query.clone()
        })
    }

    /// Another page of the same rows.
    pub fn page(&self, page: u32) -> Self {
        Self {
            page,
            ..self.clone()
        }
    }

    /// The address of the same rows at another path, without columns and page.
    pub fn rows_at(&self, path: String) -> String {
        let given = self.query.given().into_iter();
        given.fold(path, |path, (name, value)| {
            with_params(path, [(name, Some(value))])
        })
    }
}

impl fmt::Display for TableAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut address = self.rows_at(self.tenant.traffic());
        for column in self.columns.iter().flatten() {
            address = with_params(address, [("column", Some(column.as_str().to_owned()))]);
        }
        let limit = (self.limit != PAGE_SIZES[0]).then(|| self.limit.to_string());
        let page = (self.page > 1).then(|| self.page.to_string());
        f.write_str(&with_params(address, [("limit", limit), ("page", page)]))
    }
}
