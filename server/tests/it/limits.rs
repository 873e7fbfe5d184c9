//! Attempts that are stopped are told in the system log, and not each of them.

use std::num::NonZeroU32;
use std::time::Duration;

use domain::report::LogQuery;
use domain::{LogAction, Viewer};
use server::auth::{Rate, Rates};

use crate::service::{Options, Service};

#[tokio::test]
async fn the_log_tells_once_that_attempts_are_stopped() {
    let address = Rate {
        burst: NonZeroU32::MIN,
        period: Duration::from_mins(1),
    };
    let rates = Rates {
        address,
        ..Rates::generous()
    };
    let service = Service::with(Options {
        rates,
        ..Options::default()
    })
    .await;
    service.tenant("Lab", "ada@example.org", true).await;
    let browser = service.browser();
    for expected in [401, 429, 429] {
        let answer = browser.sign_in("ada@example.org", "wrong", "").await;
        assert_eq!(answer.status(), expected);
    }
    let query = LogQuery::default();
    let log = service.engine.system_log(&Viewer::Operator, &query);
    let lines = log.await.unwrap().entries;
    let told: Vec<_> = lines
        .iter()
        .filter(|line| line.action == LogAction::AccessRefused)
        .map(|line| (line.subject.as_str(), line.address.as_deref()))
        .collect();
    assert_eq!(
        told,
        [("too many attempts with a password", Some("127.0.0.1"))]
    );
}
