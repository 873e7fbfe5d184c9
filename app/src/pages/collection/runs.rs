//! The newest runs, updated live.

use domain::report::{Failure, Run};
use domain::{RunId, RunStatus};
use leptos::prelude::*;

use crate::address::Tenant;
use crate::chart::format;
use crate::components::{linked, reactive, timestamp};
use crate::text;

/// The table of runs. A row stays with its run, so that open details stay open while new runs
/// arrive.
#[component]
pub fn Runs(
    tenant: Memo<Tenant>,
    runs: RwSignal<Vec<Run>>,
    may_collect: Memo<bool>,
) -> impl IntoView {
    let none = Memo::new(move |_| runs.read().is_empty());
    let row = move |id: RunId| {
        reactive(move || {
            let runs = runs.read();
            let run = runs.iter().find(|run| run.id == id)?;
            let page = tenant.read().run(id);
            Some(view! { {row(run, &page, may_collect.get())} {failures(run)} })
        })
    };
    let list = reactive(move || {
        if none.get() {
            return view! {
                <div class="empty">
                    <p>"No runs yet."</p>
                </div>
            }
            .into_any();
        }
        view! {
            <div class="table-wrap">
                <table class="data-table as-rows" aria-labelledby="runs">
                    <thead>
                        <tr>
                            <th scope="col">"Result"</th>
                            <th scope="col">"Started"</th>
                            <th scope="col">"Repositories"</th>
                            <th scope="col" class="num wide-only">"Requests"</th>
                            <th scope="col" class="num wide-only">"Duration"</th>
                        </tr>
                    </thead>
                    <tbody>
                        <For
                            each=move || {
                                runs.read().iter().map(|run| run.id).collect::<Vec<_>>()
                            }
                            key=|id| *id
                            children=row
                        />
                    </tbody>
                </table>
            </div>
        }
        .into_any()
    });
    view! {
        <section class="card">
            <div class="card-head">
                <h2 id="runs">"Runs"</h2>
                <span class="muted">"newest first"</span>
                <span class="spacer"></span>
                {reactive(move || {
                    view! {
                        <a rel="external" href=tenant.read().collection() + "/runs">
                            "All runs"
                        </a>
                    }
                })}
            </div>
            {list}
        </section>
    }
    .into_any()
}

fn row(run: &Run, page: &str, may_collect: bool) -> AnyView {
    let took = run.finished_at.map_or_else(
        || "–".to_owned(),
        |finished| text::duration(finished - run.started_at),
    );
    // Handled by the run's page.
    let cancel = (may_collect && run.status == RunStatus::Running).then(|| {
        view! {
            <form method="post" action=page.to_owned()>
                <button name="do" value="cancel" class="button small">
                    "Cancel"
                </button>
            </form>
        }
    });
    view! {
        <tr>
            <td>
                <span class=text::run_pill(run.status)>{text::run_result(run)}</span>
            </td>
            <td>
                <a rel="external" href=page.to_owned()>
                    {timestamp(run.started_at)}
                </a>
                " "
                <span class="muted nowrap">{text::trigger(run.trigger)}</span>
            </td>
            <td data-label="Repositories">{repositories(run)} {waiting(run)} {cancel}</td>
            <td class="num wide-only">{format::number(run.requests.into())}</td>
            <td class="num wide-only">{took}</td>
        </tr>
    }
    .into_any()
}

/// Until when it is paused and why; it resumes automatically.
fn waiting(run: &Run) -> Option<AnyView> {
    let until = run.waiting_until?;
    let what = run.waiting_for.as_ref().map(|what| format!("{what}."));
    Some(
        view! { <div class="muted">"Paused until " {timestamp(until)} ". " {what}</div> }
            .into_any(),
    )
}

