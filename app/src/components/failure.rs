//! What went wrong with a form, told beside it.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos::server_fn::error::ServerFnUrlError;
use leptos_router::hooks::use_query_map;

use crate::error::AppError;

/// What went wrong when the form was last sent.
///
/// Where no script ran, the answer stands in the address of the page that the browser was led
/// back to; it is read from there on both sides, so that the browser's half agrees with the page.
pub fn failure<S>(action: ServerAction<S>) -> Signal<Option<AppError>>
where
    S: ServerFn<Error = AppError> + Clone + Send + Sync + 'static,
    S::Output: Clone + Send + Sync + 'static,
{
    let params = use_query_map();
    Signal::derive(move || {
        if action.pending().get() {
            return None;
        }
        match action.value().get() {
            Some(answer) => answer.err(),
            None => params.with(|params| {
                let is_mine = params.get_str("__path") == Some(S::PATH);
                let error = params.get_str("__err").filter(|_| is_mine)?;
                Some(ServerFnUrlError::<AppError>::decode_err(error))
            }),
        }
    })
}

/// The sentence under a field, which the field names in `aria-describedby`.
pub fn field_error(id: &'static str, error: Signal<Option<AppError>>) -> impl IntoView {
    move || {
        error.get().map(|error| {
            view! {
                <p class="error" id=id role="alert">
                    {error.message()}
                </p>
            }
        })
    }
}
