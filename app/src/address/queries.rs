//! The queries of pages, read from their URLs.

use domain::RepositoryFilter;
use domain::report::{
    OverviewQuery, OverviewSort, ReportParams, ReportQuery, ReportQueryError, RepositoriesQuery,
    RepositoryQuery,
};
use leptos_router::params::ParamsMap;

/// The overview's query, with defaults for missing parameters.
///
/// # Errors
/// When the address asks for no report.
pub fn overview_query(params: &ParamsMap) -> Result<OverviewQuery, ReportQueryError> {
    Ok(OverviewQuery {
        report: report_query(params)?,
        sort: OverviewSort::parse(params.get_str("sort").unwrap_or_default()),
        reversed: params.get_str("reversed") == Some("true"),
        filter: filter(params)?,
        page: page(params),
    })
}

/// The query of a repository's page, with defaults for missing parameters.
///
/// # Errors
/// When the address asks for no report.
pub fn repository_query(params: &ParamsMap) -> Result<RepositoryQuery, ReportQueryError> {
    let with = params.get_str("with").unwrap_or_default();
    let name = with.parse();
    Ok(RepositoryQuery {
        report: report_query(params)?,
        with: match with {
            "" => None,
            _ => Some(name.map_err(|_| ReportQueryError::Repository(with.to_owned()))?),
        },
    })
}

/// The query of the list of repositories, with defaults for missing parameters.
pub fn repositories_query(params: &ParamsMap) -> RepositoriesQuery {
    let sort = params.get_str("sort").unwrap_or_default();
    RepositoriesQuery {
        sort: sort.parse().unwrap_or_default(),
        reversed: params.get_str("reversed") == Some("true"),
        filter: filter(params).unwrap_or_default(),
        page: page(params),
        // A page that shows a range says what is wrong with it.
        report: report_query(params).unwrap_or_default(),
    }
}

/// The report in the address, with defaults for missing parameters.
///
/// # Errors
/// When the address asks for none.
fn report_query(params: &ParamsMap) -> Result<ReportQuery, ReportQueryError> {
    let text = |name: &str| params.get_str(name).unwrap_or_default();
    ReportQuery::parse(ReportParams::of(&text))
}

/// The filter of repositories in the address.
///
/// # Errors
/// When the status is none.
fn filter(params: &ParamsMap) -> Result<RepositoryFilter, ReportQueryError> {
    Ok(RepositoryFilter {
        text: params.get("filter").unwrap_or_default(),
        owner: params.get("owner").unwrap_or_default(),
        tag: params.get("tag").unwrap_or_default(),
        state: match params.get_str("status") {
            None | Some("") => None,
            Some(text) => Some(
                text.parse()
                    .map_err(|_| ReportQueryError::State(text.to_owned()))?,
            ),
        },
    })
}

/// The parameters that stay when one goes to another page of the tenant, as they are in the
/// address.
pub fn kept_params(params: &ParamsMap) -> [(&'static str, Option<String>); 9] {
    [
        "period", "from", "to", "interval", "compare", "filter", "owner", "tag", "status",
    ]
    .map(|name| {
        let value = params.get(name).filter(|value| !value.is_empty());
        (name, value)
    })
}

fn page(params: &ParamsMap) -> u32 {
    params
        .get_str("page")
        .and_then(|text| text.parse().ok())
        .unwrap_or(1)
        .max(1)
}
