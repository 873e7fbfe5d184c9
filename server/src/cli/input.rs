//! Reads secrets from standard input, since arguments are visible in process lists.

use std::io::{IsTerminal, Read, Write};

use secrecy::SecretString;

use crate::cli_error::CliError;

/// The secret on standard input, without the line ending. Without its `flag`, a terminal is not
/// read: the command would seem to hang.
pub(super) fn secret(what: &str, flag: &str, requested: bool) -> Result<SecretString, CliError> {
    let mut input = std::io::stdin();
    if input.is_terminal() {
        if !requested {
            return Err(CliError::usage(format!(
                "Add {flag} and pipe the {what} into standard input."
            )));
        }
        let _ = write!(std::io::stderr(), "Enter the {what} and end with Ctrl-D: ");
    }
    let mut text = String::new();
    input.read_to_string(&mut text).map_err(|error| {
        CliError::failed(format!(
            "The {what} cannot be read from standard input: {error}."
        ))
    })?;
    let text = text.strip_suffix('\n').unwrap_or(&text);
    let text = text.strip_suffix('\r').unwrap_or(text);
    if text.is_empty() {
        return Err(CliError::usage(format!(
            "The {what} is empty; pipe it into standard input."
        )));
    }
    Ok(text.into())
}
