//! Completes a login with a proven identity: a session, a connected identity, or a new account.

use axum::response::{IntoResponse, Redirect, Response};
use domain::{ExternalIdentity, Problem, ProblemKind, SignInError, UserId, Viewer};
use engine::Error;
use url::Url;

use super::browser::{self, Browser};
use crate::auth::external::Intent;
use crate::state::AppState;

/// Does what the login is for, and returns the address of the next page.
pub(super) async fn complete(
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
            let user = user.map_err(|error| sign_in_error(intent, &error.into_problem()))?;
            sign_in(state, browser, user, intent).await?;
            Ok(next.to_owned())
        }
        Intent::Connect(user) => {
            let viewer = viewer.filter(|viewer| is_person(viewer, *user));
            let viewer = viewer.ok_or(SignInError::NotYours)?;
            let connected = state.engine.connect_identity(viewer, identity).await;
            connected.map_err(|error| sign_in_error(intent, &error.into_problem()))?;
            let flash = format!("{} is linked. You can now sign in with it.", identity.label);
            let stored = browser.set_flash(Some(flash)).await;
            stored.map_err(|problem| sign_in_error(intent, &problem))?;
            Ok(next.to_owned())
        }
        Intent::Join(_) if viewer.is_some() => Err(SignInError::NotYours),
        Intent::Join(invitation) => {
            let token = invitation.as_str().into();
            let joined = state.engine.register_with(&token, identity, browser.origin);
            let joined = joined.await.map_err(Error::into_problem);
            let (user, tenant) = joined.map_err(|problem| sign_in_error(intent, &problem))?;
            sign_in(state, browser, user, intent).await?;
            Ok(tenant.map_or_else(|| "/".to_owned(), |slug| format!("/t/{slug}")))
        }
    }
}

async fn sign_in(
    state: &AppState,
    browser: &Browser,
    user: UserId,
    intent: &Intent,
) -> Result<(), SignInError> {
    let signed_in = browser::sign_in(state, browser, user).await;
    signed_in.map_err(|problem| sign_in_error(intent, &problem))
}

fn is_person(viewer: &Viewer, user: UserId) -> bool {
    matches!(viewer, Viewer::Person(person) if person.id == user)
}

/// The sign-in error for a problem of the engine, which logs its own details.
fn sign_in_error(intent: &Intent, problem: &Problem) -> SignInError {
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

/// Redirects to the page where the login started, with the error in its address: the profile, the
/// invitation or the sign-in page. Without a login, a signed-in person sees it in the profile.
pub(super) fn redirect_with_error(
    login: Option<(&Intent, &str)>,
    signed_in: bool,
    error: SignInError,
) -> Response {
    let profile = signed_in.then_some(app::PROFILE);
    let (page, next) = match login {
        // The home page shows no errors.
        Some((Intent::Connect(_) | Intent::Join(_), page)) if page != "/" => (page, None),
        Some((Intent::SignIn, next)) => (profile.unwrap_or(app::SIGN_IN), Some(next)),
        _ => (profile.unwrap_or(app::SIGN_IN), None),
    };
    let next = next.filter(|next| !signed_in && *next != "/");
    Redirect::to(&with_error(page, error, next)).into_response()
}

fn with_error(page: &str, error: SignInError, next: Option<&str>) -> String {
    let url = Url::parse("http://tidemark.invalid/").and_then(|base| base.join(page));
    let Ok(mut url) = url else {
        return app::SIGN_IN.to_owned();
    };
    url.query_pairs_mut()
        .append_pair("error", error.code())
        .extend_pairs(next.map(|next| ("next", next)));
    let query = url.query().unwrap_or_default();
    format!("{}?{query}", url.path())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn to(login: Option<(&Intent, &str)>, signed_in: bool) -> String {
        let response = redirect_with_error(login, signed_in, SignInError::Declined);
        response.headers()["location"].to_str().unwrap().to_owned()
    }

    #[test]
    fn an_error_redirects_to_the_page_where_the_login_started() {
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
    fn each_kind_of_problem_has_an_error_that_fits_the_login() {
        let of = |intent: &Intent, kind| sign_in_error(intent, &Problem::new(kind, "x"));
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
