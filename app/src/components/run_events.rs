//! Run updates that the server streams while a page is open.

use domain::report::Run;
use leptos::prelude::*;

use crate::address::Tenant;

/// Calls `tell` with the newest runs on every change, until the page is left. On the server it does
/// nothing.
#[cfg(not(feature = "hydrate"))]
pub fn follow_runs(_tenant: Memo<Tenant>, _tell: impl Fn(Vec<Run>) + 'static) {}

/// Calls `tell` with the newest runs on every change, until the page is left.
#[cfg(feature = "hydrate")]
pub fn follow_runs(tenant: Memo<Tenant>, tell: impl Fn(Vec<Run>) + 'static) {
    follow(tenant, std::rc::Rc::new(tell));
}

/// Shared by all pages, so that the code exists once.
#[cfg(feature = "hydrate")]
fn follow(tenant: Memo<Tenant>, tell: browser::Tell) {
    let attempt = RwSignal::new(0_u32);
    Effect::new(move |_| {
        attempt.track();
        if let Some(stream) =
            browser::Stream::open(&tenant.get().run_events(), tell.clone(), attempt)
        {
            // Dropped, and so closed, with the effect's owner: before its next run, and with the page.
            StoredValue::new_local(stream);
        }
    });
}

#[cfg(feature = "hydrate")]
mod browser {
    //! The browser's event source and its callbacks.

    use std::rc::Rc;
    use std::time::Duration;

    use domain::report::Run;
    use leptos::prelude::*;
    use wasm_bindgen::JsCast;
    use wasm_bindgen::closure::Closure;
    use web_sys::{Event, EventSource, MessageEvent};

    /// The callback for runs.
    pub(super) type Tell = Rc<dyn Fn(Vec<Run>)>;

    /// How long to wait before asking again after the server refused.
    const PATIENCE: Duration = Duration::from_secs(5);

    pub(super) struct Stream {
        source: EventSource,
        // Kept for as long as the browser may call them.
        _message: Closure<dyn FnMut(MessageEvent)>,
        _error: Closure<dyn FnMut(Event)>,
    }

    impl Stream {
        pub(super) fn open(address: &str, tell: Tell, attempt: RwSignal<u32>) -> Option<Self> {
            let source = EventSource::new(address).ok()?;
            let message = Closure::new(move |event: MessageEvent| {
                let runs = event.data().as_string();
                if let Some(runs) = runs.and_then(|text| serde_json::from_str(&text).ok()) {
                    tell(runs);
                }
            });
            // The browser reconnects after a lost connection, but gives up on an error response,
            // such as during a server restart.
            let error = Closure::new({
                let source = source.clone();
                move |_: Event| {
                    if source.ready_state() == EventSource::CLOSED {
                        let again = move || {
                            // Not where the page has been left meanwhile.
                            let _ = attempt.try_update(|attempt| *attempt += 1);
                        };
                        set_timeout(again, PATIENCE);
                    }
                }
            });
            source.set_onmessage(Some(message.as_ref().unchecked_ref()));
            source.set_onerror(Some(error.as_ref().unchecked_ref()));
            Some(Self {
                source,
                _message: message,
                _error: error,
            })
        }
    }

    impl Drop for Stream {
        fn drop(&mut self) {
            self.source.close();
            self.source.set_onmessage(None);
            self.source.set_onerror(None);
        }
    }
}