/// `12 of 40` with a bar while it runs; then `40`, or `38 of 40` and how many failed.
fn repositories(run: &Run) -> AnyView {
    let (total, done, failed) = (
        run.repositories_total,
        run.repositories_done,
        run.repositories_failed,
    );
    let failed = (failed > 0).then(|| {
        view! { <span class="muted">" · " {failed} " failed"</span> }
    });
    if run.status == RunStatus::Running {
        return view! {
            <span class="nowrap">{done} " of " {total}</span>
            {failed}
            <progress
                class="progress"
                max=total.max(1)
                value=done
                aria-label="Repositories collected"
            ></progress>
        }
        .into_any();
    }
    let count = if done == total {
        format::number(total.into())
    } else {
        format!("{done} of {total}")
    };
    view! {
        <span class="nowrap">{count}</span>
        {failed}
    }
    .into_any()
}

fn failures(run: &Run) -> Option<AnyView> {
    if run.failures.is_empty() {
        return None;
    }
    let line = |failure: &Failure| {
        view! {
            <li>
                <b>{failure.repository.clone()}</b>
                ", "
                {failure.endpoint.as_str()}
                ": "
                {linked(&failure.reason)}
            </li>
        }
    };
    let lines: Vec<_> = run.failures.iter().map(line).collect();
    let count = text::count(
        u64::try_from(run.failures.len()).unwrap_or(u64::MAX),
        "failure",
        "failures",
    );
    Some(
        view! {
            <tr class="run-failures">
                <td colspan="5">
                    <details>
                        <summary>{count}</summary>
                        <ul class="failures">{lines}</ul>
                    </details>
                </td>
            </tr>
        }
        .into_any(),
    )
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use domain::{Endpoint, FailureKind, Trigger};

    use super::*;
    use crate::test_html::test_html;

    fn run(status: RunStatus) -> Run {
        Run {
            id: RunId::new(7),
            trigger: Trigger::Manual,
            status,
            started_at: "2026-11-23T06:00:00Z".parse().expect("a valid moment"),
            finished_at: None,
            repositories_total: 40,
            repositories_done: 12,
            repositories_failed: 1,
            requests: 1_234,
            waiting_until: None,
            waiting_for: None,
            cancelled_by: None,
            failures: vec![Failure {
                repository: "octocat/hello".to_owned(),
                endpoint: Endpoint::WeeklyViews,
                kind: FailureKind::GithubDown,
                reason: "GitHub did not respond in time.".to_owned(),
            }],
        }
    }

    #[test]
    fn a_running_one_shows_how_far_it_is() {
        let html = test_html(|| row(&run(RunStatus::Running), "/run", true));
        assert!(
            html.contains("pill busy") && html.contains("manual"),
            "{html}"
        );
        assert!(
            html.contains("12 of 40") && html.contains("<progress"),
            "{html}"
        );
        assert!(html.contains("1,234"), "{html}");
    }

    #[test]
    fn a_waiting_one_says_until_when_and_for_what() {
        let mut run = run(RunStatus::Running);
        assert!(!test_html(|| row(&run, "/run", false)).contains("Paused"));
        run.waiting_until = Some("2026-11-23T07:00:00Z".parse().expect("a valid moment"));
        run.waiting_for = Some("GitHub’s secondary rate limit applies".to_owned());
        let html = test_html(|| row(&run, "/run", false));
        for part in [
            "Paused until",
            "2026-11-23T07:00:00",
            "secondary rate limit",
        ] {
            assert!(html.contains(part), "{part}: {html}");
        }
    }

    #[test]
    fn a_finished_one_shows_how_long_it_took() {
        let mut run = run(RunStatus::Partial);
        run.finished_at = Some("2026-11-23T06:01:05Z".parse().expect("a valid moment"));
        run.repositories_done = 40;
        let html = test_html(|| row(&run, "/run", false));
        assert!(
            html.contains("1 min 5 s") && html.contains("1 failed"),
            "{html}"
        );
        assert!(!html.contains("<progress"), "{html}");
    }

    #[test]
    fn a_failure_names_repository_endpoint_and_reason() {
        let html = test_html(|| failures(&run(RunStatus::Partial)));
        for part in [
            "1 failure<",
            "octocat/hello",
            "views by week",
            "did not respond",
        ] {
            assert!(html.contains(part), "{part}: {html}");
        }
        assert!(
            failures(&Run {
                failures: Vec::new(),
                ..run(RunStatus::Failed)
            })
            .is_none()
        );
    }
}
