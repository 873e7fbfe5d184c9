//! A document as HTML.

use domain::{Problem, Theme, TimeZone};
use leptos::prelude::*;

use super::layout::Layout;
use super::{PageContent, PageRequest, ServerPage};
use crate::shell::{Assets, head};

/// A document as it is sent.
pub struct Rendered {
    /// The status.
    pub status: u16,
    /// The page.
    pub html: String,
    /// The origin, other than this server's, that a form of the page is sent to.
    pub form_action: Option<String>,
}

/// A document for this visit; who may not see it sees the page of what is not there.
pub async fn render(
    document: Option<&ServerPage>,
    request: PageRequest,
    assets: Assets,
) -> Rendered {
    let zone = request.zone();
    let theme = request
        .person()
        .map_or(Theme::System, |person| person.theme);
    let refused = request.sent.as_ref().and_then(|sent| sent.problem.clone());
    let layout = Layout::around(&request);
    let page = match document {
        Some(document) => (document.view)(request).await,
        None => Err(domain::Problem::new(
            domain::ProblemKind::NotFound,
            "There is nothing here.",
        )),
    };
    let (status, page) = match page {
        Ok(page) => (
            refused.map_or(page.status, |problem| problem.kind.status()),
            page,
        ),
        Err(problem) => (problem.kind.status(), instead(&problem, layout)),
    };
    Rendered {
        status,
        form_action: page.form_action.clone(),
        html: written(page, theme, zone, &assets),
    }
}

/// The page in place of one that cannot be shown.
fn instead(problem: &Problem, layout: Layout) -> PageContent {
    let problem = problem.clone();
    let title = match problem.kind {
        domain::ProblemKind::NotFound => "Not found",
        _ => "Something went wrong",
    };
    PageContent::new(title, layout, move || {
        let text = match problem.kind {
            domain::ProblemKind::NotFound => {
                "There is nothing at this address, or you have no access to it. Whoever gave you the address can tell you which of the two."
                    .to_owned()
            }
            _ => problem.message,
        };
        view! {
            <section class="card empty">
                <h1>{title}</h1>
                <p>{text}</p>
                <a class="button" href="/">
                    "Go to the start"
                </a>
            </section>
        }
        .into_any()
    })
}

/// The views are made and written within an owner of their own, which takes their signals along.
fn written(page: PageContent, theme: Theme, zone: TimeZone, assets: &Assets) -> String {
    let owner = Owner::new();
    let html = owner.with(|| {
        provide_context(zone);
        let PageContent {
            title,
            layout,
            body,
            ..
        } = page;
        let theme = (theme != Theme::System).then(|| theme.as_str());
        // Lists of children end with a comment, and in a title, a comment is text.
        let title = format!("{} · Tidemark", html_escape::encode_text(&title));
        view! {
            <!DOCTYPE html>
            <html lang="en" data-theme=theme>
                <head>
                    {head(assets)}
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
