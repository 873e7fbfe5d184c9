//! Opens the engine, with the key that a rotation left behind where it ended half-way.

use engine::{Engine, OpenError, SecretKey, SharedClock};

use crate::config::EngineArgs;
use crate::failure::Failure;
use crate::key_file::{self, KeyFileError, Rotation};

/// An engine, and the key that its secrets are encrypted with.
pub(crate) struct Opened {
    pub(crate) engine: Engine,
    pub(crate) key: SecretKey,
}

/// Opens the engine of these settings.
///
/// Where the process that rotated the key died after the database had the new one and before the
/// key file had, the new key lies beside the file: it opens the database, and takes its place.
pub(crate) async fn open(
    args: &EngineArgs,
    worker: String,
    clock: SharedClock,
) -> Result<Opened, Failure> {
    open_within(args, worker, clock, None).await
}

/// The same, for a process that may have the right to replace the key file already.
pub(crate) async fn open_within(
    args: &EngineArgs,
    worker: String,
    clock: SharedClock,
    rotation: Option<&Rotation>,
) -> Result<Opened, Failure> {
    let settings = args.read(worker.clone())?;
    let key = settings.secret_key.clone();
    let wrong = match Engine::open(settings, clock.clone()).await {
        Ok(engine) => {
            return Ok(Opened { engine, key });
        }
        Err(error @ OpenError::WrongKey) => error,
        Err(error) => return Err(error.into()),
    };
    let Some(file) = args.key_file()? else {
        return Err(wrong.into());
    };
    let Some(key) = key_file::next(&file) else {
        return Err(wrong.into());
    };
    let mut settings = args.read(worker)?;
    settings.secret_key = key.clone();
    let engine = Engine::open(settings, clock).await?;
    let finished = match rotation {
        Some(rotation) => rotation.finish(&key),
        None => match Rotation::begin(&file) {
            Ok(rotation) => rotation.finish(&key),
            // It is not interrupted: the process that rotates the key is about to end it.
            Err(KeyFileError::Busy { .. }) => return Ok(Opened { engine, key }),
            Err(error) => Err(error),
        },
    };
    finished.map_err(|error| Failure::failed(format!("{error}.")))?;
    tracing::info!(path = %file.display(), "finished an interrupted rotation of the secret key");
    Ok(Opened { engine, key })
}
