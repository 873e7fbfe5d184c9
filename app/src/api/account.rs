//! The layout data of a tenant's pages: the signed-in user and the tenant's warnings.

use domain::Membership;
#[cfg(feature = "ssr")]
use domain::{Person, Viewer};
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use super::context::{engine, into_app_result, viewer};
#[cfg(feature = "ssr")]
use crate::{error::AppError, messages::connection_warning};

/// The signed-in user as the layout shows them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CurrentUser {
    /// Their name.
    pub name: String,
    /// Their e-mail address.
    pub email: String,
    /// The tenants they reach, by name.
    pub memberships: Vec<Membership>,
    /// Whether they see pages of the installation.
    pub system: bool,
}

#[cfg(feature = "ssr")]
impl CurrentUser {
    /// The signed-in user as the layout shows them.
    pub fn of(person: &Person) -> Self {
        let reached = person.memberships.iter().filter(|it| !it.suspended);
        Self {
            name: person.name.clone(),
            email: person.email.to_string(),
            memberships: reached.cloned().collect(),
            system: person.administrator || person.maintainer,
        }
    }
}

/// A warning: about a tenant's connections on every page, about a schedule beside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// What is wrong and what to do.
    pub message: String,
    /// Whether collecting has already stopped, or days are being lost.
    pub urgent: bool,
}

/// The layout data of a tenant's page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LayoutData {
    /// The signed-in user.
    pub me: CurrentUser,
    /// Warnings about the tenant's connections.
    pub warnings: Vec<Warning>,
}

/// The layout data of a tenant's pages; `None` when signed out. A tenant hidden from the user adds
/// nothing.
#[cfg(feature = "ssr")]
pub async fn layout_data(tenant: &str) -> Result<Option<LayoutData>, AppError> {
    let Some(viewer) = viewer() else {
        return Ok(None);
    };
    let Viewer::Person(person) = &viewer else {
        return Ok(None);
    };
    let me = CurrentUser::of(person);
    let membership = me.memberships.iter().find(|it| it.slug.as_str() == tenant);
    let warnings = match membership {
        Some(membership) => {
            let warnings = engine()?.warnings(&viewer, membership.tenant).await;
            into_app_result(warnings)?
        }
        None => Vec::new(),
    };
    let warnings = warnings.iter().map(connection_warning).collect();
    Ok(Some(LayoutData { me, warnings }))
}
