//! The clock of a GitHub server, beside this machine's.

use chrono::TimeDelta;

use super::client::Client;
use super::edge::clock_ahead;
use super::error::GithubError;

impl Client {
    /// How far this machine's clock is ahead of the server's, by the `Date` header of an answer,
    /// whatever its status; negative where it is behind.
    pub(crate) async fn clock_difference(&self) -> Result<TimeDelta, GithubError> {
        let answer = self.get_any("/").await?;
        clock_ahead(&answer.headers, self.clock.now())
            .ok_or(GithubError::Malformed("it has no date"))
    }
}
