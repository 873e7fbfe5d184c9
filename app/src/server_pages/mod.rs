//! Server pages: pages made of forms and lists, rendered only on the server.
//!
//! They come without WebAssembly, so they add nothing to the browser's module and work the same
//! with scripts switched off. A page's forms post to its own address. A successful action
//! redirects. A rejected one shows the page again with the submitted values (never a secret) and
//! the reason.

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
mod list_part;
mod notes;
mod pagination;
mod profile;
mod render;
mod repository;
mod request;
mod runs;
mod safe_redirect;
mod schedule_form;
mod set_up;
mod settings;
mod sign_in;
mod start;
mod system;
mod table;
mod traffic;
mod values;

use std::future::Future;
use std::pin::Pin;

use domain::{Problem, Viewer};
use leptos::prelude::AnyView;

pub use fields::Fields;
pub use render::{Rendered, render};
pub use request::{PageRequest, SignInMethods, Submission};
pub use safe_redirect::safe_redirect;
pub use system::{log::log_query, system_home};

/// A server page.
pub struct ServerPage {
    /// Its path, with `{names}` for parameters.
    pub path: &'static str,
    /// The actions of its forms; each form submits one as `do`.
    pub actions: &'static [&'static str],
    /// The rate-limited actions: those that check a password, and those without a session. Each
    /// may cost a password hash or a log entry.
    pub metered: &'static [&'static str],
    /// Who may open it.
    pub access: PageAccess,
    /// The form field that names the account whose password a metered action proves. Without one,
    /// it is the account of the person who is signed in.
    pub account_field: Option<&'static str>,
    redirect: Option<fn(&Viewer) -> Option<String>>,
    view: fn(PageRequest) -> PageFuture<PageContent>,
    submit: Option<fn(PageRequest) -> PageFuture<FormOutcome>>,
    handle_callback: Option<fn(PageRequest) -> PageFuture<FormOutcome>>,
}

/// Who may open a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageAccess {
    /// Anyone.
    Public,
    /// Anyone, until the first account exists. Until then, every other page redirects here.
    SetUp,
    /// People who are signed in. Others are redirected to the sign-in page.
    SignedIn,
}

/// The future of a page or of an action.
type PageFuture<T> = Pin<Box<dyn Future<Output = Result<T, Problem>> + Send>>;

/// A page with its data, ready to render.
struct PageContent {
    title: String,
    layout: layout::Layout,
    body: Box<dyn FnOnce() -> AnyView + Send>,
    status: u16,
    form_action: Option<String>,
}

impl PageContent {
    /// A page with this title.
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

    /// Allows a form that submits to this origin.
    fn sending_to(self, origin: String) -> Self {
        Self {
            form_action: Some(origin),
            ..self
        }
    }

    /// Sets the HTTP status.
    fn with_status(self, status: u16) -> Self {
        Self { status, ..self }
    }
}

/// The outcome of an action.
pub enum FormOutcome {
    /// Redirects to this address, with an optional flash message.
    Redirect(String, Option<String>),
    /// Shows the page again with a secret, this once.
    Reveal(String),
    /// Shows the page again with the submitted values, as for a search within a form.
    Rerender,
    /// Signs this person in and redirects to this address.
    SignIn(domain::UserId, String),
    /// Replaces the session's key, then redirects as [`FormOutcome::Redirect`].
    RotateSession(String, Option<String>),
}

impl FormOutcome {
    /// Redirects to this address with a flash message.
    fn flash(to: impl Into<String>, sentence: impl Into<String>) -> Self {
        Self::Redirect(to.into(), Some(sentence.into()))
    }
}

/// All server pages.
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
    notes::PAGE,
    repository::answers::PAGE,
    traffic::PAGE,
    values::OVERVIEW,
    values::REPOSITORY,
    repository::RELEASES,
    repository::STARS,
    repository::REFERRERS,
    repository::PATHS,
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
            actions,
            submit: Some(submit),
            ..Self::read_only(path, view)
        }
    }

    /// The same, open to others than people who are signed in.
    const fn open_to(self, access: PageAccess) -> Self {
        Self { access, ..self }
    }

    /// The same, with this form field as the name of the account whose password is entered.
    const fn account_field(self, name: &'static str) -> Self {
        Self {
            account_field: Some(name),
            ..self
        }
    }

    /// The same, redirecting a viewer where the function returns an address.
    const fn redirecting(self, redirect: fn(&Viewer) -> Option<String>) -> Self {
        Self {
            redirect: Some(redirect),
            ..self
        }
    }

    /// Rate-limits these actions.
    const fn metered(self, actions: &'static [&'static str]) -> Self {
        Self {
            metered: actions,
            ..self
        }
    }

    /// A page without actions.
    const fn read_only(
        path: &'static str,
        view: fn(PageRequest) -> PageFuture<PageContent>,
    ) -> Self {
        Self {
            path,
            actions: &[],
            metered: &[],
            access: PageAccess::SignedIn,
            account_field: None,
            redirect: None,
            view,
            submit: None,
            handle_callback: None,
        }
    }

    /// A callback address that GitHub redirects to. It redirects on; its page is shown only if
    /// that fails.
    const fn callback(
        path: &'static str,
        view: fn(PageRequest) -> PageFuture<PageContent>,
        handle_callback: fn(PageRequest) -> PageFuture<FormOutcome>,
    ) -> Self {
        Self {
            handle_callback: Some(handle_callback),
            ..Self::read_only(path, view)
        }
    }

    /// Where a viewer goes instead of seeing this page, if anywhere.
    #[must_use]
    pub fn redirect(&self, viewer: Option<&Viewer>) -> Option<String> {
        self.redirect?(viewer?)
    }

    /// Handles the callback; `None` if the page is not a callback.
    ///
    /// # Errors
    /// If the use case fails. The caller then [renders](render) the page with the problem.
    pub async fn handle_callback(
        &self,
        request: PageRequest,
    ) -> Option<Result<FormOutcome, Problem>> {
        Some(self.handle_callback?(request).await)
    }

    /// Carries out the submitted action.
    ///
    /// # Errors
    /// If the page has no such action, or the use case fails. The caller then [renders](render)
    /// the page again with the problem.
    pub async fn submit(&self, request: PageRequest) -> Result<FormOutcome, Problem> {
        match self.submit {
            Some(submit) if self.actions.contains(&request.action_name()) => submit(request).await,
            _ => Err(fields::not_understood()),
        }
    }
}
