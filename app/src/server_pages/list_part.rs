//! One page of a list, searched and paged by the address. A page may have several such lists, each
//! with parameters of its own.

use leptos::prelude::*;

use super::Fields;
use super::pagination::pagination;
use crate::address::with_params;

/// How many rows a page of a list has.
pub const ROWS: usize = 50;

/// Where in a list the address is.
pub struct ListPart {
    path: String,
    /// Before the names of its parameters, for pages with several lists.
    prefix: String,
    search: String,
    page: u32,
    pages: u32,
    matching: usize,
    total: usize,
}

impl ListPart {
    /// The rows of a list to show: those whose text contains the search, on the page in the address.
    /// `path` is the address of the page with the list.
    pub fn of<'a, T>(
        query: &Fields,
        (path, prefix): (String, &str),
        rows: &'a [T],
        text: impl Fn(&T) -> String,
    ) -> (Self, Vec<&'a T>) {
        let parameter = |name: &str| query.text(&format!("{prefix}{name}")).trim();
        let search = parameter("search").to_owned();
        let wanted = search.to_lowercase();
        let matches = |row: &&T| wanted.is_empty() || text(row).to_lowercase().contains(&wanted);
        let matching: Vec<&T> = rows.iter().filter(matches).collect();
        let pages = matching.len().div_ceil(ROWS).max(1);
        let page = parameter("page").parse().unwrap_or(1).clamp(1, pages);
        let number = |number| u32::try_from(number).unwrap_or(u32::MAX);
        let part = Self {
            path,
            prefix: prefix.to_owned(),
            search,
            page: number(page),
            pages: number(pages),
            matching: matching.len(),
            total: rows.len(),
        };
        let shown = matching.into_iter().skip((page - 1) * ROWS).take(ROWS);
        (part, shown.collect())
    }

    /// Whether the list has more than one page.
    pub const fn is_long(&self) -> bool {
        self.total > ROWS
    }

    /// Whether the address names this list.
    pub fn is_named(&self) -> bool {
        self.page > 1 || !self.search.is_empty()
    }

    fn name(&self, parameter: &str) -> String {
        format!("{}{parameter}", self.prefix)
    }

    /// The search of a list with more than one page.
    pub fn search(&self, label: &'static str) -> Option<AnyView> {
        let clear = (!self.search.is_empty()).then(|| {
            view! {
                <a class="button quiet" href=self.path.clone()>
                    "Show all"
                </a>
            }
        });
        (self.is_long() || !self.search.is_empty()).then(|| {
            // A form drops the query of its address, so its fields carry it.
            let (path, query) = self.path.split_once('?').unwrap_or((&self.path, ""));
            let kept: Vec<_> = url::form_urlencoded::parse(query.as_bytes())
                .into_owned()
                .map(|(name, value)| view! { <input type="hidden" name=name value=value/> })
                .collect();
            view! {
                <form class="row" role="search" action=path.to_owned()>
                    {kept}
                    <input
                        type="search"
                        name=self.name("search")
                        aria-label=label
                        placeholder=label
                        maxlength="100"
                        value=self.search.clone()
                    />
                    <button type="submit" class="button">
                        "Search"
                    </button>
                    {clear}
                </form>
            }
            .into_any()
        })
    }

    /// Shown instead of the rows when none matches.
    pub fn nothing_found(&self) -> Option<AnyView> {
        (self.matching == 0 && !self.search.is_empty()).then(|| {
            view! {
                <div class="empty">
                    <p>"Nothing matches “" {self.search.clone()} "”."</p>
                </div>
            }
            .into_any()
        })
    }

    /// The links to the other pages.
    pub fn pages(&self) -> Option<AnyView> {
        pagination(self.page, self.pages, |page| {
            let search = Some(self.search.clone()).filter(|search| !search.is_empty());
            let (searched, paged) = (self.name("search"), self.name("page"));
            let params = [
                (searched.as_str(), search),
                (paged.as_str(), (page > 1).then(|| page.to_string())),
            ];
            with_params(self.path.clone(), params)
        })
    }
}

/// The card of a list with its search and its pages; `table` shows the rows.
pub fn list_card(
    id: &'static str,
    heading: &'static str,
    label: &'static str,
    part: &ListPart,
    table: impl FnOnce() -> AnyView,
) -> AnyView {
    let content = part.nothing_found().unwrap_or_else(table);
    let search = part.search(label);
    let search = search.map(|search| view! { <span class="spacer"></span> {search} });
    view! {
        <section class="card">
            <div class="card-head">
                <h2 id=id>{heading}</h2>
                {search}
            </div>
            {content}
            {part.pages()}
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_html::test_html;

    fn part(search: &str, page: u32) -> ListPart {
        ListPart {
            path: "/list".to_owned(),
            prefix: "open-".to_owned(),
            search: search.to_owned(),
            page,
            pages: 3,
            matching: 101,
            total: 120,
        }
    }

    #[test]
    fn the_links_keep_the_search_and_name_their_list() {
        let html = test_html(|| part("a b", 2).pages());
        assert!(
            html.contains(r#"href="/list?open-search=a%20b&amp;open-page=3""#),
            "{html}"
        );
        assert!(html.contains(r#"href="/list?open-search=a%20b""#), "{html}");
        let html = test_html(|| part("<x>", 1).search("Name"));
        assert!(html.contains(r#"name="open-search""#), "{html}");
        assert!(
            html.contains("&lt;x&gt;") && html.contains("Show all"),
            "{html}"
        );
    }
}
