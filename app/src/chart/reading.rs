//! The row above the plot: the names of the lines, and their values on the day under the cursor.
//! Without a cursor it reads the newest known day. Nothing lies over the data.

use leptos::prelude::*;

use super::format;
use super::interaction::Interaction;
use super::legend::Legend;
use super::mean::centred_mean;
use super::spec::{ChartSpec, Series};
use crate::components::reactive;

/// The row of a chart.
pub(super) fn reading(chart: Interaction) -> AnyView {
    let when = move || {
        chart
            .read
            .get()
            .map(|bucket| chart.spec.read().short_when(bucket))
    };
    // What there is beside the lines changes with the data alone.
    let has_mean = Memo::new(move |_| chart.layout.read().has_mean);
    let has_compared = Memo::new(move |_| chart.spec.read().compared.is_some());
    let has_usual = Memo::new(move |_| chart.spec.read().usual.is_some());
    let mean = move || {
        has_mean.get().then(|| {
            let value =
                move || of_read_series(chart, |series, bucket, _| Some(mean_text(series, bucket)));
            view! {
                <span class="key as-mean">
                    "7-day mean "
                    <b>{reactive(value)}</b>
                </span>
            }
        })
    };
    let compared = move || {
        has_compared.get().then(|| {
            view! { <span class="key as-compared">{reactive(move || compared_text(chart))}</span> }
        })
    };
    let usual = move || {
        has_usual.get().then(|| {
            view! { <span class="key as-band">{reactive(move || usual_text(chart))}</span> }
        })
    };
    view! {
        <div class="chart-reading">
            <b class="when">{reactive(when)}</b>
            <Legend chart/>
        </div>
        <div class="chart-context">
            {reactive(mean)}
            {reactive(compared)}
            {reactive(usual)}
            <p class="chart-remark">{reactive(move || remark(chart))}</p>
        </div>
    }
    .into_any()
}

/// What the row says of the line that the keys read.
fn of_read_series(
    chart: Interaction,
    text: impl Fn(&Series, usize, &ChartSpec) -> Option<String>,
) -> Option<String> {
    let (spec, view) = (chart.spec.read(), chart.view.read());
    let bucket = chart.read.get()?;
    let series = chart.cursor.read_untracked();
    text(series.read_series(&spec, &view)?, bucket, &spec)
}

fn mean_text(series: &Series, bucket: usize) -> String {
    let mean = centred_mean(&series.values, bucket);
    mean.map_or_else(|| "–".to_owned(), format::rounded)
}

/// The compared days with their value, and the change where both sides are whole.
fn compared_text(chart: Interaction) -> Option<AnyView> {
    let (spec, view) = (chart.spec.read(), chart.view.read());
    let compared = spec.compared.as_ref()?;
    let label = compared.label.clone();
    let bucket = chart.read.get()?;
    let cursor = chart.cursor.read_untracked();
    let series = cursor.read_series(&spec, &view)?;
    let when = spec
        .compared_when(bucket)
        .filter(|_| compared.first != spec.first);
    let value = spec.compared_value(&series.key, bucket);
    let number = value.map_or_else(|| "–".to_owned(), format::number);
    let change = spec.change(series, bucket).map(format::percent);
    Some(
        view! {
            {when.unwrap_or(label)}
            " "
            <b>{number}</b>
            {change.map(|change| view! { <span class="change">" " {change}</span> })}
        }
        .into_any(),
    )
}

/// The usual range of the day, or from when on there is one.
fn usual_text(chart: Interaction) -> Option<AnyView> {
    let spec = chart.spec.read();
    let usual = spec.usual.as_ref()?;
    let range = usual.ranges.get(chart.read.get()?).copied().flatten();
    let text = match (range, usual.from) {
        (Some((low, high)), _) => format!("{}–{}", format::number(low), format::number(high)),
        (None, Some(from)) => {
            let text = format!("Usual range from {}", format::short_day(from));
            return Some(text.into_any());
        }
        (None, None) => "–".to_owned(),
    };
    Some(view! { "Usual " <b>{text}</b> }.into_any())
}

/// The events of the day, with their links, and what is unknown.
fn remark(chart: Interaction) -> Option<AnyView> {
    let spec = chart.spec.read();
    let bucket = chart.read.get()?;
    let linked = spec
        .events_at(bucket)
        .filter_map(|event| Some((event, event.link.clone()?)));
    let links: Vec<_> = linked
        .map(|(event, link)| {
            view! {
                " "
                <a href=link rel="external">
                    {event.label.clone()}
                </a>
            }
        })
        .collect();
    let text = spec.remark(bucket);
    Some(view! { {text} {links} }.into_any())
}
