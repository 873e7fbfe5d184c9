//! Pages of a list, and the `Link` header that names the others.

use http::HeaderMap;
use url::Url;

use crate::github::edge::LeftOut;

/// How many entries a page has.
pub(crate) const PER_PAGE: usize = 100;

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ListPage<T> {
    pub(crate) entries: Vec<T>,
    /// What could not be read.
    pub(crate) left_out: Option<LeftOut>,
    /// Whether another page follows.
    pub(crate) more: bool,
}

/// The number of the page that a `Link` header names as this relation.
/// <https://docs.github.com/rest/using-the-rest-api/using-pagination-in-the-rest-api>
pub(super) fn linked_page(headers: &HeaderMap, relation: &str) -> Option<u32> {
    let links = headers.get(http::header::LINK)?.to_str().ok()?;
    let wanted = format!("rel=\"{relation}\"");
    links.split(',').find_map(|link| {
        let (address, rest) = link.trim().strip_prefix('<')?.split_once('>')?;
        rest.contains(&wanted).then_some(())?;
        let url = Url::parse(address).ok()?;
        let (_, page) = url.query_pairs().find(|(name, _)| name == "page")?;
        page.parse().ok()
    })
}

/// The path of a page of one of a repository's lists.
pub(super) fn list_path(github_id: i64, what: &str, page: u32) -> String {
    format!("/repositories/{github_id}/{what}?per_page={PER_PAGE}&page={page}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_numbers_of_further_pages_are_taken() {
        let mut headers = HeaderMap::new();
        assert_eq!(linked_page(&headers, "last"), None);
        let links = "<https://elsewhere.example/repositories/1/x?per_page=100&page=2>; rel=\"next\", <https://api.github.com/user/repos?page=34&per_page=100>; rel=\"last\"";
        headers.insert(http::header::LINK, links.parse().expect("a header"));
        assert_eq!(linked_page(&headers, "next"), Some(2));
        assert_eq!(linked_page(&headers, "last"), Some(34));
        assert_eq!(linked_page(&headers, "prev"), None);
    }
}
