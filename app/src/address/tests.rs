//! A URL holds everything its page shows.

use domain::RepositoryState;
use domain::report::{OverviewSort, RepositoriesSort};
use domain::{Comparison, Interval, Period};
use leptos_router::location::Url;
use leptos_router::params::ParamsMap;

use super::*;

fn lab() -> Tenant {
    Tenant("lab".to_owned())
}

fn params(address: &str) -> ParamsMap {
    let query = address.split_once('?').map_or("", |(_, query)| query);
    query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(key, value)| (key.to_owned(), Url::unescape(value)))
        .collect()
}

#[test]
fn what_is_usual_does_not_stand_in_the_address() {
    assert_eq!(lab().overview(&OverviewQuery::default()), "/t/lab");
    let name: RepositoryName = "octocat/hello".parse().expect("a valid name");
    assert_eq!(
        lab().repository(&name, &RepositoryQuery::default()),
        "/t/lab/r/octocat/hello"
    );
}

#[test]
fn an_address_asks_for_what_it_was_made_of() {
    let query = OverviewQuery {
        report: ReportQuery {
            range: Period::LastWeek.into(),
            interval: Some(Interval::Month),
            compare: Comparison::Year,
        },
        sort: OverviewSort::Change,
        reversed: true,
        filter: RepositoryFilter {
            text: "a&b =ä/%?".to_owned(),
            owner: "acme".to_owned(),
            tag: "core, #1".to_owned(),
            state: Some(RepositoryState::Losing),
        },
        page: 3,
    };
    let parsed = overview_query(&params(&lab().overview(&query)));
    assert_eq!(parsed, Ok(query));
    let query = RepositoryQuery {
        report: ReportQuery {
            range: DayRange::ending("2026-11-26".parse().expect("a day"), 9).into(),
            interval: None,
            compare: Comparison::None,
        },
        with: Some("octocat/hello".parse().expect("a name")),
    };
    let address = lab().repository_by_id(7.into(), &query);
    assert_eq!(
        address,
        "/t/lab/repositories/7?from=2026-11-18&to=2026-11-26&compare=none&with=octocat/hello"
    );
    assert_eq!(repository_query(&params(&address)), Ok(query));
    let query = RepositoriesQuery {
        report: Period::LastYear.into(),
        sort: RepositoriesSort::Collected,
        reversed: true,
        filter: RepositoryFilter {
            text: "a&b =ä/%?".to_owned(),
            owner: "acme".to_owned(),
            tag: "core, #1".to_owned(),
            state: Some(RepositoryState::Losing),
        },
        page: 3,
    };
    let address = lab().repositories_for(&query);
    assert_eq!(repositories_query(&params(&address)), query);
    let first = RepositoriesQuery::default();
    assert_eq!(lab().repositories_for(&first), "/t/lab/repositories");
}

#[test]
fn names_stand_in_addresses_as_they_are() {
    let name = "mona_acme/hello-world.rs".parse().expect("a valid name");
    let query = ReportQuery {
        interval: Some(Interval::Week),
        ..Period::All.into()
    };
    assert_eq!(
        lab().repository(&name, &query.into()),
        "/t/lab/r/mona_acme/hello-world.rs?period=all&interval=week"
    );
    assert_eq!(
        sign_in("/t/lab?period=all"),
        "/sign-in?next=/t/lab%3Fperiod%3Dall"
    );
}

#[test]
fn an_order_or_page_that_does_not_exist_is_the_usual_one() {
    let query = overview_query(&params("?sort=size&reversed=1&page=0"));
    assert_eq!(
        query,
        Ok(OverviewQuery {
            page: 1,
            ..OverviewQuery::default()
        })
    );
}

#[test]
fn a_range_that_does_not_exist_is_said_and_no_default() {
    for (address, message) in [
        (
            "?from=2026-11-02&to=2026-11-01",
            "Choose a start before the end.",
        ),
        (
            "?period=30d&interval=hour",
            "“hour” is not a unit. Choose day, week or month.",
        ),
        (
            "?compare=last",
            "“last” is not a comparison. Choose previous, year or none.",
        ),
        (
            "?with=hello",
            "“hello” is not a repository. Write it as owner/name.",
        ),
    ] {
        let error = repository_query(&params(address)).expect_err("no query");
        assert_eq!(error.to_string(), message);
    }
    let error = overview_query(&params("?period=31d")).expect_err("no query");
    assert!(error.to_string().starts_with("“31d” is not a period."));
}

#[test]
fn the_range_and_the_filter_stay_on_the_way_to_another_page() {
    let here = params("?period=all&compare=year&filter=a%26b&sort=name&page=2");
    assert_eq!(
        with_params("/t/lab/repositories".to_owned(), kept_params(&here)),
        "/t/lab/repositories?period=all&compare=year&filter=a%26b"
    );
}
