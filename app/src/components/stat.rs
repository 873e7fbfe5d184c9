//! A figure: the number, its change and its trend.

use domain::report::{Figure, ReportQuery};
use domain::{Comparison, DayRange, Period};
use leptos::prelude::*;

use crate::chart::{Sparkline, format};

/// A figure's card.
#[component]
pub fn Stat(
    /// What it counts.
    label: &'static str,
    /// Whether it sums daily uniques, which needs a label.
    #[prop(optional)]
    daily_sum: bool,
    /// The number, or `None` if unknown.
    value: Option<u64>,
    /// The note below the number.
    #[prop(optional)]
    note: Option<AnyView>,
    /// Its trend over the period.
    #[prop(optional)]
    trend: Vec<Option<u64>>,
) -> impl IntoView {
    stat(label.to_owned(), daily_sum, number(value), note, trend)
}

/// The card of a value that is no plain count.
#[cfg(feature = "ssr")]
pub fn text_stat(label: String, value: String, note: Option<AnyView>) -> AnyView {
    stat(label, false, value, note, Vec::new())
}

fn stat(
    label: String,
    daily_sum: bool,
    value: String,
    note: Option<AnyView>,
    trend: Vec<Option<u64>>,
) -> AnyView {
    view! {
        <div class="stat">
            <div class="label">{label}</div>
            <div class="value">{value}</div>
            {daily_sum
                .then(|| {
                    view! {
                        <abbr class="note" title="Someone who visits on two days counts twice.">
                            "sum of daily uniques"
                        </abbr>
                    }
                })}
            {note}
            {(!trend.is_empty())
                .then(|| view! { <Sparkline values=trend width=84 height=28/> }.into_any())}
        </div>
    }
    .into_any()
}

/// The change against the compared days in words, for the note below the number.
pub fn compared(figure: Figure, query: &ReportQuery, range: DayRange) -> AnyView {
    let Some(shift) = query.shift(range) else {
        let since = (query.range == Period::All.into())
            .then(|| format!("since {}", format::day(range.from)));
        return view! { <div class="note muted">{since}</div> }.into_any();
    };
    if figure.change().is_none() {
        return view! { <div class="note muted">{not_compared(figure, range)}</div> }.into_any();
    }
    let earlier = range.moved(-shift);
    let with = match (query.compare, query.range.period().and_then(Period::days)) {
        (Comparison::Year, _) => "vs last year".to_owned(),
        (_, Some(365)) => "vs previous year".to_owned(),
        (_, Some(days)) => format!("vs previous {days} days"),
        (_, None) => format!("vs {}", format::days(earlier)),
    };
    let part = if figure.compared == figure.total {
        ""
    } else {
        " Days that are unknown on either side are left out."
    };
    let title = format!("Compared with {}.{part}", format::days(earlier));
    view! {
        <div class=delta_class(figure) title=title>
            <b>{change(figure)}</b>
            <span class="muted">" " {with}</span>
        </div>
    }
    .into_any()
}

/// Why there is no change.
fn not_compared(figure: Figure, range: DayRange) -> String {
    if figure.previous == Some(0) {
        return format!("{} before", format::number(0));
    }
    if i64::from(figure.missing) >= range.len() {
        return "no earlier data".to_owned();
    }
    missing_days(figure)
}

/// How many days are missing for a comparison.
fn missing_days(figure: Figure) -> String {
    match figure.missing {
        0 => "Not compared: days are missing".to_owned(),
        1 => "Not compared: 1 day is missing".to_owned(),
        missing => format!(
            "Not compared: {} days are missing",
            format::number(missing.into())
        ),
    }
}

