//! The data quality page: reports from GitHub that disagree, for all repositories the viewer sees.

use domain::report::{AnomaliesReport, AnomalyRecord};
use domain::{AnomalySubject, Counts, Problem};
use engine::Error;
use leptos::prelude::*;

use crate::address::{self, Tenant};
use crate::chart::format;
use crate::components::timestamp;
use crate::server_pages::layout::Layout;
use crate::server_pages::list_part::ListPart;
use crate::server_pages::table::{Column, TableLabel, data_table};
use crate::server_pages::{Fields, PageContent, PageRequest, ServerPage};
use crate::text;

const COLUMNS: [Column; 7] = [
    Column("Day", ""),
    Column("Data", ""),
    Column("Issue", ""),
    Column("Stored value", "num"),
    Column("Reported", "num"),
    Column("Times seen", ""),
    Column("First seen", ""),
];

pub const PAGE: ServerPage =
    ServerPage::read_only(address::OBSERVATIONS, |request| Box::pin(view(request)));

async fn view(request: PageRequest) -> Result<PageContent, Problem> {
    let context = request.tenant().await?;
    let report = context
        .engine
        .anomalies(&context.viewer, context.tenant, None);
    let report = report.await.map_err(Error::into_problem)?;
    let layout = Layout::tenant(&request, &context).await?;
    Ok(PageContent::new("Data quality", layout, move || {
        view! {
            <div class="page-head">
                <h1>"Data quality"</h1>
            </div>
            <p class="muted">
                "GitHub sometimes revises a day downward or reports impossible numbers. Tidemark always keeps the highest value, so nothing is lost. These are the reports that disagree."
            </p>
            {lists(&request.pages(), &request.query, &report)}
        }
        .into_any()
    }))
}

fn lists(pages: &Tenant, query: &Fields, report: &AnomaliesReport) -> AnyView {
    if report.open.is_empty() && report.settled.is_empty() {
        return view! {
            <section class="card empty">
                <h2>"No data quality issues"</h2>
                <p>"GitHub’s reports are consistent so far."</p>
            </section>
        }
        .into_any();
    }
    let more = report.has_more.then(|| {
        view! { <p class="muted">"Showing the most recent. The API lists them per repository."</p> }
    });
    view! {
        {list(pages, query, "open", "Open", "not yet settled by a later report", &report.open)}
        {list(pages, query, "resolved", "Resolved", "settled by a later report", &report.settled)}
        {more}
    }
    .into_any()
}

fn list(
    pages: &Tenant,
    query: &Fields,
    id: &'static str,
    title: &'static str,
    about: &'static str,
    observations: &[AnomalyRecord],
) -> Option<AnyView> {
    if observations.is_empty() {
        return None;
    }
    let prefix = format!("{id}-");
    let place = (pages.observations(), prefix.as_str());
    let text = |record: &AnomalyRecord| record.full_name.to_string();
    let (part, shown) = ListPart::of(query, place, observations, text);
    let content = part
        .nothing_found()
        .unwrap_or_else(|| table(pages, TableLabel::Heading(id), true, &shown));
    Some(
        view! {
            <section class="card">
                <div class="card-head">
                    <h2 id=id>{title}</h2>
                    <span class="muted">{about}</span>
                    <span class="spacer"></span>
                    {part.search("Repository")}
                </div>
                {content}
                {part.pages()}
            </section>
        }
        .into_any(),
    )
}

/// A table of anomalies. Each day links to its data sources; `of_several` adds the repository.
pub fn table(
    pages: &Tenant,
    label: TableLabel,
    of_several: bool,
    observations: &[&AnomalyRecord],
) -> AnyView {
    let rows: Vec<_> = observations
        .iter()
        .map(|observation| row(pages, observation, of_several))
        .collect();
    data_table("as-list", label, &COLUMNS, rows)
}

fn row(pages: &Tenant, observation: &AnomalyRecord, of_several: bool) -> AnyView {
    let repository = of_several.then(|| {
        let name = observation.full_name.to_string();
        view! {
            {name}
            <br/>
        }
    });
    let anomaly = &observation.anomaly;
    // An invalid window has no values to compare.
    let is_of_days = anomaly.kind.subject() == AnomalySubject::Window;
    let times = u64::from(observation.times_seen);
    let settled = observation.settled_at.map(|at| {
        view! {
            <br/>
            <span class="muted">"resolved " {timestamp(at)}</span>
        }
    });
    view! {
        <tr>
            <th scope="row" class="name nowrap">
                <a href=pages.answers(&observation.full_name, Some(anomaly.day))>
                    {format::day(anomaly.day)}
                </a>
            </th>
            <td class="name">
                {repository}
                <span class="muted">{observation.measure.as_str()}</span>
            </td>
            <td class="name">
                <b>{anomaly.kind.name()}</b>
                <br/>
                <span class="muted">{anomaly.to_string()}</span>
            </td>
            <td class="num" data-label="Stored value">
                {anomaly.known.map_or_else(|| "–".to_owned(), figures)}
            </td>
            <td class="num" data-label="Reported">
                {if is_of_days { "–".to_owned() } else { figures(anomaly.reported) }}
            </td>
            <td class="nowrap" data-label="Times seen">{text::count(times, "time", "times")}</td>
            <td>
                {timestamp(observation.first_seen_at)}
                {settled}
            </td>
        </tr>
    }
    .into_any()
}

/// `1,284 (93)`: the count and the uniques.
fn figures(counts: Counts) -> String {
    format!(
        "{} ({})",
        format::number(counts.count.into()),
        format::number(counts.uniques.get().into())
    )
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use domain::{Anomaly, AnomalyKind, Measure, RepositoryId};

    use super::*;
    use crate::test_html::test_html;

    fn observation() -> AnomalyRecord {
        AnomalyRecord {
            repository_id: RepositoryId::new(1),
            full_name: "octocat/hello".parse().expect("a name"),
            measure: Measure::Views,
            anomaly: Anomaly {
                kind: AnomalyKind::Revised,
                day: "2026-11-12".parse().expect("a day"),
                known: Some(Counts::new(1_284, 93)),
                reported: Counts::new(18, 5),
            },
            first_seen_at: DateTime::default(),
            last_seen_at: DateTime::default(),
            times_seen: 3,
            settled_at: None,
        }
    }

    fn html(report: AnomaliesReport) -> String {
        test_html(move || lists(&Tenant("lab".to_owned()), &Fields::default(), &report))
    }

    #[test]
    fn an_observation_says_what_stands_and_leads_to_its_answers() {
        let html = html(AnomaliesReport {
            open: vec![observation()],
            settled: Vec::new(),
            has_more: false,
        });
        for part in [
            r#"href="/t/lab/r/octocat/hello/answers?day=2026-11-12""#,
            "Revised downward",
            "1,284 (93)",
            "18 (5)",
            "3 times",
            "which was kept.",
        ] {
            assert!(html.contains(part), "{part}: {html}");
        }
        assert!(!html.contains("Resolved"), "{html}");
    }

    #[test]
    fn where_all_answers_agree_the_page_says_so() {
        let html = html(AnomaliesReport {
            open: Vec::new(),
            settled: Vec::new(),
            has_more: false,
        });
        assert!(html.contains("No data quality issues"), "{html}");
    }
}
