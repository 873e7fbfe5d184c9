//! One schedule: when it runs, its repositories, and moving them to another schedule.

use domain::report::{AssignedRepository, Schedule, ScheduleWithRepositories};
use leptos::prelude::*;

use super::Action;
use crate::chart::format;
use crate::server_pages::PageRequest;
use crate::server_pages::confirm::Confirm;
use crate::server_pages::controls::Choice;
use crate::server_pages::form::{Form, hidden};
use crate::server_pages::list_part::ListPart;
use crate::server_pages::schedule_form::schedule_preview;
use crate::text;

/// The schedule; `all` lists the schedules its repositories can move to.
pub fn card(
    request: &PageRequest,
    followed: &ScheduleWithRepositories,
    all: &[ScheduleWithRepositories],
) -> AnyView {
    let schedule = &followed.schedule;
    let heading = format!("schedule-{}", schedule.id);
    let labelled_by = heading.clone();
    let off = (!schedule.enabled).then(|| view! { <span class="pill warn">"off"</span> });
    let default = followed.is_default.then(|| {
        view! {
            <span class="pill" title="Repositories without their own schedule use this one.">
                "default"
            </span>
        }
    });
    view! {
        <section class="card" aria-labelledby=labelled_by>
            <div class="card-head">
                <h2 id=heading>{schedule.name.clone()}</h2>
                {off}
                {default}
                <span class="spacer"></span>
                <div class="row">
                    <a class="button small" href=request.pages().edited_schedule(schedule.id)>
                        "Edit"
                        <span class="visually-hidden">" " {schedule.name.clone()}</span>
                    </a>
                    {delete(request, schedule, all.len())}
                </div>
            </div>
            <div class="card-body stack">
                <p class="muted">
                    <code>{schedule.cron.clone()}</code> " " {schedule.timezone.clone()}
                </p>
                {schedule_preview(&followed.preview)}
                {followers(request, followed, all)}
            </div>
        </section>
    }
    .into_any()
}

fn delete(request: &PageRequest, schedule: &Schedule, of: usize) -> AnyView {
    let text = if of > 1 {
        "Its repositories will use the default schedule. Collected data is kept."
    } else {
        "This is your only schedule. Automatic collection will stop, and GitHub keeps traffic for only 14 days."
    };
    let confirm = Confirm {
        button: "Delete",
        about: schedule.name.clone(),
        title: format!("Delete the schedule “{}”?", schedule.name),
        text: text.to_owned(),
        answer: "Delete schedule",
        danger: true,
    };
    let form = Form::for_item(
        request,
        Action::Delete,
        "schedule",
        &schedule.id.to_string(),
    );
    form.confirm(confirm, hidden("schedule", schedule.id))
}

/// The schedule's repositories, with a form to move them if there is another schedule.
fn followers(
    request: &PageRequest,
    followed: &ScheduleWithRepositories,
    all: &[ScheduleWithRepositories],
) -> AnyView {
    let (schedule, followers) = (&followed.schedule, &followed.followers);
    if followers.is_empty() {
        return view! { <p class="muted">"No repositories use this schedule yet."</p> }.into_any();
    }
    let others: Vec<_> = all
        .iter()
        .filter(|other| other.schedule.id != schedule.id)
        .map(|other| Choice::new(other.schedule.id, other.schedule.name.clone()))
        .collect();
    let id = schedule.id.to_string();
    let form = Form::for_item(request, Action::Move, "from", &id);
    let checked = request.query.text("tick") == id;
    let (part, shown) = listed(request, &format!("of-{id}-"), followers);
    let open = checked || form.problem().is_some() || part.is_named();
    let inner = if others.is_empty() {
        repository_list(&shown)
    } else {
        mover(request, &form, (followed, &part, &shown), others, checked)
    };
    view! {
        <details class="more" open=open>
            <summary>
                "Collects " {repository_count(followers)}
            </summary>
            {part.search("Repository")}
            {part.nothing_found()}
            {inner}
            {part.pages()}
        </details>
    }
    .into_any()
}

