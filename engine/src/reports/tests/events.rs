//! Notes and other events, and the usual ranges, on both databases.

use domain::report::{DatedEventKind, ReportQuery};
use domain::{Limit, Limits, NoteInput};

use super::*;
use crate::page::PageSize;
use crate::reports::tests::scope::repository_viewer;

fn note(repository: Option<RepositoryId>, from: &str, to: &str, text: &str) -> NoteInput {
    NoteInput {
        repository,
        days: DayRange {
            from: day(from),
            to: day(to),
        },
        text: text.parse().expect("a text"),
    }
}

#[tokio::test]
async fn notes_are_events_of_their_days_and_of_what_a_viewer_may_see() {
    for fixture in fixtures().await {
        let (engine, tenant) = (&fixture.engine, fixture.tenant);
        let days = [("2026-10-01", "2026-11-21")];
        let anvil = fixture.repository("acme/anvil", 5, &days).await;
        let bolt = fixture.repository("acme/bolt", 5, &days).await;
        for note in [
            note(Some(anvil), "2026-11-12", "2026-11-12", "Talk"),
            note(Some(bolt), "2026-11-13", "2026-11-13", "Article"),
            note(None, "2026-11-01", "2026-11-15", "Move"),
            note(None, "2026-01-01", "2026-01-02", "Long ago"),
        ] {
            engine
                .add_note(&OPERATOR, tenant, &note)
                .await
                .expect("added");
        }
        let texts = |events: Vec<domain::report::DatedEvent>| -> Vec<String> {
            let notes = events
                .into_iter()
                .filter(|it| it.kind == DatedEventKind::Note);
            notes.map(|event| event.label).collect()
        };
        let page = engine
            .repository_page_by_id(&OPERATOR, tenant, anvil, Period::Days30.into())
            .await
            .expect("a page");
        assert_eq!(texts(page.report.events), ["Move", "Talk"]);
        let overview = fixture.overview(OverviewQuery::default()).await;
        assert_eq!(texts(overview.report.events), ["Move", "Talk", "Article"]);

        let viewer = &repository_viewer(tenant, vec![bolt]);
        let page = engine
            .list_notes(viewer, tenant, None, PageSize::default(), None)
            .await
            .expect("listed");
        let seen: Vec<String> = page.rows.into_iter().map(|note| note.text.into()).collect();
        assert_eq!(seen, ["Long ago", "Move", "Article"]);
        let hidden = engine
            .list_notes(viewer, tenant, Some(anvil), PageSize::default(), None)
            .await;
        let hidden = hidden.expect_err("hidden").into_problem();
        assert_eq!(hidden.kind, ProblemKind::NotFound);
    }
}

#[tokio::test]
async fn a_tenant_has_so_many_notes_and_no_more() {
    for fixture in fixtures().await {
        let (engine, tenant) = (&fixture.engine, fixture.tenant);
        let limits = Limits::default()
            .with(Limit::Notes, Some(1))
            .expect("a limit");
        let set = engine.set_tenant_limits(&OPERATOR, tenant, &limits).await;
        set.expect("set");
        let one = note(None, "2026-11-12", "2026-11-12", "One");
        engine
            .add_note(&OPERATOR, tenant, &one)
            .await
            .expect("added");
        let refused = engine.add_note(&OPERATOR, tenant, &one).await;
        let refused = refused.expect_err("too many").into_problem();
        assert_eq!(
            refused.message,
            "This tenant can have 1 note. Delete one, or ask your administrator to raise the limit."
        );
    }
}

#[tokio::test]
async fn charts_of_days_have_usual_ranges_once_six_weeks_are_known() {
    for fixture in fixtures().await {
        let long = [("2026-09-01", "2026-11-21")];
        let id = fixture.repository("acme/anvil", 100, &long).await;
        let page = async |id, interval| {
            let query = ReportQuery {
                interval: Some(interval),
                ..ReportQuery::default()
            };
            let page = fixture
                .engine
                .repository_page_by_id(&OPERATOR, fixture.tenant, id, query.into())
                .await;
            page.expect("a page").report
        };
        let report = page(id, Interval::Day).await;
        assert_eq!(report.usual.views.low.len(), report.buckets.len());
        assert_eq!(report.usual.views.get(0), Some((72, 133)));
        assert_eq!(report.usual.from, None);
        assert!(page(id, Interval::Week).await.usual.views.is_empty());
        let overview = fixture.overview(OverviewQuery::default()).await;
        assert_eq!(overview.report.usual.views.get(0), Some((72, 133)));

        let short = [("2026-11-12", "2026-11-21")];
        let id = fixture.repository("acme/bolt", 100, &short).await;
        let report = page(id, Interval::Day).await;
        assert!(report.usual.views.is_empty());
        assert_eq!(report.usual.from, Some(day("2026-12-24")));
    }
}

#[tokio::test]
async fn what_is_usual_is_kept_with_the_days() {
    for fixture in fixtures().await {
        let store = &fixture.engine.0.store;
        let id = fixture
            .repository("acme/anvil", 100, &[("2026-09-01", "2026-11-21")])
            .await;
        let observed = async |on: &str| {
            let all = domain::RepositoryScope::All;
            let observed = store.observed_on(fixture.tenant, &all, day(on)).await;
            observed
                .expect("read")
                .get(&id)
                .copied()
                .and_then(|it| it.views)
        };
        let views = observed("2026-11-21").await.expect("known");
        assert_eq!((views.count, views.week_before), (100, Some(100)));
        assert_eq!(views.usual.map(|it| (it.low, it.high)), Some((72, 133)));
        assert!(observed("2026-11-08").await.is_some());
        assert_eq!(observed("2026-11-07").await, None, "fourteen days are kept");

        // A day that grows later counts from then on, for itself and for the weeks after it.
        let grown = [(day("2026-11-14"), Counts::new(900, 1))];
        let merged = store
            .merge_days(fixture.tenant, id, Measure::Views, &grown)
            .await;
        merged.expect("merged");
        let views = observed("2026-11-21").await.expect("known");
        assert_eq!(views.week_before, Some(900));
        let checked = fixture
            .engine
            .check_totals(&OPERATOR)
            .await
            .expect("checked");
        assert!(checked.problems.is_empty(), "{:?}", checked.problems);
    }
}
