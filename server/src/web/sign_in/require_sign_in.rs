//! Middleware: finds the viewer of a session, and redirects people who must sign in first.

use app::server_pages::PageAccess;
use axum::extract::{Request, State};
use axum::http::{Method, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use domain::{Problem, SignInError, Viewer};
use engine::Error;
use url::form_urlencoded;

use super::browser::{Browser, session_problem};
use crate::auth::session;
use crate::error_page;
use crate::state::AppState;

/// Resolves the session to its [`Viewer`], once for each request, and adds it to the request.
pub(crate) async fn identify(
    State(state): State<AppState>,
    browser: Browser,
    mut request: Request,
    next: Next,
) -> Response {
    match viewer(&state, &browser).await {
        Ok(Some(viewer)) => {
            request.extensions_mut().insert(viewer);
        }
        Ok(None) => {}
        Err(problem) => return error_page::problem(&problem),
    }
    next.run(request).await
}

async fn viewer(state: &AppState, browser: &Browser) -> Result<Option<Viewer>, Problem> {
    let now = state.engine.clock().now();
    let user = session::user(&browser.session, browser.origin, &browser.agent, now).await;
    let Some((user, since)) = user.map_err(|error| session_problem(&error))? else {
        return Ok(None);
    };
    let person = state
        .engine
        .session_person(user, since, browser.origin)
        .await;
    Ok(person.map_err(Error::into_problem)?.map(Viewer::Person))
}

/// Redirects requests that the access of their page does not allow: to the sign-in page, or to the
/// set-up page before the first account exists.
///
/// Server functions pass. Their use cases check the viewer, and a redirect would be lost on the
/// script that calls them.
pub(crate) async fn require_sign_in(
    State((state, access)): State<(AppState, PageAccess)>,
    request: Request,
    next: Next,
) -> Response {
    if request.uri().path().starts_with("/api/") {
        return next.run(request).await;
    }
    let is_set_up = match state.is_set_up().await {
        Ok(is_set_up) => is_set_up,
        Err(error) => return error_page::problem(&error.into_problem()),
    };
    let signed_in = request.extensions().get::<Viewer>().is_some();
    let address = redirect_target(
        access,
        request.method(),
        request.uri(),
        is_set_up,
        signed_in,
    );
    match address {
        Some(address) => Redirect::to(&address).into_response(),
        None => next.run(request).await,
    }
}

/// Where to redirect; `None` to show the page.
fn redirect_target(
    access: PageAccess,
    method: &Method,
    uri: &Uri,
    is_set_up: bool,
    signed_in: bool,
) -> Option<String> {
    match (access, is_set_up) {
        (PageAccess::SetUp, false) => None,
        (_, false) => Some(app::SET_UP.to_owned()),
        // Someone else was first. The form is refused, and the sign-in page says why.
        (PageAccess::SetUp, true) if method == Method::POST && !signed_in => {
            Some(sign_in_with("error", SignInError::SetUp.code()))
        }
        (PageAccess::SetUp, true) => Some("/".to_owned()),
        (PageAccess::SignedIn, true) if !signed_in => Some(match uri.path() {
            "/" => app::SIGN_IN.to_owned(),
            path => sign_in_with("next", uri.path_and_query().map_or(path, |it| it.as_str())),
        }),
        (PageAccess::Public | PageAccess::SignedIn, true) => None,
    }
}

/// The sign-in page with a parameter.
fn sign_in_with(name: &str, value: &str) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair(name, value)
        .finish();
    format!("{}?{query}", app::SIGN_IN)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn to(access: PageAccess, method: &Method, address: &str, signed_in: bool) -> Option<String> {
        let address = address.parse().unwrap();
        redirect_target(access, method, &address, true, signed_in)
    }

    #[test]
    fn every_page_redirects_to_the_set_up_page_until_it_is_done() {
        let to = |access, address: &str, is_set_up| {
            let address = address.parse().unwrap();
            redirect_target(access, &Method::GET, &address, is_set_up, false)
        };
        let first = to(PageAccess::SignedIn, "/t/lab", false);
        assert_eq!(first.as_deref(), Some("/setup"));
        let first = to(PageAccess::Public, "/sign-in", false);
        assert_eq!(first.as_deref(), Some("/setup"));
        assert_eq!(to(PageAccess::SetUp, "/setup", false), None);
        let over = to(PageAccess::SetUp, "/setup", true);
        assert_eq!(over.as_deref(), Some("/"));
    }

    #[test]
    fn a_set_up_form_that_comes_too_late_leads_to_the_sign_in_page() {
        let to = |signed_in| to(PageAccess::SetUp, &Method::POST, "/setup", signed_in);
        assert_eq!(to(false).as_deref(), Some("/sign-in?error=set-up"));
        assert_eq!(to(true).as_deref(), Some("/"));
    }

    #[test]
    fn people_sign_in_first_and_return_to_the_page() {
        let to = |address| to(PageAccess::SignedIn, &Method::GET, address, false);
        assert_eq!(
            to("/t/lab?period=all").as_deref(),
            Some("/sign-in?next=%2Ft%2Flab%3Fperiod%3Dall")
        );
        assert_eq!(to("/").as_deref(), Some("/sign-in"));
    }

    #[test]
    fn a_page_that_accepts_forms_without_a_session_meters_all_of_its_actions() {
        let mut reachable = Vec::new();
        for page in app::server_pages::PAGES {
            if !page.actions.is_empty() && page.access != PageAccess::SignedIn {
                reachable.push(page.path);
                assert_eq!(page.metered, page.actions, "{}", page.path);
            }
            for action in page.metered {
                assert!(page.actions.contains(action), "{}: {action}", page.path);
            }
        }
        assert_eq!(reachable, ["/sign-in", "/setup", "/invitation"]);
    }

    #[test]
    fn people_who_are_signed_in_see_the_page() {
        for address in ["/t/lab", "/"] {
            assert_eq!(to(PageAccess::SignedIn, &Method::GET, address, true), None);
        }
        for signed_in in [true, false] {
            assert_eq!(
                to(PageAccess::Public, &Method::GET, "/sign-in", signed_in),
                None
            );
            assert_eq!(
                to(PageAccess::Public, &Method::POST, "/sign-in", signed_in),
                None
            );
        }
    }
}
