//! A chart's values as a table, for people who cannot see the picture.

use std::fmt::Write;
use std::ops::Range;

use domain::Interval;
use leptos::html::Details;
use leptos::prelude::*;

use super::format;
use super::spec::ChartSpec;
use crate::components::{reactive, reactive_attr};

/// The values of a chart as a table made in the browser when it is opened. Without scripts, a link
/// opens it as a page of its own.
#[component]
pub fn ChartTable(
    /// The chart.
    #[prop(into)]
    spec: Signal<ChartSpec>,
    /// The page of the same values.
    #[prop(into)]
    page: Signal<String>,
) -> impl IntoView {
    let details = NodeRef::<Details>::new();
    let opened = RwSignal::new(false);
    // It may have been opened before the scripts were there.
    Effect::new(move |_| {
        if (details.get()).is_some_and(|details| details.has_attribute("open")) {
            opened.set(true);
        }
    });
    let table = reactive(move || opened.get().then(|| value_table(spec)));
    view! {
        <details class="chart-table" node_ref=details on:toggle=move |_| opened.set(true)>
            <summary aria-keyshortcuts="t">"Show as table"</summary>
            <p>
                <a href=reactive_attr(move || page.get()) rel="external">
                    "Open the table on its own page"
                </a>
            </p>
            {table}
        </details>
    }
    .into_any()
}

/// The values of a chart without scripts, which has few buckets.
#[cfg(feature = "ssr")]
pub(super) fn static_table(spec: ChartSpec) -> AnyView {
    view! {
        <details class="chart-table">
            <summary>"Show as table"</summary>
            {value_table(Signal::stored(spec))}
        </details>
    }
    .into_any()
}

/// The values of a chart, newest first.
fn value_table(spec: Signal<ChartSpec>) -> AnyView {
    table(
        spec,
        reactive_attr(move || spec.with(|spec| rows(spec, 0..spec.len))),
    )
}

/// Some of the buckets of a chart, newest first.
#[cfg(feature = "ssr")]
#[must_use]
pub fn table_part(spec: ChartSpec, buckets: Range<usize>) -> AnyView {
    let rows = rows(&spec, buckets);
    table(Signal::stored(spec), reactive_attr(move || rows.clone()))
}

fn table(spec: Signal<ChartSpec>, rows: Box<dyn Fn() -> String + Send>) -> AnyView {
    let bucket = move || match spec.read().interval {
        Interval::Day => "Day",
        Interval::Week => "Week",
        Interval::Month => "Month",
    };
    let headings = move || {
        let spec = spec.read();
        let labels = spec.series.iter().map(|series| series.label.clone());
        labels
            .map(|label| view! { <th scope="col" class="num">{label}</th> })
            .collect_view()
    };
    view! {
        <div
            class="table-wrap"
            tabindex="0"
            role="region"
            aria-label=reactive_attr(move || format!("{} as a table", spec.read().title))
        >
            <table class="data-table">
                <thead>
                    <tr>
                        <th scope="col">{reactive(bucket)}</th>
                        {reactive(headings)}
                    </tr>
                </thead>
                <tbody inner_html=rows></tbody>
            </table>
        </div>
    }
    .into_any()
}

/// The rows as HTML: thousands of reactive rows would weigh more than the chart. They hold numbers,
/// dates and fixed words alone, so there is nothing to escape but the remarks.
fn rows(spec: &ChartSpec, buckets: Range<usize>) -> String {
    let mut html = String::new();
    for index in buckets.rev() {
        let bucket = spec.bucket_at(index);
        let when = match spec.interval {
            Interval::Day => format::day(bucket.from),
            Interval::Week => format::days(bucket),
            Interval::Month => format::month(bucket.from),
        };
        let _ = write!(html, "<tr><th scope=\"row\" class=\"nowrap\">{when}");
        if let Some(remark) = spec.remark(index) {
            let remark = remark.replace('&', "&amp;").replace('<', "&lt;");
            let _ = write!(html, " <span class=\"muted\">{remark}</span>");
        }
        html.push_str("</th>");
        for series in &spec.series {
            let value = series.values.get(index).copied().flatten();
            let text = value.map_or_else(|| "–".to_owned(), format::number);
            let _ = write!(html, "<td class=\"num\">{text}</td>");
        }
        html.push_str("</tr>");
    }
    html
}
