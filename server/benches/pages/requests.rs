//! The measured requests: every page and REST list, each period where it has one.

use chrono::Days;
use domain::Period;

use crate::generator::{OWNER, TENANT, repository_name};
use crate::traffic::Portfolio;

/// Who sends a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sender {
    /// A person with a session.
    Browser,
    /// A program with the API token of this number.
    Program(usize),
}

/// A request that is measured.
pub struct Measured {
    pub name: &'static str,
    /// The period or what else differs; empty if there is nothing to choose.
    pub variant: String,
    pub path: String,
    pub sender: Sender,
}

/// Pages over each period; `{}` is the busiest repository.
const PAGES_WITH_PERIODS: [(&str, &str); 6] = [
    ("Overview", ""),
    ("Overview, values", "/values"),
    ("Repository", "/r/{}"),
    ("Repository, values", "/repositories/1/values"),
    ("Releases", "/r/{}/releases"),
    ("Stars", "/r/{}/stars"),
];
/// Other variants of pages with a period.
const VARIANTS: [(&str, &str, &str); 19] = [
    ("Overview", "All, by clones", "?period=all&sort=clones"),
    ("Overview", "All, page 2", "?period=all&page=2"),
    (
        "Overview",
        "All, search",
        "?period=all&filter=repository-00",
    ),
    ("Repository", "1y, weeks", "/r/{}?period=1y&interval=week"),
    ("Repository", "all, weeks", "/r/{}?period=all&interval=week"),
    (
        "Repository",
        "all, months",
        "/r/{}?period=all&interval=month",
    ),
    ("Repository by id", "30d", "/repositories/1"),
    ("Data sources", "", "/r/{}/answers"),
    ("Traffic", "30d", "/traffic"),
    ("Traffic", "all", "/traffic?period=all"),
    (
        "Traffic",
        "all, page 20,000",
        "/traffic?period=all&page=20000",
    ),
    (
        "Traffic",
        "all, by repository",
        "/traffic?period=all&sort=repository&page=20000",
    ),
    ("Traffic", "all, by views", "/traffic?period=all&sort=views"),
    (
        "Traffic",
        "all, by views, page 20,000",
        "/traffic?period=all&sort=views&page=20000",
    ),
    (
        "Traffic",
        "all, by unique cloners",
        "/traffic?period=all&sort=clone_uniques&reversed=true",
    ),
    (
        "Traffic",
        "all, weeks, by views",
        "/traffic?period=all&interval=week&sort=views",
    ),
    (
        "Traffic",
        "all, weeks, by GitHub’s week",
        "/traffic?period=all&interval=week&sort=view_uniques",
    ),
    (
        "Traffic",
        "all, months, by clones",
        "/traffic?period=all&interval=month&sort=clones",
    ),
    ("Traffic", "all, together", "/traffic?period=all&rows=total"),
];
/// Pages of a tenant without a period.
const PAGES: [(&str, &str); 11] = [
    ("Repositories", "/repositories"),
    ("Follow rules", "/repositories/rules"),
    ("Collection", "/collection"),
    ("Run history", "/collection/runs"),
    ("Data quality", "/observations"),
    ("Connections", "/settings/connections"),
    ("Schedules", "/settings/schedules"),
    ("Members", "/settings/members"),
    ("API tokens", "/settings/tokens"),
    ("Set-up wizard", "/start/schedule"),
    ("Repositories as CSV", "/repositories.csv"),
];
/// Pages of the installation.
const SYSTEM_PAGES: [(&str, &str); 6] = [
    ("Profile", "/profile"),
    ("Tenants", "/system/tenants"),
    ("People", "/system/people"),
    ("GitHub servers", "/system/servers"),
    ("System log", "/system/log"),
    ("All runs", "/system/runs"),
];
/// REST lists.
const LISTS: [&str; 14] = [
    "/repositories",
    "/repositories?limit=100",
    "/repositories/1/referrers",
    "/repositories/1/paths",
    "/repositories/1/observations",
    "/repositories/1/releases",
    "/repositories/1/stars",
    "/repositories.csv",
    "/runs",
    "/schedules",
    "/follow-rules",
    "/traffic?period=all",
    "/traffic?period=all&sort=views",
    "/traffic.csv",
];
/// The name of the rows with REST requests.
const REST: &str = "REST";

