//! What everybody may ask: health, signing in, invitations, one's own account.

use super::{Request, Rule, call, get, order};
use crate::access::actors::Actor;

pub const REQUESTS: &[Request] = &[
    // For monitoring, and what belongs to every page.
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
        Rule::Only(Actor::Owner),
    ),
    order(
        "/profile",
        "end-session",
        "/profile",
        "session=<owners-session>",
        Rule::Only(Actor::Owner),
    ),
    order("/profile", "end-others", "/profile", "", Rule::SignedIn),
    order(
        "/profile",
        "leave",
        "/profile",
        "tenant=<tenant>",
        Rule::RedirectsOut,
    ),
];
