//! A figure: the number, its change and its trend.

use domain::report::Figure;
use domain::{DayRange, Period};
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
            <div class="label">
                <span>{label}</span>
                {daily_sum
                    .then(|| {
                        view! {
                            " "
                            <abbr title="The sum of daily uniques. Someone who visits on two days counts twice.">
                                "daily sum"
                            </abbr>
                        }
                    })}
            </div>
            <div class="value">{value}</div>
            {note}
            {(!trend.is_empty())
                .then(|| view! { <Sparkline values=trend width=84 height=28/> }.into_any())}
        </div>
    }
    .into_any()
}

/// The change against the previous period in words, for the note below the number.
pub fn compared(figure: Figure, period: Period, range: DayRange) -> AnyView {
    let Some(days) = period.days() else {
        return view! {
            <div class="note muted">"since " {format::day(range.from)}</div>
        }
        .into_any();
    };
    let before = match days {
        365 => "vs previous year".to_owned(),
        days => format!("vs previous {days} days"),
    };
    if figure.change().is_some() {
        let part = (figure.compared != figure.total)
            .then_some("Compares repositories with complete data in both periods.");
        view! {
            <div class=delta_class(figure) title=part>
                <b>{change(figure)}</b>
                <span class="muted">" " {before}</span>
            </div>
        }
        .into_any()
    } else {
        view! { <div class="note muted">"no comparison available"</div> }.into_any()
    }
}

/// The change alone, as a table's cell has it.
pub fn change(figure: Figure) -> AnyView {
    let Some(percent) = figure.change() else {
        return view! { <span class="muted">"–"</span> }.into_any();
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
        assert!(stat(true).contains("daily sum"));
        assert!(!stat(false).contains("daily sum"));
    }

    #[test]
    fn an_unknown_value_is_a_dash_and_not_a_zero() {
        let html = test_html(|| view! { <Stat label="Views" value=None/> });
        assert!(html.contains(r#"<div class="value">–</div>"#), "{html}");
        let html = test_html(|| view! { <Stat label="Views" value=Some(0)/> });
        assert!(html.contains(r#"<div class="value">0</div>"#), "{html}");
    }

    #[test]
    fn a_change_is_told_with_its_direction_and_what_it_compares() {
        let figure = Figure {
            total: Some(120),
            compared: Some(120),
            previous: Some(100),
        };
        let html = test_html(|| compared(figure, Period::Days30, range()));
        assert!(html.contains("delta up") && html.contains("20%"), "{html}");
        assert!(html.contains("vs previous 30 days"), "{html}");

        let unknown = Figure {
            total: Some(120),
            compared: None,
            previous: None,
        };
        let html = test_html(|| compared(unknown, Period::Days30, range()));
        assert!(html.contains("no comparison available"), "{html}");
        let html = test_html(|| compared(figure, Period::All, range()));
        assert!(html.contains("since 24 Oct 2026"), "{html}");
    }
}
