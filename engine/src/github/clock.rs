//! The clock of a GitHub server, beside this machine's.

use chrono::{DateTime, TimeDelta};
use http::header::DATE;

use super::client::Client;
use super::error::GithubError;

impl Client {
    /// How far this machine's clock is ahead of the server's, by the `Date` header of an answer,
    /// whatever its status; negative where it is behind.
    /// <https://www.rfc-editor.org/rfc/rfc9110#field.date>
    pub(crate) async fn clock_difference(&self) -> Result<TimeDelta, GithubError> {
        let answer = self.get_any("/").await?;
        let date = answer.headers.get(DATE).and_then(|date| date.to_str().ok());
        let date = date.and_then(|date| DateTime::parse_from_rfc2822(date).ok());
        let date = date.ok_or(GithubError::Malformed("it has no date"))?;
        Ok(self.clock.now().signed_duration_since(date))
    }
}
