//! Progress of the run that collects the first numbers.

use domain::RunStatus;
use domain::report::Run;
use leptos::prelude::*;

use crate::address::Tenant;
use crate::components::{follow_runs, reactive};
use crate::text;

/// Follows the runs, and marks the page's data stale (`ended`) whenever one ends.
pub fn first_run_progress(
    tenant: Memo<Tenant>,
    now: Option<Run>,
    ended: RwSignal<usize>,
) -> AnyView {
    let running = RwSignal::new(now);
    follow_runs(tenant, move |runs| {
        let newest = runs.iter().filter(|run| run.status != RunStatus::Running);
        let newest = newest.map(|run| run.id.get()).max().unwrap_or(0);
        let newest = usize::try_from(newest).unwrap_or(0);
        running.set(
            runs.into_iter()
                .find(|run| run.status == RunStatus::Running),
        );
        if ended.get_untracked() != newest {
            ended.set(newest);
        }
    });
    reactive(move || running.read().as_ref().map(progress)).into_any()
}

/// `Collecting: 3 of 12 repositories …`, with a bar.
fn progress(run: &Run) -> AnyView {
    let (done, total) = (run.repositories_done, run.repositories_total);
    let total_words = text::count(total.into(), "repository", "repositories");
    view! {
        <section class="card" aria-label="Collection">
            <div class="card-body stack first-numbers">
                <p role="status">
                    <b>"Collecting:"</b> " " {done} " of " {total_words} " … "
                    <span class="muted">"Numbers appear here automatically."</span>
                </p>
                <progress
                    class="progress"
                    max=total.max(1)
                    value=done
                    aria-label="Repositories collected"
                ></progress>
            </div>
        </section>
    }
    .into_any()
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use domain::{RunId, Trigger};

    use super::*;
    use crate::test_html::test_html;

    #[test]
    fn a_run_shows_how_far_it_is_before_any_script() {
        let run = Run {
            id: RunId::new(1),
            trigger: Trigger::Manual,
            status: RunStatus::Running,
            started_at: "2026-11-23T06:00:00Z".parse().expect("a valid moment"),
            finished_at: None,
            repositories_total: 12,
            repositories_done: 3,
            repositories_failed: 0,
            requests: 21,
            waiting_until: None,
            waiting_for: None,
            cancelled_by: None,
            failures: Vec::new(),
        };
        let html = test_html(|| {
            let tenant = Memo::new(|_| Tenant("lab".to_owned()));
            first_run_progress(tenant, Some(run), RwSignal::new(0))
        });
        assert!(html.contains("3 of 12 repositories …"), "{html}");
        assert!(html.contains(r#"max="12" value="3""#), "{html}");
    }
}
