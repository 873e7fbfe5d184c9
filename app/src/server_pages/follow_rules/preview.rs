//! The preview of a rule: which repositories it would track, and which it skips.

use domain::Problem;
use domain::report::FollowPreview;
use leptos::prelude::*;

use crate::chart::format;
use crate::components::error_notice;
use crate::text;

/// The preview, or the reason there is none.
pub fn preview(preview: &Result<FollowPreview, Problem>) -> AnyView {
    let preview = match preview {
        Ok(preview) => preview,
        Err(problem) => {
            return error_notice(&problem.message);
        }
    };
    let left_out = left_out(preview).map(|sentence| view! { <p class="muted">{sentence}</p> });
    view! {
        <section class="preview stack" aria-labelledby="preview">
            <h3 id="preview" tabindex="-1">
                "Preview"
            </h3>
            <p role="status">{summary(preview)}</p>
            {left_out}
            {names(preview)}
        </section>
    }
    .into_any()
}

/// `40 repositories match. 12 would be tracked now; 25 are already tracked.`
fn summary(preview: &FollowPreview) -> String {
    let count = |number: u32| format::number(number.into());
    if preview.matching == 0 {
        return match preview.listed {
            0 => "This connection has no repositories yet.".to_owned(),
            listed => format!("None of the {} repositories match.", count(listed)),
        };
    }
    let matching = text::count(
        preview.matching.into(),
        "repository matches",
        "repositories match",
    );
    let new = match preview.new {
        0 => "None would be added".to_owned(),
        new => format!("{} would be tracked now", count(new)),
    };
    let already = match preview.already_tracked {
        0 => String::new(),
        1 => "; 1 is already tracked".to_owned(),
        more => format!("; {} are already tracked", count(more)),
    };
    format!("{matching}. {new}{already}.")
}

fn left_out(preview: &FollowPreview) -> Option<String> {
    let counted: Vec<_> = (preview.left_out.iter())
        .map(|left_out| left_out.why.count(left_out.count))
        .collect();
    (!counted.is_empty()).then(|| format!("Skipped: {}.", counted.join(", ")))
}

fn names(preview: &FollowPreview) -> Option<AnyView> {
    if preview.names.is_empty() {
        return None;
    }
    let names: Vec<_> = (preview.names.iter())
        .map(|name| view! { <li>{name.to_string()}</li> })
        .collect();
    let count = u32::try_from(preview.names.len()).unwrap_or(u32::MAX);
    let more = preview.new.saturating_sub(count);
    let more = (more > 0).then(|| {
        view! { <p class="muted">{format!("And {} more.", format::number(more.into()))}</p> }
    });
    Some(
        view! {
            <ul class="checklist" aria-label="Would be tracked now">
                {names}
            </ul>
            {more}
        }
        .into_any(),
    )
}

#[cfg(test)]
mod tests {
    use domain::LeftOut;
    use domain::report::LeftOutCount;

    use super::*;

    #[test]
    fn a_preview_says_how_many_match_and_what_becomes_of_each() {
        let mut seen = FollowPreview {
            listed: 2_400,
            matching: 1_240,
            already_tracked: 25,
            new: 1_212,
            names: Vec::new(),
            left_out: vec![
                LeftOutCount {
                    why: LeftOut::Fork,
                    count: 2,
                },
                LeftOutCount {
                    why: LeftOut::Archived,
                    count: 1,
                },
            ],
        };
        assert_eq!(
            summary(&seen),
            "1,240 repositories match. 1,212 would be tracked now; 25 are already tracked."
        );
        let aside = left_out(&seen);
        assert_eq!(
            aside.as_deref(),
            Some("Skipped: 2 forks, 1 archived repository.")
        );
        (seen.new, seen.already_tracked, seen.matching) = (0, 1, 1);
        assert_eq!(
            summary(&seen),
            "1 repository matches. None would be added; 1 is already tracked."
        );
        seen.matching = 0;
        assert_eq!(summary(&seen), "None of the 2,400 repositories match.");
    }
}
