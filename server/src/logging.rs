//! Logs go to standard error; standard output belongs to the answers of the commands.

use std::io::{self, IsTerminal};
use std::panic;

use tracing_subscriber::EnvFilter;

use crate::config::LogFormat;

/// Starts logging, and has panics logged like every other fault.
pub(crate) fn start(filter: EnvFilter, format: LogFormat) {
    let logs = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal());
    // Only a second start could fail, and then the first one's settings stand.
    let _ = match format {
        LogFormat::Text => logs.try_init(),
        LogFormat::Json => logs.json().flatten_event(true).try_init(),
    };
    panic::set_hook(Box::new(|panic| tracing::error!(%panic, "a task panicked")));
}
