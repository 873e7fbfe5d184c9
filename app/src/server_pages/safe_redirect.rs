//! Where a sign-in leads on to: never to another server.

use url::Url;

/// An address on this server, whatever was asked for: nobody is sent elsewhere from the sign-in.
#[must_use]
pub fn safe_redirect(next: &str) -> String {
    let here = || "/".to_owned();
    let Ok(base) = Url::parse("http://tidemark.invalid/") else {
        return here();
    };
    // Parsed as browsers do it: they take `//host` and `/\host` for other servers.
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

/// The same server; and no path that names another one once it stands alone.
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
        // These name another server only once they are normalized.
        assert_eq!(safe_redirect("/.//evil.example"), "/");
        assert_eq!(safe_redirect("/x/..//evil.example"), "/");
    }
}
