//! Lists of referrers and paths, and the windows that they are dated by.

use super::*;

const SQLITE: &str = include_str!("../../../../migrations/sqlite/0027_ranking_windows.sql");
const POSTGRES: &str = include_str!("../../../../migrations/postgres/0027_ranking_windows.sql");

/// Keeps a list as it was dated before: by the day before it came.
async fn list_of(fixture: &Fixture, captured_on: &str, label: &str) {
    let rows = [RankingRow {
        label: label.into(),
        title: None,
        counts: Counts::new(1, 1),
    }];
    let captured_on = day(captured_on);
    let ranking = NewRanking {
        kind: RankingKind::Paths,
        window: DayRange::ending(captured_on.plus(-1), 14),
        captured_at: captured_on.begins_at() + TimeDelta::hours(6),
        rows: &rows,
        raw: None,
    };
    let (tenant, repository) = (fixture.tenant, fixture.repository);
    let saved = fixture
        .store
        .save_ranking(tenant, repository, &ranking)
        .await;
    saved.expect("saved");
}

/// Keeps views whose window ends on a day.
async fn views_until(fixture: &Fixture, last: &str, given_on: &str) {
    let days: Vec<_> = DayRange::ending(day(last), 14)
        .days()
        .map(|day| (day, Counts::new(1, 1)))
        .collect();
    let answer = DailyResponse {
        measure: Measure::Views,
        days: &days,
        unread: &BTreeSet::new(),
        undated: false,
        total: Some(Counts::new(14, 2)),
        given_on: day(given_on),
        captured_at: now(),
        raw: None,
    };
    let (tenant, repository) = (fixture.tenant, fixture.repository);
    let kept = fixture.store.merge_daily(tenant, repository, &answer).await;
    kept.expect("kept");
}

async fn known(fixture: &Fixture, on: &str) -> Option<(String, DayRange)> {
    let (tenant, repository) = (fixture.tenant, fixture.repository);
    let (store, kind) = (&fixture.store, RankingKind::Paths);
    let ranking = store.ranking(tenant, repository, kind, Some(day(on))).await;
    let ranking = ranking.expect("read")?;
    Some((ranking.rows[0].label.clone(), ranking.window))
}

#[tokio::test]
async fn lists_dated_by_the_clock_are_dated_anew_by_the_windows_of_views() {
    for fixture in &fixtures().await {
        views_until(fixture, "2026-11-10", "2026-11-11").await;
        // GitHub stood still for three days, and this server's clock was ahead at the end.
        views_until(fixture, "2026-11-14", "2026-11-15").await;
        for (captured_on, label) in [
            ("2026-11-05", "/before all windows"),
            ("2026-11-11", "/in time"),
            ("2026-11-12", "/a day late"),
            ("2026-11-13", "/two days late"),
            ("2026-11-15", "/in time again"),
            ("2026-11-18", "/three days ahead"),
        ] {
            list_of(fixture, captured_on, label).await;
        }
        for _ in 0..2 {
            on!(&fixture.store.db, |pool| {
                let text = match &fixture.store.db {
                    Db::Sqlite(_) => SQLITE,
                    Db::Postgres(_) => POSTGRES,
                };
                sqlx::raw_sql(text).execute(pool).await.map(drop)
            })
            .expect("applied");
            let ending = |last: &str| DayRange::ending(day(last), 14);
            for (on, label, last) in [
                ("2026-12-01", "/three days ahead", "2026-11-14"),
                ("2026-11-13", "/two days late", "2026-11-10"),
                ("2026-11-09", "/before all windows", "2026-11-04"),
            ] {
                let expected = Some((label.to_owned(), ending(last)));
                assert_eq!(known(fixture, on).await, expected, "{on}");
            }
        }
    }
}
