//! The gate: says who asks, and leads those who may not see a page to where they can sign in.

use axum::extract::{Request, State};
use axum::http::{Method, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use domain::Viewer;
use tower_sessions::Session;
use url::form_urlencoded;

use super::session;
use crate::web::{Site, notice};

/// Resolves the session to its [`Viewer`], once for each request, and puts it into the request.
pub(crate) async fn identify(
    State(site): State<Site>,
    session: Session,
    mut request: Request,
    next: Next,
) -> Response {
    match viewer(&site, &session).await {
        Ok(Some(viewer)) => {
            request.extensions_mut().insert(viewer);
        }
        Ok(None) => {}
        Err(response) => return response,
    }
    next.run(request).await
}

async fn viewer(site: &Site, session: &Session) -> Result<Option<Viewer>, Response> {
    let user = session::user(session, site.engine.clock().today())
        .await
        .map_err(|error| {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "a session was not read"
            );
            notice::unavailable()
        })?;
    let Some(user) = user else { return Ok(None) };
    let person = site
        .engine
        .person(user)
        .await
        .map_err(|error| notice::problem(&error.into_problem()))?;
    Ok(person.map(Viewer::Person))
}

/// Lets through who may go on, and redirects who must sign in, or set up, before.
///
/// Server functions pass: their use cases ask for a viewer themselves, and a redirect would be
/// lost on the script that calls them.
pub(crate) async fn gate(State(site): State<Site>, request: Request, next: Next) -> Response {
    let is_set_up = match site.is_set_up().await {
        Ok(is_set_up) => is_set_up,
        Err(error) => return notice::problem(&error.into_problem()),
    };
    let signed_in = request.extensions().get::<Viewer>().is_some();
    let go = direct(request.method(), request.uri(), is_set_up, signed_in);
    match go {
        Some(address) => Redirect::to(&address).into_response(),
        None => next.run(request).await,
    }
}

/// Where to go instead; `None` to go on.
fn direct(method: &Method, uri: &Uri, is_set_up: bool, signed_in: bool) -> Option<String> {
    let path = uri.path();
    if path.starts_with("/api/") {
        return None;
    }
    if !is_set_up {
        return (path != "/setup").then(|| "/setup".to_owned());
    }
    match (path, signed_in) {
        ("/setup", _) => Some("/".to_owned()),
        ("/sign-in", true) if method == Method::GET => Some("/".to_owned()),
        ("/sign-in" | "/sign-out", _) | (_, true) => None,
        ("/", false) => Some("/sign-in".to_owned()),
        (_, false) => {
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

    fn to(method: &Method, address: &str, is_set_up: bool, signed_in: bool) -> Option<String> {
        direct(method, &address.parse().unwrap(), is_set_up, signed_in)
    }

    #[test]
    fn nobody_passes_before_the_first_start_is_finished() {
        assert_eq!(
            to(&Method::GET, "/t/lab", false, false).as_deref(),
            Some("/setup")
        );
        assert_eq!(to(&Method::GET, "/setup", false, false), None);
        assert_eq!(
            to(&Method::GET, "/setup", true, false).as_deref(),
            Some("/")
        );
    }

    #[test]
    fn who_is_not_signed_in_signs_in_and_comes_back() {
        assert_eq!(
            to(&Method::GET, "/t/lab?period=all", true, false).as_deref(),
            Some("/sign-in?next=%2Ft%2Flab%3Fperiod%3Dall")
        );
        assert_eq!(to(&Method::GET, "/sign-in", true, false), None);
        assert_eq!(to(&Method::GET, "/t/lab", true, true), None);
        assert_eq!(
            to(&Method::GET, "/sign-in", true, true).as_deref(),
            Some("/")
        );
        assert_eq!(to(&Method::POST, "/sign-in", true, true), None);
    }
}
