//! Fifteen days in which nothing is collected: what is said beforehand, and what is lost then.

use chrono::{DateTime, TimeDelta, Utc};
use domain::report::{
    DataState, Overview, OverviewQuery, OverviewSort, RepositoryPage, RiskCause, RiskWarning,
};
use domain::{Day, DayRange, DayState, FailureKind, Period, RunStatus};
use engine::Engine;
use simulator::{Fault, Scope};

use crate::databases::TestDatabase;
use crate::fixture::{Fixture, OPERATOR, day, eventually, repository, true_days};

const OUTAGE: i64 = 15;

/// Two repositories, of which everything until the 19th of November is known. They are due twice a
/// day.
async fn lab_of_two(database: TestDatabase) -> Fixture {
    let fixture = Fixture::new(database, |github| {
        github
            .repository(repository(1, "acme/anvil"))
            .repository(repository(2, "acme/rocket"))
    })
    .await;
    fixture.track("acme/anvil").await;
    fixture.track("acme/rocket").await;
    fixture.collect_well().await;
    fixture
}

/// A server starts, collects what is due, and stops.
async fn serve_for_a_moment(fixture: &Fixture) -> Engine {
    let server = fixture.process("host:1").await;
    server.start().await.expect("started");
    eventually("all runs ended", async || {
        let runs = fixture
            .engine
            .runs(&OPERATOR, fixture.tenant, 5)
            .await
            .expect("runs");
        runs.iter().all(|run| run.status != RunStatus::Running)
    })
    .await;
    server.shutdown().await;
    server
}

async fn overview(fixture: &Fixture) -> Overview {
    let query = OverviewQuery {
        report: Period::Days90.into(),
        sort: OverviewSort::Risk,
        ..OverviewQuery::default()
    };
    fixture
        .engine
        .overview_page(&OPERATOR, fixture.tenant, query)
        .await
        .expect("an overview")
        .overview
}

async fn page(fixture: &Fixture, name: &str) -> RepositoryPage {
    let name = name.parse().expect("a name");
    let page =
        fixture
            .engine
            .repository_page(&OPERATOR, fixture.tenant, &name, Period::Days90.into());
    page.await.expect("a page")
}

/// The 20th of November is lost, everywhere, and nothing else is, anywhere.
async fn one_day_is_lost(fixture: &Fixture) {
    let lost = [DayRange {
        from: day("2026-11-20"),
        to: day("2026-11-20"),
    }];
    let overview = overview(fixture).await;
    assert_eq!(
        (
            overview.warnings.at_risk.as_slice(),
            overview.report.lost.as_slice()
        ),
        (&[][..], &lost[..])
    );
    for row in &overview.rows {
        assert_eq!(row.data, DataState::Lost(1), "{}", row.full_name);
        let page = page(fixture, &row.full_name.to_string()).await.report;
        let found: Vec<_> = page.coverage.stretches_in(DayState::Lost).collect();
        assert_eq!(found, lost, "{}", row.full_name);
        assert_eq!(page.coverage.count(DayState::Known), 28);
        // What is lost is nothing that anybody knows, and no zero.
        let bucket = page
            .buckets
            .iter()
            .find(|bucket| bucket.start == lost[0].from);
        let bucket = bucket.expect("the day is in the period");
        assert_eq!(
            (bucket.views, bucket.clones, bucket.days_known),
            (None, None, 0)
        );

        let mut whole = true_days("2026-11-06", "2026-11-19");
        whole.extend(true_days("2026-11-21", "2026-12-04"));
        assert_eq!(fixture.days(row.id).await, whole, "{}", row.full_name);
    }
}

fn noon(days: i64) -> DateTime<Utc> {
    "2026-11-20T12:00:00Z"
        .parse::<DateTime<Utc>>()
        .expect("a time")
        + TimeDelta::days(days)
}

on_both! {
    async fn an_outage_of_github_is_warned_of_for_days_before_it_costs_one(database) {
        let fixture = lab_of_two(database).await;
        assert_eq!(overview(&fixture).await.warnings.at_risk, []);
        fixture.github.control().fault(Fault::ServerError, Scope::everywhere());
        let mut warned = Vec::new();
        for passed in 0..OUTAGE {
            fixture.clock.set(noon(passed));
            serve_for_a_moment(&fixture).await;
            let overview = overview(&fixture).await;
            // From its deadline on, GitHub may no longer have the day.
            let lost = overview.report.lost.first().map(|range| range.from);
            let expected = (overview.report.today >= day("2026-12-04")).then(|| day("2026-11-20"));
            assert_eq!(lost, expected, "on {}", overview.report.today);
            // Each failure is said from the first day on.
            let failing = |data: &DataState| matches!(data, DataState::Failing(_));
            assert!(passed == 0 || overview.rows.iter().all(|row| failing(&row.data)));
            let today = overview.report.today;
            warned.extend(overview.warnings.at_risk.into_iter().map(|warning| (today, warning)));
        }
        let days: Vec<Day> = warned.iter().map(|(day, _)| *day).collect();
        let last_days = DayRange { from: day("2026-11-30"), to: day("2026-12-04") };
        assert_eq!(days, last_days.days().collect::<Vec<_>>());
        assert_eq!(
            warned[0].1,
            RiskWarning {
                cause: RiskCause::Failing { kind: FailureKind::GithubDown },
                repositories: 2,
                first: "acme/anvil".parse().expect("a name"),
                deadline: day("2026-12-04"),
            }
        );
        let page = page(&fixture, "acme/anvil").await;
        assert_eq!(page.problem.expect("a problem").failure.lost_on, Some(day("2026-12-05")));

        fixture.clock.set(noon(OUTAGE));
        fixture.github.control().stop_faults();
        serve_for_a_moment(&fixture).await;
        one_day_is_lost(&fixture).await;
    }

    async fn an_outage_of_the_server_costs_what_github_forgot_and_nothing_else(database) {
        let fixture = lab_of_two(database).await;
        fixture.clock.set(noon(OUTAGE));
        // Before anything is collected, what is lost is said to be.
        let before = overview(&fixture).await;
        assert_eq!(before.report.lost, [DayRange { from: day("2026-11-20"), to: day("2026-11-21") }]);
        let deadlines: Vec<Day> = before.warnings.at_risk.iter().map(|warning| warning.deadline).collect();
        assert_eq!(deadlines, [day("2026-12-06")]);
        serve_for_a_moment(&fixture).await;
        one_day_is_lost(&fixture).await;
    }

    async fn a_days_outage_less_costs_nothing(database) {
        let fixture = lab_of_two(database).await;
        fixture.clock.set(noon(OUTAGE - 1));
        serve_for_a_moment(&fixture).await;
        let overview = overview(&fixture).await;
        assert_eq!((overview.warnings.at_risk, overview.report.lost), (vec![], vec![]));
        for row in overview.rows {
            assert_eq!(fixture.days(row.id).await, true_days("2026-11-06", "2026-12-03"));
        }
    }
}
