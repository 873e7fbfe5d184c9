//! The layout data of a tenant's pages: the signed-in user and the tenant's warnings.

use domain::Membership;
use domain::report::Warning;
#[cfg(feature = "ssr")]
use domain::{Permission, Person};
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use super::context::{into_app_result, tenant_request, viewer};
#[cfg(feature = "ssr")]
use crate::error::AppError;

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
    let Some(domain::Viewer::Person(person)) = viewer() else {
        return Ok(None);
    };
    let me = CurrentUser::of(&person);
    let warnings = if me.memberships.iter().any(|it| it.slug.as_str() == tenant) {
        let context = tenant_request(tenant).await?;
        if context.may(Permission::ManageConnections) {
            into_app_result(
                context
                    .engine
                    .warnings(&context.viewer, context.tenant)
                    .await,
            )?
        } else {
            Vec::new()
        }
    } else {
        Vec::new()
    };
    Ok(Some(LayoutData { me, warnings }))
}
