//! Documents: the app's pages that the server renders alone, and the orders that their forms give.

use app::server_pages::{
    self, Fields, FormOutcome, PAGES, PageRequest, Rendered, ServerPage, Submission,
};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{FromRequestParts, RawPathParams};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use domain::Viewer;
use http::StatusCode;
use http::request::Parts;

use super::error_page::set_retry_after;
use super::security::FormAction;
use super::{AppState, error_page};
use crate::auth::{self, Browser, TooMany};

/// The routes of all documents.
pub(super) fn router() -> Router<AppState> {
    PAGES.iter().fold(Router::new(), |router, page| {
        let show = get(move |context: RequestContext| show(Some(page), context));
        let methods = if page.actions.is_empty() {
            show
        } else {
            let take =
                post(move |context: RequestContext, body: Bytes| submit(page, context, body));
            show.merge(take)
        };
        router.route(page.path, methods)
    })
}

/// The page of what is not there.
pub(super) async fn nothing(context: RequestContext) -> Response {
    show(None, context).await
}

/// Who comes to a document: what is known before it is looked at.
pub(super) struct RequestContext {
    state: AppState,
    browser: Browser,
    request: PageRequest,
}

impl RequestContext {
    /// The visit, before anything was said or sent.
    pub(super) fn request(&self) -> &PageRequest {
        &self.request
    }
}

impl FromRequestParts<AppState> for RequestContext {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Response> {
        let browser = Browser::from_request_parts(parts, state).await?;
        let path = RawPathParams::from_request_parts(parts, state).await;
        let path = path.map_err(|_| error_page::not_found())?;
        let path = path
            .iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let request = PageRequest {
            engine: state.engine.clone(),
            viewer: parts.extensions.get::<Viewer>().cloned(),
            session: auth::key(&browser.session),
            origin: browser.origin,
            public_url: state.public_url().clone(),
            sign_in_methods: state.sign_in_methods(),
            path,
            query: Fields::parse(parts.uri.query().unwrap_or_default().as_bytes()),
            sent: None,
            flash: None,
        };
        Ok(Self {
            state: state.clone(),
            browser,
            request,
        })
    }
}

/// The document, with what is said once.
async fn show(page: Option<&ServerPage>, context: RequestContext) -> Response {
    let RequestContext {
        state,
        browser,
        mut request,
    } = context;
    if let Some(page) = page
        && let Some(arrived) = page.handle_callback(request.clone()).await
    {
        return match arrived {
            Ok(outcome) => respond(&state, &browser, outcome).await,
            Err(problem) => {
                request.sent = Some(Submission {
                    problem: Some(problem),
                    ..Submission::default()
                });
                render_page(&state, Some(page), request).await
            }
        };
    }
    if request.viewer.is_some() {
        match browser.take_flash().await {
            Ok(flash) => request.flash = flash,
            Err(problem) => return error_page::problem(&problem),
        }
    }
    render_page(&state, page, request).await
}

async fn render_page(
    state: &AppState,
    page: Option<&ServerPage>,
    request: PageRequest,
) -> Response {
    let assets = state.frontend().assets();
    let problem = request.sent.as_ref().and_then(|sent| sent.problem.as_ref());
    let wait_s = problem.and_then(|problem| problem.retry_after_s);
    let Rendered {
        status,
        html,
        form_action,
    } = server_pages::render(page, request, assets).await;
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, Html(html)).into_response();
    set_retry_after(&mut response, wait_s);
    if let Some(origin) = form_action {
        response.extensions_mut().insert(FormAction(origin));
    }
    response
}

/// Carries out what a form ordered.
async fn submit(page: &ServerPage, context: RequestContext, body: Bytes) -> Response {
    let RequestContext {
        state,
        browser,
        mut request,
    } = context;
    let fields = Fields::parse(&body);
    let action = fields.text("do").to_owned();
    let mut sent = Submission {
        action,
        fields,
        ..Submission::default()
    };
    if let Err(too_many) = attempt(&state, &browser, page, &request, &sent) {
        note_stopped(&state, &browser, request.viewer.as_ref()).await;
        sent.problem = Some(too_many.into());
        request.sent = Some(sent);
        return render_page(&state, Some(page), request).await;
    }
    request.sent = Some(sent.clone());
    let outcome = match page.submit(request.clone()).await {
        Ok(outcome) => outcome,
        Err(problem) => {
            sent.problem = Some(problem);
            request.sent = Some(sent);
            return render_page(&state, Some(page), request).await;
        }
    };
    match outcome {
        FormOutcome::Reveal(shown) => {
            sent.shown = Some(shown);
            request.sent = Some(sent);
            render_page(&state, Some(page), request).await
        }
        FormOutcome::Rerender => render_page(&state, Some(page), request).await,
        leading => respond(&state, &browser, leading).await,
    }
}

/// Leads on to where an order or an arrival says.
async fn respond(state: &AppState, browser: &Browser, outcome: FormOutcome) -> Response {
    let done = match outcome {
        // What shows its own page leads nowhere.
        FormOutcome::Reveal(_) | FormOutcome::Rerender => return error_page::not_found(),
        FormOutcome::Redirect(to, flash) => browser.set_flash(flash).await.map(|()| to),
        FormOutcome::SignIn(user, to) => auth::enter(state, browser, user).await.map(|()| to),
        FormOutcome::RotateSession(to, flash) => match auth::renew(state, browser).await {
            Ok(()) => browser.set_flash(flash).await.map(|()| to),
            Err(problem) => Err(problem),
        },
    };
    match done {
        Ok(to) => Redirect::to(&to).into_response(),
        Err(problem) => error_page::problem(&problem),
    }
}

/// Notes in the log that attempts are stopped. The answer does not wait for the log to work.
async fn note_stopped(state: &AppState, browser: &Browser, viewer: Option<&Viewer>) {
    let noted = state.engine.note_stopped_attempts(viewer, browser.origin);
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
    state: &AppState,
    browser: &Browser,
    page: &ServerPage,
    request: &PageRequest,
    sent: &Submission,
) -> Result<(), TooMany> {
    if !page.metered.contains(&sent.action.as_str()) {
        return Ok(());
    }
    let account = match &request.viewer {
        _ if page.path == app::SIGN_IN => Some(sent.fields.text("email")),
        Some(Viewer::Person(person)) => Some(person.email.as_str()),
        _ => None,
    };
    browser.attempt(state, account)
}
