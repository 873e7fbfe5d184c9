//! A timestamp for people and machines: in UTC on live pages, so that the server and every browser
//! render the same, and in the reader's zone on server pages.

use chrono::{DateTime, Utc};
use leptos::prelude::*;

use crate::text;

/// `<time>`, with its zone.
pub fn timestamp(at: DateTime<Utc>) -> AnyView {
    #[cfg(feature = "ssr")]
    if let Some(zone) = use_context::<domain::TimeZone>() {
        return crate::server_pages::timestamp::timestamp(at, zone);
    }
    view! {
        <time datetime=text::machine_timestamp(at)>
            {text::timestamp(at)}
        </time>
    }
    .into_any()
}
