//! Data coverage: a strip of days, and the same in words.

use domain::report::RepositoryReport;
use domain::{Coverage, Day, DayRange, DayState};
use leptos::prelude::*;

use super::history;
use crate::address::Tenant;
use crate::chart::format;
use crate::text;

/// The strip under the chart; nothing without data.
pub fn coverage(tenant: &Tenant, report: &RepositoryReport) -> Option<AnyView> {
    let coverage = &report.coverage;
    if coverage.stretches.is_empty() {
        return None;
    }
    let strip: Vec<_> = coverage
        .stretches
        .iter()
        .map(|(days, state)| stretch(*days, *state))
        .collect();
    Some(
        view! {
            <div class="coverage">
                <span class="muted">"Coverage"</span>
                <span class="coverage-strip" aria-hidden="true">
                    {strip}
                </span>
                <span>
                    {apart(report).unwrap_or_else(|| in_words(coverage, report.today))}
                </span>
                <a href=history(report, tenant, "answers") rel="external">
                    {origin(report.anomalies)}
                </a>
            </div>
        }
        .into_any(),
    )
}

/// `Data sources: 2 data quality issues`
fn origin(anomalies: u32) -> String {
    let mut words = "Data sources".to_owned();
    if anomalies > 0 {
        words += ": ";
        words += &text::count(
            anomalies.into(),
            "data quality issue",
            "data quality issues",
        );
    }
    words
}

fn stretch(days: DayRange, state: DayState) -> impl IntoView {
    let (class, words) = match state {
        DayState::Known => ("known", "known"),
        DayState::NothingListed => ("known", "none reported by GitHub"),
        DayState::Lost => ("lost", "lost"),
        DayState::NotYetPublished => ("unpublished", "not yet published"),
    };
    let title = format!("{}: {words}", format::days(days));
    view! { <i class=class style=format!("--days:{}", days.len()) title=title></i> }
}

/// `14 days of views known, 0 days of clones`, if the two differ, since no single number fits both.
fn apart(report: &RepositoryReport) -> Option<String> {
    let (views, clones) = (report.views_known, report.clones_known);
    (views != clones).then(|| {
        let days = |known: u32| text::day_count(known.into());
        let known = format!("{} of views known, {} of clones", days(views), days(clones));
        [Some(known), needed(&report.coverage)]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" · ")
    })
}

/// `collect by 6 Dec to avoid a gap`
fn needed(coverage: &Coverage) -> Option<String> {
    let deadline = coverage.deadline?;
    Some(format!(
        "collect by {} to avoid a gap",
        format::short_day(deadline)
    ))
}

/// `174 of 178 days known · 4 lost in May · collect by 6 Dec to avoid a gap`
fn in_words(coverage: &Coverage, today: Day) -> String {
    let known = coverage.count(DayState::Known);
    let lost: Vec<DayRange> = coverage.stretches_in(DayState::Lost).collect();
    let past = known + coverage.count(DayState::Lost);
    let known = if known == past {
        format!("all {} known", text::day_count(past))
    } else {
        format!("{known} of {} known", text::day_count(past))
    };
    let quiet = coverage.count(DayState::NothingListed);
    let quiet =
        (quiet > 0).then(|| format!("none reported by GitHub for {}", text::day_count(quiet)));
    let lost = text::lost(&lost, today);
    [Some(known), quiet, lost, needed(coverage)]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().expect("a valid day")
    }

    #[test]
    fn the_way_to_the_answers_says_how_many_are_in_doubt() {
        assert_eq!(origin(0), "Data sources");
        assert_eq!(origin(2), "Data sources: 2 data quality issues");
    }

    #[test]
    fn the_words_count_what_is_known_and_what_is_lost() {
        let range = |from, to| DayRange::new(day(from), day(to)).expect("a valid range");
        let coverage = Coverage {
            stretches: vec![
                (range("2026-05-01", "2026-05-02"), DayState::Known),
                (range("2026-05-03", "2026-05-06"), DayState::Lost),
                (range("2026-05-07", "2026-08-21"), DayState::Known),
                (range("2026-08-22", "2026-08-22"), DayState::NotYetPublished),
            ],
            deadline: Some(day("2026-09-05")),
        };
        assert_eq!(
            in_words(&coverage, day("2026-08-22")),
            "109 of 113 days known · 4 lost in May · collect by 5 Sep to avoid a gap"
        );
        let whole = Coverage {
            stretches: vec![(range("2026-05-01", "2026-05-01"), DayState::Known)],
            deadline: None,
        };
        assert_eq!(in_words(&whole, day("2026-05-02")), "all 1 day known");
        let quiet = Coverage {
            stretches: vec![
                (range("2026-05-01", "2026-05-01"), DayState::Known),
                (range("2026-05-02", "2026-05-07"), DayState::NothingListed),
            ],
            deadline: None,
        };
        assert_eq!(
            in_words(&quiet, day("2026-05-09")),
            "all 1 day known · none reported by GitHub for 6 days"
        );
    }
}
