//! A URL holds everything its page shows.

use domain::report::{OverviewSort, RepositoriesSort};
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
        lab().repository(&name, Period::Days30, Interval::Day),
        "/t/lab/r/octocat/hello"
    );
}

#[test]
fn an_address_asks_for_what_it_was_made_of() {
    let query = OverviewQuery {
        period: Period::All,
        sort: OverviewSort::Change,
        reversed: true,
        filter: "a&b =ä/%?".to_owned(),
        page: 3,
    };
    assert_eq!(overview_query(&params(&lab().overview(&query))), query);
    let query = RepositoriesQuery {
        sort: RepositoriesSort::Collected,
        reversed: true,
        filter: "a&b =ä/%?".to_owned(),
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
    assert_eq!(
        lab().repository(&name, Period::All, Interval::Week),
        "/t/lab/r/mona_acme/hello-world.rs?period=all&interval=week"
    );
    assert_eq!(
        sign_in("/t/lab?period=all"),
        "/sign-in?next=/t/lab%3Fperiod%3Dall"
    );
}

#[test]
fn what_an_address_says_wrongly_is_as_usual() {
    let query = overview_query(&params("?period=31d&sort=size&reversed=1&page=0"));
    assert_eq!(
        query,
        OverviewQuery {
            page: 1,
            ..OverviewQuery::default()
        }
    );
}
