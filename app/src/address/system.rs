//! URLs of the installation's pages.

use domain::RunId;
use domain::report::AuditQuery;

use super::{LOG, PEOPLE, RUNS, with_params};

/// A page of the accounts matching a search.
pub fn people(search: &str, page: u32) -> String {
    let search = (!search.is_empty()).then(|| search.to_owned());
    let page = (page > 1).then(|| page.to_string());
    with_params(PEOPLE.to_owned(), [("search", search), ("page", page)])
}

/// The system log filtered by a query.
pub fn log(query: &AuditQuery) -> String {
    let before = query.before.map(|id| id.to_string());
    with_params(filtered(LOG, query), [("before", before)])
}

/// The filtered system log as CSV.
pub fn log_csv(query: &AuditQuery) -> String {
    filtered("/system/log.csv", query)
}

fn filtered(path: &str, query: &AuditQuery) -> String {
    let search = Some(query.search.clone()).filter(|search| !search.is_empty());
    let params = [
        ("topic", query.topic.map(|topic| topic.as_str().to_owned())),
        ("search", search),
        ("from", query.from.map(|day| day.to_string())),
        ("to", query.to.map(|day| day.to_string())),
    ];
    with_params(path.to_owned(), params)
}

/// The runs of all tenants before one of them.
pub fn runs(before: RunId) -> String {
    with_params(RUNS.to_owned(), [("before", Some(before.to_string()))])
}
