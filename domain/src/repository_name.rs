//! Names of repositories, by GitHub's rules.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A repository's full name, `owner/name`, always valid.
/// Keeps its case but compares case-insensitively, like GitHub.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RepositoryName {
    owner: String,
    name: String,
}

impl RepositoryName {
    /// The user or organization.
    #[must_use]
    pub fn owner(&self) -> &str {
        &self.owner
    }

    /// The name within the owner.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// Why a text is not a repository name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RepositoryNameError {
    /// Not two parts separated by one slash.
    #[error(
        "“{0}” is not a repository name. Use the form OWNER/NAME, for example octocat/hello-world."
    )]
    NotTwoParts(String),
    /// A URL of another host.
    #[error("{0} is not GitHub. Tidemark tracks repositories on github.com.")]
    OtherHost(String),
    /// The owner breaks GitHub's rules for user names.
    #[error(
        "“{0}” is not a valid GitHub owner. Owners have 1 to 39 letters, digits and single hyphens."
    )]
    Owner(String),
    /// The name breaks GitHub's rules for repository names.
    #[error(
        "“{0}” is not a valid GitHub repository name. Names have 1 to 100 letters, digits, hyphens, dots and underscores."
    )]
    Name(String),
}

impl FromStr for RepositoryName {
    type Err = RepositoryNameError;

    /// Accepts `owner/name`, and any of the repository's URLs as copied from a browser or `git
    /// remote`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // Invisible characters copied along from a page or chat.
        let cleaned: String = text.chars().filter(|c| !is_zero_width(*c)).collect();
        let text = cleaned.trim();
        let bounded = |text: &str| text.chars().take(140).collect::<String>();
        let (owner, name) = if let Some((host, path)) = split_host(text) {
            if !is_github(host) {
                return Err(RepositoryNameError::OtherHost(bounded(host)));
            }
            let path = path.split(['?', '#']).next().unwrap_or(path);
            let mut parts = path.split('/').filter(|part| !part.is_empty());
            (parts.next(), parts.next())
        } else {
            let bare = text.strip_prefix('@').unwrap_or(text);
            let bare = bare.strip_suffix('/').unwrap_or(bare);
            match bare.split_once('/') {
                Some((_, name)) if name.contains('/') => (None, None),
                Some((owner, name)) => (Some(owner), Some(name)),
                None => (None, None),
            }
        };
        let (Some(owner), Some(name)) = (owner, name) else {
            return Err(RepositoryNameError::NotTwoParts(bounded(text)));
        };
        if owner.is_empty() || name.is_empty() {
            return Err(RepositoryNameError::NotTwoParts(bounded(text)));
        }
        let name = without_git(name);
        if !is_owner(owner) {
            return Err(RepositoryNameError::Owner(bounded(owner)));
        }
        if !is_name(name) {
            return Err(RepositoryNameError::Name(bounded(name)));
        }
        Ok(Self {
            owner: owner.to_owned(),
            name: name.to_owned(),
        })
    }
}

const fn is_zero_width(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}'
    )
}

/// Splits a URL into host and path; `None` if the text is not a URL. Owners cannot contain a dot,
/// so a first part with a dot is a host.
fn split_host(text: &str) -> Option<(&str, &str)> {
    if let Some((_, address)) = text.split_once("://") {
        let (authority, path) = address.split_once('/').unwrap_or((address, ""));
        let host = authority
            .rsplit_once('@')
            .map_or(authority, |(_, host)| host);
        return Some((host.split(':').next().unwrap_or(host), path));
    }
    let (first, rest) = text.split_once('/').unwrap_or((text, ""));
    // As git writes it: `git@github.com:octocat/hello-world.git`.
    if let Some((host, owner)) = first.split_once(':') {
        let path = text.get(text.len() - rest.len() - owner.len() - 1..)?;
        let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
        return Some((host, path));
    }
    (first.contains('.') && !rest.is_empty()).then_some((first, rest))
}

fn is_github(host: &str) -> bool {
    ["github.com", "www.github.com", "ssh.github.com"]
        .iter()
        .any(|github| host.eq_ignore_ascii_case(github))
}

/// A name without the suffix `.git`.
fn without_git(name: &str) -> &str {
    match name
        .len()
        .checked_sub(4)
        .map(|at| name.split_at_checked(at))
    {
        Some(Some((before, end))) if !before.is_empty() && end.eq_ignore_ascii_case(".git") => {
            before
        }
        _ => name,
    }
}

/// User names: letters, digits and single hyphens, not at the start. An underscore comes before
/// the short code of an enterprise's managed users, and names from before 2014 may end in a hyphen.
fn is_owner(owner: &str) -> bool {
    (1..=39).contains(&owner.len())
        && owner
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        && !owner.starts_with(['-', '_'])
}

