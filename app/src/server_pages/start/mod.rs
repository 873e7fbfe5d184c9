//! The setup wizard: connect GitHub, choose repositories, choose a schedule.

pub mod connect;
mod follow;
pub mod repositories;
pub mod schedule;
mod selection;

use leptos::prelude::*;

use super::PageRequest;
use super::layout::page_head;

/// A step of the wizard.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Connect,
    Choose,
    Schedule,
}

/// The heading of a step, with the list of steps.
fn head(request: &PageRequest, here: Step, title: &'static str, about: &'static str) -> AnyView {
    let pages = request.pages();
    let all = [
        (Step::Connect, "Connect", pages.start()),
        (Step::Choose, "Choose", pages.start_repositories(None)),
        (Step::Schedule, "Schedule", pages.start_schedule()),
    ];
    let at = all.iter().position(|(step, ..)| *step == here).unwrap_or(0);
    let steps: Vec<_> = all
        .into_iter()
        .enumerate()
        .map(|(number, (_, label, address))| {
            let current = (number == at).then_some("step");
            // Links lead back only. Completing a step leads forward.
            let label = if number < at {
                view! { <a href=address>{label}</a> }.into_any()
            } else {
                view! { <span>{label}</span> }.into_any()
            };
            view! { <li aria-current=current>{label}</li> }
        })
        .collect();
    view! {
        <ol class="steps" aria-label="Steps">
            {steps}
        </ol>
        {page_head(title, about)}
    }
    .into_any()
}
