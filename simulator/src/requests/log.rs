//! What was asked and how it was answered, for tests to look at.

use std::collections::{BTreeMap, VecDeque};

use chrono::{DateTime, Utc};

use crate::requests::endpoint::Endpoint;

/// How many requests are remembered one by one; the counts have no such end.
const REMEMBERED: usize = 20_000;

/// One request and its outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Served {
    /// When, by the simulator's clock.
    pub at: DateTime<Utc>,
    /// What was asked for.
    pub endpoint: Endpoint,
    /// The path and query as they came.
    pub target: String,
    /// The login behind the token, if it was valid.
    pub user: Option<String>,
    /// The status; `None` when the connection was reset or the client gave up.
    pub status: Option<u16>,
}

#[derive(Debug, Default)]
pub(crate) struct RequestLog {
    pub(crate) total: u64,
    pub(crate) by_endpoint: BTreeMap<Endpoint, u64>,
    pub(crate) by_status: BTreeMap<Option<u16>, u64>,
    pub(crate) last: VecDeque<Served>,
}

impl RequestLog {
    /// Counts a request that has come in; its end is recorded on its own.
    pub(crate) fn arrive(&mut self, endpoint: Endpoint) {
        self.total += 1;
        *self.by_endpoint.entry(endpoint).or_default() += 1;
    }

    pub(crate) fn record(&mut self, served: Served) {
        *self.by_status.entry(served.status).or_default() += 1;
        if self.last.len() == REMEMBERED {
            self.last.pop_front();
        }
        self.last.push_back(served);
    }
}