/// The overview over its default period, which the concurrent readers request.
pub fn overview() -> String {
    format!("/t/{TENANT}")
}

/// How many API tokens the requests need, and one more to start runs.
pub fn tokens(portfolio: &Portfolio) -> usize {
    let requests = all(portfolio);
    let programs = requests
        .iter()
        .filter(|request| request.sender != Sender::Browser);
    programs.count() + 1
}

/// All requests, in the order of the table.
pub fn all(portfolio: &Portfolio) -> Vec<Measured> {
    let mut requests = pages(portfolio);
    requests.extend(rest(portfolio));
    requests
}

/// The page of one run.
pub fn run(id: &str) -> Measured {
    Measured {
        name: "Run",
        variant: String::new(),
        path: format!("/t/{TENANT}/collection/runs/{id}"),
        sender: Sender::Browser,
    }
}

fn pages(portfolio: &Portfolio) -> Vec<Measured> {
    let busiest = format!("{OWNER}/{}", repository_name(1));
    let page = |name, variant: &str, path: &str| Measured {
        name,
        variant: variant.to_owned(),
        path: format!("/t/{TENANT}{}", path.replace("{}", &busiest)),
        sender: Sender::Browser,
    };
    let with_periods = PAGES_WITH_PERIODS.iter().flat_map(|(name, path)| {
        Period::ROLLING.map(|period| {
            let path = format!("{path}?period={}", period.as_str());
            page(name, period.as_str(), &path)
        })
    });
    let variants = VARIANTS
        .iter()
        .map(|(name, variant, path)| page(name, variant, path));
    // Two quarters that begin and end within a week, compared with the year before.
    let to = portfolio.last_day - Days::new(40);
    let from = to - Days::new(181);
    let free = PAGES_WITH_PERIODS.iter().flat_map(|(name, path)| {
        [("from–to", ""), ("from–to, vs last year", "&compare=year")].map(|(variant, compare)| {
            let path = format!("{path}?from={from}&to={to}{compare}");
            page(name, variant, &path)
        })
    });
    let without = PAGES.iter().map(|(name, path)| page(name, "", path));
    let of_system = SYSTEM_PAGES.iter().map(|(name, path)| Measured {
        name,
        variant: String::new(),
        path: (*path).to_owned(),
        sender: Sender::Browser,
    });
    with_periods
        .chain(free)
        .chain(variants)
        .chain(without)
        .chain(of_system)
        .collect()
}

/// Traffic over each period, and all lists. Each request has a token of its own.
fn rest(portfolio: &Portfolio) -> Vec<Measured> {
    let traffic = Period::ROLLING.map(|period| {
        let last = portfolio.last_day;
        let days = period
            .days()
            .unwrap_or((last - portfolio.first_day).num_days() + 1);
        let from = last - Days::new((days - 1).unsigned_abs());
        let path = format!("/repositories/1/traffic?from={from}&to={last}");
        (
            format!("/repositories/1/traffic, {}", period.as_str()),
            path,
        )
    });
    let month = portfolio.last_day - Days::new(29);
    let csv = (
        "/traffic.csv, 30d".to_owned(),
        format!("/traffic.csv?from={month}&to={}", portfolio.last_day),
    );
    let lists = LISTS.map(|path| (path.to_owned(), path.to_owned()));
    let requests = traffic.into_iter().chain([csv]).chain(lists);
    let numbered = requests
        .enumerate()
        .map(|(number, (variant, path))| Measured {
            name: REST,
            variant,
            path: format!("/api/v1{path}"),
            sender: Sender::Program(number),
        });
    numbered.collect()
}
