//! Pages of long lists, and their `Link` header.
//!
//! <https://docs.github.com/rest/using-the-rest-api/using-pagination-in-the-rest-api>

use axum::http::header::{HeaderMap, HeaderValue, LINK};
use serde::Deserialize;

/// The requested page; like at GitHub, a value that is no number is ignored.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Paging {
    page: Option<String>,
    per_page: Option<String>,
}

/// One page of a list.
pub(super) struct Page<T> {
    pub(super) items: Vec<T>,
    pub(super) links: HeaderMap,
}

impl Paging {
    /// The page of a list, with `default` entries unless requested otherwise. `address` is the URL
    /// of the list without a query.
    pub(super) fn cut<T>(&self, items: Vec<T>, default: usize, address: &str) -> Page<T> {
        let number =
            |text: &Option<String>| text.as_deref().and_then(|text| text.parse::<usize>().ok());
        let length = number(&self.per_page)
            .filter(|length| *length > 0)
            .unwrap_or(default)
            .min(100);
        let page = number(&self.page).unwrap_or(1).max(1);
        let last = items.len().div_ceil(length).max(1);
        let links = self.links(page, last, address);
        let skipped = (page - 1).saturating_mul(length);
        Page {
            items: items.into_iter().skip(skipped).take(length).collect(),
            links,
        }
    }

    /// No header on a single page; `next` and `last` before the end, `first` and
    /// `prev` after the beginning.
    fn links(&self, page: usize, last: usize, address: &str) -> HeaderMap {
        let per_page = self
            .per_page
            .as_ref()
            .map_or(String::new(), |length| format!("per_page={length}&"));
        let link = |to: usize, rel: &str| format!("<{address}?{per_page}page={to}>; rel=\"{rel}\"");
        let mut links = Vec::new();
        if page > 1 {
            links.push(link((page - 1).min(last), "prev"));
        }
        if page < last {
            links.push(link(page + 1, "next"));
            links.push(link(last, "last"));
        }
        if page > 1 {
            links.push(link(1, "first"));
        }
        let mut headers = HeaderMap::new();
        if let (false, Ok(value)) = (links.is_empty(), HeaderValue::from_str(&links.join(", "))) {
            headers.insert(LINK, value);
        }
        headers
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(page: &str, per_page: &str) -> (Vec<u32>, String) {
        let paging = Paging {
            page: Some(page.into()),
            per_page: Some(per_page.into()),
        };
        let cut = paging.cut((0..250).collect(), 30, "http://x/list");
        let link = cut
            .links
            .get(LINK)
            .map_or(String::new(), |link| link.to_str().unwrap().to_owned());
        (cut.items, link)
    }

    #[test]
    fn pages_are_at_most_a_hundred_long_and_lead_to_their_neighbours() {
        let (items, link) = page("2", "500");
        assert_eq!((items.len(), items[0]), (100, 100));
        assert!(
            link.contains("page=1>; rel=\"prev\"") && link.contains("page=3>; rel=\"next\""),
            "{link}"
        );
        let (items, link) = page("3", "100");
        assert_eq!(items.len(), 50);
        assert!(!link.contains("rel=\"next\""), "{link}");
        let (items, link) = page("1", "nonsense");
        assert_eq!(items.len(), 30);
        assert!(link.contains("page=9>; rel=\"last\""), "{link}");
        assert_eq!(page("99", "100").0, Vec::<u32>::new());
    }

    #[test]
    fn a_single_page_has_no_link() {
        let cut = Paging::default().cut(vec![1, 2], 30, "http://x/list");
        assert!(cut.links.is_empty());
    }
}
