//! Where the rows of referrers and paths lead.

use domain::report::RankingRow;

/// GitHub names search engines by name and other places by host; only a host can be followed.
pub fn referrer(row: &RankingRow) -> Option<String> {
    let host = &row.label;
    let is_host = host.contains('.')
        && !host.starts_with('.')
        && (host.bytes()).all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte));
    is_host.then(|| format!("https://{host}"))
}

/// A path on GitHub.
pub fn path(row: &RankingRow) -> Option<String> {
    let path = &row.label;
    path.starts_with('/')
        .then(|| format!("https://github.com{path}"))
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
    fn only_hosts_and_paths_are_followed() {
        assert_eq!(
            referrer(&row("news.ycombinator.com")).as_deref(),
            Some("https://news.ycombinator.com")
        );
        for label in [
            "Google",
            "a b.c",
            "javascript:alert(1).x",
            "evil.example/x",
            ".x",
        ] {
            assert_eq!(referrer(&row(label)), None, "{label}");
        }
        assert_eq!(
            path(&row("/octocat/hello")).as_deref(),
            Some("https://github.com/octocat/hello")
        );
        assert_eq!(path(&row("evil.example")), None);
    }
}
