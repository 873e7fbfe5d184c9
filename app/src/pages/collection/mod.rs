//! Collecting: now, and on a schedule; and how it went.

mod editor;
mod runs;
mod schedules;

use domain::report::CollectionReport;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use self::editor::Editor;
use self::runs::Runs;
use self::schedules::schedules;
use crate::address::Tenant;
use crate::api::{self, CollectNow, DeleteSchedule, Question, SaveSchedule};
use crate::components::{
    PostForm, Submission, follow_runs, live, live_value, loaded, notice, use_tenant,
};

/// What the page's forms do.
#[derive(Clone, Copy)]
pub struct Forms {
    tenant: Memo<Tenant>,
    collect: Submission,
    save: Submission,
    delete: Submission,
}

/// The page. A schedule named in the address stands in the editor.
#[component]
pub fn CollectionPage() -> impl IntoView {
    let tenant = use_tenant();
    let forms = Forms {
        tenant,
        collect: Submission::new(CollectNow::PATH, tenant),
        save: Submission::new(SaveSchedule::PATH, tenant),
        delete: Submission::new(DeleteSchedule::PATH, tenant),
    };
    let data = api::ask_for(move || {
        let changes = forms.save.version() + forms.delete.version();
        let tenant = forms.tenant.get().0;
        (Question::Collection { tenant }, changes)
    });
    loaded(data, move |report| page(forms, report))
}

fn page(forms: Forms, report: Memo<CollectionReport>) -> AnyView {
    let runs = RwSignal::new(report.with_untracked(|report| report.runs.clone()));
    follow_runs(forms.tenant, move |news| runs.set(news));

    let may_collect = Memo::new(move |_| report.read().may_collect);
    let may_manage = Memo::new(move |_| report.read().may_manage);
    let params = use_query_map();
    let edited = Memo::new(move |_| {
        let id = params.read().get_str("schedule")?.parse().ok()?;
        let schedules = &report.read().schedules;
        let schedule = schedules.iter().find(|(schedule, _)| schedule.id == id);
        schedule.map(|(schedule, _)| schedule.clone())
    });
    let editor = live(move || {
        may_manage.get().then(|| {
            let schedule = edited.get();
            view! { <Editor forms schedule/> }
        })
    });
    view! {
        <Title text="Collection"/>
        <div class="page-head">
            <h1>"Collection"</h1>
            <span class="spacer"></span>
            {live(move || report.read().forecast.clone().map(forecast))}
            {live(move || may_collect.get().then(|| collect_now(forms.collect)))}
        </div>
        {notice(forms.collect.failure())}
        <Runs tenant=forms.tenant runs may_collect/>
        {live(move || schedules(&forms.tenant.read(), &report.read()))}
        {editor}
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
