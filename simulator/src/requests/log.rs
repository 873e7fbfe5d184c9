//! The log of requests and their statuses, for tests.

use std::collections::{BTreeMap, VecDeque};

use chrono::{DateTime, Utc};

use crate::requests::endpoint::Endpoint;

/// How many requests are kept; the counts have no limit.
const MAX_LOGGED: usize = 20_000;

/// One request and its outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoggedRequest {
    /// When, by the simulator's clock.
    pub at: DateTime<Utc>,
    /// The endpoint.
    pub endpoint: Endpoint,
    /// The path and query.
    pub target: String,
    /// The login of the token, if it was valid.
    pub user: Option<String>,
    /// The status; `None` if the connection was reset or the client disconnected.
    pub status: Option<u16>,
}

#[derive(Debug, Default)]
pub(crate) struct RequestLog {
    pub(crate) total: u64,
    pub(crate) by_endpoint: BTreeMap<Endpoint, u64>,
    pub(crate) by_status: BTreeMap<Option<u16>, u64>,
    pub(crate) last: VecDeque<LoggedRequest>,
}

impl RequestLog {
    /// Counts a request on arrival; `record` logs its end.
    pub(crate) fn count(&mut self, endpoint: Endpoint) {
        self.total += 1;
        *self.by_endpoint.entry(endpoint).or_default() += 1;
    }

    pub(crate) fn record(&mut self, request: LoggedRequest) {
        *self.by_status.entry(request.status).or_default() += 1;
        if self.last.len() == MAX_LOGGED {
            self.last.pop_front();
        }
        self.last.push_back(request);
    }
}
