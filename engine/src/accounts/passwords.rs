//! Passwords: hashed with argon2id, and compared in the same time for accounts that do not exist.

use std::num::NonZero;
use std::sync::OnceLock;
use std::thread::available_parallelism;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Semaphore;

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
    static DECOY: OnceLock<String> = OnceLock::new();
    if let Some(hash) = DECOY.get() {
        return Ok(hash.clone());
    }
    let hash = Argon2::default()
        .hash_password(b"nobody's password")
        .map_err(|_| SecretsError::Unwritable)?
        .to_string();
    Ok(DECOY.get_or_init(|| hash).clone())
}

/// Does the work away from the threads that serve, at most one a core at a time: each takes 19 MiB
/// and a whole core, so more at once would only be slower together.
async fn in_background<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    let turn = turns().acquire().await;
    let turn = turn.map_err(|_| SecretsError::Unwritable)?;
    let work = move || {
        // Held by the work itself, which goes on where whoever asked is gone.
        let _turn = turn;
        work()
    };
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| SecretsError::Unwritable)?
}

/// How many passwords can be hashed at once.
fn turns() -> &'static Semaphore {
    static TURNS: OnceLock<Semaphore> = OnceLock::new();
    TURNS.get_or_init(|| Semaphore::new(available_parallelism().map_or(1, NonZero::get)))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
    use std::time::Duration;

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

    #[tokio::test(flavor = "multi_thread")]
    async fn no_more_are_hashed_at_once_than_there_are_cores() {
        let cores = available_parallelism().map_or(1, NonZero::get);
        let (now, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let counts = Arc::new((now, most));
        let works = (0..cores * 4).map(|_| {
            let counts = counts.clone();
            in_background(move || {
                let (now, most) = &*counts;
                most.fetch_max(now.fetch_add(1, SeqCst) + 1, SeqCst);
                std::thread::sleep(Duration::from_millis(20));
                now.fetch_sub(1, SeqCst);
                Ok(())
            })
        });
        let done = futures::future::try_join_all(works).await;
        done.expect("all had their turn");
        let most = counts.1.load(SeqCst);
        assert!(
            (1..=cores).contains(&most),
            "{most} at once on {cores} cores"
        );
    }

    #[tokio::test]
    async fn short_and_endless_passwords_are_refused() {
        assert!(hash("short".into()).await.is_err());
        assert!(hash("x".repeat(1_001).into()).await.is_err());
    }
}
