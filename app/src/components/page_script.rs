//! What live pages and the script of every page (`frontend/page.js`) tell each other, by events of the
//! window: `page-loaded` and `page-lost` after a request that the server did or did not answer,
//! `page-ready` once data is shown, and `page-retry` to load it again.

use leptos::prelude::*;

/// How often the page's script has asked for the data again. On the server it never changes.
#[derive(Clone, Copy)]
pub struct Attempts(RwSignal<usize>);

impl Attempts {
    /// Provides it to all pages.
    pub fn provide() {
        let attempts = RwSignal::new(0_usize);
        provide_context(Self(attempts));
        #[cfg(feature = "hydrate")]
        let _ = window_event_listener_untyped("page-retry", move |_| {
            attempts.update(|attempts| *attempts += 1);
        });
    }

    /// The number so far.
    pub fn get(self) -> usize {
        self.0.get()
    }
}

/// Tells the page's script what happened.
pub fn tell_page_script(event: &str) {
    if let Ok(event) = leptos::web_sys::Event::new(event) {
        // Fails only for an event that is being dispatched already.
        let _ = window().dispatch_event(&event);
    }
}
