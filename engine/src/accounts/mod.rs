//! Accounts: people, tenants, API tokens and connections to GitHub.

mod connections;
mod device;
mod github_apps;
mod identities;
mod invitations;
mod joining;
mod keys;
mod members;
mod passwords;
mod people;
mod profile;
mod servers;
mod sessions;
mod set_up;
mod sign_in;
mod tenants;
mod tokens;

pub use connections::{Credential, NewConnection};
pub use github_apps::{AppAddresses, InstallationAnswer, ManifestForm, NewApp, NextStep};
pub use invitations::InvitationInput;
pub use joining::NewAccount;
pub(crate) use keys::verify_key;
pub use people::NewUser;
pub use profile::ProfileInput;
pub use set_up::SetUp;
pub use tenants::NewTenant;

use domain::{Person, Viewer};

use crate::{Error, Result};

/// An entered name, trimmed.
///
/// # Errors
/// When it is empty, longer than 100 characters, or contains control characters.
pub(crate) fn named<'a>(what: &str, name: &'a str) -> Result<&'a str> {
    let name = name.trim();
    if name.is_empty() {
        return Err(Error::invalid(format!("Enter a name for the {what}.")));
    }
    if name.chars().count() > 100 || name.chars().any(char::is_control) {
        return Err(Error::invalid(format!(
            "The name of the {what} is too long or contains control characters. Use at most 100 characters."
        )));
    }
    Ok(name)
}

/// The viewer, if it is a person.
pub(crate) fn person_only(viewer: &Viewer) -> Result<&Person> {
    match viewer {
        Viewer::Person(person) => Ok(person),
        Viewer::Token { .. } | Viewer::Operator => Err(Error::not_found()),
    }
}

#[cfg(test)]
mod tests;
