//! Why a GitHub App cannot go on, each in one sentence that says what to do.

use crate::Error;

/// The state is unknown: one sentence for whatever made it so.
pub(super) fn not_this_session() -> Error {
    Error::conflict(
        "This was not started in this session, was already used, or took longer than an hour: continue on the Connections page.",
    )
}

pub(super) fn expired_code() -> Error {
    Error::invalid(
        "GitHub’s code for the new app has expired or was already used: delete the app on GitHub, and create it again.",
    )
}

pub(super) fn no_longer_pending() -> Error {
    Error::conflict(
        "This GitHub App no longer waits for its installation: reload the page to see what became of it.",
    )
}
