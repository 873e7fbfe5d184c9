//! The repository's status on GitHub: the problem, what to do, and its events.

use domain::report::RepositoryReport;
use domain::{Day, FixTarget};
use leptos::prelude::*;

use crate::address::Tenant;
use crate::api::{EventText, RepositoryData};
use crate::chart::format;
use crate::components::{linked, timestamp};

/// What GitHub reports about it that is out of the ordinary.
pub fn labels(data: &RepositoryData) -> Vec<AnyView> {
    let label = |words: &String| view! { <span class="pill">{words.clone()}</span> }.into_any();
    data.labels.iter().map(label).collect()
}

/// The problem, since when, and what to do; `None` without one.
pub fn problem(tenant: &Tenant, data: &RepositoryData) -> Option<AnyView> {
    let (report, problem) = (&data.report, data.problem.as_ref()?);
    let since = problem.since.map(|at| {
        view! { <span class="muted">" since " {timestamp(at)}</span> }
    });
    let rest = problem.paused_until.map(|until| {
        view! {
            <p class="muted">
                "Scheduled collection is paused until " {timestamp(until)}
                " because it would fail. To try now, choose “Collect now” on the Collection page."
            </p>
        }
    });
    // Its name belongs to another repository on GitHub now.
    let has_name = !report.namesake.is_some_and(|other| other.has_name_now);
    let place = problem
        .place
        .filter(|place| has_name || *place != FixTarget::Github);
    Some(
        view! {
            <section class="notice bad repository-problem" aria-label="Problem">
                <p>
                    <b>{problem.name.clone()}</b>
                    {since}
                </p>
                <p>{linked(&problem.reason)}</p>
                <p>
                    {problem.remedy.clone()} " "
                    {place.map(|place| link(tenant, report, place))}
                </p>
                {rest}
            </section>
        }
        .into_any(),
    )
}

/// Why data is missing: not collected yet, or the failure and what to do.
pub fn missing(data: &RepositoryData) -> String {
    match &data.problem {
        None => "Not collected yet.".to_owned(),
        Some(problem) => format!("Not collected. {} {}", problem.reason, problem.remedy),
    }
}

/// Why no day is known; `None` if one is.
pub fn no_days(data: &RepositoryData) -> Option<AnyView> {
    let repository = &data.report.repository;
    if repository.first_day.is_some() {
        return None;
    }
    let words = match (&data.problem, repository.last_collected_at) {
        (None, Some(at)) => {
            format!(
                "GitHub reported no days on {}.",
                format::short_day(Day::of(at))
            )
        }
        _ => missing(data),
    };
    Some(view! { <p class="chart-note muted">{words}</p> }.into_any())
}

fn link(tenant: &Tenant, report: &RepositoryReport, place: FixTarget) -> AnyView {
    let (address, words) = match place {
        FixTarget::Connections => (tenant.connections(), "Connections"),
        FixTarget::Repositories => (tenant.repositories(), "Repositories"),
        FixTarget::Collection => (tenant.collection(), "Collection"),
        FixTarget::Github => {
            let name = &report.repository.full_name;
            (format!("https://github.com/{name}"), "View on GitHub")
        }
    };
    view! { <a href=address rel="external noreferrer">{words}</a> }.into_any()
}

/// A notice that another repository has or had the same name, with a link to it.
pub fn namesake(tenant: &Tenant, report: &RepositoryReport) -> Option<AnyView> {
    let other = report.namesake?;
    let day = format::day(other.since);
    let sentence = if other.has_name_now {
        format!("Another repository has used this name since {day}.")
    } else {
        format!("Another repository used this name until {day}.")
    };
    let address = tenant.repository_by_id(other.id, &report.query.report.into());
    Some(
        view! {
            <p class="notice">{sentence} " " <a href=address>"View the other repository"</a></p>
        }
        .into_any(),
    )
}

/// Its events on GitHub; `None` without any.
pub fn events(data: &RepositoryData) -> Option<AnyView> {
    if data.events.is_empty() {
        return None;
    }
    let one = |event: &EventText| {
        view! { <li>{event.text.clone()} ", " {timestamp(event.at)}</li> }
    };
    let list: Vec<_> = data.events.iter().map(one).collect();
    Some(view! { <ul class="github-events" aria-label="GitHub events">{list}</ul> }.into_any())
}
