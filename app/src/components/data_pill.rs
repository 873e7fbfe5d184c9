//! The pill that says in a word how whole a repository's data is.

use domain::report::DataState;
use leptos::prelude::*;

use crate::words;

/// The state in a word, with the reason of a failure as its title.
pub fn data_pill(state: &DataState) -> AnyView {
    let (class, text) = match state {
        DataState::Empty => ("pill", "no data yet".to_owned()),
        DataState::Complete => ("pill ok", "complete".to_owned()),
        DataState::Lost(days) => ("pill warn", format!("{} lost", words::day_count(*days))),
        DataState::AtRisk(0) => ("pill bad", "loses data today".to_owned()),
        DataState::AtRisk(1) => ("pill warn", "loses data tomorrow".to_owned()),
        DataState::AtRisk(days) => (
            "pill warn",
            format!("loses data in {}", words::day_count(*days)),
        ),
        DataState::Failing(_) => ("pill bad", "failing".to_owned()),
        DataState::Kept => ("pill", "kept".to_owned()),
    };
    let title = match state {
        DataState::Failing(reason) => Some(reason.clone()),
        DataState::Kept => Some("No longer collected; its history is kept.".to_owned()),
        _ => None,
    };
    view! { <span class=class title=title>{text}</span> }.into_any()
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn every_state_is_a_word_and_a_colour() {
        for (state, html) in [
            (
                DataState::Complete,
                r#"<span class="pill ok">complete</span>"#,
            ),
            (
                DataState::Lost(1),
                r#"<span class="pill warn">1 day lost</span>"#,
            ),
            (
                DataState::AtRisk(3),
                r#"<span class="pill warn">loses data in 3 days</span>"#,
            ),
            (
                DataState::AtRisk(0),
                r#"<span class="pill bad">loses data today</span>"#,
            ),
            (
                DataState::Failing("The token <x> is refused.".to_owned()),
                r#"<span class="pill bad" title="The token &lt;x&gt; is refused.">failing</span>"#,
            ),
        ] {
            assert_eq!(data_pill(&state).to_html(), html);
        }
    }
}
