//! Documents: the app's pages that the server renders alone, and the orders that their forms give.

use app::documents::{self, DOCUMENTS, Document, Fields, Rendered, Sent, Taken, Visit};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{FromRequestParts, RawPathParams};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use domain::Viewer;
use http::StatusCode;
use http::request::Parts;

use super::notice::set_retry_after;
use super::security::FormAction;
use super::{Site, notice};
use crate::auth::{self, Browser, TooMany};

/// The routes of all documents.
pub(super) fn router() -> Router<Site> {
    DOCUMENTS.iter().fold(Router::new(), |router, document| {
        let show = get(move |visitor: Visitor| show(Some(document), visitor));
        let methods = if document.orders.is_empty() {
            show
        } else {
            let take = post(move |visitor: Visitor, body: Bytes| take(document, visitor, body));
            show.merge(take)
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
    browser: Browser,
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
        let browser = Browser::from_request_parts(parts, site).await?;
        let path = RawPathParams::from_request_parts(parts, site).await;
        let path = path.map_err(|_| notice::not_found())?;
        let path = path
            .iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let visit = Visit {
            engine: site.engine.clone(),
            viewer: parts.extensions.get::<Viewer>().cloned(),
            session: auth::key(&browser.session),
            origin: browser.origin,
            public_url: site.public_url().clone(),
            ways: site.sign_in_ways(),
            path,
            query: Fields::parse(parts.uri.query().unwrap_or_default().as_bytes()),
            sent: None,
            said: None,
        };
        Ok(Self {
            site: site.clone(),
            browser,
            visit,
        })
    }
}

/// The document, with what is said once.
async fn show(document: Option<&Document>, visitor: Visitor) -> Response {
    let Visitor {
        site,
        browser,
        mut visit,
    } = visitor;
    if let Some(document) = document
        && let Some(arrived) = document.arrive(visit.clone()).await
    {
        return match arrived {
            Ok(taken) => lead_on(&site, &browser, taken).await,
            Err(problem) => {
                visit.sent = Some(Sent {
                    problem: Some(problem),
                    ..Sent::default()
                });
                page(&site, Some(document), visit).await
            }
        };
    }
    if visit.viewer.is_some() {
        match browser.said().await {
            Ok(said) => visit.said = said,
            Err(problem) => return notice::problem(&problem),
        }
    }
    page(&site, document, visit).await
}

async fn page(site: &Site, document: Option<&Document>, visit: Visit) -> Response {
    let assets = site.frontend().assets();
    let problem = visit.sent.as_ref().and_then(|sent| sent.problem.as_ref());
    let wait_s = problem.and_then(|problem| problem.retry_after_s);
    let Rendered {
        status,
        html,
        form_action,
    } = documents::render(document, visit, assets).await;
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, Html(html)).into_response();
    set_retry_after(&mut response, wait_s);
    if let Some(origin) = form_action {
        response.extensions_mut().insert(FormAction(origin));
    }
    response
}

/// Carries out what a form ordered.
async fn take(document: &Document, visitor: Visitor, body: Bytes) -> Response {
    let Visitor {
        site,
        browser,
        mut visit,
    } = visitor;
    let fields = Fields::parse(&body);
    let order = fields.text("do").to_owned();
    let mut sent = Sent {
        order,
        fields,
        ..Sent::default()
    };
    if let Err(too_many) = attempt(&site, &browser, document, &visit, &sent) {
        note_stopped(&site, &browser, visit.viewer.as_ref()).await;
        sent.problem = Some(too_many.into());
        visit.sent = Some(sent);
        return page(&site, Some(document), visit).await;
    }
    visit.sent = Some(sent.clone());
    let taken = match document.take(visit.clone()).await {
        Ok(taken) => taken,
        Err(problem) => {
            sent.problem = Some(problem);
            visit.sent = Some(sent);
            return page(&site, Some(document), visit).await;
        }
    };
    match taken {
        Taken::Show(shown) => {
            sent.shown = Some(shown);
            visit.sent = Some(sent);
            page(&site, Some(document), visit).await
        }
        Taken::Again => page(&site, Some(document), visit).await,
        leading => lead_on(&site, &browser, leading).await,
    }
}

/// Leads on to where an order or an arrival says.
async fn lead_on(site: &Site, browser: &Browser, taken: Taken) -> Response {
    let done = match taken {
        // What shows its own page leads nowhere.
        Taken::Show(_) | Taken::Again => return notice::not_found(),
        Taken::Go(to, said) => browser.say(said).await.map(|()| to),
        Taken::Enter(user, to) => auth::enter(site, browser, user).await.map(|()| to),
        Taken::Renew(to, said) => match auth::renew(site, browser).await {
            Ok(()) => browser.say(said).await.map(|()| to),
            Err(problem) => Err(problem),
        },
    };
    match done {
        Ok(to) => Redirect::to(&to).into_response(),
        Err(problem) => notice::problem(&problem),
    }
}

/// Notes in the log that attempts are stopped. The answer does not wait for the log to work.
async fn note_stopped(site: &Site, browser: &Browser, viewer: Option<&Viewer>) {
    let noted = site.engine.note_stopped_attempts(viewer, browser.origin);
    if let Err(error) = noted.await {
        tracing::error!(
            error = &error as &dyn std::error::Error,
            "stopped attempts could not be noted in the system log"
        );
    }
}

/// Counts an order that is metered as an attempt: at the account that the sign-in names, or at
/// that of whoever is signed in. What the form holds makes no difference.
fn attempt(
    site: &Site,
    browser: &Browser,
    document: &Document,
    visit: &Visit,
    sent: &Sent,
) -> Result<(), TooMany> {
    if !document.metered.contains(&sent.order.as_str()) {
        return Ok(());
    }
    let account = match &visit.viewer {
        _ if document.path == app::SIGN_IN => Some(sent.fields.text("email")),
        Some(Viewer::Person(person)) => Some(person.email.as_str()),
        _ => None,
    };
    browser.attempt(site, account)
}
