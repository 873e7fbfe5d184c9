//! A request from its arrival to its end, also where the client does not wait for it.

use std::sync::atomic::Ordering;

use crate::http::call::Call;
use crate::requests::log::Served;
use crate::shared::Shared;

/// Counts a request at its arrival, and writes it down when it is dropped:
/// answered, or abandoned by a client that lost patience.
pub(crate) struct RequestLifecycle<'a> {
    shared: &'a Shared,
    served: Option<Served>,
}

impl<'a> RequestLifecycle<'a> {
    pub(crate) fn begin(shared: &'a Shared, call: &Call) -> Self {
        let now = shared.in_flight.fetch_add(1, Ordering::Relaxed) + 1;
        shared.most_in_flight.fetch_max(now, Ordering::Relaxed);
        shared.world().request_log.arrive(call.endpoint);
        let served = Served {
            at: call.now,
            endpoint: call.endpoint,
            target: call.target.clone(),
            user: None,
            status: None,
        };
        Self {
            shared,
            served: Some(served),
        }
    }

    pub(crate) fn is_from(&mut self, login: Option<&str>) {
        if let Some(served) = &mut self.served {
            served.user = login.map(str::to_owned);
        }
    }

    pub(crate) fn ends_with(&mut self, status: u16) {
        if let Some(served) = &mut self.served {
            served.status = Some(status);
        }
    }
}

impl Drop for RequestLifecycle<'_> {
    fn drop(&mut self) {
        self.shared.in_flight.fetch_sub(1, Ordering::Relaxed);
        if let Some(served) = self.served.take() {
            tracing::debug!(http.target = %served.target, http.status = served.status, "served");
            self.shared.world().request_log.record(served);
        }
    }
}
