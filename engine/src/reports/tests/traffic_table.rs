//! The table of traffic: its rows, their order, and why figures are unknown.

use domain::report::{
    ReportQuery, TrafficRows, TrafficSort, TrafficTable, TrafficTableQuery, TrafficTableRow,
    UnknownReason,
};
use domain::{ReportRange, RepositoryFilter};
use futures::TryStreamExt;

use super::*;
use crate::store::{CollectionOutcome, Failed, WeeklyResponse};

const SORTS: [TrafficSort; 8] = [
    TrafficSort::Period,
    TrafficSort::Repository,
    TrafficSort::Views,
    TrafficSort::ViewUniques,
    TrafficSort::ViewUniquesDailySum,
    TrafficSort::Clones,
    TrafficSort::CloneUniques,
    TrafficSort::CloneUniquesDailySum,
];

impl Fixture {
    async fn table(&self, query: &TrafficTableQuery, first: u64, limit: usize) -> TrafficTable {
        let table =
            (self.engine).traffic_table(&OPERATOR, self.tenant, query.clone(), first, limit);
        table.await.expect("a table")
    }

    async fn all_rows(&self, query: &TrafficTableQuery) -> Vec<TrafficTableRow> {
        let rows = (self.engine).traffic_table_rows(&OPERATOR, self.tenant, query.clone());
        rows.await.expect("rows").try_concat().await.expect("read")
    }

    async fn failing(&self, id: RepositoryId) {
        let failure = Failed {
            endpoint: domain::Endpoint::Views,
            kind: domain::FailureKind::TokenRefused,
            reason: "GitHub refused the token.".to_owned(),
        };
        let outcome = CollectionOutcome {
            failure: Some(&failure),
            pause_reason: None,
            reachable: None,
        };
        let at = "2026-11-20T06:00:00Z".parse().expect("a moment");
        let mut transaction = self.engine.0.store.begin().await.expect("begun");
        let kept = transaction
            .save_outcome(self.tenant, id, &outcome, at)
            .await;
        kept.expect("kept");
        transaction.commit().await.expect("committed");
    }
}

fn over(from: &str, to: &str, interval: Interval) -> TrafficTableQuery {
    TrafficTableQuery {
        report: ReportQuery {
            range: ReportRange::Days(DayRange::new(day(from), day(to)).expect("a range")),
            interval: Some(interval),
            ..ReportQuery::default()
        },
        ..TrafficTableQuery::default()
    }
}

fn name(row: &TrafficTableRow) -> String {
    let repository = row.repository.as_ref();
    repository.map_or_else(String::new, |it| it.full_name.to_string())
}

