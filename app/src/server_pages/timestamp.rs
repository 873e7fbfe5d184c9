//! Timestamps on server-rendered pages, in the viewer's time zone.

use chrono::{DateTime, Utc};
use domain::TimeZone;
use leptos::prelude::*;

use crate::text;

/// `<time>` in a zone: `23 Nov 2026, 07:05 CET`.
pub fn timestamp(at: DateTime<Utc>, zone: TimeZone) -> AnyView {
    view! { <time datetime=text::machine_timestamp(at)>{written(at, zone)}</time> }.into_any()
}

/// The same, or this text if there is no time.
pub fn timestamp_or(at: Option<DateTime<Utc>>, zone: TimeZone, never: &'static str) -> AnyView {
    match at {
        Some(at) => timestamp(at, zone),
        None => view! { <span class="muted">{never}</span> }.into_any(),
    }
}

fn written(at: DateTime<Utc>, zone: TimeZone) -> String {
    let local = at.with_timezone(&zone.tz());
    local.format("%-d %b %Y, %H:%M %Z").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_told_in_the_readers_zone_which_is_named() {
        let at = "2026-11-23T23:05:09Z".parse().expect("a valid moment");
        let told = |zone: &str| written(at, zone.parse().expect("a zone"));
        assert_eq!(told("UTC"), "23 Nov 2026, 23:05 UTC");
        assert_eq!(told("Europe/Berlin"), "24 Nov 2026, 00:05 CET");
        assert_eq!(told("America/Sao_Paulo"), "23 Nov 2026, 20:05 -03");
    }
}
