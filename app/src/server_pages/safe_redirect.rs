//! Safe redirects after signing in: never to another server.

use url::Url;

/// The requested address if it is on this server; else `/`. Prevents open redirects.
#[must_use]
pub fn safe_redirect(next: &str) -> String {
    let here = || "/".to_owned();
    let Ok(base) = Url::parse("http://tidemark.invalid/") else {
        return here();
    };
    // Parse as browsers do, which take `//host` and `/\host` as other servers.
    match base.join(next) {
        Ok(url) if is_local(&base, &url) && next.starts_with('/') => {
            let query = url
                .query()
                .map(|query| format!("?{query}"))
                .unwrap_or_default();
            format!("{}{query}", url.path())
        }
        _ => here(),
    }
}

/// Same origin, and the path does not start with `//`, which would name another server.
fn is_local(base: &Url, url: &Url) -> bool {
    url.origin() == base.origin() && !url.path().starts_with("//")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_on_never_leads_elsewhere() {
        assert_eq!(safe_redirect("/t/lab?period=all#top"), "/t/lab?period=all");
        for elsewhere in [
            "",
            "t/lab",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example/",
            "/\t/evil.example",
            "javascript:alert(1)",
        ] {
            assert_eq!(safe_redirect(elsewhere), "/", "{elsewhere}");
        }
        // These name another server only after normalization.
        assert_eq!(safe_redirect("/.//evil.example"), "/");
        assert_eq!(safe_redirect("/x/..//evil.example"), "/");
    }
}
