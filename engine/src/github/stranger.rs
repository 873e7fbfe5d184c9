//! What whoever has no token sees: it tells what is gone from what is only hidden from a token.

use std::sync::{Arc, OnceLock};

use url::Url;

use super::allowance::Leave;
use super::client::Client;
use super::error::GithubError;
use super::pause::Turn;

/// The same server, asked without a token; made when it is first needed.
#[derive(Clone, Default)]
pub(super) struct Stranger(Arc<OnceLock<Option<Client>>>);

/// Leave to ask once without a token.
pub(crate) struct Public<'a> {
    client: &'a Client,
    _leave: Leave<'a>,
}

impl Client {
    /// To ask what everybody sees; `None` while GitHub wants no such question: without a token, an
    /// address has 60 requests an hour.
    pub(crate) fn public(&self) -> Option<Public<'_>> {
        let client = self
            .stranger
            .0
            .get_or_init(|| {
                let base = Url::parse(&self.base).ok()?;
                Self::anonymous(&base, self.clock.clone()).ok()
            })
            .as_ref()?;
        match client.allowance().turn(self.clock.now()) {
            Turn::Now(leave) => Some(Public {
                client,
                _leave: leave,
            }),
            Turn::At(..) | Turn::Behind => None,
        }
    }
}

impl Public<'_> {
    /// Whether everybody sees the repository with this id of GitHub's; `None` where GitHub does
    /// not say.
    pub(crate) async fn sees(&self, github_id: i64) -> Option<bool> {
        match self.client.repository_by_id(github_id, None).await {
            Ok(_) => Some(true),
            Err(GithubError::NotFound) => Some(false),
            Err(_) => None,
        }
    }
}
