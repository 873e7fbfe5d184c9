//! Accounts: people, tenants, API tokens and connections to GitHub.

mod connections;
mod invitations;
mod joining;
mod keys;
mod members;
mod passwords;
mod people;
mod servers;
mod sign_in;
mod tenants;
mod tokens;

pub use connections::{Credential, NewConnection};
pub use invitations::InvitationInput;
pub use joining::NewAccount;
pub use people::{NewUser, SetUp};
pub use tenants::NewTenant;

use crate::{Error, Result};

/// A name that people gave, without the space around it.
///
/// # Errors
/// Where it is empty, longer than 100 characters, or holds control characters.
pub(crate) fn named<'a>(what: &str, name: &'a str) -> Result<&'a str> {
    let name = name.trim();
    if name.is_empty() {
        return Err(Error::invalid(format!("Give the {what} a name.")));
    }
    if name.chars().count() > 100 || name.chars().any(char::is_control) {
        return Err(Error::invalid(format!(
            "The name of the {what} is too long or holds control characters: use at most 100 letters."
        )));
    }
    Ok(name)
}
