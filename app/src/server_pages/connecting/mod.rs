//! Connecting to GitHub: the parts shared by the settings and the setup wizard.

mod card;
mod credential;
pub mod state;

use domain::report::Connection;
use domain::{Problem, ProblemKind};
use engine::{Error, NewConnection, TenantRequest};
use url::Url;

pub use self::card::{card, check_button, replace_button};
pub use self::credential::connect_forms;
use super::PageRequest;

/// Connects with a token.
pub const CONNECT: &str = "connect";
/// Connects with a GitHub App.
pub const CONNECT_APP: &str = "connect-app";
/// Checks a connection.
pub const CHECK: &str = "check";
/// Replaces the token or key.
pub const REPLACE: &str = "replace";

/// Carries out [`CONNECT`] or [`CONNECT_APP`].
pub async fn connect(
    request: &PageRequest,
    context: &TenantRequest,
) -> Result<Connection, Problem> {
    let fields = request.fields();
    let api_url = match fields.text("server") {
        "" => None,
        server => Some(Url::parse(server).map_err(|_| {
            let message = "Tidemark couldn’t read this form. Reload the page and try again.";
            Problem::new(ProblemKind::Invalid, message)
        })?),
    };
    let input = NewConnection {
        name: fields.text("name").to_owned(),
        api_url,
        credential: credential::read(&fields, request.action() == CONNECT_APP)?,
    };
    let connected = context
        .engine
        .connect(&context.viewer, context.tenant, input)
        .await;
    connected.map_err(Error::into_problem)
}

/// Carries out [`CHECK`].
pub async fn check(request: &PageRequest, context: &TenantRequest) -> Result<Connection, Problem> {
    let id = request.fields().id("connection")?;
    let checked = context
        .engine
        .check_connection(&context.viewer, context.tenant, id);
    checked.await.map_err(Error::into_problem)
}

/// Carries out [`REPLACE`].
pub async fn replace(
    request: &PageRequest,
    context: &TenantRequest,
) -> Result<Connection, Problem> {
    let fields = request.fields();
    let credential = credential::read(&fields, fields.checked("private-key"))?;
    let id = fields.id("connection")?;
    context
        .engine
        .replace_credential(&context.viewer, context.tenant, id, credential)
        .await
        .map_err(Error::into_problem)
}
