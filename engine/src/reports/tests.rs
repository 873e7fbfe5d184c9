//! Reports over stored days, on SQLite and on PostgreSQL alike.

mod coverage;
mod events;
mod export;
mod lists;
mod quiet;
mod risk;
mod scope;
mod since_yesterday;
mod traffic_table;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::report::{DataState, OverviewQuery, OverviewSort, ScheduleInput};
use domain::{
    Counts, Coverage, Day, DayRange, DayState, Interval, Measure, Period, ProblemKind,
    RepositoryId, TenantId, Viewer,
};

use crate::store::NewConnectionRecord;
use crate::{Clock, Engine, SecretKey, Settings, databases};

struct Noon;

impl Clock for Noon {
    fn now(&self) -> DateTime<Utc> {
        "2026-11-23T12:00:00Z".parse().expect("a moment")
    }
}

struct Fixture {
    engine: Engine,
    tenant: TenantId,
    _database: databases::TestDatabase,
}

const OPERATOR: Viewer = Viewer::Operator;

async fn fixtures() -> Vec<Fixture> {
    let mut fixtures = Vec::new();
    for database in databases::fresh().await {
        let settings = Settings {
            database: database.url.parse().expect("a database address"),
            secret_key: SecretKey::generate().expect("a key"),
            github_api_url: "http://127.0.0.1:9".parse().expect("an address"),
            collect_concurrency: 1,
            collect_max_wait: std::time::Duration::from_hours(3),
            keep_responses_days: 30,
            worker: "tests".into(),
        };
        let engine = Engine::open(settings, Arc::new(Noon))
            .await
            .expect("the database opens");
        let slug = "lab".parse().expect("a slug");
        let mut transaction = engine.0.store.begin().await.expect("begun");
        let now = engine.0.clock.now();
        let tenant = transaction
            .insert_tenant(&slug, "Lab", now)
            .await
            .expect("a tenant");
        transaction.commit().await.expect("committed");
        let daily = schedule("Daily", "0 6 * * *");
        let made = engine.create_schedule(&OPERATOR, tenant, daily).await;
        made.expect("a schedule");
        fixtures.push(Fixture {
            engine,
            tenant,
            _database: database,
        });
    }
    fixtures
}

impl Fixture {
    /// A repository that had as many views on each day of the ranges.
    async fn repository(&self, name: &str, views: u32, ranges: &[(&str, &str)]) -> RepositoryId {
        self.repository_of(self.tenant, name, views, ranges).await
    }

    async fn repository_of(
        &self,
        tenant: TenantId,
        name: &str,
        views: u32,
        ranges: &[(&str, &str)],
    ) -> RepositoryId {
        let (store, now) = (&self.engine.0.store, self.engine.0.clock.now());
        let connection = NewConnectionRecord {
            name,
            api_url: "http://127.0.0.1:9",
            login: "mona",
            github_user_id: 1,
            token_expires_at: None,
        };
        let mut transaction = store.begin().await.expect("begun");
        let connection = transaction
            .insert_connection(tenant, &connection, now)
            .await
            .expect("a connection");
        let github_id = name
            .bytes()
            .fold(0, |id, byte| id * 256 % 1_000_003 + i64::from(byte));
        let name = name.parse().expect("a name");
        let added = transaction
            .track_repositories(tenant, connection, &[(github_id, &name)], now)
            .await
            .expect("a repository");
        let id = added[0].0;
        transaction.commit().await.expect("committed");
        for (from, to) in ranges {
            let range = DayRange {
                from: day(from),
                to: day(to),
            };
            let days: Vec<_> = range
                .days()
                .map(|day| (day, Counts::new(views, 1)))
                .collect();
            for measure in Measure::ALL {
                store
                    .merge_days(tenant, id, measure, &days)
                    .await
                    .expect("merged");
            }
        }
        id
    }

    async fn overview(&self, query: OverviewQuery) -> domain::report::Overview {
        let page = (self.engine).overview_page(&OPERATOR, self.tenant, query);
        page.await.expect("an overview").overview
    }
}

fn schedule(name: &str, cron: &str) -> ScheduleInput {
    ScheduleInput {
        name: name.to_owned(),
        cron: cron.to_owned(),
        timezone: "UTC".to_owned(),
        enabled: true,
        accept_loss: false,
    }
}

fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

