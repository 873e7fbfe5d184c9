//! The list of all requests, each with the rule that answers it.

mod everybody;
mod live;
mod notes;
mod programs;
mod system;
mod tenants;

use domain::{Permission, SystemPermission};

use super::actors::Actor;

/// What decides the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Nobody is refused.
    Open,
    /// For people who are not signed in; others are led on.
    Strangers,
    /// For everybody who is signed in.
    SignedIn,
    /// The same; a member of the neighbouring tenant is told that they are one (409).
    SignedInButNeighbour,
    /// For members of the tenant “lab”; its last owner stays (409).
    RedirectsOut,
    /// For this actor alone; hidden from all others.
    Only(Actor),
    /// Leads everybody to the sign-in.
    SigningOut,
    /// Not found for every actor.
    Missing,
    /// Closed to all: it was there for the first start.
    Over,
    /// For who may do this in the tenant “lab”.
    Tenant(Permission),
    /// The same; it comes too late for what it asks (409).
    InVain(Permission),
    /// The same, and only with access to the repository that was granted to no viewer.
    Ungranted(Permission),
    /// For who may do this to the installation.
    System(SystemPermission),
}

/// What is sent along.
#[derive(Clone, Copy, Debug)]
pub enum Body {
    Nothing,
    /// The fields of a form, in their encoded form.
    Form(&'static str),
    Json(&'static str),
}

/// One request. `<words>` stand for what the stage knows by them.
#[derive(Clone, Copy, Debug)]
pub struct Request {
    pub method: &'static str,
    /// As the router writes it.
    pub route: &'static str,
    /// The form's order, or the question.
    pub order: &'static str,
    /// Where it goes.
    pub at: &'static str,
    pub body: Body,
    pub rule: Rule,
}

impl Request {
    /// How the list and the program name it.
    pub fn label(&self) -> String {
        match (self.order, self.route) {
            ("", route) => format!("{} {route}", self.method),
            (question, "/api/ask") => format!("POST /api/ask {question}"),
            (order, route) => format!("{} {route} do={order}", self.method),
        }
    }

    /// Whether programs ask it, and people do not.
    pub fn is_for_programs(&self) -> bool {
        self.route.starts_with("/api/v1/")
    }

    /// Whether a script of a page asks it, which follows no redirect to the sign-in.
    pub fn is_function(&self) -> bool {
        self.route.starts_with("/api/") && !self.is_for_programs()
    }
}

const fn get(route: &'static str, at: &'static str, rule: Rule) -> Request {
    Request {
        method: "GET",
        route,
        order: "",
        at,
        body: Body::Nothing,
        rule,
    }
}

const fn order(
    route: &'static str,
    order: &'static str,
    at: &'static str,
    fields: &'static str,
    rule: Rule,
) -> Request {
    Request {
        method: "POST",
        route,
        order,
        at,
        body: Body::Form(fields),
        rule,
    }
}

const fn call(path: &'static str, fields: &'static str, rule: Rule) -> Request {
    order(path, "", path, fields, rule)
}

const fn ask(question: &'static str, json: &'static str, rule: Rule) -> Request {
    Request {
        method: "POST",
        route: "/api/ask",
        order: question,
        at: "/api/ask",
        body: Body::Json(json),
        rule,
    }
}

const fn program(
    method: &'static str,
    route: &'static str,
    at: &'static str,
    body: Body,
    rule: Rule,
) -> Request {
    Request {
        method,
        route,
        order: "",
        at,
        body,
        rule,
    }
}

/// All of them.
pub fn requests() -> impl Iterator<Item = &'static Request> {
    let lists = [
        everybody::REQUESTS,
        live::REQUESTS,
        tenants::REQUESTS,
        notes::REQUESTS,
        system::REQUESTS,
        programs::REQUESTS,
    ];
    lists.into_iter().flatten()
}
