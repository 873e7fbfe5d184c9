//! A sentence in which GitHub's own pages are links.

use leptos::prelude::*;

/// The only pages that GitHub's messages may link to.
const GITHUB: &str = "https://github.com/";

/// The sentence, with every github.com URL in it as a link.
pub fn linked(sentence: &str) -> AnyView {
    let parts: Vec<AnyView> = parts(sentence)
        .into_iter()
        .map(|part| match part {
            Part::Text(text) => text.to_owned().into_any(),
            Part::Link(url) => {
                let label = url.to_owned();
                view! { <a href=url.to_owned() rel="noreferrer">{label}</a> }.into_any()
            }
        })
        .collect();
    parts.into_any()
}

#[derive(Debug, PartialEq, Eq)]
enum Part<'a> {
    Text(&'a str),
    Link(&'a str),
}

fn parts(sentence: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = sentence;
    while let Some(start) = rest.find(GITHUB) {
        let (before, from) = rest.split_at(start);
        let end = from
            .find(|c: char| c.is_whitespace() || matches!(c, '”' | '“' | '"' | '<' | '>' | '`'))
            .unwrap_or(from.len());
        // Closing punctuation is not part of the URL.
        let url = from[..end].trim_end_matches(['.', ',', ':', ';', ')', '\'', '…', '!']);
        parts.push(Part::Text(before));
        parts.push(Part::Link(url));
        rest = &from[url.len()..];
    }
    parts.push(Part::Text(rest));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_to_github_is_whole_and_ends_before_the_sentence_does() {
        let url = "https://github.com/settings/personal-access-tokens/12345678";
        let sentence = format!("Adjust it (“see {url}”): then retry.");
        assert_eq!(
            parts(&sentence),
            [
                Part::Text("Adjust it (“see "),
                Part::Link(url),
                Part::Text("”): then retry.")
            ]
        );
        let sso = "https://github.com/orgs/acme/sso?authorization_request=AB.12";
        assert_eq!(parts(&format!("At {sso}.")).get(1), Some(&Part::Link(sso)));
    }

    #[test]
    fn no_other_address_is_a_link() {
        for sentence in [
            "https://evil.example/https:/github.com/",
            "javascript:alert(1)",
            "https://github.com.evil.example/",
            "",
        ] {
            assert_eq!(parts(sentence), [Part::Text(sentence)]);
        }
        assert!(linked("<b>no</b>").to_html().contains("&lt;b&gt;no"));
    }
}
