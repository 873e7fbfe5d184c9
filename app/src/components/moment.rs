//! A moment, for people and for machines.

use chrono::{DateTime, Utc};
use leptos::prelude::*;

use crate::words;

/// `<time>` in UTC, so that the server and every browser write the same.
pub fn moment(at: DateTime<Utc>) -> AnyView {
    view! {
        <time datetime=words::machine_moment(at)>
            {words::moment(at)}
        </time>
    }
    .into_any()
}
