//! The choice of the days, the interval and the comparison: links and forms, so that they work
//! without scripts and can be shared.

use domain::report::{ComparedReport, ComparedWith, ReportQuery};
use domain::{Comparison, Day, DayRange, Interval, Period, ReportRange};
use leptos::ev::SubmitEvent;
use leptos::html::{Details, Input};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use leptos_router::location::Url;

use super::{error_notice, reactive, reactive_attr};
use crate::address::with_params;
use crate::chart::format;

/// The URL of a range.
pub type RangeAddress = Box<dyn Fn(ReportRange) -> String + Send + Sync>;

/// The choice of the days: a link for each common period, and a form for any other days.
pub fn range_control(
    current: Signal<ReportRange>,
    shown: Signal<DayRange>,
    to: RangeAddress,
) -> AnyView {
    let to = StoredValue::new(to);
    let days = reactive(move || format::days(shown.get()));
    let menu = NodeRef::<Details>::new();
    let dates = reactive(move || {
        let days = shown.get();
        let usual = to.with_value(|to| to(ReportRange::default()));
        form(&[days.from.to_string(), days.to.to_string()], usual, menu)
    });
    let link = move |period: Period| link(period, current, to);
    view! {
        <div class="periods">
            <nav class="segmented" aria-label="Period">
                {Period::ROLLING.map(link).collect_view()}
            </nav>
            <details class="menu range" name="menu" node_ref=menu>
                <summary>
                    <span class="visually-hidden">"Days: "</span>
                    {days}
                    <span aria-hidden="true">" ▾"</span>
                </summary>
                <div class="menu-items">{dates} {Period::CALENDAR.map(link).collect_view()}</div>
            </details>
        </div>
    }
    .into_any()
}

/// The URL of a zoom: without days beyond the range shown, since the first and the last week or month
/// may reach further.
pub fn zoom_address(shown: Signal<DayRange>, to: RangeAddress) -> RangeAddress {
    Box::new(move |range| {
        let shown = shown.get_untracked();
        let within = match range {
            ReportRange::Days(days) => {
                DayRange::new(days.from.max(shown.from), days.to.min(shown.to))
            }
            ReportRange::Period(_) => None,
        };
        to(within.map_or(range, ReportRange::Days))
    })
}

/// The choice of the days when the address asks for no range: what is wrong, with the form as it was filled in.
pub fn range_problem(message: &str, typed: &[String; 2], to: &RangeAddress) -> AnyView {
    let link = |period: Period| {
        view! {
            <a href=to(period.into()) title=title(period)>
                {period.label()}
            </a>
        }
    };
    let form = form(typed, to(ReportRange::default()), NodeRef::new());
    view! {
        {error_notice(message)}
        <section class="card">
            <div class="card-body stack">
                <nav class="segmented" aria-label="Period">
                    {Period::ROLLING.map(link).collect_view()}
                </nav>
                {form}
            </div>
        </section>
    }
    .into_any()
}

/// That the days begin later than asked, if they do.
pub fn late_start(report: Option<Day>) -> Option<AnyView> {
    let day = report.map(format::day)?;
    Some(
        view! {
            <p class="notice" role="status">
                {format!("Your history begins {day}. Showing from there.")}
            </p>
        }
        .into_any(),
    )
}

fn link(period: Period, current: Signal<ReportRange>, to: StoredValue<RangeAddress>) -> AnyView {
    let is_current = move || (current.get() == period.into()).then_some("true");
    view! {
        <a
            href=reactive_attr(move || to.with_value(|to| to(period.into())))
            data-noscroll="true"
            title=title(period)
            aria-current=reactive_attr(is_current)
        >
            {period.label()}
        </a>
    }
    .into_any()
}

