//! What a chart writes into the address of its page: the range of a zoom, as a page of its own that
//! Back leaves, and the day that is kept.

use std::time::Duration;

use domain::{Day, DayRange};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};

use super::interaction::Interaction;
use crate::address::with_params;
use crate::components::RangeAddress;

/// The kept day is written once it has rested this long: a double click keeps it and lets it go.
const KEPT_DAY_DELAY: Duration = Duration::from_millis(400);

type Navigate = Box<dyn Fn(&str, NavigateOptions) + Send + Sync>;

/// The address of a chart's page.
#[derive(Clone, Copy)]
pub(super) struct ChartAddress {
    /// The address without its day.
    here: Memo<String>,
    /// The kept day in the address.
    day: Memo<Option<Day>>,
    range: StoredValue<RangeAddress>,
    navigate: StoredValue<Navigate>,
    /// The addresses before each zoom, the widest first.
    wider: RwSignal<Vec<String>>,
    /// Whether the next address is that of a zoom.
    is_zooming: StoredValue<bool>,
    waiting: StoredValue<Option<TimeoutHandle>>,
}

impl ChartAddress {
    /// `range` gives the address of other days.
    pub(super) fn new(range: RangeAddress) -> Self {
        let location = use_location();
        let (path, query) = (location.pathname, location.query);
        let here = Memo::new(move |_| {
            let mut query = query.get();
            query.remove("day");
            path.get() + &query.to_query_string()
        });
        let address = Self {
            here,
            day: Memo::new(move |_| query.read().get_str("day")?.parse().ok()),
            range: StoredValue::new(range),
            navigate: StoredValue::new(Box::new(use_navigate())),
            wider: RwSignal::default(),
            is_zooming: StoredValue::new(false),
            waiting: StoredValue::new(None),
        };
        Effect::watch(
            move || here.get(),
            move |now, _, _| address.moved(now),
            false,
        );
        address
    }

    /// Back returns to a wider range; any other address ends the zoom.
    fn moved(&self, now: &str) {
        if self.is_zooming.try_update_value(std::mem::take) == Some(true) {
            return;
        }
        self.wider.update(|wider| {
            let place = wider.iter().position(|address| address == now);
            wider.truncate(place.unwrap_or_default());
        });
    }

    /// Goes to these days.
    pub(super) fn zoom(&self, days: DayRange) {
        let to = self.range.with_value(|range| range(days.into()));
        let here = self.here.get_untracked();
        self.wider.update(|wider| wider.push(here));
        self.is_zooming.set_value(true);
        self.go(&to, false);
    }

    /// Whether a zoom brought the page here.
    pub(super) fn is_zoomed(&self) -> bool {
        !self.wider.read().is_empty()
    }

    /// Goes back to the days before all zooms.
    pub(super) fn leave_zoom(&self) {
        let widest = self.wider.try_update(|wider| wider.drain(..).next());
        if let Some(Some(widest)) = widest {
            self.is_zooming.set_value(false);
            self.go(&widest, false);
        }
    }

    /// Writes the kept day of the chart into the address, and reads it from there.
    pub(super) fn follow_day(self, chart: Interaction) {
        Effect::watch(
            move || chart.kept_day(),
            move |_, _, _| {
                let write = move || self.write_day(chart.kept_day());
                let handle = set_timeout_with_handle(write, KEPT_DAY_DELAY).ok();
                let before = self
                    .waiting
                    .try_update_value(|it| std::mem::replace(it, handle));
                if let Some(before) = before.flatten() {
                    before.clear();
                }
            },
            false,
        );
        Effect::watch(
            move || self.day.get(),
            move |day, _, _| {
                if untrack(move || chart.kept_day()) != *day {
                    chart.keep(*day);
                }
            },
            false,
        );
    }

    /// The day in the address.
    pub(super) fn day(&self) -> Option<Day> {
        self.day.get_untracked()
    }

    fn write_day(&self, day: Option<Day>) {
        // The page may have been left meanwhile.
        let Some(written) = self.day.try_get_untracked() else {
            return;
        };
        if written != day {
            let day = day.map(|day| day.to_string());
            let to = with_params(self.here.get_untracked(), [("day", day)]);
            self.go(&to, true);
        }
    }

    fn go(&self, to: &str, replace: bool) {
        let options = NavigateOptions {
            scroll: false,
            replace,
            ..NavigateOptions::default()
        };
        self.navigate.with_value(|navigate| navigate(to, options));
    }
}
