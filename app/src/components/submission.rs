//! Forms that change something: sent by the page's script, or by the browser without scripts.

use super::field::alert;
use super::{reactive, reactive_attr};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::server_fn::error::ServerFnUrlError;
use leptos_router::hooks::use_query_map;
use serde::de::DeserializeOwned;

use crate::address::Tenant;
use crate::api::PageData;
use crate::error::AppError;

/// The state of a page's forms for one server function.
#[derive(Clone, Copy)]
pub struct Submission {
    path: &'static str,
    tenant: Memo<Tenant>,
    in_flight: RwSignal<usize>,
    version: RwSignal<usize>,
    answer: RwSignal<Option<PageData>>,
}

impl Submission {
    /// For forms about this tenant, posting to the server function at this path.
    pub fn new(path: &'static str, tenant: Memo<Tenant>) -> Self {
        Self {
            path,
            tenant,
            in_flight: RwSignal::new(0),
            version: RwSignal::new(0),
            answer: RwSignal::new(None),
        }
    }

    /// Sends a form of this page, whose fields include the tenant, without leaving the page.
    pub fn send(self, event: &SubmitEvent) {
        send(self, event);
    }

    /// The address that its forms post to.
    pub const fn path(self) -> &'static str {
        self.path
    }

    /// Whether a response is pending.
    pub fn pending(self) -> bool {
        self.in_flight.get() > 0
    }

    /// How many responses have arrived.
    pub fn version(self) -> usize {
        self.version.get()
    }

    /// Whether the last submission succeeded and nothing was sent since.
    pub fn done(self) -> bool {
        let went_well = |answer: &PageData| answer.error().is_none();
        !self.pending() && self.answer.read().as_ref().is_some_and(went_well)
    }

    /// Treats this as the server's response.
    #[cfg(all(test, feature = "ssr"))]
    pub(crate) fn answered(self, answer: PageData) {
        self.answer.set(Some(answer));
    }

    /// The result of the last submission, once it is [done](Self::done).
    pub fn outcome<T: DeserializeOwned>(self) -> Option<T> {
        let answer = self.answer.read();
        answer.as_ref()?.read().ok().filter(|_| !self.pending())
    }

    /// The error of the last submission, as a sentence.
    /// Without scripts, the result is in the URL that the browser was redirected to. It is read
    /// from there on both sides, so that hydration agrees with the page.
    pub fn failure(self) -> Memo<Option<String>> {
        let params = use_query_map();
        Memo::new(move |_| {
            if self.pending() {
                return None;
            }
            let error = match &*self.answer.read() {
                Some(answer) => answer.error(),
                None => params.with(|params| {
                    let is_mine = params.get_str("__path") == Some(self.path);
                    let error = params.get_str("__err").filter(|_| is_mine)?;
                    Some(ServerFnUrlError::<AppError>::decode_err(error))
                }),
            };
            error.map(|error| error.message())
        })
    }
}

/// A form about the tenant, with its further fields.
#[component]
pub fn PostForm(
    /// What it is part of.
    submission: Submission,
    /// The heading that names it.
    #[prop(optional)]
    labelled_by: Option<&'static str>,
    /// Its fields and buttons.
    children: Children,
) -> impl IntoView {
    let tenant = submission.tenant;
    view! {
        <form
            method="post"
            action=submission.path
            aria-labelledby=labelled_by
            on:submit=move |event| send(submission, &event)
        >
            <input type="hidden" name="tenant" value=reactive_attr(move || tenant.read().0.clone())/>
            {children()}
        </form>
    }
    .into_any()
}

/// The sentence under a field, which the field names in `aria-describedby`.
pub fn field_error(id: &'static str, error: Memo<Option<String>>) -> impl IntoView {
    refusal("error", Some(id), error)
}

/// The error above a form, if no field is to blame.
pub fn notice(error: Memo<Option<String>>) -> impl IntoView {
    refusal("notice bad", None, error)
}

fn refusal(
    class: &'static str,
    id: Option<&'static str>,
    error: Memo<Option<String>>,
) -> impl IntoView {
    reactive(move || {
        let sentence = error.get()?;
        Some(alert(class, id, &sentence))
    })
}

/// Never called on the server.
#[cfg(not(feature = "hydrate"))]
fn send(_submission: Submission, _event: &SubmitEvent) {}

/// Sends the form without leaving the page.
#[cfg(feature = "hydrate")]
fn send(submission: Submission, event: &SubmitEvent) {
    // A form that the script cannot read is sent by the browser.
    let Some(fields) = fields(event) else { return };
    event.prevent_default();
    submission.in_flight.update(|sent| *sent += 1);
    leptos::task::spawn_local(async move {
        let answer = crate::api::post(submission.path, crate::api::Body::Form(fields)).await;
        // All fail once the page has been left.
        submission.answer.set(Some(answer));
        submission.in_flight.update(|sent| *sent -= 1);
        submission.version.update(|version| *version += 1);
    });
}

/// The form's fields as the browser would send them.
#[cfg(feature = "hydrate")]
fn fields(event: &SubmitEvent) -> Option<String> {
    use wasm_bindgen::JsCast;

    let form = event.target()?.dyn_into().ok()?;
    let fields = web_sys::FormData::new_with_form(&form).ok()?;
    let fields = web_sys::UrlSearchParams::new_with_str_sequence_sequence(&fields).ok()?;
    fields.to_string().as_string()
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use leptos::server_fn::ServerFn;

    use super::*;
    use crate::api::Track;
    use crate::test_html::test_html;

    fn form(answer: Option<PageData>) -> String {
        test_html(|| {
            let tenant = Memo::new(|_| Tenant("lab".to_owned()));
            let submission = Submission::new(Track::PATH, tenant);
            submission.answer.set(answer);
            let state = move || submission.done().then_some("done");
            view! { <PostForm submission>{state}</PostForm> }
        })
    }

    #[test]
    fn without_scripts_the_browser_knows_where_to_send_it() {
        let html = form(None);
        for part in [
            r#"method="post""#,
            r#"action="/api/track""#,
            r#"name="tenant" value="lab""#,
        ] {
            assert!(html.contains(part), "{part}: {html}");
        }
        assert!(!html.contains("done"), "{html}");
    }

    #[test]
    fn only_a_good_answer_is_the_end_of_it() {
        let refused = AppError::no_answer();
        assert!(form(Some(Ok("null".to_owned()).into())).contains("done"));
        assert!(!form(Some(Err(refused).into())).contains("done"));
    }
}
