//! Quiet days: GitHub listed nothing for them, so they are neither known nor lost.

use std::collections::BTreeSet;

use domain::report::Overview;

use super::*;
use crate::store::DailyResponse;

impl Fixture {
    /// Keeps an answer of GitHub's that was given on a day and listed these days, one view each.
    async fn answer(
        &self,
        id: RepositoryId,
        measure: Measure,
        given_on: &str,
        listed: Option<(&str, &str)>,
    ) {
        let days: Vec<_> = listed
            .map(|(from, to)| DayRange {
                from: day(from),
                to: day(to),
            })
            .into_iter()
            .flat_map(DayRange::days)
            .map(|day| (day, Counts::new(1, 1)))
            .collect();
        let answer = DailyResponse {
            measure,
            days: &days,
            total: Some(Counts::new(u32::try_from(days.len()).expect("few"), 1)),
            unread: &BTreeSet::new(),
            undated: false,
            given_on: day(given_on),
            captured_at: format!("{given_on}T06:00:00Z").parse().expect("a moment"),
            raw: None,
        };
        let kept = self.engine.0.store.merge_daily(self.tenant, id, &answer);
        kept.await.expect("kept");
    }

    /// The overview, and how a repository's days of the last 30 stand.
    async fn state(&self, name: &str) -> (Overview, Vec<(DayRange, DayState)>, Option<Day>) {
        let overview = self.overview(OverviewQuery::default()).await;
        let name = name.parse().expect("a name");
        let page =
            self.engine
                .repository_page(&OPERATOR, self.tenant, &name, Period::Days30.into());
        let page = page.await.expect("a page");
        assert_eq!(page.data, overview.rows[0].data);
        let Coverage {
            stretches,
            deadline,
        } = page.report.coverage;
        (overview, stretches, deadline)
    }
}

fn stretch(from: &str, to: &str, state: DayState) -> (DayRange, DayState) {
    let days = DayRange {
        from: day(from),
        to: day(to),
    };
    (days, state)
}

#[tokio::test]
async fn empty_answers_in_time_lose_no_day_and_raise_no_alarm() {
    for fixture in fixtures().await {
        let id = fixture.repository("lab/quiet", 1, &[]).await;
        for measure in Measure::ALL {
            let full = Some(("2026-10-21", "2026-11-03"));
            fixture.answer(id, measure, "2026-11-04", full).await;
            for today in 5..=23 {
                let given_on = format!("2026-11-{today:02}");
                fixture.answer(id, measure, &given_on, None).await;
            }
        }
        let (overview, stretches, deadline) = fixture.state("lab/quiet").await;
        assert_eq!(overview.warnings.at_risk, []);
        assert_eq!(overview.report.lost, []);
        assert_eq!(overview.rows[0].data, DataState::Complete);
        assert_eq!(
            stretches,
            [
                stretch("2026-10-24", "2026-11-03", DayState::Known),
                stretch("2026-11-04", "2026-11-19", DayState::NothingListed),
                stretch("2026-11-20", "2026-11-23", DayState::NotYetPublished),
            ]
        );
        assert_eq!(deadline, Some(day("2026-12-04")));
    }
}

#[tokio::test]
async fn a_first_answer_with_one_old_bucket_raises_no_alarm() {
    for fixture in fixtures().await {
        let id = fixture.repository("lab/sparse", 1, &[]).await;
        for measure in Measure::ALL {
            let one = Some(("2026-11-11", "2026-11-11"));
            fixture.answer(id, measure, "2026-11-23", one).await;
        }
        let (overview, stretches, deadline) = fixture.state("lab/sparse").await;
        assert_eq!(overview.warnings.at_risk, []);
        assert_eq!(overview.rows[0].data, DataState::Complete);
        assert_eq!(
            stretches,
            [
                stretch("2026-11-11", "2026-11-11", DayState::Known),
                stretch("2026-11-12", "2026-11-19", DayState::NothingListed),
                stretch("2026-11-20", "2026-11-23", DayState::NotYetPublished),
            ]
        );
        assert_eq!(deadline, Some(day("2026-12-04")));
    }
}

#[tokio::test]
async fn no_clones_beside_fresh_views_raise_no_alarm() {
    for fixture in fixtures().await {
        let id = fixture.repository("lab/views", 1, &[]).await;
        let clones = Some(("2026-10-21", "2026-11-03"));
        fixture
            .answer(id, Measure::Clones, "2026-11-04", clones)
            .await;
        for today in 4..=23 {
            let given_on = format!("2026-11-{today:02}");
            let (from, to) = (day(&given_on).plus(-14), day(&given_on).plus(-1));
            let fresh = Some((from.to_string(), to.to_string()));
            let fresh = fresh.as_ref().map(|(from, to)| (&**from, &**to));
            fixture.answer(id, Measure::Views, &given_on, fresh).await;
            if today > 4 {
                fixture.answer(id, Measure::Clones, &given_on, None).await;
            }
        }
        let (overview, stretches, deadline) = fixture.state("lab/views").await;
        assert_eq!(overview.warnings.at_risk, []);
        assert_eq!(overview.rows[0].data, DataState::Complete);
        assert_eq!(
            stretches[1],
            stretch("2026-11-04", "2026-11-19", DayState::NothingListed)
        );
        assert_eq!(deadline, Some(day("2026-12-04")));
    }
}

#[tokio::test]
async fn days_between_answers_that_are_too_far_apart_are_lost_though_both_were_empty() {
    for fixture in fixtures().await {
        let id = fixture.repository("lab/gap", 1, &[]).await;
        for measure in Measure::ALL {
            let full = Some(("2026-10-14", "2026-10-27"));
            fixture.answer(id, measure, "2026-10-28", full).await;
            fixture.answer(id, measure, "2026-10-29", None).await;
            fixture.answer(id, measure, "2026-11-23", None).await;
        }
        let (overview, stretches, _) = fixture.state("lab/gap").await;
        // The last window of 29 October ends on the 27th at worst, the next begins on the 9th.
        assert_eq!(overview.rows[0].data, DataState::Lost(12));
        assert_eq!(
            stretches[1],
            stretch("2026-10-28", "2026-11-08", DayState::Lost)
        );
        assert_eq!(
            stretches[2],
            stretch("2026-11-09", "2026-11-19", DayState::NothingListed)
        );
    }
}

#[tokio::test]
async fn an_unchanged_empty_answer_goes_on_covering_the_days() {
    for fixture in fixtures().await {
        let id = fixture.repository("lab/same", 1, &[]).await;
        for measure in Measure::ALL {
            let full = Some(("2026-10-25", "2026-11-07"));
            fixture.answer(id, measure, "2026-11-08", full).await;
            fixture.answer(id, measure, "2026-11-09", None).await;
            let store = &fixture.engine.0.store;
            for today in ["2026-11-16", "2026-11-23"] {
                let kept = store.record_not_modified(fixture.tenant, id, measure, day(today));
                kept.await.expect("kept");
            }
        }
        let (overview, stretches, deadline) = fixture.state("lab/same").await;
        assert_eq!(overview.warnings.at_risk, []);
        assert_eq!(overview.rows[0].data, DataState::Complete);
        assert_eq!(
            stretches[1],
            stretch("2026-11-08", "2026-11-19", DayState::NothingListed)
        );
        assert_eq!(deadline, Some(day("2026-12-04")));
    }
}
