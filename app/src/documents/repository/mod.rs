//! What is told of a repository beside its live page.

pub mod answers;

use domain::{Problem, RepositoryName};
use engine::Error;

use super::Visit;

/// The repository that the address names; what cannot be a name is the name of nothing.
fn named(visit: &Visit) -> Result<RepositoryName, Problem> {
    let name = format!("{}/{}", visit.part("owner"), visit.part("name"));
    name.parse().map_err(|_| Error::not_found().into_problem())
}
