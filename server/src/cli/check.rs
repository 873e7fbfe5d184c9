//! `tidemark check`: checks the installation, one line for each part.

use std::path::Path;
use std::sync::Arc;

use chrono::TimeDelta;
use clap::Args;
use domain::{ClockDifference, Viewer};
use engine::{Checked, DatabaseState, DatabaseUrl, Engine, SystemClock};

use super::{print, worker_name};
use crate::cli_error::CliError;
use crate::config::EngineArgs;
use crate::startup;

/// With less free space, SQLite soon fails to write. A backup needs space too.
const MIN_FREE_SPACE: u64 = 200 * 1024 * 1024;
/// How many problems a line lists; the rest are counted.
const MAX_LISTED: usize = 5;

/// What to check.
#[derive(Args)]
pub(super) struct CheckArgs {
    #[command(flatten)]
    engine: EngineArgs,
}

/// The result of a check in one sentence: `Ok`, or `Err` with what to do.
type Line = Result<String, String>;

/// The lines so far, and the number of problems in them.
#[derive(Default)]
struct Report {
    lines: usize,
    failed: usize,
}

impl Report {
    fn write(&mut self, name: &str, line: &Line) -> Result<(), CliError> {
        self.lines += 1;
        let (word, text) = match line {
            Ok(text) => ("ok", text),
            Err(text) => {
                self.failed += 1;
                ("failed", text)
            }
        };
        // Messages of other programs may have several lines.
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let text = match text.strip_prefix("the ") {
            Some(rest) => format!("The {rest}"),
            None => text,
        };
        print(format_args!("{word:<6}  {name:<11}  {text}"))
    }

    fn end(&self) -> Result<(), CliError> {
        match self.failed {
            0 => Ok(()),
            failed => Err(CliError::failed(format!(
                "{failed} of {} checks failed.",
                self.lines
            ))),
        }
    }
}

impl CheckArgs {
    pub(super) async fn run(self) -> Result<(), CliError> {
        let url = self.engine.database()?;
        let mut report = Report::default();
        let state = engine::inspect_database(&url).await;
        let state = state.map_err(|error| format!("{error}."));
        let database = state.as_ref().map(|state| described(&url, *state));
        report.write("database", &database.map_err(Clone::clone))?;
        let migrations = match &state {
            Ok(state) => migrations(*state),
            Err(_) => Err("They cannot be read.".to_owned()),
        };
        report.write("migrations", &migrations)?;
        let unopened = "Not checked because the database must be intact and fully migrated first.";
        let opened = if migrations.is_ok() {
            let clock = Arc::new(SystemClock);
            let opened = startup::open(&self.engine, worker_name(), clock).await;
            opened.map_err(|failure| failure.to_string())
        } else {
            Err(unopened.to_owned())
        };
        let key = match &opened {
            Ok(_) => Ok("It decrypts the secrets in the database.".to_owned()),
            Err(problem) => Err(problem.clone()),
        };
        report.write("key", &key)?;
        let engine = opened.ok().map(|opened| opened.engine);
        let engine = engine
            .as_ref()
            .ok_or("Not checked because the database cannot be used.");
        let checked = match engine {
            Ok(engine) => connections(engine).await,
            Err(why) => Err(why.to_owned()),
        };
        report.write("connections", &checked)?;
        let checked = match engine {
            Ok(engine) => clock(engine).await,
            Err(why) => Err(why.to_owned()),
        };
        report.write("clock", &checked)?;
        report.write("disk", &disk(&url, state.as_ref().ok()))?;
        let checked = match engine {
            Ok(engine) => schedules(engine).await,
            Err(why) => Err(why.to_owned()),
        };
        report.write("schedules", &checked)?;
        let checked = match engine {
            Ok(engine) => totals(engine).await,
            Err(why) => Err(why.to_owned()),
        };
        report.write("totals", &checked)?;
        if let Ok(engine) = engine {
            engine.close().await;
        }
        report.end()
    }
}

fn described(url: &DatabaseUrl, state: DatabaseState) -> String {
    let size = megabytes(state.bytes);
    match url.sqlite_path() {
        Some(path) => format!("{} is intact ({size}).", path.display()),
        None => format!("PostgreSQL responds ({size})."),
    }
}

fn migrations(state: DatabaseState) -> Line {
    match state.missing {
        0 => Ok(format!("All {} are applied.", state.applied)),
        missing => Err(format!(
            "{missing} of {} are missing. Back up the database and start “tidemark serve” to apply them.",
            state.applied + missing
        )),
    }
}

async fn connections(engine: &Engine) -> Line {
    let checked = engine.check_all_connections(&Viewer::Operator).await;
    summed(checked, "connection", "GitHub accepts")
}

async fn schedules(engine: &Engine) -> Line {
    let checked = engine.check_all_schedules(&Viewer::Operator).await;
    summed(checked, "schedule", "Enabled and on time:")
}

async fn totals(engine: &Engine) -> Line {
    let checked = engine.check_totals(&Viewer::Operator).await;
    let checked = checked.map_err(|error| error.into_problem().message)?;
    if checked.problems.is_empty() {
        Ok("They match the stored days.".to_owned())
    } else {
        Err(checked.problems.join(" "))
    }
}

fn summed(checked: engine::Result<Checked>, noun: &str, good: &str) -> Line {
    let checked = checked.map_err(|error| error.into_problem().message)?;
    let Checked { total, problems } = checked;
    if problems.is_empty() {
        let plural = if total == 1 { "" } else { "s" };
        return Ok(match total {
            0 => format!("There are no {noun}s yet."),
            total => format!("{good} {total} {noun}{plural}."),
        });
    }
    let more = problems.len().saturating_sub(MAX_LISTED);
    let mut named = problems;
    named.truncate(MAX_LISTED);
    if more > 0 {
        named.push(format!("{more} more."));
    }
    Err(named.join(" "))
}

async fn clock(engine: &Engine) -> Line {
    let ahead = engine.clock_difference(&Viewer::Operator).await;
    let ahead = ahead.map_err(|error| {
        let problem = error.into_problem().message;
        format!("It cannot be compared with GitHub’s. {problem}")
    })?;
    let seconds = ahead.abs().num_seconds();
    let way = if ahead < TimeDelta::zero() {
        "behind"
    } else {
        "ahead of"
    };
    if let Some(difference) = ClockDifference::from_ahead(ahead) {
        return Err(difference.to_string());
    }
    Ok(format!("It is {seconds} s {way} GitHub’s."))
}

fn disk(url: &DatabaseUrl, state: Option<&DatabaseState>) -> Line {
    let Some(path) = url.sqlite_path() else {
        return Ok("PostgreSQL stores the data.".to_owned());
    };
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let free = fs4::available_space(folder)
        .map_err(|error| format!("{} cannot be checked ({error}).", folder.display()))?;
    let needed = state.map_or(0, |state| state.bytes).max(MIN_FREE_SPACE);
    let (free_text, folder) = (megabytes(free), folder.display());
    if free < needed {
        return Err(format!(
            "{free_text} are free in {folder}, but {} are needed. Free up space.",
            megabytes(needed)
        ));
    }
    Ok(format!("{free_text} are free in {folder}."))
}

/// Rounded up, in the decimal units of disks.
fn megabytes(bytes: u64) -> String {
    let megabytes = bytes.div_ceil(1_000_000);
    if megabytes < 10_000 {
        format!("{megabytes} MB")
    } else {
        format!("{} GB", megabytes / 1_000)
    }
}
