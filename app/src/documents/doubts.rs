//! What is in doubt of GitHub's answers, of all repositories that the viewer sees.

use domain::report::{Observation, ObservationsReport};
use domain::{Counts, DoubtSubject, Problem, TimeZone};
use engine::Error;
use leptos::prelude::*;

use crate::address::{self, Tenant};
use crate::chart::format;
use crate::documents::frame::Frame;
use crate::documents::table::{Called, Column, data_table};
use crate::documents::times::moment;
use crate::documents::{Document, Page, Visit};
use crate::words;

/// The columns of the table.
const COLUMNS: [Column; 7] = [
    Column("Day", ""),
    Column("About", ""),
    Column("What is the matter", ""),
    Column("Stands", "num"),
    Column("Reported", "num"),
    Column("Seen", ""),
    Column("Since", ""),
];

pub const DOCUMENT: Document =
    Document::shown(address::OBSERVATIONS, |visit| Box::pin(view(visit)));

async fn view(visit: Visit) -> Result<Page, Problem> {
    let tenant = visit.tenant().await?;
    let report = visit.engine.observations(visit.viewer()?, tenant, None);
    let report = report.await.map_err(Error::into_problem)?;
    let frame = Frame::tenant(&visit, tenant).await?;
    Ok(Page::new("In doubt", frame, move || {
        let (pages, zone) = (visit.pages(), visit.zone());
        view! {
            <div class="page-head">
                <h1>"In doubt"</h1>
            </div>
            <p class="muted">
                "GitHub sometimes reports less of a day than it did, or what cannot be true. Nothing is lost by it: of every figure the largest one stands, and this list says where GitHub’s answers disagree."
            </p>
            {lists(&pages, &report, zone)}
        }
        .into_any()
    }))
}

fn lists(pages: &Tenant, report: &ObservationsReport, zone: TimeZone) -> AnyView {
    if report.open.is_empty() && report.settled.is_empty() {
        return view! {
            <section class="card empty">
                <h2>"Nothing is in doubt"</h2>
                <p>"All answers of GitHub’s agree with each other so far."</p>
            </section>
        }
        .into_any();
    }
    let more = report.has_more.then(|| {
        view! { <p class="muted">"Only the newest are listed; the interface for programs has those of each repository."</p> }
    });
    view! {
        {list(pages, "open", "Open", "no later answer agreed with what was known", &report.open, zone)}
        {list(pages, "settled", "Settled", "a later answer agreed again", &report.settled, zone)}
        {more}
    }
    .into_any()
}

fn list(
    pages: &Tenant,
    id: &'static str,
    title: &'static str,
    meaning: &'static str,
    observations: &[Observation],
    zone: TimeZone,
) -> Option<AnyView> {
    if observations.is_empty() {
        return None;
    }
    Some(
        view! {
            <section class="card">
                <div class="card-head">
                    <h2 id=id>{title}</h2>
                    <span class="muted">{meaning}</span>
                </div>
                {table(pages, Called::By(id), true, observations, zone)}
            </section>
        }
        .into_any(),
    )
}

/// Observations, each with its day, which leads to the answers that spoke of it; and with its
/// repository, where they are of several.
pub fn table(
    pages: &Tenant,
    called: Called,
    of_several: bool,
    observations: &[Observation],
    zone: TimeZone,
) -> AnyView {
    let rows: Vec<_> = observations
        .iter()
        .map(|observation| row(pages, observation, of_several, zone))
        .collect();
    data_table("as-list", called, &COLUMNS, rows)
}

fn row(pages: &Tenant, observation: &Observation, of_several: bool, zone: TimeZone) -> AnyView {
    let repository = of_several.then(|| {
        let name = observation.full_name.to_string();
        view! {
            {name}
            <br/>
        }
    });
    let doubt = &observation.doubt;
    // A window that cannot be says nothing of figures.
    let is_of_days = doubt.kind.subject() == DoubtSubject::Window;
    let times = u64::from(observation.times_seen);
    let settled = observation.settled_at.map(|at| {
        view! {
            <br/>
            <span class="muted">"settled " {moment(at, zone)}</span>
        }
    });
    view! {
        <tr>
            <th scope="row" class="name nowrap">
                <a href=pages.answers(&observation.full_name, Some(doubt.day))>
                    {format::day(doubt.day)}
                </a>
            </th>
            <td class="name">
                {repository}
                <span class="muted">{observation.measure.as_str()}</span>
            </td>
            <td class="name">
                <b>{doubt.kind.name()}</b>
                <br/>
                <span class="muted">{doubt.to_string()}</span>
            </td>
            <td class="num" data-label="Stands">
                {doubt.known.map_or_else(|| "–".to_owned(), figures)}
            </td>
            <td class="num" data-label="Reported">
                {if is_of_days { "–".to_owned() } else { figures(doubt.reported) }}
            </td>
            <td class="nowrap" data-label="Seen">{words::count(times, "time", "times")}</td>
            <td>
                {moment(observation.first_seen_at, zone)}
                {settled}
            </td>
        </tr>
    }
    .into_any()
}

/// `1,284 (93)`: the count and the people.
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
    use domain::{Doubt, DoubtKind, Measure, RepositoryId};

    use super::*;
    use crate::markup::markup;

    fn observation() -> Observation {
        Observation {
            repository_id: RepositoryId::new(1),
            full_name: "octocat/hello".parse().expect("a name"),
            measure: Measure::Views,
            doubt: Doubt {
                kind: DoubtKind::Revised,
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

    fn html(report: ObservationsReport) -> String {
        markup(move || lists(&Tenant("lab".to_owned()), &report, TimeZone::UTC))
    }

    #[test]
    fn an_observation_says_what_stands_and_leads_to_its_answers() {
        let html = html(ObservationsReport {
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
            "which stands.",
        ] {
            assert!(html.contains(part), "{part}: {html}");
        }
        assert!(!html.contains("Settled"), "{html}");
    }

    #[test]
    fn where_all_answers_agree_the_page_says_so() {
        let html = html(ObservationsReport {
            open: Vec::new(),
            settled: Vec::new(),
            has_more: false,
        });
        assert!(html.contains("Nothing is in doubt"), "{html}");
    }
}