/// The form of two dates; it keeps the other parameters of the usual address.
fn form(dates: &[String; 2], usual: String, menu: NodeRef<Details>) -> AnyView {
    let (path, kept) = kept_fields(&usual);
    let fields = [NodeRef::<Input>::new(), NodeRef::<Input>::new()];
    let date = |name: &'static str, label: &'static str, value: &String, field| {
        // A field of dates would drop any other text.
        let is_date = value.is_empty() || value.parse::<Day>().is_ok();
        let kind = if is_date { "date" } else { "text" };
        view! {
            <label class="field">
                {label} <input type=kind name=name required value=value.clone() node_ref=field/>
            </label>
        }
    };
    // Pages that only the server renders have no router.
    let navigate = cfg!(feature = "hydrate").then(use_navigate);
    let submit = move |event: SubmitEvent| {
        let Some(navigate) = &navigate else { return };
        event.prevent_default();
        let value = |field: NodeRef<Input>| field.get_untracked().map(|field| field.value());
        let dates = [("from", value(fields[0])), ("to", value(fields[1]))];
        let options = NavigateOptions {
            scroll: false,
            ..NavigateOptions::default()
        };
        if let Some(menu) = menu.get_untracked() {
            // Fails only while the page is being left.
            let _ = menu.remove_attribute("open");
        }
        navigate(&with_params(usual.clone(), dates), options);
    };
    view! {
        <form method="get" action=path class="range-form" on:submit=submit>
            {kept}
            {date("from", "From", &dates[0], fields[0])}
            {date("to", "To", &dates[1], fields[1])}
            <button type="submit" class="button primary">
                "Show"
            </button>
        </form>
    }
    .into_any()
}

/// An address as a form has it: its path, and its parameters as hidden fields.
pub fn kept_fields(address: &str) -> (String, AnyView) {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let kept: Vec<_> = (query.split('&'))
        .filter_map(|param| param.split_once('='))
        .map(|(name, value)| {
            view! { <input type="hidden" name=name.to_owned() value=Url::unescape(value)/> }
        })
        .collect();
    (path.to_owned(), kept.into_any())
}

/// A period in full where its label abbreviates it. The name of the link stays what is seen, so that
/// people can say it (WCAG 2.5.3).
const fn title(period: Period) -> Option<&'static str> {
    match period {
        Period::Days14 => Some("14 days"),
        Period::Days30 => Some("30 days"),
        Period::Days90 => Some("90 days"),
        Period::Year => Some("1 year"),
        _ => None,
    }
}

/// One link for each interval.
pub fn interval_control(
    current: Signal<Interval>,
    to: impl Fn(Interval) -> String + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let link = move |interval: Interval| {
        let label = match interval {
            Interval::Day => "Day",
            Interval::Week => "Week",
            Interval::Month => "Month",
        };
        view! {
            <a
                href=reactive_attr(move || to(interval))
                data-noscroll="true"
                aria-current=reactive_attr(move || (current.get() == interval).then_some("true"))
            >
                {label}
            </a>
        }
    };
    view! {
        <nav class="segmented small" aria-label="Unit">
            {Interval::ALL.map(link).collect_view()}
        </nav>
    }
}

/// The URL of a comparison.
pub type ComparisonAddress = Box<dyn Fn(Comparison) -> String + Send + Sync>;

/// The choice of what the chart and the figures are compared with. `other` is more to choose from.
pub fn comparison_control(
    query: Signal<ReportQuery>,
    compared: Signal<Option<ComparedReport>>,
    to: ComparisonAddress,
    other: Option<AnyView>,
) -> AnyView {
    let to = StoredValue::new(to);
    let link = move |comparison: Comparison| {
        let label = match comparison {
            Comparison::Previous => "Previous period",
            Comparison::Year => "Same period last year",
            Comparison::None => "Nothing",
        };
        let current = move || (query.get().compare == comparison).then_some("true");
        view! {
            <a
                href=reactive_attr(move || to.with_value(|to| to(comparison)))
                data-noscroll="true"
                aria-current=reactive_attr(current)
            >
                {label}
            </a>
        }
    };
    let with = reactive(move || compared.with(|compared| compared.as_ref().map(compared_with)));
    view! {
        <details class="menu compare" name="menu">
            <summary aria-keyshortcuts="c">
                "Compare" {with} <span aria-hidden="true">" ▾"</span>
            </summary>
            <div class="menu-items">{Comparison::ALL.map(link).collect_view()} {other}</div>
        </details>
    }
    .into_any()
}

