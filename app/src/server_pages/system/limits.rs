//! The dialog in which an administrator changes a tenant's limits.

use std::collections::HashMap;

use domain::report::TenantSummary;
use domain::{Limit, Limits, Problem};
use leptos::prelude::*;

use crate::server_pages::confirm::Confirm;
use crate::server_pages::form::{Form, Text, hidden};

/// The button that opens a tenant's limits; an empty field means the default.
pub fn dialog(form: &Form, tenant: &TenantSummary, limits: &Limits) -> AnyView {
    let id = tenant.id.to_string();
    let fields = Limit::PER_TENANT.map(|limit| {
        let chosen = limits.changed(limit).map(|value| value.to_string());
        let defaults = default_words(limit);
        let text = Text {
            name: limit.as_str(),
            label: limit.label(),
            kind: "number",
            placeholder: defaults,
            autocomplete: "off",
            longest: 7,
            optional: true,
            ..Text::EMPTY
        };
        form.text(text, &chosen.unwrap_or_default())
    });
    let fields = view! {
        {hidden("tenant", id)}
        <div class="fields">{fields.into_iter().collect_view()}</div>
    };
    form.confirm(
        Confirm {
            button: "Limits",
            about: tenant.name.clone(),
            title: format!("Limits of {}", tenant.name),
            text: "Limits what this tenant can use. Leave a field empty to use the default. \
                   Anything already above a limit is kept."
                .to_owned(),
            answer: "Save limits",
            danger: false,
        },
        fields,
    )
}

/// The default, as a placeholder.
const fn default_words(limit: Limit) -> &'static str {
    match limit {
        Limit::Schedules | Limit::Connections | Limit::FollowRules => "20",
        Limit::ScheduleInterval => "15",
        Limit::ManualRuns => "2",
        Limit::ApiTokens => "50",
        Limit::Invitations | Limit::Tags => "200",
        Limit::Repositories => "10000",
        Limit::Notes | Limit::RequestIds => "1000",
    }
}

/// The submitted limits, by name.
pub type LimitsForm = HashMap<String, String>;

/// The submitted limits.
///
/// # Errors
/// If one of them is not a number or is out of bounds.
pub fn parsed(form: &LimitsForm) -> Result<Limits, Problem> {
    let mut limits = Limits::default();
    for limit in Limit::PER_TENANT {
        let value = match form.get(limit.as_str()).map_or("", |text| text.trim()) {
            "" => None,
            // 0 is out of bounds, which gives the right message for text that is not a number too.
            text => Some(text.parse().unwrap_or(0)),
        };
        limits = limits.with(limit, value)?;
    }
    Ok(limits)
}

#[cfg(test)]
mod tests {
    use domain::ProblemKind;

    use super::*;
    use crate::server_pages::Fields;

    #[test]
    fn an_empty_field_is_the_default_and_nonsense_is_refused_by_name() {
        let sent = |text: &str| parsed(&Fields::parse(text.as_bytes()).typed()?);
        assert_eq!(sent("schedules=&api_tokens=+"), Ok(Limits::default()));
        let chosen = sent("schedules=3").expect("a number");
        assert_eq!(chosen.changed(Limit::Schedules), Some(3));
        for text in [
            "schedules=-1",
            "schedules=many",
            "schedules=0",
            "schedules=99999999999",
        ] {
            let problem = sent(text).expect_err("out of bounds");
            assert_eq!(problem.kind, ProblemKind::Invalid);
            assert!(
                problem.message.starts_with("Schedules: enter a number"),
                "{problem}"
            );
        }
        for limit in Limit::PER_TENANT {
            assert_eq!(default_words(limit), limit.default_value().to_string());
        }
    }
}
