//! Opens the engine, and completes an interrupted rotation of the secret key.

use std::path::Path;
use std::sync::OnceLock;

use engine::{Engine, OpenError, SecretKey, Settings, SharedClock};
use indicatif::{ProgressBar, ProgressStyle};

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
        open_engine(settings, clock.clone()).await
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
    let engine = open_engine(settings, clock).await?;
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
        return Ok(open_engine(settings, clock).await);
    };
    // In this order: another process creates the tables before it deletes the mark.
    let first_start = key_file::is_first_start(&database);
    if !first_start && engine::has_no_tables(&settings.database).await? {
        let path = key_file::path_beside(&database);
        let error = KeyFileError::WithoutDatabase { path, database };
        return Err(CliError::failed(format!("{error}.")));
    }
    let opened = open_engine(settings, clock).await;
    if opened.is_ok() {
        key_file::end_first_start(&database);
    }
    Ok(opened)
}

/// Opens an engine. If the database is from an older version, shows how far its upgrade is.
async fn open_engine(settings: Settings, clock: SharedClock) -> Result<Engine, OpenError> {
    let bar = OnceLock::new();
    let progress = |done: usize, total: usize| {
        let bar = bar.get_or_init(|| {
            tracing::info!(repositories = total, "upgrading the database");
            repositories_bar("Upgrading the database")
        });
        bar.set_length(total as u64);
        bar.set_position(done as u64);
        if done == total {
            bar.finish();
            tracing::info!(
                seconds = bar.elapsed().as_secs(),
                "upgraded the database; all days are summed"
            );
        }
    };
    Engine::open_with_progress(settings, clock, &progress).await
}

/// A progress bar on standard error, hidden unless that is a terminal.
pub(crate) fn repositories_bar(work: &'static str) -> ProgressBar {
    let style = ProgressStyle::with_template(
        "{prefix} [{wide_bar}] {human_pos}/{human_len} repositories, {eta} left",
    )
    .unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(0).with_style(style).with_prefix(work)
}
