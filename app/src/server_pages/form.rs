//! Forms of server-rendered pages. After an error they show the submitted values and the reason.

use domain::Problem;
use leptos::prelude::*;

use super::{PageRequest, Submission};
use crate::components::{error_notice, field, hint};

/// A form: its action, and its previous submission, if this page responds to one.
#[derive(Clone)]
pub struct Form {
    action: &'static str,
    /// Distinguishes several forms with the same action.
    item: String,
    sent: Option<Submission>,
}

/// A text field.
#[derive(Clone, Copy)]
pub struct Text {
    /// Its name in the submission.
    pub name: &'static str,
    /// The label.
    pub label: &'static str,
    /// `text`, `email`, `password`, `url` or `number`.
    pub kind: &'static str,
    /// The `autocomplete` value.
    pub autocomplete: &'static str,
    /// The hint below the field.
    pub hint: &'static str,
    /// The placeholder.
    pub placeholder: &'static str,
    /// The maximum length.
    pub longest: u32,
    /// The minimum length.
    pub shortest: u32,
    /// The `id` of the `<datalist>` with suggestions.
    pub list: &'static str,
    /// Whether the field may be empty.
    pub optional: bool,
    /// Whether the field has the focus when the page opens.
    pub focused: bool,
}

impl Text {
    /// The default values.
    pub const EMPTY: Self = Self {
        name: "",
        label: "",
        kind: "text",
        autocomplete: "",
        hint: "",
        placeholder: "",
        longest: 200,
        shortest: 0,
        list: "",
        optional: false,
        focused: false,
    };

    /// The field around its control.
    pub fn field(self, id: String, control: AnyView) -> AnyView {
        let below = self.hint_id(&id).map(|id| hint(id, self.hint));
        field(id, self.label, control, below.into_any())
    }

    /// The `id` of its hint.
    pub fn hint_id(self, id: &str) -> Option<String> {
        (!self.hint.is_empty()).then(|| format!("{id}-hint"))
    }
}

impl Form {
    /// The form for this action.
    pub fn new(request: &PageRequest, action: impl Into<&'static str>) -> Self {
        let action = action.into();
        let mine = request.sent.as_ref().filter(|sent| sent.action == action);
        Self {
            action,
            item: String::new(),
            sent: mine.cloned(),
        }
    }

    /// The form for this action whose hidden field has this value, if the page has several.
    pub fn for_item(
        request: &PageRequest,
        action: impl Into<&'static str>,
        field: &str,
        value: &str,
    ) -> Self {
        let form = Self::new(request, action);
        let mine = |sent: &Submission| sent.fields.text(field) == value;
        Self {
            sent: form.sent.filter(mine),
            item: format!("-{value}"),
            action: form.action,
        }
    }

    /// The `id` of one of its fields, unique on the page.
    pub fn id(&self, name: &str) -> String {
        format!("{}{}-{name}", self.action, self.item)
    }

