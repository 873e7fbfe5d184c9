//! Signing in with e-mail and password.

use domain::{Email, Problem, ProblemKind, UserId};
use secrecy::SecretString;

use super::passwords;
use crate::{Engine, Result};

impl Engine {
    /// The account that an address and a password open.
    ///
    /// The answer and its time are the same for an unknown address and for a wrong password, so
    /// that strangers cannot find out who has an account.
    ///
    /// # Errors
    /// Where they open none.
    pub async fn sign_in(&self, email: &str, password: SecretString) -> Result<UserId> {
        let account = match email.parse::<Email>() {
            Ok(email) => self.0.store.unscoped_password(&email).await?,
            Err(_) => None,
        };
        let (id, hash) = account.map_or((None, None), |(id, hash)| (Some(id), hash));
        let right = passwords::verify(password, hash).await?;
        id.filter(|_| right).ok_or_else(|| {
            Problem::new(
                ProblemKind::Unauthenticated,
                "The e-mail address or the password is wrong.",
            )
            .into()
        })
    }
}
