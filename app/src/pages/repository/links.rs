//! What the rows of referrers and paths are called, and where they lead.

use domain::RepositoryName;
use domain::report::RankingRow;

use crate::components::Entry;

/// GitHub names search engines by name and other places by host; only a host can be followed.
pub fn referrer(row: &RankingRow) -> Entry {
    let host = &row.label;
    let is_host = host.contains('.')
        && !host.starts_with('.')
        && (host.bytes()).all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte));
    Entry {
        label: host.clone(),
        href: is_host.then(|| format!("https://{host}")),
    }
}

/// A path on GitHub, told from within its repository: all begin alike, and the end would be cut.
pub fn path(row: &RankingRow, repository: &RepositoryName) -> Entry {
    let path = &row.label;
    let home = format!("/{repository}");
    let within = path
        .get(..home.len())
        .filter(|start| start.eq_ignore_ascii_case(&home))
        .map(|_| &path[home.len()..])
        .filter(|rest| rest.starts_with('/'));
    Entry {
        label: within.unwrap_or(path).to_owned(),
        href: path
            .starts_with('/')
            .then(|| format!("https://github.com{path}")),
    }
}

#[cfg(test)]
mod tests {
    use domain::Counts;

    use super::*;

    fn row(label: &str) -> RankingRow {
        RankingRow {
            label: label.to_owned(),
            title: None,
            counts: Counts::default(),
        }
    }

    #[test]
    fn only_hosts_are_followed() {
        assert_eq!(
            referrer(&row("news.ycombinator.com")).href.as_deref(),
            Some("https://news.ycombinator.com")
        );
        for label in [
            "Google",
            "a b.c",
            "javascript:alert(1).x",
            "evil.example/x",
            ".x",
        ] {
            assert_eq!(referrer(&row(label)).href, None, "{label}");
        }
    }

    #[test]
    fn paths_are_told_from_within_their_repository() {
        let repository = "octocat/hello".parse().expect("a valid name");
        for (label, told) in [
            ("/octocat/hello", "/octocat/hello"),
            ("/octocat/hello/pulls", "/pulls"),
            ("/Octocat/Hello/pulls", "/pulls"),
            ("/octocat/hello-world", "/octocat/hello-world"),
            ("/octocat/old-name/pulls", "/octocat/old-name/pulls"),
            ("/ä", "/ä"),
        ] {
            let entry = path(&row(label), &repository);
            assert_eq!(entry.label, told);
            assert_eq!(entry.href, Some(format!("https://github.com{label}")));
        }
        assert_eq!(path(&row("evil.example"), &repository).href, None);
    }
}
