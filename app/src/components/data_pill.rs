//! The pill that shows how complete a repository's data is.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// A pill as the server worded it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pill {
    /// Its classes, which say how urgent it is.
    pub class: String,
    /// A word or two.
    pub text: String,
    /// The reason, as a title.
    pub title: Option<String>,
}

/// The pill.
pub fn data_pill(pill: &Pill) -> AnyView {
    let Pill { class, text, title } = pill.clone();
    view! { <span class=class title=title>{text}</span> }.into_any()
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;
    use crate::test_html::test_html;

    #[test]
    fn a_pill_has_its_class_and_its_escaped_reason() {
        let pill = |title: Option<&str>| Pill {
            class: "pill bad".to_owned(),
            text: "token refused".to_owned(),
            title: title.map(str::to_owned),
        };
        assert_eq!(
            test_html(|| data_pill(&pill(None))),
            r#"<span class="pill bad">token refused</span>"#
        );
        let html = test_html(|| data_pill(&pill(Some("The token <x> is refused."))));
        assert!(
            html.contains("pill bad") && html.contains(">token refused<"),
            "{html}"
        );
        assert!(html.contains("The token &lt;x&gt; is refused."), "{html}");
    }
}
