//! Who is signed in.

use domain::Membership;
use serde::{Deserialize, Serialize};

/// The person who is signed in, as far as the frame of a page shows them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    /// Their name.
    pub name: String,
    /// Their e-mail address.
    pub email: String,
    /// The tenants they belong to, by name.
    pub memberships: Vec<Membership>,
}

/// Who is signed in, if anybody is.
#[cfg(feature = "ssr")]
pub fn me() -> Option<Me> {
    match super::asked::viewer() {
        Some(domain::Viewer::Person(person)) => Some(Me {
            name: person.name,
            email: person.email.to_string(),
            memberships: person.memberships,
        }),
        _ => None,
    }
}
