//! What was shown to whom asked: every answer that left whole, for tests that hold what is
//! stored against it.

use std::sync::mpsc::{Receiver, Sender, channel};

use axum::body::Bytes;
use chrono::{DateTime, Utc};

use crate::requests::endpoint::Endpoint;

/// An answer that was handed to the connection whole and unbroken: 200 with this body, or 304,
/// which says that it is still this one.
///
/// Whether whoever asked lived to read it, nobody knows. What a fault breaks off shows nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// What was asked for.
    pub endpoint: Endpoint,
    /// The path and query as they came.
    pub target: String,
    /// The moment at which it was given, which its `Date` tells in whole seconds.
    pub at: DateTime<Utc>,
    /// The body that was sent, or that did not need to be.
    pub body: Bytes,
}

/// Who is told of what is shown, if anybody.
#[derive(Debug, Default)]
pub(crate) struct ResponseRecorder(Option<Sender<Shown>>);

impl ResponseRecorder {
    /// Begins to tell; whoever was told before is told no more.
    pub(crate) fn begin(&mut self) -> Receiver<Shown> {
        let (sender, receiver) = channel();
        self.0 = Some(sender);
        receiver
    }

    /// Hands a response to the receiver, if there is one.
    pub(crate) fn record(&mut self, response: impl FnOnce() -> Shown) {
        if let Some(sender) = &self.0
            && sender.send(response()).is_err()
        {
            self.0 = None;
        }
    }
}