#[tokio::test]
async fn a_row_says_what_is_known_and_why_the_rest_is_not() {
    for fixture in fixtures().await {
        let whole = [("2026-10-26", "2026-11-22")];
        fixture.repository("lab/whole", 10, &whole).await;
        let gap = [("2026-10-28", "2026-11-01"), ("2026-11-05", "2026-11-20")];
        fixture.repository("lab/gap", 5, &gap).await;
        let failing = fixture.repository("lab/failing", 1, &[("2026-11-16", "2026-11-19")]);
        let failing = failing.await;
        fixture.failing(failing).await;

        let daily = over("2026-10-26", "2026-11-22", Interval::Day);
        let rows = fixture.all_rows(&daily).await;
        let table = fixture.table(&daily, 0, 3).await;
        assert_eq!(table.matching, 28 + 26 + 7);
        assert_eq!((table.rows.len(), rows.len()), (3, 61));
        assert_eq!(table.known, [28 + 5 + 16 + 4, 61]);
        assert_eq!(table.sums.views, Some(280 + 21 * 5 + 4));
        assert_eq!(
            table.sums.clone_uniques_daily_sum.map(|sum| sum.0),
            Some(53)
        );
        assert_eq!(table.sums.clone_uniques, None);
        let of = |repository: &str, on: &str| {
            let row = rows
                .iter()
                .find(|row| name(row) == repository && row.bucket.start == day(on));
            row.expect("a row")
        };
        assert_eq!(of("lab/whole", "2026-11-22").bucket.views, Some(10));
        assert_eq!(of("lab/whole", "2026-11-22").unknown, None);
        for (repository, on, reason) in [
            ("lab/gap", "2026-11-02", UnknownReason::Lost),
            ("lab/gap", "2026-11-22", UnknownReason::NotPublished),
            ("lab/failing", "2026-11-21", UnknownReason::NotCollected),
        ] {
            let row = of(repository, on);
            assert_eq!(row.unknown, Some(reason), "{repository} {on}");
            assert_eq!((row.bucket.views, row.bucket.days_known), (None, 0));
        }
        let since = of("lab/failing", "2026-11-21").failing_since;
        assert_eq!(since, Some(day("2026-11-20")));

        let weekly = over("2026-10-26", "2026-11-22", Interval::Week);
        let rows = fixture.all_rows(&weekly).await;
        let week = |repository: &str, on: &str| {
            let row = rows
                .iter()
                .find(|row| name(row) == repository && row.bucket.start == day(on));
            row.expect("a row")
        };
        let first = week("lab/gap", "2026-10-26");
        assert_eq!(first.unknown, Some(UnknownReason::BeforeTracking));
        assert_eq!((first.bucket.days_known, first.bucket.views), (5, Some(25)));
        assert_eq!(
            week("lab/gap", "2026-11-02").unknown,
            Some(UnknownReason::Lost)
        );
        assert!(!week("lab/whole", "2026-11-16").so_far);
        let running = over("2026-11-01", "2026-11-23", Interval::Month);
        let rows = fixture.all_rows(&running).await;
        assert!(rows.iter().all(|row| row.so_far), "the month is not over");
    }
}

#[tokio::test]
async fn a_day_for_which_nothing_was_listed_says_so() {
    for fixture in fixtures().await {
        let known = [("2026-11-01", "2026-11-22")];
        fixture.repository("lab/other", 1, &known).await;
        let id = fixture
            .repository("lab/quiet", 1, &[("2026-11-01", "2026-11-10")])
            .await;
        for measure in Measure::ALL {
            let days = std::collections::BTreeSet::new();
            let answer = crate::store::DailyResponse {
                measure,
                days: &[],
                total: Some(Counts::new(0, 0)),
                unread: &days,
                undated: false,
                given_on: day("2026-11-22"),
                captured_at: "2026-11-22T06:00:00Z".parse().expect("a moment"),
                raw: None,
            };
            let kept = fixture
                .engine
                .0
                .store
                .merge_daily(fixture.tenant, id, &answer);
            kept.await.expect("kept");
        }
        let query = over("2026-11-12", "2026-11-12", Interval::Day);
        let rows = fixture.all_rows(&query).await;
        assert_eq!(name(&rows[1]), "lab/quiet");
        assert_eq!(rows[1].unknown, Some(UnknownReason::NothingListed));
    }
}

#[tokio::test]
async fn weekly_uniques_are_githubs_own_and_never_the_sum_in_their_place() {
    for fixture in fixtures().await {
        let id = fixture
            .repository("lab/weekly", 3, &[("2026-11-02", "2026-11-22")])
            .await;
        let weeks = [(day("2026-11-09"), Counts::new(21, 4))];
        let answer = WeeklyResponse {
            measure: Measure::Views,
            weeks: &weeks,
            raw: None,
        };
        let store = &fixture.engine.0.store;
        store
            .merge_weekly(fixture.tenant, id, &answer)
            .await
            .expect("merged");
        let mut query = over("2026-11-02", "2026-11-22", Interval::Week);
        let uniques = |rows: Vec<TrafficTableRow>| -> Vec<_> {
            rows.iter()
                .map(|row| {
                    let own = row.bucket.view_uniques.map(domain::Uniques::get);
                    (own, row.bucket.view_uniques_daily_sum.map(|sum| sum.0))
                })
                .collect()
        };
        let rows = fixture.all_rows(&query).await;
        assert_eq!(
            uniques(rows),
            [(None, Some(7)), (Some(4), Some(7)), (None, Some(7))]
        );
        query.sort = TrafficSort::ViewUniques;
        let rows = fixture.all_rows(&query).await;
        assert_eq!(
            uniques(rows)[0],
            (Some(4), Some(7)),
            "unknown ones come last"
        );
        query.rows = TrafficRows::Total;
        let rows = fixture.all_rows(&query).await;
        assert!(uniques(rows).iter().all(|it| *it == (None, Some(7))));
    }
}

