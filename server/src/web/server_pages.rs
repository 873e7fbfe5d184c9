//! Server pages: shows the app's pages of forms and lists, and carries out their forms.

use app::server_pages::{
    self, Fields, FormOutcome, PAGES, PageAccess, PageRequest, Rendered, ServerPage, Submission,
};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{FromRequestParts, RawPathParams};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use domain::Viewer;
use http::StatusCode;
use http::request::Parts;

use super::security::FormAction;
use super::sign_in::{self, Browser};
use crate::auth::{TooMany, session};
use crate::error_page::{self, set_retry_after};
use crate::state::AppState;

/// The routes of all server pages with this access.
pub(super) fn router(access: PageAccess) -> Router<AppState> {
    let pages = PAGES.iter().filter(|page| page.access == access);
    pages.fold(Router::new(), |router, page| {
        let show = get(move |context: RequestContext| show(Some(page), context));
        let methods = if page.actions.is_empty() {
            show
        } else {
            let submit =
                post(move |context: RequestContext, body: Bytes| submit(page, context, body));
            show.merge(submit)
        };
        router.route(page.path, methods)
    })
}

/// The page for an address without a page.
pub(super) async fn not_found(context: RequestContext) -> Response {
    show(None, context).await
}

/// A request for a server page, before the page is known.
pub(super) struct RequestContext {
    state: AppState,
    browser: Browser,
    request: PageRequest,
}

impl RequestContext {
    /// The request, without flash message and submission.
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
            session: session::key(&browser.session),
            origin: browser.origin,
            public_url: state.public_url().clone(),
            sign_in_methods: state.sign_in_methods(),
            address: parts.uri.path().to_owned(),
            browser_zone: browser.zone(),
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

/// Shows the page with its flash message, or redirects.
async fn show(page: Option<&ServerPage>, context: RequestContext) -> Response {
    let RequestContext {
        state,
        browser,
        mut request,
    } = context;
    if let Some(address) = page.and_then(|page| page.redirect(request.viewer.as_ref())) {
        return Redirect::to(&address).into_response();
    }
    if let Some(page) = page
        && let Some(handled) = page.handle_callback(request.clone()).await
    {
        return match handled {
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

/// Carries out the action of a form.
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
    if let Err(too_many) = check_attempt(&state, &browser, page, &request, &sent) {
        log_limited(&state, &browser, request.viewer.as_ref()).await;
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
        FormOutcome::Reveal(secret) => {
            sent.secret = Some(secret);
            request.sent = Some(sent);
            render_page(&state, Some(page), request).await
        }
        FormOutcome::Rerender => render_page(&state, Some(page), request).await,
        outcome => respond(&state, &browser, outcome).await,
    }
}

/// Answers a form or a callback that shows no page of its own.
async fn respond(state: &AppState, browser: &Browser, outcome: FormOutcome) -> Response {
    let address = match outcome {
        // A callback has no form to show again.
        FormOutcome::Reveal(_) | FormOutcome::Rerender => return error_page::not_found(),
        FormOutcome::Redirect(to, flash) => browser.set_flash(flash).await.map(|()| to),
        FormOutcome::SignIn(user, to) => sign_in::sign_in(state, browser, user).await.map(|()| to),
        FormOutcome::RotateSession(to, flash) => match sign_in::rotate(state, browser).await {
            Ok(()) => browser.set_flash(flash).await.map(|()| to),
            Err(problem) => Err(problem),
        },
    };
    match address {
        Ok(to) => Redirect::to(&to).into_response(),
        Err(problem) => error_page::problem(&problem),
    }
}

/// Adds to the system log that a rate limit was reached. An error there does not fail the request.
async fn log_limited(state: &AppState, browser: &Browser, viewer: Option<&Viewer>) {
    let logged = state.engine.note_stopped_attempts(viewer, browser.origin);
    if let Err(error) = logged.await {
        tracing::error!(
            error = &error as &dyn std::error::Error,
            "recording rate-limited attempts in the system log failed"
        );
    }
}

/// Counts a metered action as an attempt, whatever the form holds: at the account that the page's
/// `account_field` names, or else at that of the person who is signed in.
fn check_attempt(
    state: &AppState,
    browser: &Browser,
    page: &ServerPage,
    request: &PageRequest,
    sent: &Submission,
) -> Result<(), TooMany> {
    if !page.metered.contains(&sent.action.as_str()) {
        return Ok(());
    }
    let account = match (page.account_field, &request.viewer) {
        (Some(field), _) => Some(sent.fields.text(field)),
        (None, Some(Viewer::Person(person))) => Some(person.email.as_str()),
        _ => None,
    };
    browser.check_attempt(state, account)
}
