//! The key that encrypts all secrets: noticed when it is wrong, and replaced.

use domain::Viewer;

use crate::{Engine, Error, Result, SecretKey};

impl Engine {
    /// Encrypts every secret anew with another key, and says how many there are.
    ///
    /// # Errors
    /// Where the viewer is not the operator, or a secret cannot be read.
    pub async fn rotate_key(&self, viewer: &Viewer, _new: SecretKey) -> Result<u64> {
        if *viewer != Viewer::Operator {
            return Err(Error::forbidden());
        }
        Err(Error::invalid(
            "This version of Tidemark cannot do that yet.",
        ))
    }
}
