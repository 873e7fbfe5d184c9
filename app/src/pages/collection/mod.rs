//! The Collection page: collecting now, schedules and recent runs.

mod runs;
mod schedules;

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_meta::Title;

use self::runs::Runs;
use self::schedules::schedules;
use crate::address::Tenant;
use crate::api::{self, CollectNow, CollectionData, PageQuery};
use crate::components::{
    PostForm, Skeleton, Submission, follow_runs, notice, reactive, reactive_attr, with_data,
};
use crate::layout::use_tenant;

/// The page.
#[component]
pub fn CollectionPage() -> impl IntoView {
    let tenant = use_tenant();
    let collect = Submission::new(CollectNow::PATH, tenant);
    let data = api::page_resource(move || {
        let tenant = tenant.get().0;
        (Ok(PageQuery::Collection { tenant }), 0)
    });
    let waiting = Skeleton::new("Collection", Skeleton::CARD);
    with_data(data, waiting, move |data| page(tenant, collect, data))
}

fn page(tenant: Memo<Tenant>, collect: Submission, data: Memo<CollectionData>) -> AnyView {
    let runs = RwSignal::new(data.with_untracked(|data| data.runs.clone()));
    follow_runs(tenant, move |news| runs.set(news));

    let may_collect = Memo::new(move |_| data.read().may_collect);
    view! {
        <Title text="Collection"/>
        <div class="page-head">
            <h1>"Collection"</h1>
            <span class="spacer"></span>
            {reactive(move || data.read().forecast.clone().map(forecast))}
            {reactive(move || may_collect.get().then(|| collect_now(collect)))}
        </div>
        {notice(collect.failure())}
        <Runs tenant runs may_collect/>
        {reactive(move || schedules(&tenant.read(), &data.read()))}
    }
    .into_any()
}

/// The forecast for collecting everything now.
fn forecast(words: String) -> AnyView {
    view! { <span class="muted">{words}</span> }.into_any()
}

fn collect_now(collect: Submission) -> AnyView {
    view! {
        <PostForm submission=collect>
            <button type="submit" class="button primary" disabled=reactive_attr(move || collect.pending())>
                "Collect now"
            </button>
        </PostForm>
    }
    .into_any()
}
