//! What replaces a page that can’t be shown.

use domain::ProblemKind;
use leptos::prelude::*;

use super::error_notice;

/// The title of the page.
pub const fn error_title(kind: ProblemKind) -> &'static str {
    match kind {
        ProblemKind::NotFound => "Not found",
        _ => "Something went wrong",
    }
}

/// Its body: the 404 page, for what does not exist and what is hidden from the viewer, or the
/// reason.
pub fn error_body(kind: ProblemKind, message: &str) -> AnyView {
    if kind == ProblemKind::NotFound {
        return view! {
            <section class="card empty">
                <h1>{error_title(kind)}</h1>
                <p>"It may not exist, or you may not have access."</p>
                <a class="button" href="/">
                    "Back to overview"
                </a>
            </section>
        }
        .into_any();
    }
    view! {
        <div class="page-head">
            <h1>"This page can’t be shown"</h1>
        </div>
        {error_notice(message)}
    }
    .into_any()
}
