//! The Repositories page: tracking repositories and stopping.

mod table;
#[cfg(all(test, feature = "ssr"))]
mod tests;
mod track;
mod untrack;

use domain::report::{PagedRepositories, RepositoriesQuery, Repository, Run, Tracked};
use domain::{RepositoryId, RepositoryStatus, RunStatus};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use self::table::{kept, nothing_tracked, pages, tracked};
use self::track::TrackCard;
use crate::address::{self, Tenant};
use crate::api::{self, PageQuery, Track, Untrack};
use crate::components::{
    Filter, Skeleton, Submission, follow_runs, kept_filter, notice, reactive, refreshed, with_data,
};
use crate::layout::use_tenant;
use crate::text;

/// The page's forms.
#[derive(Clone, Copy)]
pub struct Forms {
    tenant: Memo<Tenant>,
    track: Submission,
    untrack: Submission,
    /// The newest runs, once the server has sent them.
    runs: RwSignal<Option<Vec<Run>>>,
    /// The repository being collected for the first time.
    collecting: Memo<Option<RepositoryId>>,
}

impl Forms {
    fn new(tenant: Memo<Tenant>) -> Self {
        let track = Submission::new(Track::PATH, tenant);
        let runs = RwSignal::new(None);
        Self {
            tenant,
            track,
            untrack: Submission::new(Untrack::PATH, tenant),
            runs,
            collecting: Memo::new(move |_| {
                let (tracked, status) = first_run(track, runs)?;
                (status == RunStatus::Running).then_some(tracked.repository.id)
            }),
        }
    }
}

/// The status of the first run of the repository tracked last; `None` without one, or once newer
/// runs have pushed it off the list. It counts as running until the server says otherwise.
fn first_run(track: Submission, runs: RwSignal<Option<Vec<Run>>>) -> Option<(Tracked, RunStatus)> {
    let tracked: Tracked = track.outcome()?;
    let id = tracked.run?;
    let runs = runs.read();
    let known = runs.iter().flatten().find(|run| run.id == id);
    let status = match known {
        Some(run) => run.status,
        None if runs.iter().flatten().any(|run| run.id > id) => return None,
        None => RunStatus::Running,
    };
    Some((tracked, status))
}

/// The page; its filter, order and page are in the URL.
#[component]
pub fn RepositoriesPage() -> impl IntoView {
    let forms = Forms::new(use_tenant());
    let params = use_query_map();
    let query = Memo::new(move |_| address::repositories_query(&params.read()));
    // A finished run changes first days and last collections.
    let ended = RwSignal::new(0_usize);
    let data = api::page_resource(move || {
        let changes = forms.track.version() + forms.untrack.version();
        let (tenant, query) = (forms.tenant.get().0, query.get());
        let version = changes + ended.get();
        (Ok(PageQuery::Repositories { tenant, query }), version)
    });
    let waiting = Skeleton::new("Repositories", Skeleton::CARD);
    with_data(data, waiting, move |list: Memo<PagedRepositories>| {
        if list.read_untracked().report.may_follow {
            follow(forms, ended);
        }
        page(forms, query, list)
    })
}

fn follow(forms: Forms, ended: RwSignal<usize>) {
    follow_runs(forms.tenant, move |runs| {
        let count = runs.iter().filter(|run| run.status != RunStatus::Running);
        let newest = count.map(|run| run.id.get()).max().unwrap_or(0);
        let newest = usize::try_from(newest).unwrap_or(0);
        // The first update repeats what the page already shows.
        if ended.get_untracked() != newest {
            ended.set(newest);
        }
        forms.runs.set(Some(runs));
    });
}

fn page(forms: Forms, query: Memo<RepositoriesQuery>, list: Memo<PagedRepositories>) -> AnyView {
    let connected = Memo::new(move |_| list.read().report.connected);
    let may_manage = Memo::new(move |_| list.read().report.may_manage);
    let may_connect = Memo::new(move |_| list.read().report.may_connect);
    let is_empty = Memo::new(move |_| {
        let list = list.read();
        list.matching == 0 && list.query.filter.is_empty()
    });
    let first = reactive(move || match (connected.get(), may_manage.get()) {
        (true, true) => view! { <TrackCard forms/> }.into_any(),
        (false, _) if may_connect.get() => view! {
            <p class="notice">
                "This tenant isn’t connected to GitHub yet. "
                <a href=forms.tenant.read().start() rel="external">
                    "Connect GitHub"
                </a>
            </p>
        }
        .into_any(),
        (false, _) => view! {
            <p class="notice">
                "This tenant isn’t connected to GitHub yet. An owner can connect it in Settings."
            </p>
        }
        .into_any(),
        (true, false) => ().into_any(),
    });
    let csv = reactive(move || {
        (!is_empty.get()).then(|| {
            view! {
                <a class="button" href=forms.tenant.read().repositories_csv(&list.read().query.filter) download>
                    "CSV"
                </a>
            }
        })
    });
    let rules = reactive(move || {
        may_manage.get().then(|| {
            view! {
                <a class="button" href=forms.tenant.read().follow_rules() rel="external">
                    "Follow rules"
                </a>
            }
        })
    });
    view! {
        <Title text="Repositories"/>
        <div class="page-head">
            <h1>"Repositories"</h1>
            <span class="spacer"></span>
            <div class="row">{rules} {csv}</div>
        </div>
        {first}
        {notice(forms.untrack.failure())}
        {reactive(move || {
            if is_empty.get() {
                view! { <section class="card">{nothing_tracked()}</section> }.into_any()
            } else {
                lists(forms, query, list)
            }
        })}
    }
    .into_any()
}

/// The filter and the tables of the page.
fn lists(forms: Forms, query: Memo<RepositoriesQuery>, list: Memo<PagedRepositories>) -> AnyView {
    // The requested page may be past the last one.
    let busy = Memo::new(move |_| {
        let (requested, loaded) = (query.read(), list.read());
        let loaded = &loaded.query;
        (requested.sort, requested.reversed, &requested.filter)
            != (loaded.sort, loaded.reversed, &loaded.filter)
    });
    let filter = Filter {
        label: "Name, owner or tag",
        text: Memo::new(move |_| query.read().filter.text.clone()),
        action: Box::new(move || forms.tenant.read().repositories()),
        kept: Box::new(move || {
            let query = query.read();
            let sort: &str = query.sort.into();
            let mut kept = query.report.given();
            kept.extend([
                ("sort", sort.to_owned()),
                ("reversed", query.reversed.to_string()),
            ]);
            kept.extend(kept_filter(&query.filter));
            kept
        }),
        to: Box::new(move |text| {
            let mut query = query.get_untracked();
            query.filter.text = text;
            query.page = 1;
            forms.tenant.read_untracked().repositories_for(&query)
        }),
    };
    let heading = reactive(move || {
        let matching = list.read().matching;
        text::count(matching.into(), "repository", "repositories")
    });
    let of_status = move |kept: bool| -> Vec<Repository> {
        let list = list.read();
        let all = list.report.repositories.iter();
        all.filter(|it| (it.status == RepositoryStatus::Archived) == kept)
            .cloned()
            .collect()
    };
    let content = view! {
        <section class="card">
            <div class="card-head">
                <h2>{heading}</h2>
                {filter.field()}
            </div>
            {reactive(move || tracked(forms, &of_status(false), &list.read()))}
        </section>
        {reactive(move || kept(forms, &of_status(true), &list.read()))}
        {reactive(move || pages(&forms.tenant.read(), &list.read()))}
    };
    refreshed(busy, content)
}
