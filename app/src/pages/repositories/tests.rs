//! Tests of the repository lists as the server renders them.

use chrono::DateTime;
use domain::report::{
    PagedRepositories, RepositoriesQuery, RepositoriesReport, RepositoriesSort, Repository, Run,
    Tracked,
};
use domain::{
    FailureKind, FollowRuleId, RepositoryId, RepositoryStatus, RunId, RunStatus, Trigger,
};
use leptos::prelude::*;

use super::Forms;
use super::table::{kept, pages, tracked};
use super::track::outcome;
use crate::address::Tenant;
use crate::test_html::test_html;

fn repository(status: RepositoryStatus) -> Repository {
    let day = |text: &str| Some(text.parse().expect("a valid day"));
    Repository {
        id: RepositoryId::new(7),
        github_id: 1,
        full_name: "octocat/hello".parse().expect("a valid name"),
        owner: "octocat".to_owned(),
        name: "hello".to_owned(),
        status,
        added_at: DateTime::default(),
        first_day: day("2026-05-01"),
        last_day: day("2026-11-22"),
        last_collected_at: Some("2026-11-23T06:05:09Z".parse().expect("a valid moment")),
        schedule_id: None,
        failure: None,
        failure_kind: None,
        failing_since: None,
        paused_until: None,
        visibility: None,
        archived_on_github: None,
        followed_by: None,
        unlisted_since: None,
        tags: Vec::new(),
    }
}

/// A report with these repositories and one follow rule for viewers who may change rules.
fn report(may_manage: bool) -> PagedRepositories {
    let rule = may_manage.then(|| (FollowRuleId::new(4), "octocat/*".to_owned()));
    let report = RepositoriesReport {
        repositories: Vec::new(),
        follow_rules: rule.into_iter().collect(),
        may_manage,
        connected: true,
        may_connect: may_manage,
        may_follow: true,
    };
    PagedRepositories {
        query: RepositoriesQuery::default(),
        report,
        name_taken: Vec::new(),
        tracked: 1,
        matching: 1,
        pages: 1,
    }
}

fn html(list: impl FnOnce(Forms) -> AnyView) -> String {
    test_html(|| list(Forms::new(Memo::new(|_| Tenant("lab".to_owned())))))
}

