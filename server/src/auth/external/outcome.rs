//! What comes of a proven identity: a session, a tie to an account, or a new account.

use axum::response::{IntoResponse, Redirect, Response};
use domain::{ExternalIdentity, Problem, ProblemKind, SignInError, UserId, Viewer};
use engine::Error;
use url::Url;

use super::attempt::Intent;
use crate::auth::{Browser, enter};
use crate::web::AppState;

/// Does what was set out for; the address that it leads on to.
pub(super) async fn finish(
    state: &AppState,
    browser: &Browser,
    viewer: Option<&Viewer>,
    intent: &Intent,
    next: &str,
    identity: &ExternalIdentity,
) -> Result<String, SignInError> {
    match intent {
        Intent::SignIn => {
            let user = state.engine.sign_in_with(identity, browser.origin).await;
            let user = user.map_err(|error| trouble(intent, &error.into_problem()))?;
            go_in(state, browser, user, intent).await?;
            Ok(next.to_owned())
        }
        Intent::Connect(user) => {
            let viewer = viewer.filter(|viewer| is(viewer, *user));
            let viewer = viewer.ok_or(SignInError::NotYours)?;
            let connected = state.engine.connect_identity(viewer, identity).await;
            connected.map_err(|error| trouble(intent, &error.into_problem()))?;
            let said = format!("{} signs you in from now on.", identity.label);
            let kept = browser.set_flash(Some(said)).await;
            kept.map_err(|problem| trouble(intent, &problem))?;
            Ok(next.to_owned())
        }
        Intent::Join(_) if viewer.is_some() => Err(SignInError::NotYours),
        Intent::Join(invitation) => {
            let token = invitation.as_str().into();
            let joined = state.engine.register_with(&token, identity, browser.origin);
            let joined = joined.await.map_err(Error::into_problem);
            let (user, tenant) = joined.map_err(|problem| trouble(intent, &problem))?;
            go_in(state, browser, user, intent).await?;
            Ok(tenant.map_or_else(|| "/".to_owned(), |slug| format!("/t/{slug}")))
        }
    }
}

async fn go_in(
    state: &AppState,
    browser: &Browser,
    user: UserId,
    intent: &Intent,
) -> Result<(), SignInError> {
    let entered = enter(state, browser, user).await;
    entered.map_err(|problem| trouble(intent, &problem))
}

fn is(viewer: &Viewer, user: UserId) -> bool {
    matches!(viewer, Viewer::Person(person) if person.id == user)
}

/// What a problem of the engine means for whoever signs in; its own words are logged there.
fn trouble(intent: &Intent, problem: &Problem) -> SignInError {
    match (intent, problem.kind) {
        (_, ProblemKind::Unavailable | ProblemKind::Internal) => SignInError::Unavailable,
        (Intent::SignIn, ProblemKind::Unauthenticated | ProblemKind::NotFound) => {
            SignInError::UnknownIdentity
        }
        (_, ProblemKind::Forbidden) => SignInError::Suspended,
        (Intent::Connect(_), ProblemKind::Conflict) => SignInError::IdentityTaken,
        (Intent::Join(_), ProblemKind::NotFound) => SignInError::Invitation,
        (Intent::Join(_), ProblemKind::Conflict) => SignInError::AccountExists,
        (Intent::Join(_), ProblemKind::Invalid) => SignInError::NoAddress,
        _ => SignInError::Refused,
    }
}

/// Back to where it began, with the trouble in the address: the page that connects or invites, or
/// the sign-in. Who is signed in already and began nothing sees it in their profile.
pub(super) fn back(
    begun: Option<(&Intent, &str)>,
    signed_in: bool,
    trouble: SignInError,
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

fn with_trouble(page: &str, trouble: SignInError, next: Option<&str>) -> String {
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
        let response = back(begun, signed_in, SignInError::Declined);
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
                SignInError::UnknownIdentity,
            ),
            (
                &Intent::SignIn,
                ProblemKind::Forbidden,
                SignInError::Suspended,
            ),
            (&connect, ProblemKind::Conflict, SignInError::IdentityTaken),
            (&join, ProblemKind::Conflict, SignInError::AccountExists),
            (&join, ProblemKind::NotFound, SignInError::Invitation),
            (&join, ProblemKind::Invalid, SignInError::NoAddress),
            (&join, ProblemKind::Unavailable, SignInError::Unavailable),
        ] {
            assert_eq!(of(intent, kind), expected, "{intent:?} {kind:?}");
        }
    }
}
