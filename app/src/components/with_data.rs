//! What a page shows while its data loads, once it is there, and if it fails.

use domain::ProblemKind;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;
use serde::de::DeserializeOwned;

use super::{Skeleton, error_body, error_title, reactive, reactive_attr, tell_page_script};
use crate::address;
use crate::api::{PageData, PageResource};
use crate::error::AppError;

/// The page over its data, and what it shows until the first data is there.
/// The page is built once. Later data (another period, another filter) reaches it through the memo,
/// so that input, open details and focus stay.
pub fn with_data<T>(
    data: PageResource,
    waiting: Skeleton,
    page: impl Fn(Memo<T>) -> AnyView + Send + Sync + 'static,
) -> AnyView
where
    T: DeserializeOwned + Clone + PartialEq + Send + Sync + 'static,
{
    with_data_or(data, waiting, |_| None, page)
}

/// The same, with a view of its own for some errors.
pub fn with_data_or<T>(
    data: PageResource,
    waiting: Skeleton,
    problem: impl Fn(&AppError) -> Option<AnyView> + Send + Sync + 'static,
    page: impl Fn(Memo<T>) -> AnyView + Send + Sync + 'static,
) -> AnyView
where
    T: DeserializeOwned + Clone + PartialEq + Send + Sync + 'static,
{
    page_view(
        data,
        waiting,
        Box::new(problem),
        Box::new(move |answer| match answer.read_untracked().read::<T>() {
            Err(error) => error_view(&error),
            // An error replaces this page; until then the last good data stays.
            Ok(first) => page(Memo::new(move |last: Option<&T>| {
                let now = answer.read().read().ok();
                now.or_else(|| last.cloned())
                    .unwrap_or_else(|| first.clone())
            })),
        }),
    )
}

/// Shared by all pages: loading, the error or the page.
fn page_view(data: PageResource, waiting: Skeleton, problem: ProblemView, page: View) -> AnyView {
    let page = StoredValue::new(page);
    let problem = StoredValue::new(problem);
    let view = move |answer: Memo<PageData>| {
        announce(answer);
        let error = Memo::new(move |_| answer.read().error());
        let view = reactive(move || match error.get() {
            Some(error) => {
                let own = problem.with_value(|problem| problem(&error));
                own.unwrap_or_else(|| error_view(&error))
            }
            None => page.with_value(|page| page(answer)),
        });
        view.into_any()
    };
    suspended(data, Some(waiting), Box::new(view))
}

/// A view of its own for some errors.
type ProblemView = Box<dyn Fn(&AppError) -> Option<AnyView> + Send + Sync>;

/// Tells the page's script (`frontend/page.js`) that data is there, so that it can restore the
/// scroll position. Effects run only in the browser.
fn announce(answer: Memo<PageData>) {
    Effect::new(move |_| {
        answer.track();
        tell_page_script("page-ready");
    });
}

/// Builds the page once data is there, over this and later data.
pub type View = Box<dyn Fn(Memo<PageData>) -> AnyView + Send + Sync>;

/// Waits for data, showing this meanwhile, if anything.
pub fn suspended(data: PageResource, waiting: Option<Skeleton>, view: View) -> AnyView {
    let view = StoredValue::new(view);
    let waiting = move || waiting.clone().map(Skeleton::view);
    view! {
        <Transition fallback=waiting>
            {Suspend::new(async move {
                let first = data.await;
                let answer = Memo::new(move |last: Option<&PageData>| {
                    let now = data.get().unwrap_or_else(|| first.clone());
                    // Offline, a page keeps showing what it has.
                    let kept = last.filter(|last| now.is_lost() && last.error().is_none());
                    kept.cloned().unwrap_or(now)
                });
                view.with_value(|view| view(answer))
            })}
        </Transition>
    }
    .into_any()
}

/// Shows the last data, dimmed while newer data loads.
pub fn refreshed(busy: Memo<bool>, content: impl IntoView + 'static) -> AnyView {
    view! {
        <div class="refreshed" aria-busy=reactive_attr(move || busy.get().to_string())>
            {content.into_any()}
        </div>
    }
    .into_any()
}

/// A page that has nothing to show yet. The page's script tries again.
const UNREACHABLE: &str = "<h1>Can’t reach the server</h1>\
    <p>Tidemark tries again every 10 seconds.</p>\
    <button type=\"button\" class=\"button\" data-retry>Try again</button>";

/// The page that replaces one that can’t be shown.
pub fn error_view(error: &AppError) -> AnyView {
    match error.kind() {
        ProblemKind::Unauthenticated => {
            let place = use_location();
            let query = place.search.get_untracked();
            let mark = if query.is_empty() { "" } else { "?" };
            let here = format!("{}{mark}{query}", place.pathname.get_untracked());
            let address = address::sign_in(&here);
            // Sign-in is a server page.
            #[cfg(feature = "hydrate")]
            let _ = window().location().assign(&address);
            view! {
                <p class="notice">
                    "You’re signed out. "
                    <a href=address rel="external">
                        "Sign in"
                    </a>
                </p>
            }
            .into_any()
        }
        _ if error.is_no_answer() => view! {
            <Title text="Offline"/>
            <section class="card empty" role="status" inner_html=UNREACHABLE></section>
        }
        .into_any(),
        kind => view! {
            <Title text=error_title(kind)/>
            {error_body(kind, &error.message())}
        }
        .into_any(),
    }
}

/// The 404 page.
pub fn not_found() -> AnyView {
    let kind = ProblemKind::NotFound;
    view! {
        <Title text=error_title(kind)/>
        {error_body(kind, "")}
    }
    .into_any()
}
