//! GitHub, in our words.
use domain::{Problem, ProblemKind};
/// GitHub refused or failed.
#[derive(Debug, thiserror::Error)]
#[error("GitHub failed")]
pub struct GithubError;
impl GithubError {
    /// The sentence for outside.
    #[must_use]
    pub fn into_problem(self) -> Problem { Problem::new(ProblemKind::Unavailable, "GitHub failed") }
}
