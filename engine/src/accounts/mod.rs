//! Accounts: people, tenants, API tokens and connections to GitHub.
#![allow(unused_variables, clippy::todo)]

use domain::report::Connection;
use domain::{Email, Person, Role, TenantId, TenantSlug, TokenScope, UserId, Viewer};
use secrecy::SecretString;
use url::Url;

use crate::{Engine, Result};

/// What the first start asks for.
#[derive(Debug)]
pub struct SetUp {
    /// The administrator's address.
    pub email: Email,
    /// The administrator's name.
    pub name: String,
    /// The administrator's password.
    pub password: SecretString,
    /// The first tenant's name, of which the administrator becomes an owner.
    pub tenant: String,
}

/// A new account.
#[derive(Debug)]
pub struct NewUser {
    /// The address to sign in with.
    pub email: Email,
    /// The name on the screen.
    pub name: String,
    /// The password.
    pub password: SecretString,
    /// Administers the system.
    pub administrator: bool,
    /// Maintains the system.
    pub maintainer: bool,
    /// The tenant to belong to, by slug or name (made where it is missing), and the role there.
    pub membership: Option<(String, Role)>,
}

/// A new connection of a tenant to a GitHub server.
#[derive(Debug)]
pub struct NewConnection {
    /// Its name.
    pub name: String,
    /// The base address of the server's interface; `None` for the configured default.
    pub api_url: Option<Url>,
    /// A personal access token.
    pub token: SecretString,
}

impl Engine {
    pub async fn is_set_up(&self) -> Result<bool> { todo!() }
    pub async fn set_up(&self, input: SetUp) -> Result<UserId> { todo!() }
    pub async fn sign_in(&self, email: &str, password: SecretString) -> Result<UserId> { todo!() }
    pub async fn person(&self, id: UserId) -> Result<Option<Person>> { todo!() }
    pub async fn token_viewer(&self, token: &SecretString) -> Result<Option<Viewer>> { todo!() }
    pub async fn create_user(&self, viewer: &Viewer, input: NewUser) -> Result<UserId> { todo!() }
    pub async fn reset_password(&self, viewer: &Viewer, email: &Email, password: SecretString) -> Result<()> { todo!() }
    pub async fn create_token(&self, viewer: &Viewer, tenant: TenantId, name: &str, scope: TokenScope) -> Result<SecretString> { todo!() }
    pub async fn tenant(&self, viewer: &Viewer, slug: &str) -> Result<TenantId> { todo!() }
    pub async fn tenants(&self, viewer: &Viewer) -> Result<Vec<(TenantId, TenantSlug)>> { todo!() }
    pub async fn connect(&self, viewer: &Viewer, tenant: TenantId, input: NewConnection) -> Result<Connection> { todo!() }
}
