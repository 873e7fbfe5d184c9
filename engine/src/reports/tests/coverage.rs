//! What is lost, what is still to come, and what is no longer wanted.

use super::*;

#[tokio::test]
async fn lost_days_stay_gaps_and_a_near_deadline_is_told() {
    for fixture in fixtures().await {
        let gap = [("2026-10-20", "2026-10-31"), ("2026-11-04", "2026-11-22")];
        fixture.repository("lab/gap", 5, &gap).await;
        fixture
            .repository("lab/late", 5, &[("2026-10-20", "2026-11-12")])
            .await;
        fixture.repository("lab/none", 0, &[]).await;

        let overview = fixture.overview(OverviewQuery::default()).await;
        let data = |name: &str| {
            let row = overview
                .rows
                .iter()
                .find(|row| row.full_name.to_string() == name);
            row.expect("a row").data.clone()
        };
        assert_eq!(data("lab/gap"), DataState::Lost(3));
        // The 13th is in the window of fourteen days until the 26th, and gone on the 27th.
        assert_eq!(data("lab/late"), DataState::AtRisk(4));
        assert_eq!(data("lab/none"), DataState::Empty);
        assert_eq!(
            overview.report.need_attention, 1,
            "the late one: what is lost already needs none"
        );
        assert!(
            overview.report.lost.is_empty(),
            "another repository knows those days"
        );

        let name = "lab/gap".parse().expect("a name");
        let report = fixture
            .engine
            .repository_page(&OPERATOR, fixture.tenant, &name, Period::Days30.into())
            .await
            .expect("a page")
            .report;
        let lost: Vec<_> = report.coverage.stretches_in(DayState::Lost).collect();
        assert_eq!(
            lost,
            [DayRange {
                from: day("2026-11-01"),
                to: day("2026-11-03")
            }]
        );
        assert_eq!(report.coverage.count(DayState::NotYetPublished), 1);
        assert_eq!(report.coverage.deadline, Some(day("2026-12-07")));
        assert_eq!(report.views.change(), None, "lost days cannot be compared");
        // The period reaches back to 24 October: eight known days, the gap, nineteen known days.
        let known = report
            .buckets
            .iter()
            .filter(|bucket| bucket.views.is_some())
            .count();
        assert_eq!((known, report.buckets.len()), (8 + 19, 31));
    }
}

#[tokio::test]
async fn no_day_is_missed_of_a_repository_that_is_no_longer_collected() {
    for fixture in fixtures().await {
        let id = fixture
            .repository("lab/kept", 5, &[("2026-10-01", "2026-10-31")])
            .await;
        let history = domain::report::History::Keep;
        let kept = fixture
            .engine
            .untrack(&OPERATOR, fixture.tenant, id, history);
        kept.await.expect("kept");
        let name = "lab/kept".parse().expect("a name");
        let page = fixture
            .engine
            .repository_page(&OPERATOR, fixture.tenant, &name, Period::All.into())
            .await
            .expect("a page");
        let report = page.report;
        assert_eq!(report.coverage.count(DayState::Known), 31);
        assert_eq!(report.coverage.count(DayState::Lost), 0);
        assert_eq!(report.coverage.deadline, None);
        assert_eq!(page.data, DataState::Kept);
    }
}

#[tokio::test]
async fn a_day_that_only_some_have_published_is_not_summed_up() {
    for fixture in fixtures().await {
        fixture
            .repository("lab/quick", 5, &[("2026-11-01", "2026-11-22")])
            .await;
        fixture
            .repository("lab/slow", 5, &[("2026-11-01", "2026-11-21")])
            .await;
        let overview = fixture.overview(OverviewQuery::default()).await;
        assert_eq!(overview.report.range.to, day("2026-11-21"));
        let last: Vec<_> = overview
            .report
            .buckets
            .iter()
            .rev()
            .take(3)
            .map(|bucket| bucket.views)
            .collect();
        assert_eq!(last, [None, None, Some(10)]);
    }
}
