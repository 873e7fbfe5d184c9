//! The Repositories page: tracking repositories and stopping.

mod table;
#[cfg(all(test, feature = "ssr"))]
mod tests;
mod track;

use domain::report::{RepositoriesReport, Run, Tracked};
use domain::{RepositoryId, RepositoryStatus, RunStatus};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_meta::Title;

use self::table::{kept, tracked};
use self::track::TrackCard;
use crate::address::Tenant;
use crate::api::{self, PageQuery, Track, Untrack};
use crate::components::{Submission, follow_runs, notice, reactive, with_data};
use crate::layout::use_tenant;

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

/// The page.
#[component]
pub fn RepositoriesPage() -> impl IntoView {
    let forms = Forms::new(use_tenant());
    // A finished run changes first days and last collections.
    let ended = RwSignal::new(0_usize);
    let data = api::page_resource(move || {
        let changes = forms.track.version() + forms.untrack.version();
        let tenant = forms.tenant.get().0;
        (PageQuery::Repositories { tenant }, changes + ended.get())
    });
    with_data(data, move |report: Memo<RepositoriesReport>| {
        if report.read_untracked().may_follow {
            follow(forms, ended);
        }
        page(forms, report)
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

fn page(forms: Forms, report: Memo<RepositoriesReport>) -> AnyView {
    let connected = Memo::new(move |_| report.read().connected);
    let may_manage = Memo::new(move |_| report.read().may_manage);
    let may_connect = Memo::new(move |_| report.read().may_connect);
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
        let some = report
            .read()
            .repositories
            .iter()
            .any(|r| r.first_day.is_some());
        some.then(|| {
            view! {
                <a class="button" href=forms.tenant.read().repositories_csv() download>
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
            let report = report.read();
            let (kept_ones, tracked_ones): (Vec<_>, Vec<_>) = (report.repositories.iter())
                .partition(|repository| repository.status == RepositoryStatus::Archived);
            view! {
                {tracked(forms, &tracked_ones, &report)}
                {kept(forms, &kept_ones, report.may_manage)}
            }
        })}
    }
    .into_any()
}
