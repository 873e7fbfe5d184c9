//! A chart's values as a table, for people who cannot see the picture.

use std::fmt::Write;

use domain::Interval;
use leptos::prelude::*;

use super::format;
use super::spec::ChartSpec;
use crate::components::{reactive, reactive_attr};

/// The values of a chart as a table that opens on demand, newest first; it works without scripts.
#[component]
pub fn ChartTable(
    /// The chart.
    #[prop(into)]
    spec: Signal<ChartSpec>,
) -> impl IntoView {
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
        <details class="chart-table">
            <summary>"Show as table"</summary>
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
                    <tbody inner_html=reactive_attr(move || spec.with(rows))></tbody>
                </table>
            </div>
        </details>
    }
}

/// The rows as HTML: thousands of reactive rows would weigh more than the chart. They hold numbers,
/// dates and fixed words alone, so there is nothing to escape but the remarks.
fn rows(spec: &ChartSpec) -> String {
    let mut html = String::new();
    for index in (0..spec.len).rev() {
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
