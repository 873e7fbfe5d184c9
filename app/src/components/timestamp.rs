//! Timestamps. Live pages use UTC, so that the server and every browser render the same; server
//! pages use the reader's time zone.

use chrono::{DateTime, Utc};
use leptos::prelude::*;

use crate::text;

/// `<time>` with its time zone: `23 Nov 2026, 07:05 CET`.
pub fn timestamp(at: DateTime<Utc>) -> AnyView {
    view! {
        <time datetime=text::machine_timestamp(at)>
            {local(at)}
        </time>
    }
    .into_any()
}

/// The same, or this text for what has never happened.
#[cfg(feature = "ssr")]
pub fn timestamp_or(at: Option<DateTime<Utc>>, never: &'static str) -> AnyView {
    at.map_or_else(
        || view! { <span class="muted">{never}</span> }.into_any(),
        timestamp,
    )
}

/// In the zone that a server page provides; else in UTC.
fn local(at: DateTime<Utc>) -> String {
    #[cfg(feature = "ssr")]
    if let Some(zone) = use_context::<domain::TimeZone>() {
        return in_zone(at, zone);
    }
    text::timestamp(at)
}

#[cfg(feature = "ssr")]
fn in_zone(at: DateTime<Utc>, zone: domain::TimeZone) -> String {
    let local = at.with_timezone(&zone.tz());
    local.format("%-d %b %Y, %H:%M %Z").to_string()
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn moments_are_told_in_the_readers_zone_which_is_named() {
        let at = "2026-11-23T23:05:09Z".parse().expect("a valid moment");
        let written = |zone: &str| in_zone(at, zone.parse().expect("a zone"));
        assert_eq!(written("UTC"), "23 Nov 2026, 23:05 UTC");
        assert_eq!(written("Europe/Berlin"), "24 Nov 2026, 00:05 CET");
        assert_eq!(written("America/Sao_Paulo"), "23 Nov 2026, 20:05 -03");
    }
}
