//! What moves over a chart: the line through the day under the cursor, a dot on each line, and the
//! range of a drag. They are elements moved by transformations, so that the pointer never makes the
//! browser draw the data again.

use std::fmt::Write;

use domain::Interval;
use leptos::prelude::*;

use super::float::amount;
use super::format;
use super::interaction::Interaction;
use super::mean::centred_mean;
use super::spec::Slot;
use crate::components::{reactive, reactive_attr};

const HIDDEN: &str = "display:none";
const SLOTS: [Slot; 4] = [Slot::One, Slot::Two, Slot::Three, Slot::Four];

/// The overlay of a chart.
pub(super) fn overlay(chart: Interaction) -> AnyView {
    let bucket = Memo::new(move |_| {
        let bucket = chart.cursor.read().bucket;
        bucket.filter(|bucket| chart.layout.read().shown.contains(bucket))
    });
    let line = move || match bucket.get() {
        Some(bucket) => {
            let layout = chart.layout.read();
            let (x, top) = (layout.x(bucket).round(), layout.top);
            let height = layout.lane.unwrap_or(layout.bottom) - top;
            format!("height:{height}px;transform:translate({x}px,{top}px)")
        }
        None => HIDDEN.to_owned(),
    };
    let day = move || match bucket.get() {
        Some(bucket) => {
            let x = chart.layout.read().x(bucket).round();
            let width = chart.width.get();
            format!("transform:translate(clamp(0px,{x}px - 50%,{width}px - 100%),0)")
        }
        None => HIDDEN.to_owned(),
    };
    let name = move || {
        bucket.get().map(|bucket| {
            let spec = chart.spec.read();
            let days = spec.bucket_at(bucket);
            match spec.interval {
                Interval::Day => format::weekday_and_short_day(days.from),
                Interval::Week => format::days(days),
                Interval::Month => format::month(days.from),
            }
        })
    };
    let dots = SLOTS.map(|slot| {
        let place = move || dot(chart, bucket.get(), slot).unwrap_or_else(|| HIDDEN.to_owned());
        view! { <i class=format!("dot {}", slot.class()) style=reactive_attr(place)></i> }
    });
    let drag = Memo::new(move |_| chart.cursor.read().brush);
    let brush = move || {
        let layout = chart.layout.read();
        match drag.get() {
            Some((from, to)) if from != to => {
                let half = layout.bucket_width() / 2.0;
                let (left, right) = (layout.x(from.min(to)) - half, layout.x(from.max(to)) + half);
                let mut style = String::new();
                let (top, height) = (layout.top, layout.bottom - layout.top);
                let _ = write!(
                    style,
                    "width:{:.1}px;height:{height}px;transform:translate({left:.1}px,{top}px)",
                    right - left
                );
                style
            }
            _ => HIDDEN.to_owned(),
        }
    };
    view! {
        <div class="chart-overlay" class:is-kept=move || chart.cursor.read().is_kept aria-hidden="true">
            <i class="brush" style=reactive_attr(brush)></i>
            <i class="line" style=reactive_attr(line)></i>
            {dots.collect_view()}
            <span class="day" style=reactive_attr(day)>
                {reactive(name)}
            </span>
        </div>
    }
    .into_any()
}

/// Where the dot of a line is: on its mean, if it has one.
fn dot(chart: Interaction, bucket: Option<usize>, slot: Slot) -> Option<String> {
    let bucket = bucket?;
    let (spec, view, layout) = (chart.spec.read(), chart.view.read(), chart.layout.read());
    let mut series = spec.series.iter();
    let series = series.find(|series| series.slot == slot && view.is_visible(series))?;
    let value = if layout.has_mean {
        centred_mean(&series.values, bucket)?
    } else {
        amount(series.values.get(bucket).copied().flatten()?)
    };
    let (x, y) = (layout.x(bucket), layout.y(value));
    Some(format!("transform:translate({x:.1}px,{y:.1}px)"))
}
