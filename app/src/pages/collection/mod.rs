//! Collecting: now, and on a schedule; and how it went.

mod runs;
mod schedules;

use domain::report::CollectionReport;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_meta::Title;

use self::runs::Runs;
use self::schedules::schedules;
use crate::address::Tenant;
use crate::api::{self, CollectNow, Question};
use crate::components::{
    PostForm, Submission, follow_runs, live, live_value, loaded, notice, use_tenant,
};

/// The page.
#[component]
pub fn CollectionPage() -> impl IntoView {
    let tenant = use_tenant();
    let collect = Submission::new(CollectNow::PATH, tenant);
    let data = api::ask_for(move || {
        let tenant = tenant.get().0;
        (Question::Collection { tenant }, 0)
    });
    loaded(data, move |report| page(tenant, collect, report))
}

fn page(tenant: Memo<Tenant>, collect: Submission, report: Memo<CollectionReport>) -> AnyView {
    let runs = RwSignal::new(report.with_untracked(|report| report.runs.clone()));
    follow_runs(tenant, move |news| runs.set(news));

    let may_collect = Memo::new(move |_| report.read().may_collect);
    view! {
        <Title text="Collection"/>
        <div class="page-head">
            <h1>"Collection"</h1>
            <span class="spacer"></span>
            {live(move || report.read().forecast.clone().map(forecast))}
            {live(move || may_collect.get().then(|| collect_now(collect)))}
        </div>
        {notice(collect.failure())}
        <Runs tenant runs may_collect/>
        {live(move || schedules(&tenant.read(), &report.read()))}
    }
    .into_any()
}

/// What collecting everything now takes.
fn forecast(words: String) -> AnyView {
    view! { <span class="muted">{words}</span> }.into_any()
}

fn collect_now(collect: Submission) -> AnyView {
    view! {
        <PostForm submission=collect>
            <button type="submit" class="button primary" disabled=live_value(move || collect.pending())>
                "Collect now"
            </button>
        </PostForm>
    }
    .into_any()
}
