//! The schedules, in words.

use domain::report::Schedule;
use leptos::prelude::*;

use crate::address::Tenant;
use crate::api::{CollectionData, ScheduleText};

/// The card of schedules.
pub fn schedules(tenant: &Tenant, data: &CollectionData) -> AnyView {
    let body = if data.schedules.is_empty() {
        view! {
            <div class="empty">
                <p>
                    "There is no schedule, so nothing is collected automatically. GitHub deletes traffic after 14 days."
                </p>
            </div>
        }
        .into_any()
    } else {
        let rows: Vec<_> = (data.schedules.iter())
            .map(|(schedule, text)| row(tenant, schedule, text, data.may_manage))
            .collect();
        view! {
            <div class="table-wrap">
                <table class="data-table as-rows" aria-labelledby="schedules">
                    <thead>
                        <tr>
                            <th scope="col">"Schedule"</th>
                            <th scope="col">"Next run"</th>
                            {data.may_manage.then(|| view! { <th scope="col"><span class="visually-hidden">"Actions"</span></th> })}
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
        .into_any()
    };
    view! {
        <section class="card">
            <div class="card-head">
                <h2 id="schedules">"Schedules"</h2>
                <span class="spacer"></span>
                {data
                    .may_manage
                    .then(|| {
                        view! {
                            <a class="button small" href=tenant.schedules() rel="external">
                                "Manage schedules"
                            </a>
                        }
                    })}
            </div>
            {body}
        </section>
    }
    .into_any()
}

fn row(tenant: &Tenant, schedule: &Schedule, text: &ScheduleText, may_manage: bool) -> AnyView {
    let next = match text.next_runs.first().filter(|_| schedule.enabled) {
        Some(next) => view! { <span>{next.clone()}</span> }.into_any(),
        None => view! { <span class="pill">"off"</span> }.into_any(),
    };
    let warning = text.warning.as_ref().map(|warning| {
        let (class, word) = if warning.urgent {
            ("pill bad", "will lose days")
        } else {
            ("pill warn", "no margin")
        };
        view! { <span class=class title=warning.message.clone()>{word}</span> }
    });
    let edit = may_manage.then(|| {
        view! {
            <td class="actions">
                <a class="button small" rel="external" href=tenant.edited_schedule(schedule.id)>
                    "Edit"
                    <span class="visually-hidden">" " {schedule.name.clone()}</span>
                </a>
            </td>
        }
    });
    view! {
        <tr>
            <th scope="row">
                <b>{schedule.name.clone()}</b>
                " "
                {warning}
                <br/>
                <span class="muted">
                    {text.description.clone()} " " <code>{schedule.cron.clone()}</code> " "
                    {schedule.timezone.clone()}
                </span>
            </th>
            <td>{next}</td>
            {edit}
        </tr>
    }
    .into_any()
}
