//! What comes of a proven identity: a session, a tie to an account, or a new account.

use axum::response::{IntoResponse, Redirect, Response};
use domain::{OutsideIdentity, Problem, ProblemKind, SignInTrouble, UserId, Viewer};
use engine::Error;
use url::Url;

use super::attempt::Intent;
use crate::auth::{Browser, enter};
use crate::web::Site;

/// Does what was set out for; the address that it leads on to.
pub(super) async fn finish(
    site: &Site,
    browser: &Browser,
    viewer: Option<&Viewer>,
    intent: &Intent,
    next: &str,
    identity: &OutsideIdentity,
) -> Result<String, SignInTrouble> {
    match intent {
        Intent::SignIn => {
            let user = site.engine.sign_in_with(identity, browser.origin).await;
            let user = user.map_err(|error| trouble(intent, &error.into_problem()))?;
            go_in(site, browser, user, intent).await?;
            Ok(next.to_owned())
        }
        Intent::Connect(user) => {
            let viewer = viewer.filter(|viewer| is(viewer, *user));
            let viewer = viewer.ok_or(SignInTrouble::NotYours)?;
            let connected = site.engine.connect_identity(viewer, identity).await;
            connected.map_err(|error| trouble(intent, &error.into_problem()))?;
            let said = format!("{} signs you in from now on.", identity.label);
            let kept = browser.say(Some(said)).await;
            kept.map_err(|problem| trouble(intent, &problem))?;
            Ok(next.to_owned())
        }
        Intent::Join(_) if viewer.is_some() => Err(SignInTrouble::NotYours),
        Intent::Join(invitation) => {
            let token = invitation.as_str().into();
            let joined = site.engine.register_with(&token, identity, browser.origin);
            let joined = joined.await.map_err(Error::into_problem);
            let (user, tenant) = joined.map_err(|problem| trouble(intent, &problem))?;
            go_in(site, browser, user, intent).await?;
            Ok(tenant.map_or_else(|| "/".to_owned(), |slug| format!("/t/{slug}")))
        }
    }
}

async fn go_in(
    site: &Site,
    browser: &Browser,
    user: UserId,
    intent: &Intent,
) -> Result<(), SignInTrouble> {
    let entered = enter(site, browser, user).await;
    entered.map_err(|problem| trouble(intent, &problem))
}

fn is(viewer: &Viewer, user: UserId) -> bool {
    matches!(viewer, Viewer::Person(person) if person.id == user)
}

/// What a problem of the engine means for whoever signs in; its own words are logged there.
fn trouble(intent: &Intent, problem: &Problem) -> SignInTrouble {
    match (intent, problem.kind) {
        (_, ProblemKind::Unavailable | ProblemKind::Internal) => SignInTrouble::Unavailable,
        (Intent::SignIn, ProblemKind::Unauthenticated | ProblemKind::NotFound) => {
            SignInTrouble::UnknownIdentity
        }
        (_, ProblemKind::Forbidden) => SignInTrouble::Suspended,
        (Intent::Connect(_), ProblemKind::Conflict) => SignInTrouble::IdentityTaken,
        (Intent::Join(_), ProblemKind::NotFound) => SignInTrouble::Invitation,
        (Intent::Join(_), ProblemKind::Conflict) => SignInTrouble::AccountExists,
        (Intent::Join(_), ProblemKind::Invalid) => SignInTrouble::NoAddress,
        _ => SignInTrouble::Refused,
    }
}

/// Back to where it began, with the trouble in the address: the page that connects or invites, or
/// the sign-in. Who is signed in already and began nothing sees it in their profile.
pub(super) fn back(
    begun: Option<(&Intent, &str)>,
    signed_in: bool,
    trouble: SignInTrouble,
) -> Response {
    let profile = signed_in.then_some(app::PROFILE);
    let (page, next) = match begun {
        // Nothing is shown at the bare address.
        Some((Intent::Connect(_) | Intent::Join(_), page)) if page != "/" => (page, None),
        Some((Intent::SignIn, next)) => (profile.unwrap_or(app::SIGN_IN), Some(next)),
        _ => (profile.unwrap_or(app::SIGN_IN), None),
    };
    let next = next.filter(|next| !signed_in && *next != "/");
    Redirect::to(&with_trouble(page, trouble, next)).into_response()
}

fn with_trouble(page: &str, trouble: SignInTrouble, next: Option<&str>) -> String {
    let here = Url::parse("http://tidemark.invalid/").and_then(|base| base.join(page));
    let Ok(mut url) = here else {
        return app::SIGN_IN.to_owned();
    };
    url.query_pairs_mut()
        .append_pair("error", trouble.code())
        .extend_pairs(next.map(|next| ("next", next)));
    let query = url.query().unwrap_or_default();
    format!("{}?{query}", url.path())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn to(begun: Option<(&Intent, &str)>, signed_in: bool) -> String {
        let response = back(begun, signed_in, SignInTrouble::Declined);
        response.headers()["location"].to_str().unwrap().to_owned()
    }

    #[test]
    fn a_trouble_leads_back_to_where_it_began() {
        let (connect, join) = (Intent::Connect(UserId::new(1)), Intent::Join(String::new()));
        let sign_in = Some((&Intent::SignIn, "/t/lab?period=all"));
        assert_eq!(to(None, false), "/sign-in?error=declined");
        assert_eq!(to(None, true), "/profile?error=declined");
        assert_eq!(
            to(sign_in, false),
            "/sign-in?error=declined&next=%2Ft%2Flab%3Fperiod%3Dall"
        );
        assert_eq!(to(sign_in, true), "/profile?error=declined");
        assert_eq!(
            to(Some((&connect, "/profile")), true),
            "/profile?error=declined"
        );
        assert_eq!(
            to(Some((&join, "/invitation?token=x")), false),
            "/invitation?token=x&error=declined"
        );
        assert_eq!(to(Some((&join, "/")), false), "/sign-in?error=declined");
    }

    #[test]
    fn each_kind_of_problem_is_told_in_the_words_of_what_was_begun() {
        let of = |intent: &Intent, kind| trouble(intent, &Problem::new(kind, "x"));
        let connect = Intent::Connect(UserId::new(1));
        let join = Intent::Join(String::new());
        for (intent, kind, expected) in [
            (
                &Intent::SignIn,
                ProblemKind::Unauthenticated,
                SignInTrouble::UnknownIdentity,
            ),
            (
                &Intent::SignIn,
                ProblemKind::Forbidden,
                SignInTrouble::Suspended,
            ),
            (
                &connect,
                ProblemKind::Conflict,
                SignInTrouble::IdentityTaken,
            ),
            (&join, ProblemKind::Conflict, SignInTrouble::AccountExists),
            (&join, ProblemKind::NotFound, SignInTrouble::Invitation),
            (&join, ProblemKind::Invalid, SignInTrouble::NoAddress),
            (&join, ProblemKind::Unavailable, SignInTrouble::Unavailable),
        ] {
            assert_eq!(of(intent, kind), expected, "{intent:?} {kind:?}");
        }
    }
}
