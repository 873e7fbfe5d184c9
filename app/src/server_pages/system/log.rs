//! The system log: who did what, to what, when and from where.

use domain::report::{AuditEntry, AuditQuery, AuditReport};
use domain::{AuditTopic, Problem};
use engine::Error;
use leptos::prelude::*;

use crate::address;
use crate::components::{field, timestamp};
use crate::server_pages::layout::Layout;
use crate::server_pages::table::{Column, TableLabel, data_table};
use crate::server_pages::{Fields, PageContent, PageRequest, ServerPage};

const COLUMNS: [Column; 5] = [
    Column("When", ""),
    Column("Who", ""),
    Column("What", ""),
    Column("Tenant", ""),
    Column("IP address", ""),
];

pub const PAGE: ServerPage = ServerPage::read_only(address::LOG, |request| Box::pin(view(request)));

/// The filter in a query string; invalid values are ignored.
#[must_use]
pub fn log_query(query: &Fields) -> AuditQuery {
    AuditQuery {
        topic: AuditTopic::parse(query.text("topic")),
        search: query.text("search").trim().to_owned(),
        from: query.text("from").parse().ok(),
        to: query.text("to").parse().ok(),
        before: query.text("before").parse().ok(),
    }
}

async fn view(request: PageRequest) -> Result<PageContent, Problem> {
    let query = log_query(&request.query);
    let report = request.engine.system_log(request.viewer()?, &query).await;
    let report = report.map_err(Error::into_problem)?;
    let layout = Layout::system(&request, address::LOG);
    Ok(PageContent::new("Log", layout, move || {
        view! {
            <div class="page-head">
                <h1>"Log"</h1>
                <span class="spacer"></span>
                <a class="button" href=address::log_csv(&query) download>
                    "CSV"
                </a>
            </div>
            {filter(&query)}
            {table(&report, &query)}
        }
        .into_any()
    }))
}

fn filter(query: &AuditQuery) -> AnyView {
    let topics: Vec<_> = AuditTopic::ALL
        .into_iter()
        .map(|topic| {
            let selected = query.topic == Some(topic);
            view! {
                <option value=topic.as_str() selected=selected>
                    {topic.label()}
                </option>
            }
        })
        .collect();
    let day = |name: &'static str, label: &'static str, day: Option<domain::Day>| {
        let input = view! {
            <input id=name name=name type="date" value=day.map(|day| day.to_string())/>
        };
        field(name.to_owned(), label, input.into_any(), ().into_any())
    };
    let clear = (*query != AuditQuery::default()).then(|| {
        view! {
            <a class="button quiet" href=address::LOG>
                "Show all"
            </a>
        }
    });
    view! {
        <form class="card filter" action=address::LOG aria-label="Filter the log">
            <div class="field">
                <label for="topic">"Topic"</label>
                <select id="topic" name="topic">
                    <option value="">"All"</option>
                    {topics}
                </select>
            </div>
            <div class="field">
                <label for="search">"Search"</label>
                <input
                    id="search"
                    name="search"
                    type="search"
                    maxlength="100"
                    placeholder="Person, tenant or subject"
                    value=query.search.clone()
                />
            </div>
            {day("from", "From (UTC)", query.from)}
            {day("to", "To (UTC)", query.to)}
            <div class="row">
                <button type="submit" class="button">
                    "Filter"
                </button>
                {clear}
            </div>
        </form>
    }
    .into_any()
}

fn table(report: &AuditReport, query: &AuditQuery) -> AnyView {
    if report.entries.is_empty() {
        // One page of a search may cover only part of the log.
        let nothing = if report.next.is_some() {
            "No matches so far. Load older entries."
        } else {
            "No matching log entries."
        };
        return view! {
            <section class="card empty">
                <h2>"No entries"</h2>
                <p>{nothing}</p>
                {pages(report, query)}
            </section>
        }
        .into_any();
    }
    let rows: Vec<_> = report.entries.iter().map(row).collect();
    view! {
        <section class="card">
            {data_table("as-list", TableLabel::Text("Log, newest first"), &COLUMNS, rows)}
            {pages(report, query)}
        </section>
    }
    .into_any()
}

fn row(line: &AuditEntry) -> AnyView {
    let subject = (!line.subject.is_empty()).then(|| {
        let subject = line.subject.clone();
        view! { <span class="muted">" · " {subject}</span> }
    });
    view! {
        <tr>
            <td class="nowrap muted">{timestamp(line.at)}</td>
            <td class="name">{line.actor.clone()}</td>
            <td class="name">
                <b>{line.action.label()}</b>
                {subject}
            </td>
            <td data-label="Tenant">{line.tenant.clone()}</td>
            <td class="muted" data-label="IP address">
                {line.address.clone()}
            </td>
        </tr>
    }
    .into_any()
}

fn pages(report: &AuditReport, query: &AuditQuery) -> Option<AnyView> {
    let at = |before| {
        address::log(&AuditQuery {
            before,
            ..query.clone()
        })
    };
    let newest = query
        .before
        .map(|_| view! { <a href=at(None)>"Newest"</a> });
    let older = report
        .next
        .map(|next| view! { <a href=at(Some(next))>"Older"</a> });
    (newest.is_some() || older.is_some()).then(|| {
        view! {
            <nav class="pages" aria-label="Pagination">
                <span>{newest}</span>
                <span>{older}</span>
            </nav>
        }
        .into_any()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_asks_for_what_it_was_made_of() {
        let query = AuditQuery {
            topic: Some(AuditTopic::SignIn),
            search: "Mona & co".to_owned(),
            from: "2026-11-01".parse().ok(),
            to: "2026-11-23".parse().ok(),
            before: Some(77.into()),
        };
        let address = address::log(&query);
        let (path, encoded) = address.split_once('?').expect("a query");
        assert_eq!(path, address::LOG);
        assert_eq!(log_query(&Fields::parse(encoded.as_bytes())), query);
    }

    #[test]
    fn what_an_address_says_wrongly_is_not_asked_for() {
        let fields = Fields::parse(b"topic=weather&from=yesterday&before=x");
        assert_eq!(log_query(&fields), AuditQuery::default());
    }
}
