//! The parts of a document's forms: what was entered stands in them again after a refusal, beside
//! the reason.

use domain::Problem;
use leptos::prelude::*;

use super::{PageRequest, Submission};
use crate::components::linked;

/// One form of a document: its order, and what was sent for it before, if it was refused.
#[derive(Clone)]
pub struct Form {
    action: &'static str,
    /// What the form is about, where several of them give the same order.
    about: String,
    sent: Option<Submission>,
}

/// A field of text.
#[derive(Clone, Copy)]
pub struct Text {
    /// Its name in what is sent.
    pub name: &'static str,
    /// What stands above it.
    pub label: &'static str,
    /// `text`, `email`, `password`, `url` or `number`.
    pub kind: &'static str,
    /// What the browser may fill in.
    pub autocomplete: &'static str,
    /// What stands below it.
    pub hint: &'static str,
    /// What stands in it while it is empty.
    pub placeholder: &'static str,
    /// The longest text.
    pub longest: u32,
    /// The shortest text.
    pub shortest: u32,
    /// The `id` of the `<datalist>` that proposes texts.
    pub list: &'static str,
    /// Whether it may be left empty.
    pub optional: bool,
    /// Whether it waits for the keys when the page opens.
    pub focused: bool,
}

impl Text {
    /// What a field is that says nothing else.
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
}

impl Form {
    /// The form that gives this order.
    pub fn new(request: &PageRequest, action: &'static str) -> Self {
        let mine = request.sent.as_ref().filter(|sent| sent.action == action);
        Self {
            action,
            about: String::new(),
            sent: mine.cloned(),
        }
    }

    /// Of several forms that give the same order, the one whose hidden field has this value.
    pub fn about(request: &PageRequest, action: &'static str, field: &str, value: &str) -> Self {
        let form = Self::new(request, action);
        let mine = |sent: &Submission| sent.fields.text(field) == value;
        Self {
            sent: form.sent.filter(mine),
            about: format!("-{value}"),
            action,
        }
    }

    /// The `id` of one of its fields, which no other form of the page has.
    pub fn id(&self, name: &str) -> String {
        format!("{}{}-{name}", self.action, self.about)
    }

    /// What it orders.
    pub fn action(&self) -> &'static str {
        self.action
    }

    /// Why it was refused.
    pub fn problem(&self) -> Option<&Problem> {
        self.sent.as_ref()?.problem.as_ref()
    }

    /// A secret that is shown only now.
    pub fn shown(&self) -> Option<&str> {
        self.sent.as_ref()?.shown.as_deref()
    }

    /// What was entered before; else this.
    pub fn entered(&self, name: &str, default: &str) -> String {
        let before = self.sent.as_ref().filter(|sent| sent.problem.is_some());
        before
            .map_or(default, |sent| sent.fields.text(name))
            .to_owned()
    }

    /// Whether a box (or one value of several) was ticked before; else this.
    pub fn checked(&self, name: &str, value: &str, default: bool) -> bool {
        let before = self.sent.as_ref().filter(|sent| sent.problem.is_some());
        before.map_or(default, |sent| sent.fields.all(name).any(|it| it == value))
    }

    /// The form around its fields and buttons.
    pub fn with(&self, labelled_by: &'static str, inner: impl IntoView + 'static) -> AnyView {
        let labelled_by = (!labelled_by.is_empty()).then_some(labelled_by);
        view! {
            <form method="post" class="stack" aria-labelledby=labelled_by>
                <input type="hidden" name="do" value=self.action/>
                {self.refusal()}
                {inner.into_any()}
            </form>
        }
        .into_any()
    }

    /// A button that is a form of its own: what it acts on, and what stands on it.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "callers hand over ids and texts as they have them"
    )]
    pub fn button(
        &self,
        about: &'static str,
        value: impl ToString,
        class: &'static str,
        label: impl IntoView + 'static,
    ) -> AnyView {
        view! {
            <form method="post">
                <input type="hidden" name="do" value=self.action/>
                <input type="hidden" name=about value=value.to_string()/>
                <button type="submit" class=class>
                    {label.into_any()}
                </button>
            </form>
        }
        .into_any()
    }

    /// Why it was refused, as it stands above the fields.
    pub fn refusal(&self) -> Option<AnyView> {
        let sentence = self.problem()?.message.clone();
        Some(
            view! {
                <p class="notice bad" role="alert">
                    {linked(&sentence)}
                </p>
            }
            .into_any(),
        )
    }

    /// A field, with what was entered before, or else this; what is secret is never entered again.
    pub fn text(&self, text: Text, default: &str) -> AnyView {
        let value = (text.kind != "password").then(|| self.entered(text.name, default));
        let id = self.id(text.name);
        let hint = (!text.hint.is_empty()).then(|| format!("{id}-hint"));
        let some = |text: &'static str| (!text.is_empty()).then_some(text);
        view! {
            <div class="field">
                <label for=id.clone()>{text.label}</label>
                <input
                    id=id
                    name=text.name
                    type=text.kind
                    value=value
                    autocomplete=some(text.autocomplete)
                    placeholder=some(text.placeholder)
                    maxlength=text.longest
                    list=some(text.list)
                    minlength=(text.shortest > 0).then_some(text.shortest)
                    required=!text.optional
                    autofocus=text.focused
                    aria-describedby=hint.clone()
                />
                {hint.map(|id| view! { <p class="hint" id=id>{text.hint}</p> })}
            </div>
        }
        .into_any()
    }
}

/// The button that sends a form.
pub fn submit_button(label: &'static str) -> AnyView {
    view! {
        <button type="submit" class="button primary">
            {label}
        </button>
    }
    .into_any()
}

#[cfg(test)]
impl Form {
    /// A form as it stands after this was sent.
    pub fn of(sent: Submission, action: &'static str) -> Self {
        Self {
            action,
            about: String::new(),
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
            about: String::new(),
            sent: Some(Submission {
                action: "invite".into(),
                fields: Fields::parse(b"email=mona%40x.org&secret=hunter2"),
                problem: Some(Problem::new(ProblemKind::Invalid, "No <b>.")),
                shown: None,
            }),
        }
    }

    #[test]
    fn what_was_entered_stands_there_again_but_no_secret() {
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
