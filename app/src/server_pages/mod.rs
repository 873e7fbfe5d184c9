//! Documents: the pages that are forms and lists.
//!
//! The server renders them alone and sends them without the WebAssembly, so they weigh nothing in
//! the browser's module and work the same with scripts switched off. A document's forms post to
//! its own address. What they order is carried out and leads on; what is refused shows the page
//! again, with what was entered (never a secret) and the reason beside it.

mod account;
mod confirm;
mod connecting;
mod controls;
mod data_quality;
mod fields;
mod follow_rules;
mod form;
mod github_app;
mod home;
mod invitation;
mod layout;
mod profile;
mod render;
mod repository;
mod request;
mod runs;
mod safe_redirect;
mod schedule_preview;
mod scheduling;
mod set_up;
mod settings;
mod sign_in;
mod start;
mod system;
mod table;
pub(crate) mod timestamp;

use std::future::Future;
use std::pin::Pin;

use domain::Problem;
use leptos::prelude::AnyView;

pub use fields::Fields;
pub use render::{Rendered, render};
pub use request::{PageRequest, SignInMethods, Submission};
pub use safe_redirect::safe_redirect;
pub use system::{log::log_query, system_home};

/// A page of forms and lists.
pub struct ServerPage {
    /// Its address, with `{names}` for what differs.
    pub path: &'static str,
    /// The orders that its forms give; each form sends one as `do`.
    pub actions: &'static [&'static str],
    /// The orders that are counted as attempts, whatever the form holds: those that prove a
    /// password, and all that need no session. Each may cost a hash or a line in the log.
    pub metered: &'static [&'static str],
    view: fn(PageRequest) -> PageFuture<PageContent>,
    submit: Option<fn(PageRequest) -> PageFuture<FormOutcome>>,
    handle_callback: Option<fn(PageRequest) -> PageFuture<FormOutcome>>,
}

/// What a document does, as it is kept in a list.
type PageFuture<T> = Pin<Box<dyn Future<Output = Result<T, Problem>> + Send>>;

/// A page that has its data, to be rendered at once.
struct PageContent {
    title: String,
    layout: layout::Layout,
    body: Box<dyn FnOnce() -> AnyView + Send>,
    status: u16,
    form_action: Option<String>,
}

impl PageContent {
    /// A page of this title.
    fn new(
        title: impl Into<String>,
        layout: layout::Layout,
        body: impl FnOnce() -> AnyView + Send + 'static,
    ) -> Self {
        Self {
            title: title.into(),
            layout,
            body: Box::new(body),
            status: 200,
            form_action: None,
        }
    }

    /// The same, with a form that is sent to this origin.
    fn sending_to(self, origin: String) -> Self {
        Self {
            form_action: Some(origin),
            ..self
        }
    }

    /// The same, sent with another status.
    fn with_status(self, status: u16) -> Self {
        Self { status, ..self }
    }
}

/// What came of an order.
pub enum FormOutcome {
    /// It leads on to this address, where this is said once, if anything.
    Redirect(String, Option<String>),
    /// The page is shown again, with a secret that is shown only now.
    Reveal(String),
    /// The page is shown again with what was entered: a search within a form, say.
    Rerender,
    /// This person is signed in, and goes on to this address.
    SignIn(domain::UserId, String),
    /// The session gets a new key; then as [`FormOutcome::Go`].
    RotateSession(String, Option<String>),
}

impl FormOutcome {
    /// On to this address, where this is said.
    fn flash(to: impl Into<String>, sentence: impl Into<String>) -> Self {
        Self::Redirect(to.into(), Some(sentence.into()))
    }
}

/// All documents.
pub static PAGES: &[ServerPage] = &[
    home::PAGE,
    sign_in::PAGE,
    set_up::PAGE,
    profile::PAGE,
    system::tenants::PAGE,
    system::people::PAGE,
    system::servers::PAGE,
    system::log::PAGE,
    system::runs::PAGE,
    invitation::PAGE,
    follow_rules::PAGE,
    start::connect::PAGE,
    start::repositories::PAGE,
    start::schedule::PAGE,
    data_quality::PAGE,
    repository::answers::PAGE,
    repository::RELEASES,
    repository::STARS,
    runs::PAGE,
    runs::one::PAGE,
    settings::connections::PAGE,
    settings::schedules::PAGE,
    settings::members::PAGE,
    settings::tokens::PAGE,
    github_app::PAGE,
    github_app::callback::CREATED,
    github_app::callback::INSTALLED,
];

impl ServerPage {
    const fn new(
        path: &'static str,
        actions: &'static [&'static str],
        view: fn(PageRequest) -> PageFuture<PageContent>,
        submit: fn(PageRequest) -> PageFuture<FormOutcome>,
    ) -> Self {
        Self {
            path,
            actions,
            metered: &[],
            view,
            submit: Some(submit),
            handle_callback: None,
        }
    }

    /// The same, with these orders counted as attempts.
    const fn metered(self, actions: &'static [&'static str]) -> Self {
        Self {
            metered: actions,
            ..self
        }
    }

    /// A page that takes no orders.
    const fn shown(path: &'static str, view: fn(PageRequest) -> PageFuture<PageContent>) -> Self {
        Self {
            path,
            actions: &[],
            metered: &[],
            view,
            submit: None,
            handle_callback: None,
        }
    }

    /// An address that GitHub leads back to: it does something and leads on. The page is shown
    /// only where that is refused.
    const fn callback(
        path: &'static str,
        view: fn(PageRequest) -> PageFuture<PageContent>,
        handle_callback: fn(PageRequest) -> PageFuture<FormOutcome>,
    ) -> Self {
        Self {
            path,
            actions: &[],
            metered: &[],
            view,
            submit: None,
            handle_callback: Some(handle_callback),
        }
    }

    /// Does what an arrival at this address does; `None` where it only shows a page.
    ///
    /// # Errors
    /// Where the use case refuses; then the page is to be [rendered](render) with the problem.
    pub async fn handle_callback(
        &self,
        request: PageRequest,
    ) -> Option<Result<FormOutcome, Problem>> {
        Some(self.handle_callback?(request).await)
    }

    /// Carries out what a form of this page ordered.
    ///
    /// # Errors
    /// Where the order is none of this page's, or the use case refuses; then the page is to be
    /// [rendered](render) again with the problem.
    pub async fn submit(&self, request: PageRequest) -> Result<FormOutcome, Problem> {
        match self.submit {
            Some(submit) if self.actions.contains(&request.action()) => submit(request).await,
            _ => Err(Problem::new(
                domain::ProblemKind::Invalid,
                "The form was not understood: reload the page and try again.",
            )),
        }
    }
}