#[test]
fn a_row_tells_how_its_repository_stands() {
    let repository = repository(RepositoryStatus::Active);
    let html = html(|forms| tracked(forms, std::slice::from_ref(&repository), &report(false)));
    for part in [
        r#"href="/t/lab/r/octocat/hello""#,
        "active",
        "1 May – 22 Nov 2026",
        "23 Nov 2026, 06:05 UTC",
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
}

fn run(status: RunStatus) -> Run {
    Run {
        id: RunId::new(3),
        trigger: Trigger::Manual,
        status,
        started_at: DateTime::default(),
        finished_at: None,
        repositories_total: 1,
        repositories_done: 0,
        repositories_failed: 0,
        requests: 0,
        waiting_until: None,
        waiting_for: None,
        cancelled_by: None,
        failures: Vec::new(),
    }
}

/// The form and the list after `octocat/hello` was tracked, with these run updates.
fn after_tracking(begun: Option<RunId>, next: Option<&str>, streamed: Option<Run>) -> String {
    let mut repository = repository(RepositoryStatus::Active);
    repository.last_collected_at = None;
    let answer = Tracked {
        repository: repository.clone(),
        run: begun,
        next_run_at: next.map(|at| at.parse().expect("a valid moment")),
    };
    html(|forms| {
        let answer = crate::api::compact::to_string(&answer).expect("text");
        forms.track.answered(Ok(answer).into());
        forms.runs.set(streamed.map(|run| vec![run]));
        let list = tracked(forms, std::slice::from_ref(&repository), &report(true));
        view! { {outcome(forms)} {list} }.into_any()
    })
}

#[test]
fn a_tracked_repository_is_said_to_be_collected_only_while_it_is() {
    let begun = Some(RunId::new(3));
    for streamed in [None, Some(run(RunStatus::Running))] {
        let html = after_tracking(begun, None, streamed);
        assert!(html.contains("Collecting the last 14 days now …"), "{html}");
        assert!(html.contains("collecting …"), "{html}");
    }
    let html = after_tracking(begun, None, Some(run(RunStatus::Succeeded)));
    assert!(
        html.contains("The last 14 days have been collected."),
        "{html}"
    );
    assert!(!html.contains("collecting"), "{html}");
    let html = after_tracking(begun, None, Some(run(RunStatus::Partial)));
    assert!(html.contains("Some data could not be collected."), "{html}");
    assert!(
        html.contains(r#"href="/t/lab/collection/runs/3""#),
        "{html}"
    );
}

#[test]
fn where_nothing_can_run_the_next_time_is_told() {
    let html = after_tracking(None, Some("2026-11-27T17:17:00Z"), None);
    assert!(
        html.contains("Next collection <time") && html.contains(">27 Nov 2026, 17:17 UTC</time>."),
        "{html}"
    );
    assert!(!html.contains("ollecting"), "{html}");
    let html = after_tracking(None, None, None);
    assert!(html.contains("No schedule collects it"), "{html}");
}

#[test]
fn who_may_not_stop_tracking_sees_no_button_for_it() {
    let repository = repository(RepositoryStatus::Active);
    for (may_manage, buttons) in [(false, 0), (true, 1)] {
        let html = html(|forms| {
            tracked(
                forms,
                std::slice::from_ref(&repository),
                &report(may_manage),
            )
        });
        // The button, and the one that confirms.
        assert_eq!(
            html.matches(">Stop tracking<").count(),
            2 * buttons,
            "{html}"
        );
        assert_eq!(html.matches(r#"id="stop-7""#).count(), buttons, "{html}");
    }
}

#[test]
fn who_stops_is_told_what_is_lost_and_keeps_it_unless_they_say_so() {
    let repository = repository(RepositoryStatus::Active);
    let html = html(|forms| tracked(forms, std::slice::from_ref(&repository), &report(true)));
    assert!(
        html.contains(
            "Once deleted, its history (1 May – 22 Nov 2026) can’t be recovered from GitHub."
        ),
        "{html}"
    );
    assert!(
        html.contains(r#"<input type="radio" name="history" value="keep" checked required>"#),
        "{html}"
    );
    assert!(
        html.contains(r#"<input type="radio" name="history" value="delete" required>"#),
        "{html}"
    );
    assert!(
        html.contains("Type the repository’s name to delete its history"),
        "{html}"
    );
}

#[test]
fn a_tenant_in_the_address_is_text_within_the_dialogs() {
    let repository = repository(RepositoryStatus::Active);
    let html = test_html(|| {
        let tenant = Memo::new(|_| Tenant(r#""><script>"#.to_owned()));
        let forms = Forms::new(tenant);
        tracked(forms, std::slice::from_ref(&repository), &report(true))
    });
    assert!(
        html.contains(r#"name="tenant" value="&quot;>&lt;script>""#),
        "{html}"
    );
    assert!(!html.contains("<script"), "{html}");
}

#[test]
fn a_failure_stands_beside_its_repository() {
    let mut repository = repository(RepositoryStatus::Unreachable);
    repository.failure = Some("GitHub no longer shows it to the token.".to_owned());
    repository.failure_kind = Some(FailureKind::AccessLost);
    let html = html(|forms| tracked(forms, std::slice::from_ref(&repository), &report(false)));
    assert!(
        html.contains("pill bad") && html.contains(">access lost<"),
        "{html}"
    );
    assert!(html.contains("GitHub no longer shows it"), "{html}");
}

#[test]
fn a_kept_history_can_be_gone_on_with_or_deleted() {
    let repository = repository(RepositoryStatus::Archived);
    let html = html(|forms| {
        kept(forms, std::slice::from_ref(&repository), &report(true))
            .unwrap_or_else(|| ().into_any())
    });
    assert!(html.contains("Track again"), "{html}");
    assert!(
        html.contains("Delete the history of octocat/hello?"),
        "{html}"
    );
}

#[test]
fn a_row_names_the_rule_that_tracks_its_repository() {
    let mut repository = repository(RepositoryStatus::Active);
    let shown = |repository: &Repository, may_manage| {
        html(|forms| tracked(forms, std::slice::from_ref(repository), &report(may_manage)))
    };
    assert!(!shown(&repository, true).contains("octocat/*"));
    repository.followed_by = Some(FollowRuleId::new(4));
    let html = shown(&repository, true);
    assert!(html.contains("<code>octocat/*</code>"), "{html}");
    assert!(!shown(&repository, false).contains("octocat/*"));
}

#[test]
fn a_repository_whose_name_a_newer_one_has_is_linked_by_its_id() {
    let repository = repository(RepositoryStatus::Active);
    let mut list = report(false);
    list.name_taken = vec![repository.id];
    let html = html(|forms| tracked(forms, std::slice::from_ref(&repository), &list));
    assert!(html.contains(r#"href="/t/lab/repositories/7""#), "{html}");
}

#[test]
fn headings_sort_pages_lead_on_and_a_filter_that_leaves_nothing_says_so() {
    let repository = repository(RepositoryStatus::Active);
    let mut list = report(false);
    list.query.sort = RepositoriesSort::Status;
    list.query.filter = domain::RepositoryFilter::by_text("hello");
    list.pages = 3;
    list.matching = 101;
    list.query.page = 2;
    let rows = html(|forms| tracked(forms, std::slice::from_ref(&repository), &list));
    assert!(rows.contains(r#"aria-sort="ascending""#), "{rows}");
    let reversed = "/t/lab/repositories?sort=status&amp;reversed=true&amp;filter=hello";
    assert!(rows.contains(reversed), "{rows}");
    let links = html(|_| pages(&Tenant("lab".to_owned()), &list).unwrap_or_else(|| ().into_any()));
    assert!(
        links.contains("sort=status&amp;filter=hello&amp;page=3"),
        "{links}"
    );
    list.matching = 0;
    let none = html(|forms| tracked(forms, &[], &list));
    assert!(none.contains("No repository matches “hello”"), "{none}");
}
