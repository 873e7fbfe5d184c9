//! Timestamps: when something was or will be, in the reader's time zone, with the exact time on
//! hover. What is built in the browser is in UTC until the page's script (`frontend/page.js`) puts
//! it into the reader's zone, at once: browsers know the zones, so that the module need not.

use chrono::{DateTime, Utc};
use leptos::prelude::*;

use crate::text;

#[cfg(feature = "ssr")]
use self::server::shown;
#[cfg(feature = "ssr")]
pub use self::server::{ReaderClock, reader_zone, use_zone};

/// `<time>`: `today at 06:51`, `26 Nov at 06:51`; its title is `28 Nov 2026, 06:51 CET`.
pub fn timestamp(at: DateTime<Utc>) -> AnyView {
    let (words, exact) = shown(at);
    view! {
        <time datetime=text::machine_timestamp(at) title=exact>
            {words}
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

/// The page's script words it.
#[cfg(not(feature = "ssr"))]
fn shown(at: DateTime<Utc>) -> (String, Option<String>) {
    (text::machine_timestamp(at), None)
}

#[cfg(feature = "ssr")]
mod server {
    use chrono::{DateTime, Datelike, Utc};
    use domain::{Day, TimeZone, Viewer};
    use leptos::prelude::use_context;

    use crate::chart::format;
    use crate::text;

    /// The reader's time zone and the time of the request, as the context of a page.
    #[derive(Clone, Copy)]
    pub struct ReaderClock {
        /// The time zone.
        pub zone: TimeZone,
        /// The time of the request.
        pub now: DateTime<Utc>,
    }

    /// The zone that the viewer has chosen, or else the browser's.
    #[must_use]
    pub fn reader_zone(viewer: Option<&Viewer>, browser: Option<TimeZone>) -> TimeZone {
        let chosen = match viewer {
            Some(Viewer::Person(person)) => person.timezone.parse().ok(),
            _ => None,
        };
        chosen.or(browser).unwrap_or(TimeZone::UTC)
    }

    /// The reader's time zone; UTC outside of a page.
    pub fn use_zone() -> TimeZone {
        use_context::<ReaderClock>().map_or(TimeZone::UTC, |clock| clock.zone)
    }

    /// The time relative to the reader's day, and the exact one; outside of a page only that.
    pub(super) fn shown(at: DateTime<Utc>) -> (String, Option<String>) {
        let Some(ReaderClock { zone, now }) = use_context() else {
            return (text::timestamp(at), None);
        };
        (words(at, now, zone), Some(in_zone(at, zone)))
    }

    /// `today at 06:51`, `26 Nov at 06:51`, `31 Dec 2025 at 06:51`
    fn words(at: DateTime<Utc>, now: DateTime<Utc>, zone: TimeZone) -> String {
        let local = |at: DateTime<Utc>| at.with_timezone(&zone.tz());
        let (at, now) = (local(at), local(now));
        let time = at.format("%H:%M");
        let (day, today) = (Day::new(at.date_naive()), Day::new(now.date_naive()));
        match day.days_since(today) {
            0 => format!("today at {time}"),
            -1 => format!("yesterday at {time}"),
            1 => format!("tomorrow at {time}"),
            _ if at.year() == now.year() => format!("{} at {time}", format::short_day(day)),
            _ => format!("{} at {time}", format::day(day)),
        }
    }

    /// `28 Nov 2026, 06:51 CET`
    pub(super) fn in_zone(at: DateTime<Utc>, zone: TimeZone) -> String {
        let local = at.with_timezone(&zone.tz());
        local.format("%-d %b %Y, %H:%M %Z").to_string()
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use domain::{Origin, Person, Theme, TimeZone, UserId, Viewer};

    use super::server::in_zone;
    use super::*;
    use crate::test_html::test_html;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a valid moment")
    }

    fn viewer(timezone: &str) -> Viewer {
        Viewer::Person(Person {
            id: UserId::new(1),
            name: "Ada".to_owned(),
            email: "ada@example.org".parse().expect("an address"),
            administrator: false,
            maintainer: false,
            memberships: Vec::new(),
            theme: Theme::System,
            timezone: timezone.to_owned(),
            origin: Origin::default(),
        })
    }

    fn read(zone: &str, now: &str, shown: &str) -> String {
        let zone = zone.parse().expect("a zone");
        test_html(|| {
            provide_context(ReaderClock { zone, now: at(now) });
            timestamp(at(shown))
        })
    }

    #[test]
    fn moments_are_told_in_the_readers_zone_which_is_named() {
        let at = at("2026-11-23T23:05:09Z");
        let written = |zone: &str| in_zone(at, zone.parse().expect("a zone"));
        assert_eq!(written("UTC"), "23 Nov 2026, 23:05 UTC");
        assert_eq!(written("Europe/Berlin"), "24 Nov 2026, 00:05 CET");
        assert_eq!(written("America/Sao_Paulo"), "23 Nov 2026, 20:05 -03");
    }

    #[test]
    fn a_time_is_relative_to_the_readers_day_with_the_exact_one_on_hover() {
        let now = "2026-11-28T10:00:00Z";
        assert_eq!(
            read("Europe/Berlin", now, "2026-11-28T05:51:00Z"),
            r#"<time datetime="2026-11-28T05:51:00Z" title="28 Nov 2026, 06:51 CET">today at 06:51</time>"#
        );
        for (shown, words) in [
            // Already Saturday in Berlin.
            ("2026-11-27T23:30:00Z", ">today at 00:30<"),
            ("2026-11-27T22:30:00Z", ">yesterday at 23:30<"),
            ("2026-11-29T04:17:00Z", ">tomorrow at 05:17<"),
            ("2026-11-02T08:00:00Z", ">2 Nov at 09:00<"),
            ("2025-12-31T22:59:00Z", ">31 Dec 2025 at 23:59<"),
            ("2025-12-31T23:00:00Z", ">1 Jan at 00:00<"),
        ] {
            let html = read("Europe/Berlin", now, shown);
            assert!(html.contains(words), "{words}: {html}");
        }
    }

    #[test]
    fn without_a_choice_the_browsers_zone_counts() {
        let new_york: TimeZone = "America/New_York".parse().expect("a zone");
        let mut ada = viewer("");
        assert_eq!(reader_zone(Some(&ada), Some(new_york)), new_york);
        assert_eq!(reader_zone(None, Some(new_york)), new_york);
        assert_eq!(reader_zone(None, None), TimeZone::UTC);
        // UTC is a choice too.
        for chosen in ["UTC", "Asia/Tokyo"] {
            ada = viewer(chosen);
            assert_eq!(reader_zone(Some(&ada), Some(new_york)).as_str(), chosen);
        }
    }
}