fn compared_with(compared: &ComparedReport) -> AnyView {
    let with = match &compared.with {
        ComparedWith::Previous | ComparedWith::Year => format::days(compared.range),
        ComparedWith::Repository(name) => name.to_string(),
        ComparedWith::Tag(tag) => tag.clone(),
    };
    view! { <span class="muted">" with " {with}</span> }.into_any()
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use domain::report::OverviewQuery;

    use super::*;
    use crate::address::Tenant;
    use crate::test_html::test_html;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    fn to() -> RangeAddress {
        Box::new(|range| {
            Tenant("lab".to_owned()).overview(&OverviewQuery {
                report: ReportQuery {
                    range,
                    interval: Some(Interval::Week),
                    ..ReportQuery::default()
                },
                filter: domain::RepositoryFilter::by_text("a&b"),
                ..OverviewQuery::default()
            })
        })
    }

    #[test]
    fn a_range_is_chosen_by_links_and_by_a_form_that_keeps_the_rest() {
        let shown = DayRange::ending(day("2026-11-26"), 30);
        let html = test_html(move || {
            range_control(
                Signal::stored(Period::LastMonth.into()),
                Signal::stored(shown),
                to(),
            )
        });
        assert!(
            html.contains(r#"href="/t/lab?period=90d&amp;interval=week&amp;filter=a%26b""#),
            "{html}"
        );
        assert_eq!(html.matches(r#"aria-current="true""#).count(), 1, "{html}");
        assert!(html.contains(r#"action="/t/lab""#), "{html}");
        assert!(
            html.contains(r#"<input type="hidden" name="filter" value="a&amp;b">"#),
            "{html}"
        );
        assert!(!html.contains(r#"name="period""#), "{html}");
        assert!(
            html.contains(r#"name="from" required value="2026-10-28""#)
                && html.contains(r#"name="to" required value="2026-11-26""#),
            "{html}"
        );
        assert!(html.contains("28 Oct – 26 Nov 2026"), "{html}");
    }

    #[test]
    fn what_is_wrong_is_said_and_the_form_stays_as_it_was_filled_in() {
        let html = test_html(|| {
            let typed = ["2026-11-26".to_owned(), "2026-11-01".to_owned()];
            range_problem("Choose a start before the end.", &typed, &to())
        });
        assert!(html.contains("Choose a start before the end."), "{html}");
        assert!(
            html.contains(r#"value="2026-11-26""#) && html.contains(r#"value="2026-11-01""#),
            "{html}"
        );
        let html = test_html(|| late_start(Some(day("2024-03-03"))));
        assert!(
            html.contains("Your history begins 3 Mar 2024. Showing from there."),
            "{html}"
        );
    }

    #[test]
    fn a_text_that_is_no_date_stays_in_the_form() {
        let html = test_html(|| {
            let typed = ["yesterday".to_owned(), "2026-11-01".to_owned()];
            range_problem("“yesterday” is not a date.", &typed, &to())
        });
        assert!(html.contains(r#"type="text" name="from""#), "{html}");
        assert!(html.contains(r#"type="date" name="to""#), "{html}");
        assert!(html.contains(r#"value="yesterday""#), "{html}");
    }

    #[test]
    fn the_name_of_a_period_is_what_is_seen() {
        let html = test_html(|| range_problem("", &[String::new(), String::new()], &to()));
        assert!(
            html.contains(r#"title="14 days">14 d</a>"#) && !html.contains("aria-label=\"14"),
            "{html}"
        );
    }
}