/// The change alone, as a table's cell has it.
pub fn change(figure: Figure) -> AnyView {
    let Some(percent) = figure.change() else {
        let missing = (figure.missing > 0).then(|| missing_days(figure));
        return view! { <span class="muted" title=missing>"–"</span> }.into_any();
    };
    let (arrow, aria_label) = match percent {
        1.. => ("▲ ", "up "),
        0 => ("", ""),
        _ => ("▼ ", "down "),
    };
    let text = format!("{}%", format::number(percent.unsigned_abs()));
    view! {
        <span class=delta_class(figure)>
            <span aria-hidden="true">{arrow}</span>
            <span class="visually-hidden">{aria_label}</span>
            {text}
        </span>
    }
    .into_any()
}

/// A number, or a dash if unknown.
pub fn number(value: Option<u64>) -> String {
    value.map_or_else(|| "–".to_owned(), format::number)
}

fn delta_class(figure: Figure) -> &'static str {
    match figure.change() {
        Some(1..) => "delta up",
        Some(..=-1) => "delta down",
        _ => "delta",
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;
    use crate::test_html::test_html;

    fn range() -> DayRange {
        let to: domain::Day = "2026-11-22".parse().expect("a valid day");
        DayRange::ending(to, 30)
    }

    #[test]
    fn a_sum_of_daily_uniques_says_so() {
        let stat = |daily_sum| {
            test_html(|| view! { <Stat label="Unique visitors" daily_sum value=Some(312)/> })
        };
        assert!(stat(true).contains("sum of daily uniques"));
        assert!(!stat(false).contains("sum of daily uniques"));
    }

    #[test]
    fn an_unknown_value_is_a_dash_and_not_a_zero() {
        let html = test_html(|| view! { <Stat label="Views" value=None/> });
        assert!(html.contains(r#"<div class="value">–</div>"#), "{html}");
        let html = test_html(|| view! { <Stat label="Views" value=Some(0)/> });
        assert!(html.contains(r#"<div class="value">0</div>"#), "{html}");
    }

    fn figure(compared: Option<u64>, previous: Option<u64>, missing: u32) -> Figure {
        Figure {
            total: Some(120),
            compared,
            previous,
            missing,
        }
    }

    #[test]
    fn a_change_is_told_with_its_direction_and_what_it_compares() {
        let of = |figure, query: ReportQuery| test_html(move || compared(figure, &query, range()));
        let known = figure(Some(120), Some(100), 0);
        let html = of(known, Period::Days30.into());
        assert!(html.contains("delta up") && html.contains("20%"), "{html}");
        assert!(html.contains("vs previous 30 days"), "{html}");
        // 35 days earlier, so that weekdays align.
        assert!(
            html.contains(r#"title="Compared with 19 Sep – 18 Oct 2026.""#),
            "{html}"
        );
        let html = of(known, range().into());
        assert!(html.contains("vs 19 Sep – 18 Oct 2026"), "{html}");
        let last_year = ReportQuery {
            compare: Comparison::Year,
            ..ReportQuery::default()
        };
        assert!(of(known, last_year).contains("vs last year"));
        let part = figure(Some(110), Some(100), 0);
        assert!(of(part, ReportQuery::default()).contains("unknown on either side"));
        let html = of(known, Period::All.into());
        assert!(html.contains("since 24 Oct 2026"), "{html}");
    }

    #[test]
    fn no_change_is_told_with_its_reason() {
        let of = |figure| test_html(move || compared(figure, &ReportQuery::default(), range()));
        let html = of(figure(None, None, 11));
        assert!(html.contains("Not compared: 11 days are missing"), "{html}");
        assert!(of(figure(None, None, 1)).contains("1 day is missing"));
        assert!(of(figure(None, None, 30)).contains("no earlier data"));
        assert!(of(figure(Some(120), Some(0), 0)).contains("0 before"));
        let html = test_html(|| change(figure(None, None, 11)));
        assert!(
            html.contains(r#"title="Not compared: 11 days are missing""#),
            "{html}"
        );
        let none = ReportQuery {
            compare: Comparison::None,
            ..ReportQuery::default()
        };
        let html = test_html(|| compared(figure(Some(120), None, 0), &none, range()));
        assert!(
            !html.contains("compared") && !html.contains("earlier"),
            "{html}"
        );
    }
}
