//! The repositories that a token or an installation lists, all pages of them.

use std::collections::HashSet;

use futures::{StreamExt, TryStreamExt, stream};
use http::HeaderMap;
use url::Url;

use super::access::{self, LeftOutOfList, ListedPage, ListedRepository};
use super::auth::Auth;
use super::check::left_out_by_sso;
use super::client::Client;
use super::error::GithubError;

/// How many pages are asked for at once.
const MAX_CONCURRENT_PAGES: usize = 6;
/// So many pages of a hundred are read at most: 50,000 repositories.
const MAX_PAGES: u32 = 500;

/// One page of the list.
pub(super) struct Page {
    pub(super) repositories: Vec<ListedRepository>,
    /// The number of the last page, where GitHub says that there are more.
    last: Option<u32>,
    /// Whether another page follows.
    pub(super) more: bool,
    /// What single sign-on keeps out of the list, as a sentence.
    pub(super) sso: Option<String>,
    /// What is left out of this page.
    pub(super) left_out: LeftOutOfList,
}

impl Page {
    /// What is left out of it, as sentences; `None` where nothing is.
    pub(super) fn notice(&self) -> Option<String> {
        let said: Vec<String> = (self.sso.clone().into_iter())
            .chain(self.left_out.notice())
            .collect();
        (!said.is_empty()).then(|| said.join(" "))
    }
}

/// A whole list of repositories.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RepositoryList {
    pub(crate) repositories: Vec<ListedRepository>,
    /// What is left out of it, as sentences.
    pub(crate) notice: Option<String>,
}

impl Client {
    /// Every repository that the token's user has been given access to, or that the app is
    /// installed on; by name.
    pub(crate) async fn repository_list(&self) -> Result<RepositoryList, GithubError> {
        self.repository_list_counted(|| ()).await
    }

    /// The same, and `sends` is called before each request.
    pub(crate) async fn repository_list_counted(
        &self,
        sends: impl Fn(),
    ) -> Result<RepositoryList, GithubError> {
        let page = |number| {
            sends();
            self.page(number)
        };
        let first = page(1).await?;
        let last = first.last.unwrap_or(1);
        if last > MAX_PAGES {
            return Err(GithubError::Malformed(
                "it lists more than 50,000 repositories",
            ));
        }
        let mut more = first.more && first.last.is_none();
        let mut found = first.repositories;
        let mut left_out = first.left_out;
        let pages: Vec<Page> = stream::iter(2..=last)
            .map(&page)
            .buffered(MAX_CONCURRENT_PAGES)
            .try_collect()
            .await?;
        let mut number = last;
        for page in pages {
            // Repositories may have come while the pages were read.
            more = page.more;
            left_out.add(page.left_out);
            found.extend(page.repositories);
        }
        while more && number < MAX_PAGES {
            number += 1;
            let page = page(number).await?;
            more = page.more;
            left_out.add(page.left_out);
            found.extend(page.repositories);
        }
        // One that moved from page to page in the meantime is listed twice.
        let mut seen = HashSet::new();
        found.retain(|listed| seen.insert(listed.github_id));
        found.sort_by_cached_key(|listed| listed.full_name.to_string().to_lowercase());
        let notices: Vec<String> = first.sso.into_iter().chain(left_out.notice()).collect();
        Ok(RepositoryList {
            repositories: found,
            notice: (!notices.is_empty()).then(|| notices.join(" ")),
        })
    }

    /// The addresses that GitHub gives for further pages are not followed, so that the token goes
    /// nowhere else; only their numbers are taken.
    pub(super) async fn page(&self, number: u32) -> Result<Page, GithubError> {
        let as_app_error = matches!(*self.auth, Auth::Installation(_));
        let list = if as_app_error {
            "installation/repositories"
        } else {
            "user/repos"
        };
        let answer = self
            .get(&format!("/{list}?per_page=100&page={number}"))
            .await?;
        let ListedPage {
            repositories,
            left_out,
        } = if as_app_error {
            access::installed(&answer.body)?
        } else {
            access::listed(&answer.body)?
        };
        Ok(Page {
            repositories,
            last: linked_page(&answer.headers, "last"),
            more: linked_page(&answer.headers, "next").is_some(),
            sso: left_out_by_sso(&answer.headers),
            left_out,
        })
    }
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
