//! Logs go to standard error; standard output is for the results of commands.

use std::io::{self, IsTerminal};
use std::panic;

use tracing_subscriber::EnvFilter;

use crate::config::LogFormat;

/// Starts logging, and logs panics like other errors.
pub(crate) fn start(filter: EnvFilter, format: LogFormat) {
    let logs = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal());
    // Fails only if logging was started before; then the earlier settings stay.
    let _ = match format {
        LogFormat::Text => logs.try_init(),
        LogFormat::Json => logs.json().flatten_event(true).try_init(),
    };
    panic::set_hook(Box::new(|panic| tracing::error!(%panic, "a task panicked")));
}
