//! Generated SQLite files in `target/bench-pages/`, which later runs of the same day use again.

use std::fs;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

use crate::BenchResult;
use crate::database::Database;
use crate::generator::{PREVIOUS_SCHEMA, fill, last_day};
use crate::options::Size;

/// Raise it when the generator changes.
const VERSION: u32 = 1;

/// The folder of generated and measured databases.
pub fn folder() -> BenchResult<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("bench-pages");
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// A file of this size in the previous schema, generated unless it exists.
pub async fn generated(size: Size, now: DateTime<Utc>) -> BenchResult<PathBuf> {
    let folder = folder()?;
    let prefix = format!("generated-{size}-");
    let path = folder.join(format!("{prefix}v{VERSION}-{}.db", last_day(now)));
    if path.exists() {
        return Ok(path);
    }
    for entry in fs::read_dir(&folder)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(&prefix) {
            fs::remove_file(entry.path())?;
        }
    }
    let unfinished = folder.join(format!("{prefix}unfinished.db"));
    let mut database = Database::open(&format!("sqlite:{}", unfinished.display())).await?;
    database.migrate_to(PREVIOUS_SCHEMA).await?;
    fill(&mut database, size, now).await?;
    database.close().await?;
    fs::rename(&unfinished, &path)?;
    Ok(path)
}
