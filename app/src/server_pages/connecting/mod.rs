//! Connecting to GitHub: the parts shared by the settings and the setup wizard.

pub mod action;
mod card;
mod credential;
pub mod state;

use domain::report::{Connection, ConnectionKind};
use domain::{ConnectionId, Problem};
use engine::{Error, NewConnection, TenantRequest};
use serde::Deserialize;
use url::Url;

pub use self::card::{card, check_button, replace_button};
use self::credential::CredentialForm;
pub use self::credential::connect_forms;
use super::fields::not_understood;

/// The form that adds a connection.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct ConnectForm {
    name: String,
    /// The API address; empty if there is no choice.
    server: String,
    #[serde(flatten)]
    credential: CredentialForm,
}

/// The form that checks a connection.
#[derive(Deserialize)]
pub struct CheckForm {
    connection: ConnectionId,
}

/// The form that replaces a connection's credential.
#[derive(Deserialize)]
pub struct ReplaceForm {
    connection: ConnectionId,
    #[serde(flatten)]
    credential: CredentialForm,
}

/// Adds a connection.
pub async fn connect(
    context: &TenantRequest,
    form: ConnectForm,
    kind: ConnectionKind,
) -> Result<Connection, Problem> {
    let input = NewConnection {
        name: form.name,
        api_url: api_url(&form.server)?,
        credential: form.credential.read(kind)?,
    };
    let connected = context
        .engine
        .connect(&context.viewer, context.tenant, input)
        .await;
    connected.map_err(Error::into_problem)
}

/// The chosen API address; `None` is the default one.
pub fn api_url(server: &str) -> Result<Option<Url>, Problem> {
    match server {
        "" => Ok(None),
        server => Url::parse(server).map(Some).map_err(|_| not_understood()),
    }
}

/// Checks a connection.
pub async fn check(context: &TenantRequest, form: CheckForm) -> Result<Connection, Problem> {
    let checked = context
        .engine
        .check_connection(&context.viewer, context.tenant, form.connection);
    checked.await.map_err(Error::into_problem)
}

/// Replaces a connection's token or key.
pub async fn replace(context: &TenantRequest, form: ReplaceForm) -> Result<Connection, Problem> {
    let credential = form.credential.replacement()?;
    context
        .engine
        .replace_credential(&context.viewer, context.tenant, form.connection, credential)
        .await
        .map_err(Error::into_problem)
}