/// GitHub replaces every other character by a hyphen, and reserves `.`, `..`, `*.git` and `*.wiki`.
fn is_name(name: &str) -> bool {
    let ends_with = |suffix: &str| {
        name.get(name.len().saturating_sub(suffix.len())..)
            .is_some_and(|end| end.eq_ignore_ascii_case(suffix))
    };
    (1..=100).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
        && !matches!(name, "." | "..")
        && !ends_with(".git")
        && !ends_with(".wiki")
}

impl PartialEq for RepositoryName {
    fn eq(&self, other: &Self) -> bool {
        self.owner.eq_ignore_ascii_case(&other.owner) && self.name.eq_ignore_ascii_case(&other.name)
    }
}

impl Eq for RepositoryName {}

impl Hash for RepositoryName {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.owner.to_ascii_lowercase().hash(state);
        self.name.to_ascii_lowercase().hash(state);
    }
}

impl fmt::Display for RepositoryName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.owner, self.name)
    }
}

impl From<RepositoryName> for String {
    fn from(name: RepositoryName) -> Self {
        name.to_string()
    }
}

impl TryFrom<String> for RepositoryName {
    type Error = RepositoryNameError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<String, RepositoryNameError> {
        text.parse::<RepositoryName>().map(|name| name.to_string())
    }

    #[test]
    fn names_and_copied_addresses_are_taken() {
        for (text, name) in [
            ("octocat/hello-world", "octocat/hello-world"),
            ("  rust-lang/rust ", "rust-lang/rust"),
            ("github/.github", "github/.github"),
            ("mona_acme/x", "mona_acme/x"),
            (
                "https://github.com/octocat/hello-world",
                "octocat/hello-world",
            ),
            (
                "https://github.com/octocat/hello-world.git",
                "octocat/hello-world",
            ),
            (
                "https://github.com/octocat/hello-world/?tab=readme#top",
                "octocat/hello-world",
            ),
            (
                "git@github.com:octocat/hello-world.git",
                "octocat/hello-world",
            ),
            (
                "https://github.com/octo/hello/releases/tag/v1.0",
                "octo/hello",
            ),
            ("https://github.com/octo/hello/tree/main", "octo/hello"),
            ("github.com/octo/hello", "octo/hello"),
            ("www.github.com/octo/hello/", "octo/hello"),
            ("HTTPS://GitHub.com/octo/hello", "octo/hello"),
            ("https://www.github.com:443/octo/hello", "octo/hello"),
            ("ssh://git@github.com/octo/hello.git", "octo/hello"),
            ("ssh://git@ssh.github.com:443/octo/hello.git", "octo/hello"),
            ("git://github.com/octo/hello.git", "octo/hello"),
            ("octo/hello/", "octo/hello"),
            ("octo/hello.git", "octo/hello"),
            ("@octo/hello", "octo/hello"),
            ("octo/\u{200b}hello\u{feff}", "octo/hello"),
        ] {
            assert_eq!(parse(text).as_deref(), Ok(name), "{text}");
        }
    }

    #[test]
    fn what_github_would_refuse_is_refused_with_a_reason() {
        for text in [
            "",
            "/",
            "octocat",
            "octocat/",
            "/x",
            "a/b/c",
            "https://github.com/octocat",
        ] {
            assert!(
                matches!(parse(text), Err(RepositoryNameError::NotTwoParts(_))),
                "{text}"
            );
        }
        let long_owner = format!("{}/x", "a".repeat(40));
        for text in ["-a/x", "a b/x", "ä/x", long_owner.as_str()] {
            assert!(
                matches!(parse(text), Err(RepositoryNameError::Owner(_))),
                "{text}"
            );
        }
        let long_name = format!("x/{}", "a".repeat(101));
        for text in [
            "a/..",
            "a/.",
            "a/.git",
            "a/b.WIKI",
            "a/b c",
            "a/b?c",
            long_name.as_str(),
        ] {
            assert!(
                matches!(parse(text), Err(RepositoryNameError::Name(_))),
                "{text}"
            );
        }
    }

    #[test]
    fn an_address_of_another_host_is_not_githubs() {
        for (text, host) in [
            ("https://gitlab.com/octo/hello", "gitlab.com"),
            ("gitlab.com/octo/hello", "gitlab.com"),
            ("git@gitlab.com:octo/hello.git", "gitlab.com"),
            ("https://github.com@evil.example/octo/hello", "evil.example"),
            (
                "https://github.com.evil.example/octo/hello",
                "github.com.evil.example",
            ),
            ("ssh://git@codeberg.org/octo/hello", "codeberg.org"),
        ] {
            let error = parse(text).expect_err(text);
            assert_eq!(error, RepositoryNameError::OtherHost(host.to_owned()));
            assert!(
                error
                    .to_string()
                    .starts_with(&format!("{host} is not GitHub"))
            );
        }
    }

    #[test]
    fn case_is_kept_and_ignored() {
        let name: RepositoryName = "Octocat/Hello".parse().expect("a valid name");
        assert_eq!(name.to_string(), "Octocat/Hello");
        assert_eq!(name, "octocat/hELLO".parse().expect("a valid name"));
    }
}