#[tokio::test]
async fn every_sort_is_stable_and_its_pages_are_the_whole() {
    for fixture in fixtures().await {
        for (index, views) in [7_u32, 3, 7, 70_000].into_iter().enumerate() {
            let from = format!("2026-0{}-03", index + 6);
            let known = [(from.as_str(), "2026-11-18")];
            fixture
                .repository(&format!("lab/r{index}"), views, &known)
                .await;
        }
        let before = fixture.all_rows(&TrafficTableQuery::default()).await;
        for interval in Interval::ALL {
            for sort in SORTS {
                for (reversed, rows) in [
                    (false, TrafficRows::Repositories),
                    (true, TrafficRows::Repositories),
                    (false, TrafficRows::Total),
                    (true, TrafficRows::Total),
                ] {
                    let query = TrafficTableQuery {
                        sort,
                        reversed,
                        rows,
                        ..over("2026-06-01", "2026-11-22", interval)
                    };
                    let whole = fixture.all_rows(&query).await;
                    assert_eq!(whole, fixture.all_rows(&query).await);
                    let mut paged = Vec::new();
                    loop {
                        let table = fixture.table(&query, paged.len() as u64, 41).await;
                        assert_eq!(table.matching, whole.len() as u64);
                        if table.rows.is_empty() {
                            break;
                        }
                        paged.extend(table.rows);
                    }
                    assert_eq!(paged, whole, "{query:?}");
                }
            }
        }
        // What is merged later is sorted at once.
        let id = fixture
            .repository("lab/late", 1, &[("2026-11-17", "2026-11-18")])
            .await;
        let query = TrafficTableQuery {
            sort: TrafficSort::Views,
            ..TrafficTableQuery::default()
        };
        let last = fixture.all_rows(&query).await;
        assert_eq!(last.len(), before.len() + 6);
        let days = [(day("2026-11-18"), Counts::new(900_000, 1))];
        let store = &fixture.engine.0.store;
        let merged = store.merge_days(fixture.tenant, id, Measure::Views, &days);
        merged.await.expect("merged");
        let first = fixture.table(&query, 0, 1).await;
        assert_eq!(first.rows[0].bucket.views, Some(900_000));
    }
}

#[tokio::test]
async fn a_filter_and_a_repository_leave_their_rows() {
    for fixture in fixtures().await {
        let known = [("2026-11-01", "2026-11-22")];
        let id = fixture.repository("lab/one", 1, &known).await;
        fixture.repository("other/two", 2, &known).await;
        let owner = RepositoryFilter {
            owner: "Other".to_owned(),
            ..RepositoryFilter::default()
        };
        let filtered = TrafficTableQuery {
            filter: owner,
            ..TrafficTableQuery::default()
        };
        let table = fixture.table(&filtered, 0, 50).await;
        assert_eq!((table.repositories, table.matching), (1, 22));
        assert_eq!(table.sums.views, Some(44));
        assert!(table.rows.iter().all(|row| name(row) == "other/two"));
        let one = TrafficTableQuery {
            repository: Some(id),
            ..TrafficTableQuery::default()
        };
        let table = fixture.table(&one, 0, 50).await;
        assert!(table.rows.iter().all(|row| name(row) == "lab/one"));
        assert_eq!(table.sums.views, Some(22));
        let future = over("2027-01-01", "2027-01-02", Interval::Day);
        let refused = (fixture.engine)
            .traffic_table(&OPERATOR, fixture.tenant, future, 0, 1)
            .await;
        let problem = refused.expect_err("refused").into_problem();
        assert_eq!(problem.message, "Choose a start that is not after today.");
    }
}
