//! Documents: the pages that are forms and lists.
//!
//! The server renders them alone and sends them without the WebAssembly, so they weigh nothing in
//! the browser's module and work the same with scripts switched off. A document's forms post to
//! its own address. What they order is carried out and leads on; what is refused shows the page
//! again, with what was entered (never a secret) and the reason beside it.

mod account;
mod connecting;
mod controls;
mod doubts;
mod fields;
mod follow_rules;
mod form;
mod frame;
mod github_app;
mod home;
mod invitation;
mod local;
mod meaning;
mod profile;
mod question;
mod render;
mod repository;
mod runs;
mod scheduling;
mod set_up;
mod settings;
mod sign_in;
mod start;
mod system;
mod table;
pub(crate) mod times;
mod visit;

use std::future::Future;
use std::pin::Pin;

use domain::Problem;
use leptos::prelude::AnyView;

pub use fields::Fields;
pub use local::local_address;
pub use render::{Rendered, render};
pub use system::{log::log_query, system_home};
pub use visit::{Sent, SignInWays, Visit};

/// A page of forms and lists.
pub struct Document {
    /// Its address, with `{names}` for what differs.
    pub path: &'static str,
    /// The orders that its forms give; each form sends one as `do`.
    pub orders: &'static [&'static str],
    /// The orders that are counted as attempts, whatever the form holds: those that prove a
    /// password, and all that need no session. Each may cost a hash or a line in the log.
    pub metered: &'static [&'static str],
    view: fn(Visit) -> Work<Page>,
    take: Option<fn(Visit) -> Work<Taken>>,
    arrive: Option<fn(Visit) -> Work<Taken>>,
}

/// What a document does, as it is kept in a list.
type Work<T> = Pin<Box<dyn Future<Output = Result<T, Problem>> + Send>>;

/// A page that has its data, to be rendered at once.
struct Page {
    title: String,
    frame: frame::Frame,
    body: Box<dyn FnOnce() -> AnyView + Send>,
    status: u16,
    form_action: Option<String>,
}

impl Page {
    /// A page of this title.
    fn new(
        title: impl Into<String>,
        frame: frame::Frame,
        body: impl FnOnce() -> AnyView + Send + 'static,
    ) -> Self {
        Self {
            title: title.into(),
            frame,
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
pub enum Taken {
    /// It leads on to this address, where this is said once, if anything.
    Go(String, Option<String>),
    /// The page is shown again, with a secret that is shown only now.
    Show(String),
    /// The page is shown again with what was entered: a search within a form, say.
    Again,
    /// This person is signed in, and goes on to this address.
    Enter(domain::UserId, String),
    /// The session gets a new key; then as [`Taken::Go`].
    Renew(String, Option<String>),
}

impl Taken {
    /// On to this address, where this is said.
    fn said(to: impl Into<String>, sentence: impl Into<String>) -> Self {
        Self::Go(to.into(), Some(sentence.into()))
    }
}

/// All documents.
pub static DOCUMENTS: &[Document] = &[
    home::DOCUMENT,
    sign_in::DOCUMENT,
    set_up::DOCUMENT,
    profile::DOCUMENT,
    system::tenants::DOCUMENT,
    system::people::DOCUMENT,
    system::servers::DOCUMENT,
    system::log::DOCUMENT,
    system::runs::DOCUMENT,
    invitation::DOCUMENT,
    follow_rules::DOCUMENT,
    start::connect::DOCUMENT,
    start::repositories::DOCUMENT,
    start::schedule::DOCUMENT,
    doubts::DOCUMENT,
    repository::answers::DOCUMENT,
    repository::RELEASES,
    repository::STARS,
    runs::DOCUMENT,
    runs::one::DOCUMENT,
    settings::connections::DOCUMENT,
    settings::schedules::DOCUMENT,
    settings::members::DOCUMENT,
    settings::tokens::DOCUMENT,
    github_app::DOCUMENT,
    github_app::arrival::CREATED,
    github_app::arrival::INSTALLED,
];

impl Document {
    const fn new(
        path: &'static str,
        orders: &'static [&'static str],
        view: fn(Visit) -> Work<Page>,
        take: fn(Visit) -> Work<Taken>,
    ) -> Self {
        Self {
            path,
            orders,
            metered: &[],
            view,
            take: Some(take),
            arrive: None,
        }
    }

    /// The same, with these orders counted as attempts.
    const fn metered(self, orders: &'static [&'static str]) -> Self {
        Self {
            metered: orders,
            ..self
        }
    }

    /// A page that takes no orders.
    const fn shown(path: &'static str, view: fn(Visit) -> Work<Page>) -> Self {
        Self {
            path,
            orders: &[],
            metered: &[],
            view,
            take: None,
            arrive: None,
        }
    }

    /// An address that GitHub leads back to: it does something and leads on. The page is shown
    /// only where that is refused.
    const fn arrival(
        path: &'static str,
        view: fn(Visit) -> Work<Page>,
        arrive: fn(Visit) -> Work<Taken>,
    ) -> Self {
        Self {
            path,
            orders: &[],
            metered: &[],
            view,
            take: None,
            arrive: Some(arrive),
        }
    }

    /// Does what an arrival at this address does; `None` where it only shows a page.
    ///
    /// # Errors
    /// Where the use case refuses; then the page is to be [rendered](render) with the problem.
    pub async fn arrive(&self, visit: Visit) -> Option<Result<Taken, Problem>> {
        Some(self.arrive?(visit).await)
    }

    /// Carries out what a form of this page ordered.
    ///
    /// # Errors
    /// Where the order is none of this page's, or the use case refuses; then the page is to be
    /// [rendered](render) again with the problem.
    pub async fn take(&self, visit: Visit) -> Result<Taken, Problem> {
        match self.take {
            Some(take) if self.orders.contains(&visit.order()) => take(visit).await,
            _ => Err(Problem::new(
                domain::ProblemKind::Invalid,
                "The form was not understood: reload the page and try again.",
            )),
        }
    }
}
