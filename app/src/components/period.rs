//! The choice of period and interval: links, so that they work without scripts and can be shared.

use domain::{Interval, Period};
use leptos::prelude::*;

use super::reactive_attr;

/// One link per period; `current` is the one shown, `to` maps each to its URL.
pub fn period_control(
    current: Signal<Period>,
    to: impl Fn(Period) -> String + Clone + Send + Sync + 'static,
) -> impl IntoView {
    let link = move |period: Period| {
        let to = to.clone();
        let aria_label = match period.days() {
            Some(365) => "1 year".to_owned(),
            Some(days) => format!("{days} days"),
            None => "All".to_owned(),
        };
        view! {
            <a
                href=reactive_attr(move || to(period))
                data-noscroll="true"
                aria-label=aria_label
                aria-current=reactive_attr(move || (current.get() == period).then_some("true"))
            >
                {period.label()}
            </a>
        }
    };
    view! {
        <nav class="segmented" aria-label="Period">
            {Period::ALL.map(link).collect_view()}
        </nav>
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
        <nav class="segmented small" aria-label="Interval">
            {Interval::ALL.map(link).collect_view()}
        </nav>
    }
}
