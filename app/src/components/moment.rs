//! A moment, for people and for machines: in UTC on live pages, so that the server and every
//! browser write the same, and on documents in the zone of who reads them.

use chrono::{DateTime, Utc};
use leptos::prelude::*;

use crate::words;

/// `<time>`, with its zone.
pub fn moment(at: DateTime<Utc>) -> AnyView {
    #[cfg(feature = "ssr")]
    if let Some(zone) = use_context::<domain::TimeZone>() {
        return crate::documents::times::moment(at, zone);
    }
    view! {
        <time datetime=words::machine_moment(at)>
            {words::moment(at)}
        </time>
    }
    .into_any()
}
