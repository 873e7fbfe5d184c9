//! The request for a server page: the viewer, the address and the submitted form.

use std::str::FromStr;

use domain::report::ReportQuery;
use domain::{Origin, Person, Problem, ProblemKind, ReportRange, SignInError, TimeZone, Viewer};
use engine::{Engine, Error, TenantRequest};
use serde::de::DeserializeOwned;
use url::Url;

use super::Fields;
use super::fields::not_understood;
use crate::address::Tenant;
use crate::components::reader_zone;

/// The sign-in methods beside a password.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SignInMethods {
    /// OpenID Connect, with the name of the provider.
    pub oidc: Option<String>,
    /// GitHub.
    pub github: bool,
}

/// A form submission, if it was rejected or has something to show.
#[derive(Clone, Default)]
pub struct Submission {
    /// The action.
    pub action: String,
    /// The fields.
    pub fields: Fields,
    /// Why it was rejected.
    pub problem: Option<Problem>,
    /// A secret, shown only once.
    pub secret: Option<String>,
}

/// A request for a server page.
#[derive(Clone)]
pub struct PageRequest {
    /// The engine.
    pub engine: Engine,
    /// The viewer; `None` if not signed in.
    pub viewer: Option<Viewer>,
    /// The key of the session; empty if there is none.
    pub session: String,
    /// The client's IP address, for the log and for rate limits.
    pub origin: Origin,
    /// The public URL of this server.
    pub public_url: Url,
    /// The sign-in methods beside a password.
    pub sign_in_methods: SignInMethods,
    /// The path of the address.
    pub address: String,
    /// The browser’s time zone, if it sent a known one.
    pub browser_zone: Option<TimeZone>,
    /// The parameters in the path.
    pub path: Vec<(String, String)>,
    /// The query string.
    pub query: Fields,
    /// The submitted form.
    pub sent: Option<Submission>,
    /// The flash message.
    pub flash: Option<String>,
}

impl PageRequest {
    /// A parameter in the path.
    #[must_use]
    pub fn part(&self, name: &str) -> &str {
        let found = self.path.iter().find(|(part, _)| part == name);
        found.map_or("", |(_, value)| value.as_str())
    }

    /// The submitted action as its form names it; empty if there is none.
    pub(super) fn action_name(&self) -> &str {
        self.sent.as_ref().map_or("", |sent| &sent.action)
    }

    /// The submitted action.
    ///
    /// # Errors
    /// If there is none, or the page has no such action.
    pub(super) fn action<A: FromStr>(&self) -> Result<A, Problem> {
        self.action_name().parse().map_err(|_| not_understood())
    }

    /// The submitted form.
    ///
    /// # Errors
    /// If it is not such a form.
    pub(super) fn form<F: DeserializeOwned>(&self) -> Result<F, Problem> {
        self.fields().typed()
    }

    /// The submitted fields, to show them again.
    pub(super) fn fields(&self) -> Fields {
        let sent = self.sent.as_ref();
        sent.map(|sent| sent.fields.clone()).unwrap_or_default()
    }

    /// The viewer.
    ///
    /// # Errors
    /// If nobody is signed in.
    pub fn viewer(&self) -> Result<&Viewer, Problem> {
        self.viewer.as_ref().ok_or_else(|| {
            Problem::new(
                ProblemKind::Unauthenticated,
                "You’re signed out. Sign in and try again.",
            )
        })
    }

    /// The signed-in person.
    #[must_use]
    pub fn person(&self) -> Option<&Person> {
        match &self.viewer {
            Some(Viewer::Person(person)) => Some(person),
            _ => None,
        }
    }

    /// The time zone of the timestamps on the page: the person’s own, or else the browser’s.
    #[must_use]
    pub fn zone(&self) -> TimeZone {
        reader_zone(self.viewer.as_ref(), self.browser_zone)
    }

    /// This request in the tenant in the path.
    ///
    /// # Errors
    /// If there is no such tenant, or the viewer may not know of it.
    pub async fn tenant(&self) -> Result<TenantRequest, Problem> {
        let viewer = self.viewer()?.clone();
        TenantRequest::for_slug(self.engine.clone(), viewer, self.part("tenant"))
            .await
            .map_err(Error::into_problem)
    }

    /// Why signing in with an external provider failed, from the query string; `None` once a form
    /// was submitted.
    #[must_use]
    pub fn sign_in_error(&self) -> Option<SignInError> {
        match self.sent {
            None => SignInError::parse(self.query.text("error")),
            Some(_) => None,
        }
    }

    /// The range in the address, or the usual one; a page that shows a range says what is wrong
    /// with it.
    #[must_use]
    pub fn range(&self) -> ReportQuery {
        let [period, from, to] = ["period", "from", "to"].map(|name| self.query.text(name));
        ReportRange::parse(period, from, to)
            .unwrap_or_default()
            .into()
    }

    /// The addresses of the tenant's pages.
    #[must_use]
    pub fn pages(&self) -> Tenant {
        Tenant(self.part("tenant").to_owned())
    }

    /// An absolute URL on this server, for links shared elsewhere.
    #[must_use]
    pub fn link(&self, address: &str) -> String {
        let url = self.public_url.join(address);
        url.map_or_else(|_| address.to_owned(), String::from)
    }
}
