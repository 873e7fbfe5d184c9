//! `tidemark rotate-key`: another key for the secrets in the database.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use domain::Viewer;
use engine::{Engine, SecretKey, SystemClock};

use super::{answer, input, process};
use crate::config::EngineArgs;
use crate::failure::Failure;
use crate::key_file;
use crate::opening::{self, Opened};

/// How to rotate the key.
#[derive(Args)]
pub(super) struct RotateArgs {
    /// Read the new key from standard input: 32 random bytes in base64; otherwise one is made
    #[arg(long)]
    new_key_stdin: bool,
    #[command(flatten)]
    engine: EngineArgs,
}

impl RotateArgs {
    pub(super) async fn run(self) -> Result<(), Failure> {
        // Before anything is opened: without a file there is no place for a key that is made.
        let file = self.engine.key_file()?;
        let new = self.new_key(file.is_some())?;
        let clock = Arc::new(SystemClock);
        let Opened { engine, .. } = opening::open(&self.engine, process(), clock).await?;
        let rotated = match file {
            Some(file) => in_file(&engine, new, file).await?,
            None => engine.rotate_key(&Viewer::Operator, new).await?,
        };
        let secrets = if rotated == 1 { "secret" } else { "secrets" };
        answer(format_args!(
            "Encrypted {rotated} {secrets} with the new key. Start every server again, with the new key where it does not read the key file."
        ))
    }

    fn new_key(&self, has_file: bool) -> Result<SecretKey, Failure> {
        if self.new_key_stdin {
            let text = input::secret("new key", "--new-key-stdin", true)?;
            return SecretKey::from_base64(&text)
                .map_err(|error| Failure::usage(format!("The new key cannot be used: {error}.")));
        }
        if !has_file {
            return Err(Failure::usage(
                "TIDEMARK_SECRET_KEY holds the key, which this command cannot change: make a new one with “openssl rand -base64 32”, keep it, and pipe it in with --new-key-stdin.",
            ));
        }
        SecretKey::generate()
            .map_err(|error| Failure::failed(format!("No key can be made: {error}.")))
    }
}

/// The new key lies beside the file before the database has it, and takes the file's place after.
/// Whatever happens in between, the key that fits is in one of the two, and the next start finds it.
async fn in_file(engine: &Engine, new: SecretKey, file: PathBuf) -> Result<u64, Failure> {
    let failed = |error| Failure::failed(format!("The key is not rotated: {error}."));
    key_file::prepare(&file, &new).map_err(failed)?;
    let rotated = engine.rotate_key(&Viewer::Operator, new.clone()).await?;
    key_file::replace(&file, &new).map_err(|error| {
        Failure::failed(format!(
            "The secrets are encrypted with the new key, but {error}: the next start tries it again."
        ))
    })?;
    Ok(rotated)
}
