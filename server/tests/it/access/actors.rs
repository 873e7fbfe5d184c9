//! Everybody who may ask, and what the table says of each.

use domain::{Access, Viewer};
use http::StatusCode;
use reqwest::Client;
use reqwest::redirect::Policy;

use super::fixture::Fixture;
use super::requests::{Body, Request, Rule};
use crate::service::header;

/// Everybody who may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Actor {
    /// Nobody is signed in, or no token is sent.
    Anonymous,
    Owner,
    Viewer,
    RepositoryViewer,
    /// Administers the system, and belongs to no tenant.
    Administrator,
    /// Maintains the system, and belongs to no tenant.
    Maintainer,
    /// Owns another tenant.
    Neighbour,
    /// Has an account, and nothing else.
    Nobody,
    ReadToken,
    WriteToken,
    /// Writes to another tenant.
    NeighbourToken,
    /// A token that never was.
    ForgedToken,
}

/// What an answer must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// Done, or shown; or led on to what was done.
    Success,
    /// Led to the sign-in.
    SignIn,
    /// Redirected, since the page is no longer for them.
    LedOn,
    Status(u16),
}

/// What came back.
pub struct Answer {
    pub status: StatusCode,
    pub location: String,
}

impl Actor {
    pub const PEOPLE: [Self; 7] = [
        Self::Owner,
        Self::Viewer,
        Self::RepositoryViewer,
        Self::Administrator,
        Self::Maintainer,
        Self::Neighbour,
        Self::Nobody,
    ];
    pub const PROGRAMS: [Self; 3] = [Self::ReadToken, Self::WriteToken, Self::NeighbourToken];

    /// Those who may ask this: people what people ask, programs what programs ask.
    pub fn of(request: &Request) -> Vec<Self> {
        let mut actors = vec![Self::Anonymous];
        if request.is_for_programs() {
            actors.extend(Self::PROGRAMS);
            actors.push(Self::ForgedToken);
        } else {
            actors.extend(Self::PEOPLE);
        }
        actors
    }

    /// What the table says.
    pub fn expected(self, request: &Request, fixture: &Fixture) -> Expected {
        let Some(viewer) = fixture.viewer(self) else {
            return match request.rule {
                Rule::Open | Rule::Strangers => Expected::Success,
                // Who comes too late with the form is told why, where they could sign in.
                Rule::Over if request.method == "POST" => Expected::SignIn,
                Rule::Over => Expected::LedOn,
                Rule::Missing => Expected::Status(404),
                Rule::SigningOut => Expected::SignIn,
                // The page is public, and its actions are for signed-in users.
                Rule::SignedInButNeighbour => Expected::Status(401),
                _ if request.is_for_programs() || request.is_function() => Expected::Status(401),
                _ => Expected::SignIn,
            };
        };
        match request.rule {
            Rule::SigningOut => Expected::SignIn,
            Rule::Only(visitor) if visitor == self => Expected::Success,
            Rule::Only(_) | Rule::Missing => Expected::Status(404),
            Rule::RedirectsOut if self == Self::Owner => Expected::Status(409),
            Rule::RedirectsOut => {
                by(viewer.access(fixture.tenant, domain::Permission::ViewTraffic))
            }
            Rule::SignedInButNeighbour if self == Self::Neighbour => Expected::Status(409),
            Rule::Open | Rule::SignedIn | Rule::SignedInButNeighbour => Expected::Success,
            Rule::Strangers | Rule::Over => Expected::LedOn,
            Rule::System(permission) => by(viewer.system_access(permission)),
            Rule::Tenant(permission) => self.within(viewer, request, permission, fixture),
            Rule::InVain(permission) => match self.within(viewer, request, permission, fixture) {
                Expected::Success => Expected::Status(409),
                other => other,
            },
            Rule::Ungranted(permission) => {
                match self.within(viewer, request, permission, fixture) {
                    Expected::Success
                        if !viewer
                            .repository_scope(fixture.tenant)
                            .contains(fixture.world) =>
                    {
                        Expected::Status(404)
                    }
                    other => other,
                }
            }
        }
    }

    fn within(
        self,
        viewer: &Viewer,
        request: &Request,
        permission: domain::Permission,
        fixture: &Fixture,
    ) -> Expected {
        // A token names no tenant: it asks of its own, where another's ids are not there.
        let names_ids = request.at.contains('<')
            || matches!(request.body, Body::Json(body) if body.contains('<'));
        if self == Self::NeighbourToken && !names_ids {
            let own = viewer.access(fixture.neighbour, permission);
            return by(own);
        }
        // A page is asked for by the tenant's name, which one must know first.
        let known = viewer.access(fixture.tenant, domain::Permission::ViewTraffic);
        match known {
            Access::Hidden => Expected::Status(404),
            _ => by(viewer.access(fixture.tenant, permission)),
        }
    }

    /// Sends it.
    pub async fn ask(self, url: &str, request: &Request, fixture: &Fixture) -> Answer {
        let client = Client::builder().redirect(Policy::none()).build().unwrap();
        let at = format!("{url}{}", fixture.filled(request.at));
        let mut sent = client.request(request.method.parse().unwrap(), at);
        if let Some(cookie) = fixture.cookie(self) {
            sent = sent.header("cookie", cookie);
        }
        if let Some(token) = fixture.token(self) {
            sent = sent.bearer_auth(token);
        }
        sent = match request.body {
            Body::Nothing => sent,
            Body::Form(fields) => {
                let mut fields = fixture.filled(fields);
                if !request.order.is_empty() {
                    fields = format!("do={}&{fields}", request.order);
                }
                sent.header("content-type", "application/x-www-form-urlencoded")
                    .body(fields)
            }
            Body::Json(json) => sent
                .header("content-type", "application/json")
                .body(fixture.filled(json)),
        };
        let answer = sent.send().await.unwrap();
        Answer {
            status: answer.status(),
            location: header(&answer, "location").to_owned(),
        }
    }
}

fn by(access: Access) -> Expected {
    match access {
        Access::Granted => Expected::Success,
        Access::Forbidden => Expected::Status(403),
        Access::Hidden => Expected::Status(404),
    }
}

impl Expected {
    pub fn is_success(self) -> bool {
        self == Self::Success
    }

    pub fn is(self, answer: &Answer) -> bool {
        let led = answer.status.is_redirection();
        let to_sign_in = answer.location.starts_with("/sign-in");
        match self {
            Self::Success => answer.status.is_success() || (led && !to_sign_in),
            Self::SignIn => led && to_sign_in,
            Self::LedOn => led && !to_sign_in,
            Self::Status(status) => answer.status.as_u16() == status,
        }
    }
}
