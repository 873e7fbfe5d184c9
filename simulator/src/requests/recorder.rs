//! Records every complete response, so that tests can compare it with what is stored.

use std::sync::mpsc::{Receiver, Sender, channel};

use axum::body::Bytes;
use chrono::{DateTime, Utc};

use crate::requests::endpoint::Endpoint;

/// A complete response as handed to the connection: 200 with this body, or a 304 confirming it.
///
/// The client may have been killed before reading it. A response cut off by a fault is not
/// recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedResponse {
    /// The endpoint.
    pub endpoint: Endpoint,
    /// The path and query.
    pub target: String,
    /// When it was sent; its `Date` header has whole seconds.
    pub at: DateTime<Utc>,
    /// The body that was sent, or that a 304 confirmed.
    pub body: Bytes,
}

/// Sends each response to a receiver, if there is one.
#[derive(Debug, Default)]
pub(crate) struct ResponseRecorder(Option<Sender<RecordedResponse>>);

impl ResponseRecorder {
    /// Starts recording; an earlier receiver gets nothing more.
    pub(crate) fn start(&mut self) -> Receiver<RecordedResponse> {
        let (sender, receiver) = channel();
        self.0 = Some(sender);
        receiver
    }

    /// Hands a response to the receiver, if there is one.
    pub(crate) fn record(&mut self, response: impl FnOnce() -> RecordedResponse) {
        if let Some(sender) = &self.0
            && sender.send(response()).is_err()
        {
            self.0 = None;
        }
    }
}
