//! Renders a server page as HTML.

use domain::{Problem, Theme};
use leptos::prelude::*;

use super::layout::Layout;
use super::{PageContent, PageRequest, ServerPage};
use crate::components::{ReaderClock, error_body, error_title};
use crate::shell::{Assets, chosen, head};

/// A rendered page.
pub struct Rendered {
    /// The HTTP status.
    pub status: u16,
    /// The HTML.
    pub html: String,
    /// Another origin that a form of the page submits to.
    pub form_action: Option<String>,
}

/// Renders a page for a request. Denied access renders as “not found”.
pub async fn render(
    document: Option<&ServerPage>,
    request: PageRequest,
    assets: Assets,
) -> Rendered {
    let clock = ReaderClock {
        zone: request.zone(),
        now: request.engine.clock().now(),
    };
    let theme = request
        .person()
        .map_or(Theme::System, |person| person.theme);
    let refused = request.sent.as_ref().and_then(|sent| sent.problem.clone());
    let layout = Layout::around(&request);
    let page = match document {
        Some(document) => (document.view)(request).await,
        None => Err(domain::Problem::new(
            domain::ProblemKind::NotFound,
            "Not found.",
        )),
    };
    let (status, page) = match page {
        Ok(page) => (
            refused.map_or(page.status, |problem| problem.kind.status()),
            page,
        ),
        Err(problem) => (problem.kind.status(), error_page(problem, layout)),
    };
    Rendered {
        status,
        form_action: page.form_action.clone(),
        html: written(page, theme, clock, &assets),
    }
}

/// The error page.
fn error_page(problem: Problem, layout: Layout) -> PageContent {
    PageContent::new(error_title(problem.kind), layout, move || {
        error_body(problem.kind, &problem.message)
    })
}

/// Renders within an owner of its own, so that the page's signals are dropped with it.
fn written(page: PageContent, theme: Theme, clock: ReaderClock, assets: &Assets) -> String {
    let owner = Owner::new();
    let html = owner.with(|| {
        provide_context(clock);
        let PageContent {
            title,
            layout,
            body,
            ..
        } = page;
        // As a child the title would end with a comment node, which a browser shows as text.
        let title = format!("{} · Tidemark", html_escape::encode_text(&title));
        view! {
            <!DOCTYPE html>
            <html lang="en" data-theme=chosen(theme)>
                <head>
                    {head(assets, theme)}
                    <title inner_html=title></title>
                </head>
                <body>{layout.with(body())}</body>
            </html>
        }
        .to_html()
    });
    owner.cleanup();
    html
}
