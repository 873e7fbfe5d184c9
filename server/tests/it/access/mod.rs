//! Every route, every form's order, every server function and every request of the interface,
//! asked by everybody: each answer is exactly what the table in `domain` says.
//!
//! The list in `requests/` is held against what the program really serves: an address that is
//! not in it fails the test.

mod actors;
mod discovery;
mod fixture;
mod requests;

use std::collections::BTreeSet;

use actors::Actor;
use fixture::Fixture;
use requests::{Request, Rule, requests};

#[test]
fn the_list_names_all_that_is_served() {
    let listed: BTreeSet<String> = requests().map(Request::label).collect();
    let served = discovery::all();
    let unlisted: Vec<_> = served.difference(&listed).collect();
    let unserved: Vec<_> = listed.difference(&served).collect();
    assert!(
        unlisted.is_empty(),
        "not in the list of requests/: {unlisted:#?}"
    );
    assert!(
        unserved.is_empty(),
        "in the list and not served: {unserved:#?}"
    );
}

/// The rows of the tables in `docs/api.md` begin with a request, such as `GET /runs?limit=100`.
#[test]
fn the_description_of_the_rest_api_names_all_requests() {
    let rows = include_str!("../../../../docs/api.md")
        .lines()
        .filter_map(|line| line.strip_prefix("| `"));
    let described: BTreeSet<String> = rows
        .filter_map(|row| row.split(['`', '?']).next())
        .map(|request| request.replace(" /", " /api/v1/"))
        .collect();
    let served: BTreeSet<String> = (requests().filter(|request| request.is_for_programs()))
        .map(Request::label)
        .collect();
    let wrong: Vec<_> = described.symmetric_difference(&served).collect();
    assert!(
        wrong.is_empty(),
        "docs/api.md does not match the REST API: add or remove {wrong:#?}"
    );
}

#[tokio::test]
async fn everybody_is_answered_as_the_table_says() {
    let fixture = Fixture::set().await;
    let mut wrong = Vec::new();
    let mut requested = 0;
    for request in requests() {
        // Who is refused changes nothing, so all of them ask the same service; who is let in asks
        // a copy of their own.
        for visitor in Actor::of(request) {
            let expected = visitor.expected(request, &fixture);
            let ends = request.rule == Rule::SigningOut;
            let changes = (expected.is_success() || ends) && request.method != "GET";
            let answer = if changes {
                let copy = fixture.copy().await;
                visitor.ask(&copy.url, request, &fixture).await
            } else {
                visitor.ask(&fixture.service.url, request, &fixture).await
            };
            requested += 1;
            if !expected.is(&answer) {
                wrong.push(format!(
                    "{} by {visitor:?}: {} {}, expected {expected:?}",
                    request.label(),
                    answer.status,
                    answer.location,
                ));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong of {requested}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    // The figure that is reported: how much this test walks.
    eprintln!(
        "{requested} answers to {} requests, of which {} have no rule but being open",
        requests().count(),
        requests().filter(|it| it.rule == Rule::Open).count()
    );
}
