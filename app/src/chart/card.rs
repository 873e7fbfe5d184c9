//! A chart that is only drawn: its picture, the names of its lines, and its table.

use domain::{DayRange, Interval};
use leptos::prelude::*;

use super::legend::static_legend;
use super::spec::ChartSpec;
use super::svg::first_paint;
use super::table::static_table;

/// The longest ranges drawn by day and by week. Narrower buckets would blur.
const LONGEST_BY_DAY: i64 = 400;
const LONGEST_BY_WEEK: i64 = 5 * 366;

/// The interval in which a range is drawn.
pub fn interval_of(range: DayRange) -> Interval {
    let days = range.len();
    if days <= LONGEST_BY_DAY {
        Interval::Day
    } else if days <= LONGEST_BY_WEEK {
        Interval::Week
    } else {
        Interval::Month
    }
}

/// The card of a chart; `note` explains its numbers.
pub fn chart_card(spec: ChartSpec, note: &'static str) -> AnyView {
    let has_mean = spec.has_mean
        && spec.interval == Interval::Day
        && spec.len > super::mean::MOST_DAYS_WITHOUT;
    let legend = static_legend(&spec.series, has_mean);
    let picture = first_paint(&spec);
    let title = spec.title.clone();
    view! {
        <section class="card">
            <div class="chart">
                <div class="card-head">
                    <h2>{title}</h2>
                    {legend}
                </div>
                <div class="chart-body">
                    <div class="chart-plot">
                        <div class="chart-static" inner_html=picture></div>
                    </div>
                    <p class="chart-note muted">{note}</p>
                </div>
            </div>
            {static_table(spec)}
        </section>
    }
    .into_any()
}
