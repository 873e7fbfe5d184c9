//! Passwords: hashed with argon2id, and compared in the same time for accounts that do not exist.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use secrecy::{ExposeSecret, SecretString};

use crate::secrets::SecretsError;
use crate::{Error, Result};

/// The shortest password. NIST SP 800-63B asks for 8; length is what helps.
const SHORTEST: usize = 10;
/// The longest password: enough for any passphrase, too short to keep the hasher busy.
const LONGEST: usize = 1_000;

/// Hashes a new password, away from the threads that serve.
pub(super) async fn hash(password: SecretString) -> Result<String> {
    let characters = password.expose_secret().chars().count();
    if !(SHORTEST..=LONGEST).contains(&characters) {
        return Err(Error::invalid(format!(
            "Choose a password of {SHORTEST} to {LONGEST} characters."
        )));
    }
    in_background(move || {
        Argon2::default()
            .hash_password(password.expose_secret().as_bytes())
            .map(|hash| hash.to_string())
            .map_err(|_| SecretsError::Unwritable.into())
    })
    .await
}

/// Whether the password belongs to the hash; without a hash it takes the same time and says no.
pub(super) async fn verify(password: SecretString, hash: Option<String>) -> Result<bool> {
    if password.expose_secret().len() > LONGEST * 4 {
        return Ok(false);
    }
    in_background(move || {
        let known = hash.is_some();
        let hash = match hash {
            Some(hash) => hash,
            None => decoy()?,
        };
        let hash = PasswordHash::new(&hash).map_err(|_| SecretsError::Unreadable)?;
        let right = Argon2::default()
            .verify_password(password.expose_secret().as_bytes(), &hash)
            .is_ok();
        Ok(known && right)
    })
    .await
}

/// The hash of no one's password, with the parameters of all.
fn decoy() -> Result<String> {
    static DECOY: std::sync::OnceLock<String> = std::sync::OnceLock::new();
    if let Some(hash) = DECOY.get() {
        return Ok(hash.clone());
    }
    let hash = Argon2::default()
        .hash_password(b"nobody's password")
        .map_err(|_| SecretsError::Unwritable)?
        .to_string();
    Ok(DECOY.get_or_init(|| hash).clone())
}

async fn in_background<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| SecretsError::Unwritable)?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_opens_only_its_own_hash() {
        let hash = hash("correct horse".into()).await.expect("hashed");
        assert!(hash.starts_with("$argon2id$"), "{hash}");
        assert!(
            verify("correct horse".into(), Some(hash.clone()))
                .await
                .expect("verified")
        );
        assert!(
            !verify("wrong horse".into(), Some(hash))
                .await
                .expect("verified")
        );
        assert!(
            !verify("nobody's password".into(), None)
                .await
                .expect("verified")
        );
    }

    #[tokio::test]
    async fn short_and_endless_passwords_are_refused() {
        assert!(hash("short".into()).await.is_err());
        assert!(hash("x".repeat(1_001).into()).await.is_err());
    }
}
