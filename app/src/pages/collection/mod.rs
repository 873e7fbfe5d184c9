//! Collecting: now, and on a schedule; and how it went.

mod editor;
mod runs;
mod schedules;

use domain::report::CollectionReport;
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use self::editor::Editor;
use self::runs::Runs;
use self::schedules::schedules;
use crate::address::Tenant;
use crate::api::{self, CollectNow, DeleteSchedule, Question, SaveSchedule};
use crate::components::{failure, follow_runs, loaded, use_tenant};

/// What the page's forms do.
#[derive(Clone, Copy)]
pub struct Forms {
    tenant: Memo<Tenant>,
    collect: ServerAction<CollectNow>,
    save: ServerAction<SaveSchedule>,
    delete: ServerAction<DeleteSchedule>,
}

/// The page. A schedule named in the address stands in the editor.
#[component]
pub fn CollectionPage() -> impl IntoView {
    let forms = Forms {
        tenant: use_tenant(),
        collect: ServerAction::new(),
        save: ServerAction::new(),
        delete: ServerAction::new(),
    };
    let data = api::ask_for(move || {
        let changes = forms.save.version().get() + forms.delete.version().get();
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
    let editor = move || {
        may_manage.get().then(|| {
            let schedule = edited.get();
            view! { <Editor forms schedule/> }
        })
    };
    view! {
        <Title text="Collection"/>
        <div class="page-head">
            <h1>"Collection"</h1>
            <span class="spacer"></span>
            {move || may_collect.get().then(|| collect_now(forms))}
        </div>
        {refusal(forms)}
        <Runs runs/>
        {move || schedules(&forms.tenant.read(), &report.read())}
        {editor}
    }
    .into_any()
}

fn collect_now(forms: Forms) -> impl IntoView {
    let Forms {
        tenant, collect, ..
    } = forms;
    view! {
        <ActionForm action=collect>
            <input type="hidden" name="tenant" value=move || tenant.read().0.clone()/>
            <button type="submit" class="button primary" disabled=move || collect.pending().get()>
                "Collect now"
            </button>
        </ActionForm>
    }
}

fn refusal(forms: Forms) -> impl IntoView {
    let error = failure(forms.collect);
    move || {
        error
            .get()
            .map(|error| view! { <p class="notice bad" role="alert">{error.message()}</p> })
    }
}
