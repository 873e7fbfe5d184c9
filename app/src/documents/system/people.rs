//! All accounts: search, system roles, invitations and removal.

mod invitations;
mod row;

use domain::report::AccountsReport;
use domain::{Email, InvitationId, Problem, UserId};
use engine::Error;
use leptos::prelude::*;
use secrecy::ExposeSecret;

use crate::address;
use crate::documents::frame::Frame;
use crate::documents::table::{ACTIONS, Called, Column, data_table};
use crate::documents::{Document, Page, Taken, Visit};
use crate::words;

/// The columns of the table.
const COLUMNS: [Column; 4] = [
    Column("Person", ""),
    Column("Tenants", ""),
    Column("Last active", ""),
    ACTIONS,
];

pub const DOCUMENT: Document = Document::new(
    address::PEOPLE,
    &["roles", "sign-out", "remove", "invite", "withdraw"],
    |visit| Box::pin(view(visit)),
    |visit| Box::pin(take(visit)),
);

/// The search and the page number in the address.
fn asked(visit: &Visit) -> (String, u32) {
    let page = visit.query.text("page").parse().unwrap_or(1);
    (visit.query.text("search").trim().to_owned(), page)
}

async fn view(visit: Visit) -> Result<Page, Problem> {
    let (search, page) = asked(&visit);
    let report = visit.engine.people(visit.viewer()?, &search, page).await;
    let report = report.map_err(Error::into_problem)?;
    let frame = Frame::system(&visit, address::PEOPLE);
    Ok(Page::new("People", frame, move || {
        view! {
            <div class="page-head">
                <h1>"People"</h1>
            </div>
            {found(&visit, &report, &search, page)}
            {invitations::card(&visit, &report.invitations)}
        }
        .into_any()
    }))
}

fn found(visit: &Visit, report: &AccountsReport, search: &str, page: u32) -> AnyView {
    let accounts = report.accounts.iter();
    let rows: Vec<_> = accounts.map(|account| row::row(visit, account)).collect();
    let list = if rows.is_empty() {
        view! {
            <div class="empty">
                <p>"No matching people."</p>
            </div>
        }
        .into_any()
    } else {
        data_table("as-list", Called::By("accounts"), &COLUMNS, rows)
    };
    let clear = (!search.is_empty()).then(|| {
        view! {
            <a class="button quiet" href=address::PEOPLE>
                "Show all"
            </a>
        }
    });
    view! {
        <section class="card">
            <div class="card-head">
                <h2 id="accounts">
                    {words::count(report.matching.into(), "account", "accounts")}
                </h2>
                <span class="spacer"></span>
                <form class="row" role="search" action=address::PEOPLE>
                    <input
                        type="search"
                        name="search"
                        aria-label="Name or email"
                        placeholder="Name or email"
                        maxlength="100"
                        value=search.to_owned()
                    />
                    <button type="submit" class="button">
                        "Search"
                    </button>
                    {clear}
                </form>
            </div>
            {list}
            {pages(report.pages, search, page)}
        </section>
    }
    .into_any()
}

fn pages(pages: u32, search: &str, page: u32) -> Option<AnyView> {
    let page = page.clamp(1, pages.max(1));
    let before = (page > 1).then(|| {
        let address = address::people(search, page - 1);
        view! { <a href=address>"Previous"</a> }
    });
    let next = (page < pages).then(|| {
        let address = address::people(search, page + 1);
        view! { <a href=address>"Next"</a> }
    });
    (pages > 1).then(|| {
        view! {
            <nav class="pages" aria-label="Pagination">
                <span>{before}</span>
                <span class="muted">"Page " {page} " of " {pages}</span>
                <span>{next}</span>
            </nav>
        }
        .into_any()
    })
}

async fn take(visit: Visit) -> Result<Taken, Problem> {
    let (engine, viewer, fields) = (&visit.engine, visit.viewer()?, visit.fields());
    let roles = (fields.ticked("administrator"), fields.ticked("maintainer"));
    let (administrator, maintainer) = roles;
    let (done, said) = match visit.order() {
        "invite" => {
            let email: Option<Email> = fields.read_unless_empty("email")?;
            let token = engine.invite_to_installation(viewer, email, administrator, maintainer);
            let token = token.await.map_err(Error::into_problem)?;
            return Ok(Taken::Show(token.expose_secret().to_owned()));
        }
        "withdraw" => {
            let id: InvitationId = fields.id("invitation")?;
            (
                engine.withdraw_invitation(viewer, None, id).await,
                "Invitation withdrawn.",
            )
        }
        order => {
            let id: UserId = fields.id("person")?;
            match order {
                "roles" => (
                    engine
                        .set_system_roles(viewer, id, administrator, maintainer)
                        .await,
                    "Roles updated.",
                ),
                "sign-out" => (
                    engine.end_sessions_of(viewer, id).await,
                    "Signed out everywhere.",
                ),
                _ => (engine.remove_person(viewer, id).await, "Account removed."),
            }
        }
    };
    done.map_err(Error::into_problem)?;
    let (search, page) = asked(&visit);
    Ok(Taken::said(address::people(&search, page), said))
}
