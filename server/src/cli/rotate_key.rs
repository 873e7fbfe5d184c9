//! `tidemark rotate-key`: encrypts the secrets in the database with another key.

use std::sync::Arc;

use clap::Args;
use domain::Viewer;
use engine::{Engine, SecretKey, SharedClock, SystemClock};

use super::{input, print, worker_name};
use crate::cli_error::CliError;
use crate::config::EngineArgs;
use crate::key_file::{self, KeyFileError, Rotation};
use crate::startup::{self, Opened};

/// How to rotate the key.
#[derive(Args)]
pub(super) struct RotateArgs {
    /// Read the new key (32 random bytes in base64) from standard input instead of generating one
    #[arg(long)]
    new_key_stdin: bool,
    /// If the key is lost, switch to the one that is set, or to a new key file if it is missing,
    /// and erase every secret that it cannot decrypt
    #[arg(long, conflicts_with = "new_key_stdin")]
    discard_secrets: bool,
    #[command(flatten)]
    engine: EngineArgs,
}

impl RotateArgs {
    pub(super) async fn run(self) -> Result<(), CliError> {
        let file = self.engine.key_file()?;
        if !self.discard_secrets && !self.new_key_stdin && file.is_none() {
            return Err(CliError::usage(
                "TIDEMARK_SECRET_KEY holds the key, which this command cannot change; create a new one with “openssl rand -base64 32”, keep it, and pipe it in with --new-key-stdin.",
            ));
        }
        // Before the database is opened: of two concurrent rotations, the second must not replace
        // the first one's prepared key.
        let rotation = file.as_deref().map(Rotation::begin).transpose();
        let rotation = rotation.map_err(|error| not_rotated(&error))?;
        if self.discard_secrets {
            return self.discard(rotation.as_ref()).await;
        }
        let new = self.new_key()?;
        let Opened { engine, .. } = self.open(rotation.as_ref()).await?;
        let rotated = if let Some(rotation) = rotation {
            in_file(&engine, new, &rotation).await
        } else {
            let rotated = engine.rotate_key(&Viewer::Operator, new).await;
            rotated.map_err(CliError::from)
        };
        engine.close().await;
        let rotated = rotated?;
        print(format_args!(
            "Encrypted {} with the new key. Restart every server; give the new key to those that do not read the key file.",
            secrets(rotated)
        ))
    }

    fn new_key(&self) -> Result<SecretKey, CliError> {
        if self.new_key_stdin {
            let text = input::secret("new key", "--new-key-stdin", true)?;
            return SecretKey::from_base64(&text)
                .map_err(|error| CliError::usage(format!("The new key is not valid; {error}.")));
        }
        SecretKey::generate()
            .map_err(|error| CliError::failed(format!("No key can be created ({error}).")))
    }

    async fn open(&self, rotation: Option<&Rotation>) -> Result<Opened, CliError> {
        startup::open_within(&self.engine, worker_name(), clock(), rotation).await
    }

    /// Erases the secrets of a lost key.
    async fn discard(&self, rotation: Option<&Rotation>) -> Result<(), CliError> {
        if let Some(rotation) = rotation {
            key_file::create(rotation.path()).map_err(|error| not_rotated(&error))?;
        }
        // An interrupted rotation is completed first, so that no secret is erased that the key
        // beside the file decrypts. An error is expected here: the key is lost.
        match self.open(rotation).await {
            Ok(opened) => opened.engine.close().await,
            Err(failure) => {
                tracing::debug!(%failure, "the current keys do not open the database");
            }
        }
        let settings = self.engine.read(worker_name())?;
        let discarded = Engine::discard_secrets(settings, &clock()).await?;
        print(format_args!(
            "Erased {}. Restart every server with this key and replace the tokens of the affected connections.",
            secrets(discarded)
        ))
    }
}

/// Rotates a key in a file, while holding the lock. The new key is written beside the file before
/// the database uses it, and replaces the file afterwards. So at any moment one of the two files
/// has the right key, and the next start finds it. If the database fails, the new key stays: the
/// database may use it already.
async fn in_file(engine: &Engine, new: SecretKey, rotation: &Rotation) -> Result<u64, CliError> {
    rotation
        .prepare(&new)
        .map_err(|error| not_rotated(&error))?;
    let rotated = engine.rotate_key(&Viewer::Operator, new.clone()).await?;
    rotation.finish(&new).map_err(|error| {
        CliError::failed(format!(
            "The secrets are encrypted with the new key, but {error}; the next start retries."
        ))
    })?;
    Ok(rotated)
}

fn not_rotated(error: &KeyFileError) -> CliError {
    CliError::failed(format!("The key was not rotated ({error})."))
}

fn clock() -> SharedClock {
    Arc::new(SystemClock)
}

fn secrets(count: u64) -> String {
    let noun = if count == 1 { "secret" } else { "secrets" };
    format!("{count} {noun}")
}
