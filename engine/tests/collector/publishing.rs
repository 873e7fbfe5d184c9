//! GitHub publishes late: a state that is told with its consequence, and no failure.

use chrono::TimeDelta;
use domain::report::{
    DataState, LatePublishing, Overview, OverviewQuery, PublishingLoss, ScheduleInput,
    UnsafeSchedules,
};
use simulator::{Fault, Scope};

use crate::fixture::{Fixture, OPERATOR, day, repository};

/// Two public repositories and a private one.
async fn lab_of_three(database: crate::databases::TestDatabase) -> Fixture {
    let fixture = Fixture::new(database, |github| {
        github
            .repository(repository(1, "acme/anvil"))
            .repository(repository(2, "acme/rocket"))
            .repository(repository(3, "acme/vault").private())
    })
    .await;
    for name in ["acme/anvil", "acme/rocket", "acme/vault"] {
        fixture.track(name).await;
    }
    fixture
}

/// Collects a day later, while GitHub publishes the public repositories so many days late.
async fn next_day(fixture: &Fixture, lag: u8) {
    fixture.clock.advance(TimeDelta::days(1));
    let late = Fault::Lag { days: lag };
    let fault = fixture
        .github
        .control()
        .fault(late, Scope::everywhere().public());
    fixture.collect_well().await;
    fixture.github.control().stop_fault(fault);
}

async fn overview(fixture: &Fixture) -> Overview {
    let page = fixture
        .engine
        .overview_page(&OPERATOR, fixture.tenant, OverviewQuery::default());
    page.await.expect("an overview").overview
}

on_both! {
    async fn late_publishing_is_a_warning_and_fails_no_repository(database) {
        let fixture = lab_of_three(database).await;
        fixture.collect_well().await;
        for lag in 2..=3 {
            next_day(&fixture, lag).await;
            assert_eq!(overview(&fixture).await.warnings.publishing, [], "{lag} days are usual");
        }
        for lag in 4..=13 {
            next_day(&fixture, lag).await;
            let overview = overview(&fixture).await;
            let late = LatePublishing {
                is_public: true,
                newest: day("2026-11-19"),
                loss: PublishingLoss::NotBefore(day("2026-12-04")),
            };
            assert_eq!(overview.warnings.publishing, [late], "{lag} days late");
            assert_eq!(overview.warnings.at_risk, [], "{lag} days late");
            assert!(overview.report.github_is_late);
            assert!(overview.rows.iter().all(|row| row.data == DataState::Complete), "{lag}");
            assert_eq!(overview.report.range.to, day("2026-11-19"), "a period ends where all is published");
            let lags = fixture.engine.publishing_lags().await.expect("measured");
            assert_eq!(lags, [("public", Some(lag.into())), ("private", Some(1))]);
        }
        assert!(fixture.page("acme/anvil").await.report.github_is_late);
        assert!(!fixture.page("acme/vault").await.report.github_is_late);

        // GitHub is back in time: nothing was lost.
        next_day(&fixture, 1).await;
        let overview = overview(&fixture).await;
        assert_eq!((overview.warnings.publishing, overview.report.lost), (Vec::new(), Vec::new()));
        assert!(!overview.report.github_is_late);
        assert!(overview.rows.iter().all(|row| row.data == DataState::Complete));
        assert!(!fixture.page("acme/anvil").await.report.github_is_late);
    }

    async fn a_schedule_that_was_safe_is_warned_of_once_github_was_later_than_usual(database) {
        let fixture = lab_of_three(database).await;
        let every_ten_days = ScheduleInput {
            name: "Every ten days".into(),
            cron: "0 6 1,11,21 * *".into(),
            timezone: "UTC".into(),
            enabled: true,
            accept_loss: false,
        };
        let made = fixture.engine.create_schedule(&OPERATOR, fixture.tenant, every_ten_days);
        made.await.expect("eleven days are safe at first");
        fixture.collect_well().await;
        for lag in 2..=6 {
            assert_eq!(overview(&fixture).await.warnings.unsafe_schedules, None);
            next_day(&fixture, lag.min(4)).await;
        }
        next_day(&fixture, 6).await;
        let slow = Some(UnsafeSchedules { names: vec!["Every ten days".into()], allowed: 9 });
        assert_eq!(overview(&fixture).await.warnings.unsafe_schedules, slow);
        let report = fixture.engine.schedules_report(&OPERATOR, fixture.tenant).await.expect("a report");
        let mut schedules = report.schedules.iter();
        let listed = schedules.find(|row| row.schedule.name == "Every ten days").expect("it is listed");
        let safety = listed.preview.safety;
        assert!(safety.loses() && safety.to_string().contains("at least every 9 days"), "{safety}");

        // What was observed once is kept, though GitHub is back in time.
        next_day(&fixture, 1).await;
        assert_eq!(overview(&fixture).await.warnings.unsafe_schedules, slow);
    }
}
