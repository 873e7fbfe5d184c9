//! A visit of a document: who comes, from where, to what, and what they sent.

use domain::{
    Origin, Permission, Person, Problem, ProblemKind, SignInError, TenantId, TimeZone, Viewer,
};
use engine::{Engine, Error};
use url::Url;

use super::Fields;
use crate::address::Tenant;

/// The ways to sign in beside a password.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SignInMethods {
    /// By OpenID Connect, with the name of the provider.
    pub oidc: Option<String>,
    /// With GitHub.
    pub github: bool,
}

/// What a form sent, once it was refused or has something to show.
#[derive(Clone, Default)]
pub struct Submission {
    /// The order.
    pub action: String,
    /// Its fields.
    pub fields: Fields,
    /// Why it was refused.
    pub problem: Option<Problem>,
    /// A secret that is shown only now.
    pub shown: Option<String>,
}

/// A visit of a document.
#[derive(Clone)]
pub struct PageRequest {
    /// The engine.
    pub engine: Engine,
    /// Who is signed in.
    pub viewer: Option<Viewer>,
    /// The key of the session; empty where there is none.
    pub session: String,
    /// Where the request comes from.
    pub origin: Origin,
    /// The address that people use.
    pub public_url: Url,
    /// The ways to sign in beside a password.
    pub sign_in_methods: SignInMethods,
    /// What stands for the names in the document's address.
    pub path: Vec<(String, String)>,
    /// What stands behind the question mark.
    pub query: Fields,
    /// What a form sent.
    pub sent: Option<Submission>,
    /// What is said once, about the page before.
    pub flash: Option<String>,
}

impl PageRequest {
    /// What stands for a name in the address.
    #[must_use]
    pub fn part(&self, name: &str) -> &str {
        let found = self.path.iter().find(|(part, _)| part == name);
        found.map_or("", |(_, value)| value.as_str())
    }

    /// What the form ordered; empty where none was sent.
    #[must_use]
    pub fn action(&self) -> &str {
        self.sent.as_ref().map_or("", |sent| &sent.action)
    }

    /// The fields of the form that was sent.
    #[must_use]
    pub fn fields(&self) -> Fields {
        let sent = self.sent.as_ref();
        sent.map(|sent| sent.fields.clone()).unwrap_or_default()
    }

    /// Who is signed in.
    ///
    /// # Errors
    /// Where nobody is.
    pub fn viewer(&self) -> Result<&Viewer, Problem> {
        self.viewer.as_ref().ok_or_else(|| {
            Problem::new(
                ProblemKind::Unauthenticated,
                "You are signed out: sign in and try again.",
            )
        })
    }

    /// The person who is signed in.
    #[must_use]
    pub fn person(&self) -> Option<&Person> {
        match &self.viewer {
            Some(Viewer::Person(person)) => Some(person),
            _ => None,
        }
    }

    /// The time zone of the times on the page.
    #[must_use]
    pub fn zone(&self) -> TimeZone {
        let chosen = self.person().and_then(|it| it.timezone.parse().ok());
        chosen.unwrap_or(TimeZone::UTC)
    }

    /// The tenant in the address, which the viewer may know of.
    ///
    /// # Errors
    /// Where there is none, or they may not.
    pub async fn tenant(&self) -> Result<TenantId, Problem> {
        let tenant = self.engine.tenant(self.viewer()?, self.part("tenant"));
        tenant.await.map_err(Error::into_problem)
    }

    /// Whether whoever is signed in may do this in the tenant.
    #[must_use]
    pub fn may(&self, tenant: TenantId, permission: Permission) -> bool {
        let access = self.viewer.as_ref().map(|it| it.access(tenant, permission));
        access == Some(domain::Access::Granted)
    }

    /// Goes on only for who may do this in the tenant; others are answered as the table says.
    ///
    /// # Errors
    /// Where they may not.
    pub fn must(&self, tenant: TenantId, permission: Permission) -> Result<(), Problem> {
        let error = match self.viewer()?.access(tenant, permission) {
            domain::Access::Granted => return Ok(()),
            domain::Access::Forbidden => Error::forbidden(),
            domain::Access::Hidden => Error::not_found(),
        };
        Err(error.into_problem())
    }

    /// Why a sign-in with a provider outside did not work, where the address says it; what a form
    /// sent since is newer.
    #[must_use]
    pub fn sign_in_error(&self) -> Option<SignInError> {
        match self.sent {
            None => SignInError::parse(self.query.text("error")),
            Some(_) => None,
        }
    }

    /// The pages of the tenant in the address.
    #[must_use]
    pub fn pages(&self) -> Tenant {
        Tenant(self.part("tenant").to_owned())
    }

    /// An address of this server in full, for links that leave it.
    #[must_use]
    pub fn link(&self, address: &str) -> String {
        let url = self.public_url.join(address);
        url.map_or_else(|_| address.to_owned(), String::from)
    }
}
