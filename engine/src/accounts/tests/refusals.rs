//! Refusals are told of once in ten minutes, with how many more there were.

use domain::report::AuditEntry;
use futures::TryStreamExt;

use super::sign_in::from;
use super::*;

impl House {
    /// What was refused, oldest first, and the addresses.
    async fn refusals(&self) -> Vec<(String, String)> {
        let query = AuditQuery::default();
        let lines = self.engine.system_log_rows(&OPERATOR, query);
        let lines = lines.expect("the log").try_collect::<Vec<_>>();
        let mut lines = lines.await.expect("all of it");
        lines.reverse();
        let refused = [AuditAction::SignInRefused, AuditAction::AccessRefused];
        let refused = |line: &AuditEntry| refused.contains(&line.action);
        let lines = lines.into_iter().filter(refused);
        lines
            .map(|line| (line.subject, line.address.unwrap_or_default()))
            .collect()
    }

    async fn guess(&self, email: &str, password: &str, address: &str) {
        let guess = (self.engine).sign_in(email, password.into(), from(address));
        refused(guess.await);
    }
}

fn log_lines(lines: &[(&str, &str)]) -> Vec<(String, String)> {
    let log_lines = |(what, address): &(&str, &str)| ((*what).to_owned(), (*address).to_owned());
    lines.iter().map(log_lines).collect()
}

#[tokio::test]
async fn many_refusals_of_strangers_are_one_line_and_later_one_with_their_number() {
    for house in houses().await {
        for _ in 0..50 {
            house.guess("ada@example.org", "", "192.0.2.7").await;
        }
        // One household has one network.
        house.guess("ada@example.org", "", "2001:db8::1").await;
        house.guess("ada@example.org", "", "2001:db8::2").await;
        let mut lines = vec![
            ("an unknown account", "192.0.2.7"),
            ("an unknown account", "2001:db8::1"),
        ];
        assert_eq!(house.refusals().await, log_lines(&lines));

        house.clock.pass(TimeDelta::minutes(10));
        house.engine.log_repeated_refusals().await.expect("told");
        let mut summed = house.refusals().await.split_off(2);
        summed.sort();
        let expected = [
            (
                "an unknown account (1 more time within 10 minutes)",
                "2001:db8::1",
            ),
            (
                "an unknown account (49 more times within 10 minutes)",
                "192.0.2.7",
            ),
        ];
        assert_eq!(summed, log_lines(&expected));
        lines = vec![("an unknown account", "192.0.2.7")];
        house.guess("ada@example.org", "", "192.0.2.7").await;
        house.engine.log_repeated_refusals().await.expect("told");
        assert_eq!(house.refusals().await.split_off(4), log_lines(&lines));
        house.clock.pass(TimeDelta::minutes(10));
        house.engine.log_repeated_refusals().await.expect("told");
        assert_eq!(house.refusals().await.len(), 5, "nothing is told of none");
    }
}

#[tokio::test]
async fn refusals_from_any_number_of_addresses_are_a_bounded_number_of_lines() {
    let house = houses().await.remove(0);
    for network in 0..300 {
        let address = format!("2001:db8:{network:x}::1");
        house.guess("ada@example.org", "", &address).await;
    }
    let lines = house.refusals().await;
    assert_eq!(lines.len(), 201);
    assert_eq!(lines[200].0, "refusals from many addresses");
    house.engine.shutdown().await;
    let lines = house.refusals().await;
    assert_eq!(
        lines[201].0,
        "refusals from many addresses (99 more times within 10 minutes)"
    );
}

#[tokio::test]
async fn a_member_who_asks_for_what_they_may_not_is_told_of_once() {
    for house in houses().await {
        let ada = house.person("Ada", Some(Role::Viewer)).await;
        let ada = house.viewer(ada).await;
        for n in 0..5 {
            let what = format!("POST /t/lab/{n}");
            let noted = house.engine.note_refused_access(&ada, &what);
            noted.await.expect("noted");
        }
        house.clock.pass(TimeDelta::minutes(11));
        house.engine.log_repeated_refusals().await.expect("told");
        let expected = [
            ("POST /t/lab/0", ""),
            ("POST /t/lab/0 (4 more times within 10 minutes)", ""),
        ];
        assert_eq!(house.refusals().await, log_lines(&expected));
    }
}

#[tokio::test]
async fn what_cannot_be_a_password_is_answered_as_a_wrong_one_and_never_hashed() {
    let house = houses().await.remove(0);
    house.person("Ada", None).await;
    let started = std::time::Instant::now();
    let endless = "x".repeat(100_000);
    for _ in 0..200 {
        house.guess("ada@example.org", "", "192.0.2.7").await;
        house.guess("ada@example.org", &endless, "192.0.2.7").await;
    }
    let spent = started.elapsed();
    let started = std::time::Instant::now();
    house.guess("ada@example.org", "a guess", "192.0.2.7").await;
    let hash = started.elapsed();
    assert!(
        spent < hash * 40,
        "400 answers in {spent:?}, one hash in {hash:?}"
    );
}
