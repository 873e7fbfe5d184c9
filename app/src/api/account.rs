//! Who is signed in.

use domain::Membership;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::AppError;

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
#[cfg_attr(
    feature = "ssr",
    expect(clippy::unused_async, reason = "server functions are asynchronous")
)]
#[server(AskMe, endpoint = "me")]
pub async fn me() -> Result<Option<Me>, AppError> {
    Ok(match super::asked::viewer() {
        Some(domain::Viewer::Person(person)) => Some(Me {
            name: person.name,
            email: person.email.to_string(),
            memberships: person.memberships,
        }),
        _ => None,
    })
}
