//! Labels and links of referrers and paths.

use domain::RepositoryName;
use domain::report::RankingRow;

use crate::components::Entry;

/// GitHub gives search engines by name and other sites by host; only a host can be linked.
pub fn referrer(row: &RankingRow) -> Entry {
    referrer_entry(&row.label)
}

/// The same, for its label alone.
pub fn referrer_entry(host: &str) -> Entry {
    let is_host = host.contains('.')
        && !host.starts_with('.')
        && (host.bytes()).all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte));
    Entry {
        label: host.to_owned(),
        href: is_host.then(|| format!("https://{host}")),
    }
}

/// A path relative to its repository. Full paths all begin alike, and their ends would be
/// truncated.
pub fn path(row: &RankingRow, repository: &RepositoryName) -> Entry {
    path_entry(&row.label, repository)
}

/// The same, for its label alone.
pub fn path_entry(path: &str, repository: &RepositoryName) -> Entry {
    let home = format!("/{repository}");
    let within = path
        .get(..home.len())
        .filter(|start| start.eq_ignore_ascii_case(&home))
        .map(|_| &path[home.len()..])
        .filter(|rest| rest.starts_with('/'));
    Entry {
        label: decoded(within.unwrap_or(path)),
        href: path
            .starts_with('/')
            .then(|| format!("https://github.com{}", encoded(path))),
    }
}

/// A path encoded for a URL. Existing escapes stay; a percent sign that encodes nothing is part of
/// a name.
fn encoded(path: &str) -> String {
    let bytes = path.as_bytes();
    let mut encoded = String::with_capacity(path.len());
    for (at, byte) in bytes.iter().enumerate() {
        let is_plain = byte.is_ascii_alphanumeric() || b"/-._~!$&'()*+,;=:@".contains(byte);
        let is_escape = *byte == b'%' && escaped_byte(bytes, at).is_some();
        if is_plain || is_escape {
            encoded.push(char::from(*byte));
        } else {
            let hex = |digit: u8| char::from(b"0123456789ABCDEF"[usize::from(digit)]);
            encoded.extend(['%', hex(byte >> 4), hex(byte & 15)]);
        }
    }
    encoded
}

/// A path decoded for people, or unchanged if it does not decode to text.
fn decoded(path: &str) -> String {
    let bytes = path.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        if let Some(byte) = escaped_byte(bytes, at) {
            decoded.push(byte);
            at += 3;
        } else {
            decoded.push(bytes[at]);
            at += 1;
        }
    }
    String::from_utf8(decoded)
        .ok()
        .filter(|text| !text.chars().any(char::is_control))
        .unwrap_or_else(|| path.to_owned())
}

/// The byte encoded by a percent sign and two digits.
fn escaped_byte(bytes: &[u8], at: usize) -> Option<u8> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16);
    match bytes.get(at..at + 3)? {
        [b'%', high, low] => u8::try_from(digit(high)? * 16 + digit(low)?).ok(),
        _ => None,
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
    fn a_path_leads_where_it_says_and_is_read_decoded() {
        let repository = "octo/hello".parse().expect("a valid name");
        for (label, href, expected) in [
            (
                "/octo/hello/blob/main/C#/readme?.md",
                "/octo/hello/blob/main/C%23/readme%3F.md",
                "/blob/main/C#/readme?.md",
            ),
            ("/octo/hello/100%.md", "/octo/hello/100%25.md", "/100%.md"),
            ("/octo/hello/a b.md", "/octo/hello/a%20b.md", "/a b.md"),
            ("/octo/hello/a%20b.md", "/octo/hello/a%20b.md", "/a b.md"),
            ("/octo/hello/%C3%A4", "/octo/hello/%C3%A4", "/ä"),
            ("/octo/hello/%ff%00", "/octo/hello/%ff%00", "/%ff%00"),
        ] {
            let entry = path(&row(label), &repository);
            assert_eq!(entry.href, Some(format!("https://github.com{href}")));
            assert_eq!(entry.label, expected);
        }
    }

    #[test]
    fn paths_are_told_from_within_their_repository() {
        let repository = "octocat/hello".parse().expect("a valid name");
        for (label, expected) in [
            ("/octocat/hello", "/octocat/hello"),
            ("/octocat/hello/pulls", "/pulls"),
            ("/Octocat/Hello/pulls", "/pulls"),
            ("/octocat/hello-world", "/octocat/hello-world"),
            ("/octocat/old-name/pulls", "/octocat/old-name/pulls"),
            ("/ä", "/ä"),
        ] {
            let entry = path(&row(label), &repository);
            assert_eq!(entry.label, expected);
            assert_eq!(
                entry.href,
                Some(format!("https://github.com{}", encoded(label)))
            );
        }
        assert_eq!(path(&row("evil.example"), &repository).href, None);
    }
}
