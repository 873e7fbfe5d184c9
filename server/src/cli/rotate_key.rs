//! `tidemark rotate-key`: another key for the secrets in the database.

use std::sync::Arc;

use clap::Args;
use domain::Viewer;
use engine::{Engine, SecretKey, SharedClock, SystemClock};

use super::{answer, input, process};
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
        // Before the database is opened: of two rotations at once, the second must not lay its
        // key in the place of the first one's.
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
        answer(format_args!(
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
        startup::open_within(&self.engine, process(), clock(), rotation).await
    }

    /// Goes on without the key that is lost.
    async fn discard(&self, rotation: Option<&Rotation>) -> Result<(), CliError> {
        if let Some(rotation) = rotation {
            key_file::make(rotation.path()).map_err(|error| not_rotated(&error))?;
        }
        // A rotation that was interrupted is finished first, so that nothing is erased which the
        // key beside the file can read. That nothing opens the database is why this is called.
        match self.open(rotation).await {
            Ok(opened) => opened.engine.close().await,
            Err(failure) => {
                tracing::debug!(%failure, "the current keys do not open the database");
            }
        }
        let settings = self.engine.read(process())?;
        let discarded = Engine::discard_secrets(settings, &clock()).await?;
        answer(format_args!(
            "Erased {}. Restart every server with this key and replace the tokens of the affected connections.",
            secrets(discarded)
        ))
    }
}

/// Within the right to replace the file, the new key lies beside it before the database has it,
/// and takes its place after. Whenever this ends, the key that fits is in one of the two, and the
/// next start finds it. So the one beside it stays where the database failed: it may have it.
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
