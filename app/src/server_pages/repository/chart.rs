//! A static chart: the server's drawing, its legend and its table.

use domain::{DayRange, Interval};
use leptos::prelude::*;

use crate::chart::svg::first_paint;
use crate::chart::{ChartSpec, ChartTable, Line};

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
    let names: Vec<_> = spec
        .series
        .iter()
        .map(|series| {
            let dashed = if series.line == Line::Dashed {
                " dashed"
            } else {
                ""
            };
            let class = format!("key {}{dashed}", series.slot.class());
            view! { <li class=class>{series.label.clone()}</li> }
        })
        .collect();
    let picture = first_paint(&spec);
    let title = spec.title.clone();
    view! {
        <section class="card">
            <div class="chart">
                <div class="card-head">
                    <h2>{title}</h2>
                    <ul class="legend" aria-label="Lines">
                        {names}
                    </ul>
                </div>
                <div class="chart-body">
                    <div class="chart-plot">
                        <div class="chart-static" inner_html=picture></div>
                    </div>
                    <p class="chart-note muted">{note}</p>
                </div>
            </div>
            <ChartTable spec=Signal::stored(spec)/>
        </section>
    }
    .into_any()
}
