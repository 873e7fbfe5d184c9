//! Passwords: hashed with argon2id, and compared in the same time for unknown accounts.

use std::num::NonZero;
use std::sync::{Arc, OnceLock};
use std::thread::available_parallelism;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use domain::{Problem, ProblemKind};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Semaphore;

use crate::secrets::SecretsError;
use crate::{Error, Result};

/// The minimum length. NIST SP 800-63B asks for 8; length is what helps.
const SHORTEST: usize = 10;
/// The maximum length: enough for any passphrase, too short to keep the hasher busy.
const LONGEST: usize = 1_000;
/// How many may wait for the hasher, each for about 20 ms per place. Further requests are refused
/// immediately.
const MOST_WAITING: usize = 32;
/// When to retry, in seconds: the waiting ones are done by then.
const FREE_AGAIN_S: u64 = 5;

/// Hashes a new password on a background thread.
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

/// Whether this could be a password at all: not empty, and not longer than the maximum. Others need
/// no hash and no look at an account, so the answer reveals nothing.
pub(super) fn is_possible(password: &SecretString) -> bool {
    (1..=LONGEST * 4).contains(&password.expose_secret().len())
}

/// Whether the password matches the hash. Without a hash, takes the same time and returns false.
pub(super) async fn verify(password: SecretString, hash: Option<String>) -> Result<bool> {
    if !is_possible(&password) {
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

/// The hash of no password, with the usual parameters.
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

/// Runs the work on a background thread, through the process's one queue.
async fn in_background<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    static QUEUE: OnceLock<Queue> = OnceLock::new();
    QUEUE.get_or_init(|| Queue::new(cores())).run(work).await
}

fn cores() -> usize {
    available_parallelism().map_or(1, NonZero::get)
}

/// Limits how many hashes run and how many wait.
struct Queue {
    /// Held by running and waiting work.
    places: Arc<Semaphore>,
    /// Held by running work: one per core, since each hash takes 19 MiB and a whole core.
    turns: Arc<Semaphore>,
}

impl Queue {
    fn new(cores: usize) -> Self {
        Self {
            places: Arc::new(Semaphore::new(cores + MOST_WAITING)),
            turns: Arc::new(Semaphore::new(cores)),
        }
    }

    /// # Errors
    /// When too many wait already; then the work is not done.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let place = Arc::clone(&self.places).try_acquire_owned();
        let place = place.map_err(|_| busy())?;
        let turn = Arc::clone(&self.turns).acquire_owned().await;
        let turn = turn.map_err(|_| SecretsError::Unwritable)?;
        let work = move || {
            // Held by the work itself, which continues after a cancelled request.
            let (_place, _turn) = (place, turn);
            work()
        };
        tokio::task::spawn_blocking(work)
            .await
            .map_err(|_| SecretsError::Unwritable)?
    }
}

fn busy() -> Error {
    Problem::new(
        ProblemKind::Unavailable,
        "Too many people are signing in right now. Wait a few seconds and try again.",
    )
    .retry_after(FREE_AGAIN_S)
    .into()
}

#[cfg(test)]
mod tests {
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
        let cores = cores();
        let queue = Queue::new(cores);
        let (now, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let counts = Arc::new((now, most));
        let works = (0..cores * 4).map(|_| {
            let counts = counts.clone();
            queue.run(move || {
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
    async fn more_than_32_who_wait_are_refused_at_once_and_told_when_to_come_back() {
        let queue = Queue::new(1);
        let (go, gone) = std::sync::mpsc::channel::<()>();
        let first = queue.run(move || {
            gone.recv().ok();
            Ok(())
        });
        let waiting = (0..MOST_WAITING).map(|_| queue.run(|| Ok(())));
        let queued = futures::future::join(first, futures::future::try_join_all(waiting));
        let mut queued = std::pin::pin!(queued);
        assert!(futures::poll!(&mut queued).is_pending());

        let refused = queue
            .run(|| -> Result<()> { panic!("not to be done") })
            .await;
        let Err(Error::Problem(problem)) = refused else {
            panic!("{refused:?}");
        };
        assert_eq!(problem.kind, ProblemKind::Unavailable);
        assert_eq!(problem.retry_after_s, Some(FREE_AGAIN_S));

        go.send(()).expect("the first waits for it");
        let (first, others) = queued.await;
        assert!(first.is_ok() && others.is_ok_and(|done| done.len() == MOST_WAITING));
        assert!(queue.run(|| Ok(())).await.is_ok(), "there is room again");
    }

    #[tokio::test]
    async fn short_and_endless_passwords_are_refused() {
        assert!(hash("short".into()).await.is_err());
        assert!(hash("x".repeat(1_001).into()).await.is_err());
        assert!(!is_possible(&"".into()) && !is_possible(&"x".repeat(4_001).into()));
        assert!(is_possible(&"x".into()) && is_possible(&"\u{1f30a}".repeat(1_000).into()));
    }
}
