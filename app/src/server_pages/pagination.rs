//! The pages of a list: the number in the address and the links to the others.

use leptos::prelude::*;

use super::PageRequest;

/// The page of the list in the address, from 1.
pub fn page_number(request: &PageRequest) -> u32 {
    let page: u32 = request.query.text("page").parse().unwrap_or(1);
    page.max(1)
}

/// Links to the previous and the next page; `None` where there is one page only.
pub fn pagination(page: u32, pages: u32, to: impl Fn(u32) -> String) -> Option<AnyView> {
    let page = page.clamp(1, pages.max(1));
    let before = (page > 1).then(|| {
        let address = to(page - 1);
        view! { <a href=address>"Previous"</a> }
    });
    let next = (page < pages).then(|| {
        let address = to(page + 1);
        view! { <a href=address>"Next"</a> }
    });
    (pages > 1).then(|| {
        view! {
            <nav class="pages" aria-label="Pagination">
                <span>{before}</span>
                <span class="muted">"Page " {page} " of " {pages}</span>
                <span>{next}</span>
            </nav>
        }
        .into_any()
    })
}
