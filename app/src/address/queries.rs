//! The queries of pages, read from their URLs.

use domain::report::{OverviewQuery, OverviewSort, RepositoriesQuery};
use domain::{Interval, Period};
use leptos_router::params::ParamsMap;

/// The overview's query, with defaults for missing parameters.
pub fn overview_query(params: &ParamsMap) -> OverviewQuery {
    OverviewQuery {
        period: period(params),
        sort: OverviewSort::parse(params.get_str("sort").unwrap_or_default()),
        reversed: params.get_str("reversed") == Some("true"),
        filter: params.get("filter").unwrap_or_default(),
        page: page(params),
    }
}

/// The query of the list of repositories, with defaults for missing parameters.
pub fn repositories_query(params: &ParamsMap) -> RepositoriesQuery {
    let sort = params.get_str("sort").unwrap_or_default();
    RepositoriesQuery {
        sort: sort.parse().unwrap_or_default(),
        reversed: params.get_str("reversed") == Some("true"),
        filter: params.get("filter").unwrap_or_default(),
        page: page(params),
    }
}

/// The period in the address.
pub fn period(params: &ParamsMap) -> Period {
    params
        .get_str("period")
        .and_then(|text| text.parse().ok())
        .unwrap_or_default()
}

/// The interval in the address.
pub fn interval(params: &ParamsMap) -> Interval {
    params
        .get_str("interval")
        .and_then(|text| text.parse().ok())
        .unwrap_or_default()
}

fn page(params: &ParamsMap) -> u32 {
    params
        .get_str("page")
        .and_then(|text| text.parse().ok())
        .unwrap_or(1)
        .max(1)
}
