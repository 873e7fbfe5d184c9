//! Documents: the app's pages that the server renders alone, and the orders that their forms give.

use app::documents::{self, DOCUMENTS, Document, Fields, Sent, Taken, Visit};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{FromRequestParts, RawPathParams, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use domain::{Origin, Viewer};
use http::StatusCode;
use http::request::Parts;
use tower_sessions::Session;

use super::{Site, notice};
use crate::auth::{self, SignInLimit};

/// Where the session keeps what is said once.
const SAID: &str = "said";

/// The routes of all documents.
pub(super) fn router(limit: SignInLimit) -> Router<Site> {
    DOCUMENTS.iter().fold(Router::new(), |router, document| {
        let show = get(move |visitor: Visitor| show(Some(document), visitor));
        let methods = if document.orders.is_empty() {
            show
        } else {
            let take = post(move |visitor: Visitor, body: Bytes| take(document, visitor, body));
            show.merge(match document.path {
                app::SIGN_IN | app::SET_UP => auth::limited(take, limit),
                _ => take,
            })
        };
        router.route(document.path, methods)
    })
}

/// The page of what is not there.
pub(super) async fn nothing(visitor: Visitor) -> Response {
    show(None, visitor).await
}

/// Who comes to a document: what is known before it is looked at.
pub(super) struct Visitor {
    site: Site,
    session: Session,
    visit: Visit,
}

impl Visitor {
    /// The visit, before anything was said or sent.
    pub(super) fn visit(&self) -> &Visit {
        &self.visit
    }
}

impl FromRequestParts<Site> for Visitor {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Response> {
        let session = Session::from_request_parts(parts, site)
            .await
            .map_err(IntoResponse::into_response)?;
        let path = RawPathParams::from_request_parts(parts, site).await;
        let path = path.map_err(|_| notice::not_found())?;
        let path = path
            .iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let origin = parts.extensions.get::<Origin>().copied();
        let visit = Visit {
            engine: site.engine.clone(),
            viewer: parts.extensions.get::<Viewer>().cloned(),
            session: auth::key(&session),
            origin: origin.unwrap_or_default(),
            public_url: site.public_url().clone(),
            ways: site.sign_in_ways().clone(),
            path,
            query: Fields::parse(parts.uri.query().unwrap_or_default().as_bytes()),
            sent: None,
            said: None,
        };
        Ok(Self {
            site: site.clone(),
            session,
            visit,
        })
    }
}

/// The document, with what is said once.
async fn show(document: Option<&Document>, visitor: Visitor) -> Response {
    let Visitor {
        site,
        session,
        mut visit,
    } = visitor;
    if visit.viewer.is_some() {
        match session.remove::<String>(SAID).await {
            Ok(said) => visit.said = said,
            Err(error) => return unsaved(&error),
        }
    }
    page(&site, document, visit).await
}

async fn page(site: &Site, document: Option<&Document>, visit: Visit) -> Response {
    let assets = site.frontend().assets();
    let (status, html) = documents::render(document, visit, assets).await;
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, Html(html)).into_response()
}

/// Carries out what a form ordered.
async fn take(document: &Document, visitor: Visitor, body: Bytes) -> Response {
    let Visitor {
        site,
        session,
        mut visit,
    } = visitor;
    let fields = Fields::parse(&body);
    let order = fields.text("do").to_owned();
    let mut sent = Sent {
        order,
        fields,
        ..Sent::default()
    };
    visit.sent = Some(sent.clone());
    let taken = match document.take(visit.clone()).await {
        Ok(taken) => taken,
        Err(problem) => {
            sent.problem = Some(problem);
            visit.sent = Some(sent);
            return page(&site, Some(document), visit).await;
        }
    };
    let done = match taken {
        Taken::Show(shown) => {
            sent.shown = Some(shown);
            visit.sent = Some(sent);
            return page(&site, Some(document), visit).await;
        }
        Taken::Again => return page(&site, Some(document), visit).await,
        Taken::Go(to, said) => say(&session, said).await.map(|()| to),
        Taken::Enter(user, to) => auth::enter(&site, &session, user).await.map(|()| to),
        Taken::Renew(to, said) => match auth::renew(&session).await {
            Ok(()) => say(&session, said).await.map(|()| to),
            Err(error) => Err(error),
        },
        Taken::Leave(to) => auth::leave(&session).await.map(|()| to),
    };
    match done {
        Ok(to) => Redirect::to(&to).into_response(),
        Err(error) => unsaved(&error),
    }
}

async fn say(
    session: &Session,
    sentence: Option<String>,
) -> Result<(), tower_sessions::session::Error> {
    match sentence {
        Some(sentence) => session.insert(SAID, sentence).await,
        None => Ok(()),
    }
}

fn unsaved(error: &tower_sessions::session::Error) -> Response {
    tracing::error!(
        error = error as &dyn std::error::Error,
        "a session was not read or kept"
    );
    notice::unavailable()
}