/// The followers on the page in the address.
fn listed<'a>(
    request: &PageRequest,
    prefix: &str,
    followers: &'a [AssignedRepository],
) -> (ListPart, Vec<&'a AssignedRepository>) {
    let place = (request.pages().schedules(), prefix);
    let text = |follower: &AssignedRepository| follower.full_name.to_string();
    ListPart::of(&request.query, place, followers, text)
}

/// `12 repositories · 3 will lose data`
fn repository_count(followers: &[AssignedRepository]) -> String {
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    let all = text::count(count(followers.len()), "repository", "repositories");
    match followers.iter().filter(|it| it.at_risk).count() {
        0 => all,
        1 => format!("{all} · 1 will lose data"),
        late => format!("{all} · {} will lose data", format::number(count(late))),
    }
}

fn mover(
    request: &PageRequest,
    form: &Form,
    (followed, part, shown): (&ScheduleWithRepositories, &ListPart, &[&AssignedRepository]),
    others: Vec<Choice>,
    checked: bool,
) -> AnyView {
    let boxes: Vec<_> = shown
        .iter()
        .map(|follower| {
            form.checkbox(
                "repository",
                follower.id,
                repository_label(follower),
                checked,
            )
        })
        .collect();
    let first = others.first().map(|choice| choice.value.clone());
    let all = (followed.followers.len() > 1 && !checked).then(|| {
        view! {
            <div class="row">
                <a
                    class="button small"
                    href=request.pages().select_all_of_schedule(followed.schedule.id)
                >
                    "Select all"
                    <span class="visually-hidden">" of " {followed.schedule.name.clone()}</span>
                </a>
            </div>
        }
    });
    let everything = part.is_long().then(|| {
        let count = u64::try_from(followed.followers.len()).unwrap_or(u64::MAX);
        let label = format!(
            "All {} of this schedule, on all pages",
            text::count(count, "repository", "repositories")
        );
        form.checkbox("all", "true", label, false)
    });
    let fields = view! {
        {hidden("from", followed.schedule.id)}
        <fieldset class="checklist">
            <legend class="visually-hidden">
                "Repositories of " {followed.schedule.name.clone()}
            </legend>
            {boxes}
        </fieldset>
        {all}
        {everything}
        <div class="with-button narrow">
            {form.select("to", "Move selected to", others, &first.unwrap_or_default())}
            <button type="submit" class="button">
                "Move"
            </button>
        </div>
    };
    form.with("", fields)
}

fn repository_list(followers: &[&AssignedRepository]) -> AnyView {
    let names: Vec<_> = followers
        .iter()
        .map(|follower| view! { <li>{repository_label(follower)}</li> })
        .collect();
    view! {
        <ul class="checklist">{names}</ul>
        <p class="hint">"Add another schedule to collect some of them at other times."</p>
    }
    .into_any()
}

/// The repository's name, and the day it will lose data if it is at risk.
fn repository_label(follower: &AssignedRepository) -> AnyView {
    let late = follower.deadline.filter(|_| follower.at_risk);
    let late = late.map(|day| {
        view! { <span class="pill warn">"will lose data on " {format::day(day)}</span> }
    });
    view! { {follower.full_name.to_string()} " " {late} }.into_any()
}

/// The repositories without a schedule, which exist only if the tenant has no schedule.
pub fn unscheduled(request: &PageRequest, followers: &[AssignedRepository]) -> Option<AnyView> {
    if followers.is_empty() {
        return None;
    }
    let (part, shown) = listed(request, "unscheduled-", followers);
    Some(
        view! {
            <section class="card" aria-labelledby="unscheduled">
                <div class="card-head">
                    <h2 id="unscheduled">"Without a schedule"</h2>
                </div>
                <div class="card-body stack">
                    <p class="notice bad">
                        "These repositories aren’t collected automatically, and GitHub keeps traffic for only 14 days. Create a schedule."
                    </p>
                    <details class="more" open=part.is_named()>
                        <summary>{repository_count(followers)}</summary>
                        {part.search("Repository")}
                        {part.nothing_found()}
                        <ul class="checklist">
                            {shown
                                .iter()
                                .map(|follower| view! { <li>{repository_label(follower)}</li> })
                                .collect_view()}
                        </ul>
                        {part.pages()}
                    </details>
                </div>
            </section>
        }
        .into_any(),
    )
}
