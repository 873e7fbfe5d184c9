//! The pill that shows how complete a repository's data is.

use domain::report::DataState;
use leptos::prelude::*;

use crate::text;

/// The state as a pill, with the reason for a failure as its title.
pub fn data_pill(state: &DataState) -> AnyView {
    let (class, text) = match state {
        DataState::Empty => ("pill", "no data yet".to_owned()),
        DataState::Complete => ("pill ok", "complete".to_owned()),
        DataState::Lost(days) => ("pill warn", format!("{} lost", text::day_count(*days))),
        DataState::AtRisk(0) => ("pill bad", "loses data today".to_owned()),
        DataState::AtRisk(1) => ("pill warn", "loses data tomorrow".to_owned()),
        DataState::AtRisk(days) => (
            "pill warn",
            format!("loses data in {}", text::day_count(*days)),
        ),
        DataState::Failing { name, .. } => ("pill bad", name.clone()),
        DataState::Kept => ("pill", "not tracked".to_owned()),
    };
    let title = match state {
        DataState::Failing { reason, .. } => Some(reason.clone()),
        DataState::Kept => Some("History only; no longer collected.".to_owned()),
        _ => None,
    };
    view! { <span class=class title=title>{text}</span> }.into_any()
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;
    use crate::test_html::test_html;

    #[test]
    fn every_state_is_a_word_and_a_colour() {
        for (state, class, text) in [
            (DataState::Empty, "pill", "no data yet"),
            (DataState::Complete, "pill ok", "complete"),
            (DataState::Lost(1), "pill warn", "1 day lost"),
            (DataState::AtRisk(3), "pill warn", "loses data in 3 days"),
            (DataState::AtRisk(1), "pill warn", "loses data tomorrow"),
            (DataState::AtRisk(0), "pill bad", "loses data today"),
        ] {
            let html = test_html(|| data_pill(&state));
            assert_eq!(html, format!(r#"<span class="{class}">{text}</span>"#));
        }
    }

    #[test]
    fn a_failure_tells_its_name_and_its_reason() {
        let state = DataState::Failing {
            name: "token refused".to_owned(),
            reason: "The token <x> is refused.".to_owned(),
        };
        let html = test_html(|| data_pill(&state));
        assert!(
            html.contains("pill bad") && html.contains(">token refused<"),
            "{html}"
        );
        assert!(html.contains("The token &lt;x&gt; is refused."), "{html}");
    }
}
