//! Device names from user agents.

use woothee::parser::Parser;

/// The library's answer for unknown values.
const UNKNOWN: &str = "UNKNOWN";

/// The device of a `User-Agent`: `Firefox on Linux`.
pub(super) fn describe(agent: &str) -> String {
    let found = Parser::new().parse(agent);
    let (browser, system) = found.map_or(("", ""), |found| (found.name, found.os));
    match (known(browser), known(system)) {
        (Some(browser), Some("Mac OSX")) => format!("{browser} on macOS"),
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.to_owned(),
        (None, Some(system)) => format!("Unknown browser on {system}"),
        (None, None) => "Unknown device".to_owned(),
    }
}

fn known(word: &str) -> Option<&str> {
    (!matches!(word, "" | UNKNOWN)).then_some(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_are_named_in_words() {
        for (agent, words) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
                "Firefox on Linux",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15",
                "Safari on macOS",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
                "Edge on Windows 10",
            ),
            (
                "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36",
                "Chrome on Android",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1",
                "Safari on iPhone",
            ),
            ("", "Unknown device"),
            ("<script>", "Unknown device"),
        ] {
            assert_eq!(describe(agent), words, "{agent}");
        }
    }
}