    /// The action.
    pub fn action(&self) -> &'static str {
        self.action
    }

    /// Why the submission was rejected.
    pub fn problem(&self) -> Option<&Problem> {
        self.sent.as_ref()?.problem.as_ref()
    }

    /// A secret, shown only once.
    pub fn secret(&self) -> Option<&str> {
        self.sent.as_ref()?.secret.as_deref()
    }

    /// The rejected input, or else this default.
    pub fn entered(&self, name: &str, default: &str) -> String {
        let before = self.sent.as_ref().filter(|sent| sent.problem.is_some());
        before
            .map_or(default, |sent| sent.fields.text(name))
            .to_owned()
    }

    /// Whether a checkbox was checked in the rejected input, or else this default.
    pub fn checked(&self, name: &str, value: &str, default: bool) -> bool {
        let before = self.sent.as_ref().filter(|sent| sent.problem.is_some());
        before.map_or(default, |sent| sent.fields.all(name).any(|it| it == value))
    }

    /// The form around its fields and buttons.
    pub fn with(&self, labelled_by: &'static str, inner: impl IntoView + 'static) -> AnyView {
        let labelled_by = (!labelled_by.is_empty()).then_some(labelled_by);
        view! {
            <form method="post" class="stack" aria-labelledby=labelled_by>
                {hidden("do", self.action)}
                {self.refusal()}
                {inner.into_any()}
            </form>
        }
        .into_any()
    }

    /// A form with only a button and a hidden field.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "callers pass ids and texts by value"
    )]
    pub fn button(
        &self,
        field: &'static str,
        value: impl ToString,
        class: &'static str,
        label: impl IntoView + 'static,
    ) -> AnyView {
        view! {
            <form method="post">
                {hidden("do", self.action)}
                {hidden(field, value.to_string())}
                <button type="submit" class=class>
                    {label.into_any()}
                </button>
            </form>
        }
        .into_any()
    }

    /// The reason for the rejection, shown above the fields.
    pub fn refusal(&self) -> Option<AnyView> {
        Some(error_notice(&self.problem()?.message))
    }

    /// A text field with the rejected input, or else this default. A secret is never filled in again.
    pub fn text(&self, text: Text, default: &str) -> AnyView {
        self.text_with_placeholder(text, default, text.placeholder)
    }

    /// The same with a placeholder known only now.
    pub fn text_with_placeholder(&self, text: Text, default: &str, placeholder: &str) -> AnyView {
        let value = (text.kind != "password").then(|| self.entered(text.name, default));
        let id = self.id(text.name);
        let some = |text: &'static str| (!text.is_empty()).then_some(text);
        let input = view! {
            <input
                id=id.clone()
                name=text.name
                type=text.kind
                value=value
                autocomplete=some(text.autocomplete)
                placeholder=(!placeholder.is_empty()).then(|| placeholder.to_owned())
                maxlength=text.longest
                list=some(text.list)
                minlength=(text.shortest > 0).then_some(text.shortest)
                required=!text.optional
                autofocus=text.focused
                aria-describedby=text.hint_id(&id)
            />
        };
        text.field(id, input.into_any())
    }
}

/// The button that submits a form.
pub fn submit_button(label: &'static str) -> AnyView {
    view! {
        <button type="submit" class="button primary">
            {label}
        </button>
    }
    .into_any()
}

/// A hidden input.
#[expect(
    clippy::needless_pass_by_value,
    reason = "callers pass ids and texts by value"
)]
pub fn hidden(name: &'static str, value: impl ToString) -> AnyView {
    view! { <input type="hidden" name=name value=value.to_string()/> }.into_any()
}

#[cfg(test)]
impl Form {
    /// A form after this submission.
    pub fn of(sent: Submission, action: &'static str) -> Self {
        Self {
            action,
            item: String::new(),
            sent: Some(sent).filter(|sent| sent.action == action),
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::ProblemKind;

    use super::*;
    use crate::server_pages::Fields;
    use crate::test_html::test_html;

    fn refused() -> Form {
        Form {
            action: "invite",
            item: String::new(),
            sent: Some(Submission {
                action: "invite".into(),
                fields: Fields::parse(b"email=mona%40x.org&secret=hunter2"),
                problem: Some(Problem::new(ProblemKind::Invalid, "No <b>.")),
                secret: None,
            }),
        }
    }

    #[test]
    fn a_refused_form_keeps_its_values_except_secrets() {
        let field = |name, kind| Text {
            name,
            label: "Label",
            kind,
            ..Text::EMPTY
        };
        let html = test_html(|| {
            let form = refused();
            let fields = [
                form.text(field("email", "email"), ""),
                form.text(field("secret", "password"), ""),
            ];
            form.with("heading", fields.into_iter().collect::<Vec<_>>())
        });
        assert!(html.contains(r#"value="mona@x.org""#), "{html}");
        assert!(!html.contains("hunter2"), "{html}");
        assert!(html.contains("No &lt;b&gt;."), "{html}");
        assert!(html.contains(r#"name="do" value="invite""#), "{html}");
    }
}
