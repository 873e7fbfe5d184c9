//! GitHub servers and their URLs.

/// The URL of a GitHub server's pages, derived from its API base URL, without a trailing slash:
/// <https://api.github.com> serves <https://github.com>, `HOST/api/v3` serves
/// `HOST`, and `api.NAME.ghe.com` serves `NAME.ghe.com`.
#[must_use]
pub fn web_url(api_url: &str) -> String {
    let base = api_url.trim_end_matches('/');
    let base = base.strip_suffix("/api/v3").unwrap_or(base);
    match base.split_once("://") {
        Some((scheme, host)) if host == "api.github.com" || is_ghe_com(host) => {
            format!("{scheme}://{}", host.trim_start_matches("api."))
        }
        _ => base.to_owned(),
    }
}

fn is_ghe_com(host: &str) -> bool {
    host.starts_with("api.") && host.ends_with(".ghe.com")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_found_from_the_interface() {
        for (api, web) in [
            ("https://api.github.com/", "https://github.com"),
            ("https://api.github.com", "https://github.com"),
            ("https://git.acme.org/api/v3/", "https://git.acme.org"),
            ("https://api.acme.ghe.com", "https://acme.ghe.com"),
            ("https://api.acme.org", "https://api.acme.org"),
            ("http://127.0.0.1:4000", "http://127.0.0.1:4000"),
        ] {
            assert_eq!(web_url(api), web);
        }
    }
}
