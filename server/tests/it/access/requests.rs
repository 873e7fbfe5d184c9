//! The list of all requests, each with the rule that answers it.

use domain::Permission::{
    self, Collect, ManageConnections, ManageMembers, ManageRepositories, ManageSchedules,
    ManageTokens, ViewCollection, ViewTraffic,
};
use domain::SystemPermission::{self, ManagePeople, ManageServers, ManageTenants, ViewLog};

use super::visitors::Visitor;

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
    Leaving,
    /// For this one alone; nobody else may know of it.
    Only(Visitor),
    /// Leads everybody to the sign-in.
    SigningOut,
    /// Not there, whoever asks.
    Missing,
    /// For nobody any more: it was there for the first start.
    Over,
    /// For who may do this in the tenant “lab”.
    Tenant(Permission),
    /// The same, and only for who reaches the repository that nobody was granted.
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

/// A GitHub App, as a form sends it.
const APP: &str = "name=New&app=1&installation=2&private-key=<app-key>";

/// All of them.
pub const REQUESTS: &[Request] = &[
    // For whoever watches over the server, and what belongs to every page.
    get("/assets/{*path}", "/assets/none.js", Rule::Missing),
    get("/robots.txt", "/robots.txt", Rule::Open),
    get("/healthz", "/healthz", Rule::Open),
    get("/readyz", "/readyz", Rule::Open),
    get("/metrics", "/metrics", Rule::Open),
    // Documents for everybody.
    get("/", "/", Rule::SignedIn),
    get("/sign-in", "/sign-in", Rule::Strangers),
    // To a provider that is not configured here, and back without having left for one: that leads
    // strangers to the sign-in, and everybody else to their profile.
    get("/sign-in/oidc", "/sign-in/oidc", Rule::Missing),
    get("/sign-in/github", "/sign-in/github", Rule::Missing),
    get(
        "/sign-in/oidc/callback",
        "/sign-in/oidc/callback?code=x&state=y",
        Rule::SignedIn,
    ),
    get(
        "/sign-in/github/callback",
        "/sign-in/github/callback?code=x&state=y",
        Rule::SignedIn,
    ),
    get("/setup", "/setup", Rule::Over),
    get(
        "/invitation",
        "/invitation?token=<invitation-link>",
        Rule::Open,
    ),
    order(
        "/sign-in",
        "sign-in",
        "/sign-in",
        "email=owner@example.org&password=a+long+enough+passphrase&next=/",
        Rule::Open,
    ),
    order(
        "/setup",
        "create",
        "/setup",
        "name=Eve&email=eve@example.org&password=a+long+enough+passphrase&tenant=Eve",
        Rule::Over,
    ),
    order(
        "/invitation",
        "register",
        "/invitation?token=<invitation-link>",
        "name=New&email=new@example.org&password=a+long+enough+passphrase",
        Rule::Open,
    ),
    order(
        "/invitation",
        "join",
        "/invitation?token=<rival-link>",
        "",
        Rule::SignedInButNeighbour,
    ),
    call("/sign-out", "", Rule::SigningOut),
    // The way from nothing to the first numbers.
    get(
        "/t/{tenant}/start",
        "/t/lab/start",
        Rule::Tenant(ManageConnections),
    ),
    get(
        "/t/{tenant}/start/repositories",
        "/t/lab/start/repositories",
        Rule::Tenant(ManageConnections),
    ),
    get(
        "/t/{tenant}/start/schedule",
        "/t/lab/start/schedule",
        Rule::Tenant(ManageConnections),
    ),
    order(
        "/t/{tenant}/start",
        "connect",
        "/t/lab/start",
        "name=New&token=ghp_octo",
        Rule::Tenant(ManageConnections),
    ),
    order(
        "/t/{tenant}/start",
        "connect-app",
        "/t/lab/start",
        APP,
        Rule::Tenant(ManageConnections),
    ),
    order(
        "/t/{tenant}/start",
        "check",
        "/t/lab/start",
        "connection=<connection>",
        Rule::Tenant(ManageConnections),
    ),
    order(
        "/t/{tenant}/start",
        "replace",
        "/t/lab/start",
        "connection=<connection>&token=ghp_octo",
        Rule::Tenant(ManageConnections),
    ),
    order(
        "/t/{tenant}/start/repositories",
        "search",
        "/t/lab/start/repositories",
        "search=octo",
        Rule::Tenant(ManageConnections),
    ),
    order(
        "/t/{tenant}/start/repositories",
        "track",
        "/t/lab/start/repositories",
        "repository=octo/third",
        Rule::Tenant(ManageConnections),
    ),
    order(
        "/t/{tenant}/start/repositories",
        "track-all",
        "/t/lab/start/repositories",
        "",
        Rule::Tenant(ManageConnections),
    ),
    order(
        "/t/{tenant}/start/schedule",
        "finish",
        "/t/lab/start/schedule",
        "preset=custom&cron=0+6+*+*+*&timezone=UTC",
        Rule::Tenant(ManageConnections),
    ),
    // Settings.
    get(
        "/t/{tenant}/settings/connections",
        "/t/lab/settings/connections",
        Rule::Tenant(ManageConnections),
    ),
    order(
        "/t/{tenant}/settings/connections",
        "connect",
        "/t/lab/settings/connections",
        "name=New&token=ghp_octo",
        Rule::Tenant(ManageConnections),
    ),
    order(
        "/t/{tenant}/settings/connections",
        "connect-app",
        "/t/lab/settings/connections",
        APP,
        Rule::Tenant(ManageConnections),
    ),
    order(
        "/t/{tenant}/settings/connections",
        "check",
        "/t/lab/settings/connections",
        "connection=<connection>",
        Rule::Tenant(ManageConnections),
    ),
    order(
        "/t/{tenant}/settings/connections",
        "replace",
        "/t/lab/settings/connections",
        "connection=<connection>&token=ghp_octo",
        Rule::Tenant(ManageConnections),
    ),
    order(
        "/t/{tenant}/settings/connections",
        "rename",
        "/t/lab/settings/connections",
        "connection=<connection>&name=Other",
        Rule::Tenant(ManageConnections),
    ),
    order(
        "/t/{tenant}/settings/connections",
        "disconnect",
        "/t/lab/settings/connections",
        "connection=<spare>",
        Rule::Tenant(ManageConnections),
    ),
    get(
        "/t/{tenant}/settings/members",
        "/t/lab/settings/members",
        Rule::Tenant(ManageMembers),
    ),
    order(
        "/t/{tenant}/settings/members",
        "change",
        "/t/lab/settings/members",
        "member=<member>&role=repository_viewer&repository=<world>",
        Rule::Tenant(ManageMembers),
    ),
    order(
        "/t/{tenant}/settings/members",
        "remove",
        "/t/lab/settings/members",
        "member=<member>",
        Rule::Tenant(ManageMembers),
    ),
    order(
        "/t/{tenant}/settings/members",
        "invite",
        "/t/lab/settings/members",
        "role=viewer",
        Rule::Tenant(ManageMembers),
    ),
    order(
        "/t/{tenant}/settings/members",
        "withdraw",
        "/t/lab/settings/members",
        "invitation=<invitation>",
        Rule::Tenant(ManageMembers),
    ),
    get(
        "/t/{tenant}/settings/tokens",
        "/t/lab/settings/tokens",
        Rule::Tenant(ManageTokens),
    ),
    order(
        "/t/{tenant}/settings/tokens",
        "create",
        "/t/lab/settings/tokens",
        "name=new&scope=read",
        Rule::Tenant(ManageTokens),
    ),
    order(
        "/t/{tenant}/settings/tokens",
        "revoke",
        "/t/lab/settings/tokens",
        "id=<token>",
        Rule::Tenant(ManageTokens),
    ),
    order(
        "/t/{tenant}/settings/members",
        "leave",
        "/t/lab/settings/members",
        "",
        Rule::Leaving,
    ),
    order(
        "/t/{tenant}/start/repositories",
        "select",
        "/t/lab/start/repositories",
        "search=octo",
        Rule::Tenant(ManageConnections),
    ),
    order(
        "/t/{tenant}/start/repositories",
        "clear",
        "/t/lab/start/repositories",
        "search=octo",
        Rule::Tenant(ManageConnections),
    ),
    // One's own account.
    get("/profile", "/profile", Rule::SignedIn),
    order(
        "/profile",
        "about",
        "/profile",
        "name=Other&timezone=UTC&theme=dark",
        Rule::SignedIn,
    ),
    order(
        "/profile",
        "email",
        "/profile",
        "email=other@example.org&current=a+long+enough+passphrase",
        Rule::SignedIn,
    ),
    order(
        "/profile",
        "password",
        "/profile",
        "old=a+long+enough+passphrase&new=another+long+passphrase",
        Rule::SignedIn,
    ),
    order(
        "/profile",
        "disconnect",
        "/profile",
        "identity=<owners-identity>",
        Rule::Only(Visitor::Owner),
    ),
    order(
        "/profile",
        "end-session",
        "/profile",
        "session=<owners-session>",
        Rule::Only(Visitor::Owner),
    ),
    order("/profile", "end-others", "/profile", "", Rule::SignedIn),
    order(
        "/profile",
        "leave",
        "/profile",
        "tenant=<tenant>",
        Rule::Leaving,
    ),
    // The installation.
    get(
        "/system/people",
        "/system/people",
        Rule::System(ManagePeople),
    ),
    order(
        "/system/people",
        "invite",
        "/system/people",
        "maintainer=true",
        Rule::System(ManagePeople),
    ),
    order(
        "/system/people",
        "withdraw",
        "/system/people",
        "invitation=<installation-invitation>",
        Rule::System(ManagePeople),
    ),
    order(
        "/system/people",
        "roles",
        "/system/people",
        "person=<nobody>&maintainer=true",
        Rule::System(ManagePeople),
    ),
    order(
        "/system/people",
        "sign-out",
        "/system/people",
        "person=<nobody>",
        Rule::System(ManagePeople),
    ),
    order(
        "/system/people",
        "remove",
        "/system/people",
        "person=<nobody>",
        Rule::System(ManagePeople),
    ),
    get("/system", "/system", Rule::System(ViewLog)),
    get(
        "/system/tenants",
        "/system/tenants",
        Rule::System(ManageTenants),
    ),
    order(
        "/system/tenants",
        "create",
        "/system/tenants",
        "name=New&owner=new@example.org",
        Rule::System(ManageTenants),
    ),
    order(
        "/system/tenants",
        "rename",
        "/system/tenants",
        "tenant=<tenant>&name=Other",
        Rule::System(ManageTenants),
    ),
    order(
        "/system/tenants",
        "suspend",
        "/system/tenants",
        "tenant=<tenant>",
        Rule::System(ManageTenants),
    ),
    order(
        "/system/tenants",
        "resume",
        "/system/tenants",
        "tenant=<tenant>",
        Rule::System(ManageTenants),
    ),
    order(
        "/system/tenants",
        "delete",
        "/system/tenants",
        "tenant=<tenant>&typed=Lab",
        Rule::System(ManageTenants),
    ),
    get(
        "/system/servers",
        "/system/servers",
        Rule::System(ManageServers),
    ),
    order(
        "/system/servers",
        "add",
        "/system/servers",
        "api_url=<other-github>",
        Rule::System(ManageServers),
    ),
    order(
        "/system/servers",
        "remove",
        "/system/servers",
        "server=<server>",
        Rule::System(ManageServers),
    ),
    get("/system/log", "/system/log", Rule::System(ViewLog)),
    get("/system/log.csv", "/system/log.csv", Rule::System(ViewLog)),
    get("/system/runs", "/system/runs", Rule::System(ViewLog)),
    order(
        "/system/runs",
        "collect",
        "/system/runs",
        "tenant=<tenant>",
        Rule::System(SystemPermission::Collect),
    ),
    // Live pages.
    get("/t/{tenant}", "/t/lab", Rule::Tenant(ViewTraffic)),
    get(
        "/t/{tenant}/repositories",
        "/t/lab/repositories",
        Rule::Tenant(ViewTraffic),
    ),
    get(
        "/t/{tenant}/r/{owner}/{name}",
        "/t/lab/r/octo/hello",
        Rule::Tenant(ViewTraffic),
    ),
    get(
        "/t/{tenant}/r/{owner}/{name}",
        "/t/lab/r/octo/world",
        Rule::Ungranted(ViewTraffic),
    ),
    get(
        "/t/{tenant}/collection",
        "/t/lab/collection",
        Rule::Tenant(ViewCollection),
    ),
    // Files and news.
    get(
        "/t/{tenant}/repositories.csv",
        "/t/lab/repositories.csv",
        Rule::Tenant(ViewTraffic),
    ),
    get(
        "/t/{tenant}/traffic.csv",
        "/t/lab/traffic.csv",
        Rule::Tenant(ViewTraffic),
    ),
    get(
        "/t/{tenant}/traffic.csv",
        "/t/lab/traffic.csv?repository=<world>",
        Rule::Ungranted(ViewTraffic),
    ),
    get(
        "/t/{tenant}/runs/events",
        "/t/lab/runs/events",
        Rule::Tenant(ViewCollection),
    ),
    // What the live pages ask.
    ask(
        "Surroundings",
        r#"{"question":{"Surroundings":{"tenant":"lab"}}}"#,
        Rule::Open,
    ),
    ask(
        "Overview",
        r#"{"question":{"Overview":{"tenant":"lab","query":{"period":"30d","sort":"views","reversed":false,"filter":"","page":1}}}}"#,
        Rule::Tenant(ViewTraffic),
    ),
    ask(
        "Repository",
        r#"{"question":{"Repository":{"tenant":"lab","owner":"octo","name":"hello","period":"30d","interval":"day"}}}"#,
        Rule::Tenant(ViewTraffic),
    ),
    ask(
        "Repository",
        r#"{"question":{"Repository":{"tenant":"lab","owner":"octo","name":"world","period":"30d","interval":"day"}}}"#,
        Rule::Ungranted(ViewTraffic),
    ),
    ask(
        "Repositories",
        r#"{"question":{"Repositories":{"tenant":"lab"}}}"#,
        Rule::Tenant(ViewTraffic),
    ),
    ask(
        "Collection",
        r#"{"question":{"Collection":{"tenant":"lab"}}}"#,
        Rule::Tenant(ViewCollection),
    ),
    ask(
        "Preview",
        r#"{"question":{"Preview":{"tenant":"lab","cron":"0 3 * * *","timezone":"UTC"}}}"#,
        Rule::Tenant(ViewCollection),
    ),
    ask(
        "TimeZones",
        r#"{"question":{"TimeZones":{"tenant":"lab"}}}"#,
        Rule::Tenant(ViewCollection),
    ),
    // What the live pages' forms do.
    call("/api/collect_now", "tenant=lab", Rule::Tenant(Collect)),
    call(
        "/api/track",
        "tenant=lab&repository=octo/third",
        Rule::Tenant(ManageRepositories),
    ),
    call(
        "/api/untrack",
        "tenant=lab&id=<world>&history=keep",
        Rule::Tenant(ManageRepositories),
    ),
    call(
        "/api/save_schedule",
        "tenant=lab&name=Hourly&cron=7+*+*+*+*&timezone=UTC&enabled=true",
        Rule::Tenant(ManageSchedules),
    ),
    call(
        "/api/delete_schedule",
        "tenant=lab&id=<schedule>",
        Rule::Tenant(ManageSchedules),
    ),
    // The interface for programs.
    program(
        "GET",
        "/api/v1/repositories",
        "/api/v1/repositories",
        Body::Nothing,
        Rule::Tenant(ViewTraffic),
    ),
    program(
        "POST",
        "/api/v1/repositories",
        "/api/v1/repositories",
        Body::Json(r#"{"full_name":"octo/third"}"#),
        Rule::Tenant(ManageRepositories),
    ),
    program(
        "DELETE",
        "/api/v1/repositories/{id}",
        "/api/v1/repositories/<world>",
        Body::Nothing,
        Rule::Tenant(ManageRepositories),
    ),
    program(
        "GET",
        "/api/v1/repositories/{id}/traffic",
        "/api/v1/repositories/<hello>/traffic",
        Body::Nothing,
        Rule::Tenant(ViewTraffic),
    ),
    program(
        "GET",
        "/api/v1/repositories/{id}/referrers",
        "/api/v1/repositories/<hello>/referrers",
        Body::Nothing,
        Rule::Tenant(ViewTraffic),
    ),
    program(
        "GET",
        "/api/v1/repositories/{id}/paths",
        "/api/v1/repositories/<hello>/paths",
        Body::Nothing,
        Rule::Tenant(ViewTraffic),
    ),
    program(
        "GET",
        "/api/v1/repositories.csv",
        "/api/v1/repositories.csv",
        Body::Nothing,
        Rule::Tenant(ViewTraffic),
    ),
    program(
        "GET",
        "/api/v1/traffic.csv",
        "/api/v1/traffic.csv",
        Body::Nothing,
        Rule::Tenant(ViewTraffic),
    ),
    program(
        "GET",
        "/api/v1/runs",
        "/api/v1/runs",
        Body::Nothing,
        Rule::Tenant(ViewCollection),
    ),
    program(
        "POST",
        "/api/v1/runs",
        "/api/v1/runs",
        Body::Nothing,
        Rule::Tenant(Collect),
    ),
    program(
        "GET",
        "/api/v1/runs/{id}",
        "/api/v1/runs/<run>",
        Body::Nothing,
        Rule::Tenant(ViewCollection),
    ),
    program(
        "GET",
        "/api/v1/schedules",
        "/api/v1/schedules",
        Body::Nothing,
        Rule::Tenant(ViewCollection),
    ),
    program(
        "POST",
        "/api/v1/schedules",
        "/api/v1/schedules",
        Body::Json(r#"{"name":"Hourly","cron":"7 * * * *"}"#),
        Rule::Tenant(ManageSchedules),
    ),
    program(
        "PUT",
        "/api/v1/schedules/{id}",
        "/api/v1/schedules/<schedule>",
        Body::Json(r#"{"name":"Hourly","cron":"7 * * * *"}"#),
        Rule::Tenant(ManageSchedules),
    ),
    program(
        "DELETE",
        "/api/v1/schedules/{id}",
        "/api/v1/schedules/<schedule>",
        Body::Nothing,
        Rule::Tenant(ManageSchedules),
    ),
];
