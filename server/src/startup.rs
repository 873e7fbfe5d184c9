//! Opens the engine, and completes an interrupted rotation of the secret key.

use std::path::Path;

use engine::{Engine, OpenError, SecretKey, Settings, SharedClock};

use crate::cli_error::CliError;
use crate::config::EngineArgs;
use crate::key_file::{self, KeyFileError, Rotation};

/// An engine, and the key of its secrets.
pub(crate) struct Opened {
    pub(crate) engine: Engine,
    pub(crate) key: SecretKey,
}

/// Opens the engine of these settings.
///
/// If a process died during a rotation, after the database got the new key and before the key file
/// did, the new key is beside the file. It opens the database, and replaces the file.
pub(crate) async fn open(
    args: &EngineArgs,
    worker: String,
    clock: SharedClock,
) -> Result<Opened, CliError> {
    open_within(args, worker, clock, None).await
}

/// The same, for a process that may hold the lock of a rotation already.
pub(crate) async fn open_within(
    args: &EngineArgs,
    worker: String,
    clock: SharedClock,
    rotation: Option<&Rotation>,
) -> Result<Opened, CliError> {
    let settings = args.read(worker.clone())?;
    let key = settings.secret_key.clone();
    let opened = if args.makes_key_file() {
        open_with_key_beside(settings, clock.clone()).await?
    } else {
        Engine::open(settings, clock.clone()).await
    };
    let wrong = match opened {
        Ok(engine) => return Ok(Opened { engine, key }),
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
            // Not interrupted: another process is completing the rotation.
            Err(KeyFileError::Busy { .. }) => return Ok(Opened { engine, key }),
            Err(error) => Err(error),
        },
    };
    finished.map_err(|error| CliError::failed(format!("{error}.")))?;
    tracing::info!(path = %file.display(), "finished an interrupted rotation of the secret key");
    Ok(Opened { engine, key })
}

/// Opens an engine whose key is beside its SQLite database. A key beside a database without tables
/// is refused, except in a first start: its database was lost, and an empty one must not replace it.
pub(crate) async fn open_with_key_beside(
    settings: Settings,
    clock: SharedClock,
) -> Result<Result<Engine, OpenError>, CliError> {
    let database = settings.database.sqlite_path().map(Path::to_owned);
    let Some(database) = database else {
        return Ok(Engine::open(settings, clock).await);
    };
    // In this order: another process creates the tables before it deletes the mark.
    let first_start = key_file::is_first_start(&database);
    if !first_start && engine::has_no_tables(&settings.database).await? {
        let path = key_file::path_beside(&database);
        let error = KeyFileError::WithoutDatabase { path, database };
        return Err(CliError::failed(format!("{error}.")));
    }
    let opened = Engine::open(settings, clock).await;
    if opened.is_ok() {
        key_file::end_first_start(&database);
    }
    Ok(opened)
}