#[tokio::test]
async fn a_period_ends_with_the_newest_published_day_and_compares_like_with_like() {
    for fixture in fixtures().await {
        // Known for both periods, and only for half of this one.
        fixture
            .repository("lab/old", 10, &[("2026-09-01", "2026-11-22")])
            .await;
        fixture
            .repository("lab/new", 100, &[("2026-11-10", "2026-11-22")])
            .await;
        let overview = fixture.overview(OverviewQuery::default()).await;
        assert_eq!(
            overview.report.range,
            DayRange::ending(day("2026-11-22"), 30)
        );
        assert_eq!(overview.report.today, day("2026-11-23"));
        assert_eq!(overview.report.views.total, Some(30 * 10 + 13 * 100));
        assert_eq!(
            (
                overview.report.views.compared,
                overview.report.views.previous
            ),
            (Some(300), Some(300))
        );
        assert_eq!(overview.report.views.change(), Some(0));
        assert_eq!(overview.report.view_uniques_daily_sum.total, Some(43));

        let last = overview.report.buckets.last().expect("today");
        assert_eq!(
            (last.start, last.views),
            (day("2026-11-23"), None),
            "not published yet"
        );
        assert_eq!(overview.report.buckets.len(), 31);
        let names: Vec<_> = overview
            .rows
            .iter()
            .map(|row| row.full_name.to_string())
            .collect();
        assert_eq!(names, ["lab/new", "lab/old"], "most views first");
        assert_eq!(
            overview.rows[0].views.change(),
            None,
            "half of the period is unknown"
        );
        assert_eq!(overview.rows[0].trend.iter().flatten().count(), 13);
        assert_eq!(overview.rows[1].data, DataState::Complete);
    }
}

#[tokio::test]
async fn the_table_is_filtered_sorted_and_paged() {
    for fixture in fixtures().await {
        for index in 0..53 {
            fixture
                .repository(
                    &format!("lab/r{index:02}"),
                    index,
                    &[("2026-11-20", "2026-11-22")],
                )
                .await;
        }
        let first = fixture.overview(OverviewQuery::default()).await;
        assert_eq!(
            (first.report.matching, first.report.pages, first.rows.len()),
            (53, 2, 50)
        );
        assert_eq!(first.rows[0].full_name.name(), "r52");
        let second = OverviewQuery {
            page: 9,
            ..OverviewQuery::default()
        };
        let second = fixture.overview(second).await;
        assert_eq!(
            (second.report.query.page, second.rows.len()),
            (2, 3),
            "the last page there is"
        );
        let query = OverviewQuery {
            sort: OverviewSort::Name,
            reversed: true,
            filter: domain::RepositoryFilter::by_text(" LAB/R0"),
            ..OverviewQuery::default()
        };
        let filtered = fixture.overview(query).await;
        assert_eq!(
            (filtered.report.matching, filtered.report.repositories_total),
            (10, 53)
        );
        assert_eq!(filtered.rows[0].full_name.name(), "r09");
        let views = filtered.rows.iter().filter_map(|row| row.views.total).sum();
        assert_eq!(
            filtered.report.views.total,
            Some(views),
            "the filter drives the figures"
        );
        assert!(filtered.report.views.total < first.report.views.total);
    }
}

#[tokio::test]
async fn weeks_are_whole_and_the_unknown_stays_unknown() {
    for fixture in fixtures().await {
        let id = fixture
            .repository("lab/r", 3, &[("2026-11-02", "2026-11-05")])
            .await;
        let report = fixture
            .engine
            .traffic(
                &OPERATOR,
                fixture.tenant,
                id,
                Some(day("2026-11-04")),
                Some(day("2026-11-10")),
                Interval::Week,
            )
            .await
            .expect("traffic");
        let weeks: Vec<_> = report
            .periods
            .iter()
            .map(|week| (week.start.to_string(), week.views, week.days_known))
            .collect();
        assert_eq!(
            weeks,
            [
                ("2026-11-02".into(), Some(12), 4),
                ("2026-11-09".into(), None, 0)
            ]
        );
    }
}

#[tokio::test]
async fn what_may_not_be_seen_answers_like_what_is_not_there() {
    for fixture in fixtures().await {
        let id = fixture.repository("lab/r", 3, &[]).await;
        let foreign_viewer = Viewer::Token {
            id: domain::TokenId::new(1),
            name: "ci".into(),
            origin: domain::Origin::default(),
            tenant: TenantId::new(fixture.tenant.get() + 1),
            scope: domain::TokenScope::Write,
        };
        let hidden = fixture.engine.traffic(
            &foreign_viewer,
            fixture.tenant,
            id,
            None,
            None,
            Interval::Day,
        );
        let hidden = hidden.await.expect_err("hidden").into_problem();
        let missing = RepositoryId::new(id.get() + 1);
        let missing = fixture.engine.traffic(
            &OPERATOR,
            fixture.tenant,
            missing,
            None,
            None,
            Interval::Day,
        );
        let missing = missing.await.expect_err("missing").into_problem();
        assert_eq!(hidden, missing);
        assert_eq!(hidden.kind, ProblemKind::NotFound);
    }
}
