//! The gate: says who asks, and leads those who may not see a page to where they can sign in.

use axum::extract::{Request, State};
use axum::http::{Method, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use domain::{Problem, SignInError, Viewer};
use engine::Error;
use url::form_urlencoded;

use super::browser::{Browser, failed};
use super::session;
use crate::web::{AppState, error_page};

/// Resolves the session to its [`Viewer`], once for each request, and puts it into the request.
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
    let user = session::user(browser, state.engine.clock().now()).await;
    let Some((user, since)) = user.map_err(|error| failed(&error))? else {
        return Ok(None);
    };
    let person = state
        .engine
        .session_person(user, since, browser.origin)
        .await;
    Ok(person.map_err(Error::into_problem)?.map(Viewer::Person))
}

/// Lets through who may go on, and redirects who must sign in, or set up, before.
///
/// Server functions pass: their use cases ask for a viewer themselves, and a redirect would be
/// lost on the script that calls them.
pub(crate) async fn gate(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let is_set_up = match state.is_set_up().await {
        Ok(is_set_up) => is_set_up,
        Err(error) => return error_page::problem(&error.into_problem()),
    };
    let home = request.extensions().get::<Viewer>().map(home);
    let go = direct(request.method(), request.uri(), is_set_up, home);
    match go {
        Some(address) => Redirect::to(&address).into_response(),
        None => next.run(request).await,
    }
}

/// The page that the bare address leads to: the person's first tenant that they reach, if any.
fn home(viewer: &Viewer) -> String {
    match viewer {
        Viewer::Person(person) => {
            let mut reachable = person.memberships.iter().filter(|it| !it.suspended);
            let first = reachable.next();
            first.map_or_else(|| "/".to_owned(), |first| format!("/t/{}", first.slug))
        }
        Viewer::Token { .. } | Viewer::Operator => "/".to_owned(),
    }
}

/// Where to go instead; `None` to go on. Who is signed in has a `home`.
fn direct(method: &Method, uri: &Uri, is_set_up: bool, home: Option<String>) -> Option<String> {
    let path = uri.path();
    if path.starts_with("/api/") {
        return None;
    }
    if !is_set_up {
        return (path != "/setup").then(|| "/setup".to_owned());
    }
    match (path, home) {
        // Somebody else was first: the form is not taken, and they are told why.
        ("/setup", None) if method == Method::POST => {
            Some(format!("/sign-in?error={}", SignInError::SetUp.code()))
        }
        ("/setup", _) => Some("/".to_owned()),
        ("/sign-in", Some(home)) if method == Method::GET => Some(home),
        ("/", Some(home)) => (home != "/").then_some(home),
        ("/sign-in" | "/sign-out" | "/invitation", _) | (_, Some(_)) => None,
        (path, None) if path.starts_with("/sign-in/") => None,
        ("/", None) => Some("/sign-in".to_owned()),
        (_, None) => {
            let next = uri.path_and_query().map_or(path, |full| full.as_str());
            let query = form_urlencoded::Serializer::new(String::new())
                .append_pair("next", next)
                .finish();
            Some(format!("/sign-in?{query}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn to(method: &Method, address: &str, is_set_up: bool, home: Option<&str>) -> Option<String> {
        let address = address.parse().unwrap();
        direct(method, &address, is_set_up, home.map(str::to_owned))
    }

    #[test]
    fn nobody_passes_before_the_first_start_is_finished() {
        let to = |address, is_set_up| to(&Method::GET, address, is_set_up, None);
        assert_eq!(to("/t/lab", false).as_deref(), Some("/setup"));
        assert_eq!(to("/setup", false), None);
        assert_eq!(to("/setup", true).as_deref(), Some("/"));
    }

    #[test]
    fn who_is_not_signed_in_signs_in_and_comes_back() {
        let to = |address| to(&Method::GET, address, true, None);
        assert_eq!(
            to("/t/lab?period=all").as_deref(),
            Some("/sign-in?next=%2Ft%2Flab%3Fperiod%3Dall")
        );
        assert_eq!(to("/").as_deref(), Some("/sign-in"));
        assert_eq!(to("/sign-in"), None);
    }

    #[test]
    fn a_document_that_takes_orders_without_a_session_meters_all_of_them() {
        let mut reachable = Vec::new();
        for document in app::server_pages::PAGES {
            let address = document.path.replace(['{', '}'], "");
            let open = |is_set_up| to(&Method::POST, &address, is_set_up, None).is_none();
            if !document.actions.is_empty() && (open(true) || open(false)) {
                reachable.push(document.path);
                assert_eq!(document.metered, document.actions, "{}", document.path);
            }
            for action in document.metered {
                assert!(
                    document.actions.contains(action),
                    "{}: {action}",
                    document.path
                );
            }
        }
        assert_eq!(reachable, ["/sign-in", "/setup", "/invitation"]);
    }

    #[test]
    fn who_is_signed_in_goes_on() {
        let home = Some("/t/lab");
        assert_eq!(to(&Method::GET, "/t/lab", true, home), None);
        assert_eq!(to(&Method::GET, "/", true, home).as_deref(), home);
        assert_eq!(to(&Method::GET, "/", true, Some("/")), None);
        assert_eq!(to(&Method::GET, "/sign-in", true, home).as_deref(), home);
        assert_eq!(to(&Method::POST, "/sign-in", true, home), None);
    }
}
