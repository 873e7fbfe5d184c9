//! What the collection of one endpoint of one repository works with.

use std::sync::atomic::AtomicU32;

use chrono::{DateTime, Utc};
use domain::{Day, Endpoint, FailureKind, TenantId};
use tokio::sync::{SemaphorePermit, watch};

use super::Inner;
use super::dispatcher::Dispatcher;
use super::error::CollectError;
use crate::SharedClock;
use crate::github::{Body, Client, ETag, GithubError};
use crate::store::{FetchState, NewResponse, Store, Target};

/// When an endpoint is collected, and what its failure means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Policy {
    /// GitHub forgets this data, so it comes first, and every failure is recorded.
    Required,
    /// This data can wait. It is collected after the required endpoints, only if none of them
    /// failed, and only while the rate limiter has headroom; otherwise it stays due, and nothing
    /// failed. If GitHub does not offer it to the token, that is recorded as a fact.
    Optional,
}

/// Which of a repository's endpoints to collect.
#[derive(Clone, Copy)]
pub(super) enum Round<'a> {
    /// Everything that is due.
    First,
    /// What failed in the first round and may succeed now. If only that failed, the optional
    /// endpoints that are due follow.
    Second {
        failed: &'a [Endpoint],
        optional: bool,
    },
}

/// One round of a repository's endpoints.
pub(super) struct Task<'a> {
    pub(super) collector: &'a Inner,
    pub(super) tenant: TenantId,
    pub(super) target: &'a Target,
    pub(super) dispatcher: &'a Dispatcher<'a>,
    pub(super) requests: &'a AtomicU32,
    /// The last responses of this repository's endpoints.
    pub(super) known: &'a [FetchState],
    pub(super) round: Round<'a>,
    /// The endpoints of the round that are collected, have failed or are not due.
    pub(super) finished: watch::Sender<Vec<Endpoint>>,
}

impl<'a> Task<'a> {
    pub(super) fn store(&self) -> &'a Store {
        &self.collector.store
    }

    pub(super) fn clock(&self) -> &'a SharedClock {
        &self.collector.clock
    }

    pub(super) fn client(&self) -> &Client {
        self.dispatcher.client()
    }

    /// The `ETag` of the stored data.
    pub(super) fn etag(&self, endpoint: Endpoint) -> Option<&'a ETag> {
        self.last_response(endpoint)?.tag.as_ref()
    }

    /// Whether there may be anything new: the last response is no longer fresh.
    pub(super) fn is_due(&self, endpoint: Endpoint, policy: Policy) -> bool {
        if let Round::Second { failed, optional } = self.round
            && !(optional && policy == Policy::Optional)
        {
            return failed.contains(&endpoint);
        }
        let today = Day::of(self.clock().now());
        let answered_at = self.last_response(endpoint).and_then(|last| last.at);
        self.dispatcher.forces_refresh()
            || answered_at.is_none_or(|at| {
                // The clock of another process may be ahead.
                today.days_since(Day::of(at)).abs() >= endpoint.holds_days()
            })
    }

    fn last_response(&self, endpoint: Endpoint) -> Option<&'a FetchState> {
        self.known.iter().find(|last| last.endpoint == endpoint)
    }

    /// The response as it came, to be stored; `None` where responses are not kept.
    pub(super) fn raw(
        &self,
        endpoint: Endpoint,
        captured_at: DateTime<Utc>,
        body: &Body,
    ) -> Option<NewResponse> {
        let keeps = self.collector.keep_responses_days > 0;
        keeps.then(|| NewResponse::new(endpoint, captured_at, body))
    }

    /// Sends a request to GitHub when one may be sent.
    pub(super) async fn request<T, F>(&self, request: impl Fn() -> F) -> Result<T, CollectError>
    where
        F: Future<Output = Result<T, GithubError>>,
    {
        self.dispatcher.request(self.requests, request).await
    }

    /// Sends a request that can wait: only while the rate limiter has headroom.
    ///
    /// # Errors
    /// As for every request; [`CollectError::NotRequested`] without headroom.
    pub(super) async fn request_low_priority<T, F>(
        &self,
        request: impl Fn() -> F,
    ) -> Result<T, CollectError>
    where
        F: Future<Output = Result<T, GithubError>>,
    {
        if self.has_headroom() {
            self.request(request).await
        } else {
            Err(CollectError::NotRequested(
                FailureKind::RateLimited,
                "The remaining requests of this hour are reserved for traffic.".to_owned(),
            ))
        }
    }

    /// Whether enough of the hour's requests are left for data that can wait.
    pub(super) fn has_headroom(&self) -> bool {
        self.client()
            .rate_limiter()
            .has_headroom(self.clock().now())
    }

    /// A permit to be held while a response is stored.
    pub(super) async fn write_permit(&self) -> Result<SemaphorePermit<'a>, CollectError> {
        // The semaphore is never closed; if it were, the process would be ending.
        let permit = self.collector.writes.acquire().await;
        permit.map_err(|_| CollectError::Cancelled)
    }

    /// Waits until another endpoint of this round is collected, has failed, or turns out not to be
    /// due.
    pub(super) async fn wait_for(&self, endpoint: Endpoint) {
        let mut finished = self.finished.subscribe();
        // An error means that the sender is gone, and it lives as long as the task.
        let _ = finished.wait_for(|done| done.contains(&endpoint)).await;
    }

    pub(super) fn finish(&self, endpoint: Endpoint) {
        self.finished.send_modify(|done| done.push(endpoint));
    }
}
