//! A request from its arrival to its end, even if the client disconnects.

use std::sync::atomic::Ordering;

use crate::http::call::Call;
use crate::requests::log::LoggedRequest;
use crate::shared::Shared;

/// Counts a request on arrival and logs it on drop, when it is answered or its client has
/// disconnected.
pub(crate) struct RequestLifecycle<'a> {
    shared: &'a Shared,
    request: Option<LoggedRequest>,
}

impl<'a> RequestLifecycle<'a> {
    pub(crate) fn begin(shared: &'a Shared, call: &Call) -> Self {
        let now = shared.in_flight.fetch_add(1, Ordering::Relaxed) + 1;
        shared.most_in_flight.fetch_max(now, Ordering::Relaxed);
        shared.github().request_log.count(call.endpoint);
        let request = LoggedRequest {
            at: call.now,
            endpoint: call.endpoint,
            target: call.target.clone(),
            user: None,
            status: None,
        };
        Self {
            shared,
            request: Some(request),
        }
    }

    pub(crate) fn set_user(&mut self, login: Option<&str>) {
        if let Some(request) = &mut self.request {
            request.user = login.map(str::to_owned);
        }
    }

    pub(crate) fn set_status(&mut self, status: u16) {
        if let Some(request) = &mut self.request {
            request.status = Some(status);
        }
    }
}

impl Drop for RequestLifecycle<'_> {
    fn drop(&mut self) {
        self.shared.in_flight.fetch_sub(1, Ordering::Relaxed);
        if let Some(request) = self.request.take() {
            tracing::debug!(http.target = %request.target, http.status = request.status, "served");
            self.shared.github().request_log.record(request);
        }
    }
}
