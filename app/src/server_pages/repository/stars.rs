//! A repository's stars: their number and their history.

use domain::report::{Gained, StarDay, StarsReport};
use domain::{Period, Problem};
use engine::{Error, TenantRequest};
use leptos::prelude::*;

use super::{Subject, nothing};
use crate::chart::card::{chart_card, interval_of};
use crate::chart::{ChartSpec, Line, Series, Slot, format};
use crate::components::{Stat, text_stat};
use crate::server_pages::{PageContent, PageRequest, ServerPage};
use crate::text;

pub const PAGE: ServerPage =
    ServerPage::read_only("/t/{tenant}/r/{owner}/{name}/stars", |request| {
        Box::pin(view(request))
    });

async fn view(request: PageRequest) -> Result<PageContent, Problem> {
    let subject = Subject::new(&request, Period::All).await?;
    let TenantRequest {
        engine,
        viewer,
        tenant,
    } = &subject.context;
    let [from, to] = subject.days();
    let report = engine
        .stars(viewer, *tenant, subject.repository.id, from, to)
        .await
        .map_err(Error::into_problem)?;
    subject
        .page(&request, "Stars", "stars", report.range, move || {
            body(&report)
        })
        .await
}

fn body(report: &StarsReport) -> AnyView {
    let refused = (report.offered == Some(false)).then(|| {
        view! {
            <p class="notice">
                <b>"GitHub does not show the star history to the connection’s token. "</b>
                "Tidemark counts stars once a day instead, from the first run on."
            </p>
        }
    });
    if report.stars.is_none() && report.history.is_none() {
        return view! {
            {refused}
            {nothing("No stars counted yet", "The first run counts them.")}
        }
        .into_any();
    }
    view! {
        {refused}
        <section class="stats" aria-label="Figures">
            <Stat label="Stars" value=report.stars note=counted(report)/>
            {recent(report.recent)}
            {first_star(report)}
        </section>
        {chart_card(
            chart(report),
            "GitHub’s star history includes only stars that still exist. The daily count includes all stars of that day.",
        )}
    }
    .into_any()
}

fn counted(report: &StarsReport) -> AnyView {
    let on = report.counted_on.map(format::day);
    view! { <div class="note muted">{on.map(|on| format!("counted on {on}"))}</div> }.into_any()
}

fn recent(gained: Option<Gained>) -> AnyView {
    let Some(Gained { days, stars }) = gained else {
        let note = view! { <div class="note muted">"unknown"</div> }.into_any();
        return view! { <Stat label="Last 30 days" value=None note=note/> }.into_any();
    };
    let sign = if stars < 0 { "−" } else { "+" };
    let number = format!("{sign}{}", format::number(stars.unsigned_abs()));
    let note = view! { <div class="note muted">{format::days(days)}</div> };
    text_stat(
        format!("Last {}", text::day_count(days.len())),
        number,
        Some(note.into_any()),
    )
}

/// The day of the first star, or the start of the history if it does not go back that far.
fn first_star(report: &StarsReport) -> Option<AnyView> {
    let history = report.history?;
    let (label, value) = if report.whole {
        let first = report.days.iter().find(|day| day.given > Some(0));
        // In a shorter period, the first star may be older than the period.
        let first = first.filter(|first| first.total == first.given)?;
        ("First star", format::day(first.day))
    } else {
        ("History since", format::day(history.from))
    };
    Some(text_stat(label.to_owned(), value, None))
}

/// The stars by day: from GitHub's history, and from the daily count.
fn chart(report: &StarsReport) -> ChartSpec {
    let interval = interval_of(report.range);
    let last = ChartSpec::new("Stars", interval, report.range.from, 1).index_of(report.range.to);
    let len = usize::try_from(last).unwrap_or_default() + 1;
    let mut spec = ChartSpec::new("Stars", interval, report.range.from, len);
    let lines = [
        ("standing", "Star history", Line::Area, Slot::One),
        ("counted", "Daily count", Line::Dashed, Slot::Two),
    ];
    for (key, label, line, slot) in lines {
        let value = |day: &StarDay| match slot {
            Slot::One => day.total,
            _ => day.counted,
        };
        let mut values = vec![None; spec.len];
        // Each bucket shows its last known day.
        for day in &report.days {
            let place = usize::try_from(spec.index_of(day.day)).ok();
            if let (Some(value), Some(place)) = (value(day), place)
                && let Some(known) = values.get_mut(place)
            {
                *known = Some(value);
            }
        }
        if values.iter().any(Option::is_some) {
            spec.series.push(Series {
                key: key.to_owned(),
                label: label.to_owned(),
                line,
                slot,
                values,
                visible: true,
            });
        }
    }
    spec
}

#[cfg(test)]
mod tests {
    use domain::report::Repository;
    use domain::{Day, DayRange, Interval};

    use super::*;
    use crate::server_pages::repository::releases::tests::a_repository;
    use crate::test_html::test_html;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    fn report() -> StarsReport {
        let range = DayRange::new(day("2026-11-01"), day("2026-11-20")).expect("a range");
        let repository: Repository = a_repository();
        StarsReport {
            repository,
            offered: Some(true),
            whole: true,
            history: Some(range),
            stars: Some(1_284),
            counted_on: Some(range.to),
            recent: Some(Gained {
                days: range,
                stars: -3,
            }),
            range,
            days: range
                .days()
                .zip(1..)
                .map(|(day, number)| StarDay {
                    day,
                    given: Some(1),
                    total: Some(number),
                    counted: (day == range.to).then_some(1_284),
                })
                .collect(),
        }
    }

    #[test]
    fn the_figures_say_what_was_won_or_lost_and_since_when() {
        let html = test_html(|| body(&report()));
        assert!(
            html.contains(">1,284<") && html.contains("counted on 20 Nov 2026"),
            "{html}"
        );
        assert!(html.contains(">−3<"), "{html}");
        assert!(
            html.contains("First star") && html.contains(">1 Nov 2026<"),
            "{html}"
        );
        assert!(!html.contains("does not show"), "{html}");
    }

    #[test]
    fn a_history_that_is_not_offered_is_said() {
        let mut report = report();
        report.offered = Some(false);
        report.history = None;
        report.recent = None;
        for day in &mut report.days {
            (day.given, day.total) = (None, None);
        }
        let html = test_html(|| body(&report));
        assert!(html.contains("does not show the star history"), "{html}");
        assert!(!html.contains("Star history"), "{html}");
    }

    #[test]
    fn long_histories_are_drawn_by_month_with_each_months_last_day() {
        let mut report = report();
        report.range = DayRange::new(day("2018-01-01"), day("2026-11-20")).expect("a range");
        let spec = chart(&report);
        assert_eq!(spec.interval, Interval::Month);
        assert_eq!(spec.series[0].values.last(), Some(&Some(20)));
    }
}
