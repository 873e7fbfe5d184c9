//! Where GitHub sends questions on to, and what time it is there.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use chrono::TimeDelta;
use domain::report::OverviewQuery;
use engine::Clock;
use tokio::net::TcpListener;

use crate::fixture::{Fixture, OPERATOR};
use crate::rewriting::Answer;
use crate::unreadable::rewritten;

/// A server that counts who comes.
async fn elsewhere() -> (String, Arc<AtomicU32>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    let came = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&came);
    tokio::spawn(async move {
        while listener.accept().await.is_ok() {
            counted.fetch_add(1, Ordering::Relaxed);
        }
    });
    (address, came)
}

async fn reasons(fixture: &Fixture) -> Vec<String> {
    let run = fixture.collect().await;
    run.failures
        .into_iter()
        .map(|failure| failure.reason)
        .collect()
}

on_both! {
    async fn neither_the_token_nor_the_question_goes_to_another_server(database) {
        let (fixture, _, rewriting) = rewritten(database).await;
        let (address, came) = elsewhere().await;
        let stolen = format!("{address}/repositories/1/traffic/views");
        rewriting.set("/traffic/views?per=day", move |_| Answer::status(302, "location", &stolen));
        let reasons_given = reasons(&fixture).await;
        assert_eq!(reasons_given.len(), 1, "{reasons_given:?}");
        assert!(reasons_given[0].starts_with("The GitHub server redirects to another server"), "{reasons_given:?}");
        assert_eq!(came.load(Ordering::Relaxed), 0);
    }

    async fn a_question_is_sent_on_within_the_server_and_not_for_ever(database) {
        let (fixture, anvil, rewriting) = rewritten(database).await;
        let there = "/repositories/1/traffic/clones?per=day";
        rewriting.set("/traffic/views?per=day", move |_| Answer::status(301, "location", there));
        fixture.collect_well().await;
        assert_eq!(fixture.days(anvil).await.len(), 14);
        let round = "/repositories/1/traffic/views?per=day";
        rewriting.set("/traffic/views?per=day", move |_| Answer::status(307, "location", round));
        let reasons_given = reasons(&fixture).await;
        assert!(reasons_given.len() == 1 && reasons_given[0].contains("moved"), "{reasons_given:?}");
    }

    async fn a_clock_that_is_days_off_is_a_warning_on_the_overview(database) {
        let (fixture, _, rewriting) = rewritten(database).await;
        let clock = async || {
            let page = fixture.engine.overview_page(&OPERATOR, fixture.tenant, OverviewQuery::default());
            page.await.expect("an overview").overview.warnings.clock
        };
        assert_eq!(clock().await, None);
        let there = fixture.clock.now() - TimeDelta::days(3);
        let date = there.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
        rewriting.set("/", move |body| Answer::body(&body).with("date", &date));
        fixture.collect().await;
        let difference = clock().await.expect("a warning");
        assert_eq!(difference.ahead.num_hours(), 72);
        rewriting.stop();
        fixture.collect().await;
        assert_eq!(clock().await, None);
    }
}
