//! What changed since yesterday, in words: the newest day on the left, what to know on the right.

use domain::FixTarget;
use domain::report::ReportQuery;
use leptos::prelude::*;

use crate::address::Tenant;
use crate::api::{DailyLine, SinceYesterdayText};

/// The section. Its links to repositories keep the range of the page.
pub fn since_yesterday(tenant: &Tenant, report: ReportQuery, news: &SinceYesterdayText) -> AnyView {
    let views = news.views.clone().map(|views| {
        view! {
            <b>{views} " " <small>"views"</small></b>
        }
    });
    let lines: Vec<_> = news
        .lines
        .iter()
        .map(|it| line(tenant, report, it))
        .collect();
    view! {
        <section class="since-yesterday" aria-labelledby="since-yesterday">
            <header>
                <h2 id="since-yesterday">"Since yesterday"</h2>
                {views}
                <p>{news.below.clone()}</p>
            </header>
            <ul>{lines}</ul>
        </section>
    }
    .into_any()
}

fn line(tenant: &Tenant, report: ReportQuery, line: &DailyLine) -> AnyView {
    let repository = line.repository.as_ref().map(|name| {
        let page = tenant.repository(name, &report.into());
        view! { <a href=page>{name.to_string()}</a> }
    });
    let action = line.place.and_then(|place| {
        let (page, words) = match place {
            FixTarget::Connections => (tenant.connections(), "Reconnect"),
            FixTarget::Repositories => (tenant.repositories(), "Review"),
            FixTarget::Collection => (tenant.collection(), "View schedules"),
            FixTarget::Github => return None,
        };
        // The settings are pages of the server.
        let rel = (place == FixTarget::Connections).then_some("external");
        Some(view! {
            " "
            <a href=page rel=rel>
                {words}
            </a>
        })
    });
    view! {
        <li class:bad=line.is_bad>
            <span aria-hidden="true">{line.mark.clone()}</span>
            <span>{repository} {line.text.clone()} {action}</span>
        </li>
    }
    .into_any()
}
