//! Parts of a table sorted, filtered and paged by its address.

use domain::RepositoryFilter;
use leptos::prelude::*;

/// The heading of a column that sorts. `ascending` is its direction if it sorts now.
pub fn sort_heading(
    label: &'static str,
    class: &'static str,
    ascending: Option<bool>,
    href: String,
) -> AnyView {
    let direction = ascending.map(|up| if up { "ascending" } else { "descending" });
    view! {
        <th scope="col" class=class aria-sort=direction>
            <a href=href data-noscroll="true">
                {label}
            </a>
        </th>
    }
    .into_any()
}

/// Links to the other pages, if any; `matching` says how many rows there are.
pub fn page_links(
    page: u32,
    pages: u32,
    matching: String,
    to: &dyn Fn(u32) -> String,
) -> Option<AnyView> {
    if pages < 2 {
        return None;
    }
    let page = page.clamp(1, pages);
    let link = |other: u32, label: &'static str| {
        let there = (1..=pages).contains(&other);
        let href = there.then(|| to(other));
        // An anchor without `href` is a disabled link.
        let disabled = (!there).then_some("true");
        view! { <a class="button" href=href aria-disabled=disabled data-noscroll="true">{label}</a> }
    };
    Some(
        view! {
            <nav class="pages" aria-label="Table pages">
                {link(page - 1, "Previous")}
                <span class="muted">"Page " {page} " of " {pages} " · " {matching}</span>
                {link(page + 1, "Next")}
            </nav>
        }
        .into_any(),
    )
}

/// No row matches the filter; `all` is the address without it.
pub fn nothing_matches(filter: &RepositoryFilter, all: String) -> AnyView {
    let parts = [&filter.text, &filter.owner, &filter.tag].map(|part| part.trim());
    let words = match (parts, filter.state) {
        ([text, "", ""] | ["", text, ""] | ["", "", text], None) => {
            format!("No repository matches “{text}”.")
        }
        _ => "No repository matches these filters.".to_owned(),
    };
    view! {
        <div class="empty" role="status">
            <p>{words}</p>
            <a class="button" href=all data-noscroll="true">
                "Clear filter"
            </a>
        </div>
    }
    .into_any()
}
