//! Errors of the GitHub App flow, each one sentence that says what to do.

use crate::Error;

/// The state is not valid, for whatever reason.
pub(super) fn not_this_session() -> Error {
    Error::conflict(
        "This link has expired, was already used, or belongs to another session. Continue on the Connections page.",
    )
}

pub(super) fn expired_code() -> Error {
    Error::invalid(
        "GitHub’s code for the new app has expired or was already used. Delete the app on GitHub and create it again.",
    )
}

pub(super) fn no_longer_pending() -> Error {
    Error::conflict(
        "This GitHub App is no longer waiting for installation. Reload the page to see its current state.",
    )
}
