//! All accounts: search, system roles, invitations and removal.

mod invitations;
mod row;

use domain::report::AccountsReport;
use domain::{Email, InvitationId, Problem, UserId};
use engine::Error;
use leptos::prelude::*;
use secrecy::ExposeSecret;
use serde::Deserialize;
use strum::{EnumString, IntoStaticStr, VariantNames};

use crate::address;
use crate::server_pages::fields::{checkbox, parsed_optional};
use crate::server_pages::layout::Layout;
use crate::server_pages::pagination::{page_number, pagination};
use crate::server_pages::table::{ACTIONS, Column, TableLabel, data_table};
use crate::server_pages::{FormOutcome, PageContent, PageRequest, ServerPage};
use crate::text;

const COLUMNS: [Column; 4] = [
    Column("Person", ""),
    Column("Tenants", ""),
    Column("Last active", ""),
    ACTIONS,
];

/// What the forms of this page do.
#[derive(Clone, Copy, EnumString, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
enum Action {
    Roles,
    SignOut,
    Remove,
    Invite,
    Withdraw,
}

pub const PAGE: ServerPage = ServerPage::new(
    address::PEOPLE,
    Action::VARIANTS,
    |request| Box::pin(view(request)),
    |request| Box::pin(submit(request)),
);

/// The search and the page number in the address.
fn search(request: &PageRequest) -> (String, u32) {
    (
        request.query.text("search").trim().to_owned(),
        page_number(request),
    )
}

async fn view(request: PageRequest) -> Result<PageContent, Problem> {
    let (search, page) = search(&request);
    let report = request
        .engine
        .people(request.viewer()?, &search, page)
        .await;
    let report = report.map_err(Error::into_problem)?;
    let layout = Layout::system(&request, address::PEOPLE);
    Ok(PageContent::new("People", layout, move || {
        view! {
            <div class="page-head">
                <h1>"People"</h1>
            </div>
            {found(&request, &report, &search, page)}
            {invitations::card(&request, &report.invitations)}
        }
        .into_any()
    }))
}

fn found(request: &PageRequest, report: &AccountsReport, search: &str, page: u32) -> AnyView {
    let accounts = report.accounts.iter();
    let rows: Vec<_> = accounts.map(|account| row::row(request, account)).collect();
    let list = if rows.is_empty() {
        view! {
            <div class="empty">
                <p>"No matching people."</p>
            </div>
        }
        .into_any()
    } else {
        data_table("as-list", TableLabel::Heading("accounts"), &COLUMNS, rows)
    };
    let clear = (!search.is_empty()).then(|| {
        view! {
            <a class="button quiet" href=address::PEOPLE>
                "Show all"
            </a>
        }
    });
    let pages = pagination(page, report.pages, |page| address::people(search, page));
    view! {
        <section class="card">
            <div class="card-head">
                <h2 id="accounts">
                    {text::count(report.matching.into(), "account", "accounts")}
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
            {pages}
        </section>
    }
    .into_any()
}

#[derive(Deserialize)]
struct PersonForm {
    person: UserId,
}

#[derive(Deserialize)]
struct RolesForm {
    person: UserId,
    #[serde(default, deserialize_with = "checkbox")]
    administrator: bool,
    #[serde(default, deserialize_with = "checkbox")]
    maintainer: bool,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct InviteForm {
    email: String,
    #[serde(deserialize_with = "checkbox")]
    administrator: bool,
    #[serde(deserialize_with = "checkbox")]
    maintainer: bool,
}

#[derive(Deserialize)]
struct InvitationForm {
    invitation: InvitationId,
}

async fn submit(request: PageRequest) -> Result<FormOutcome, Problem> {
    let (engine, viewer) = (&request.engine, request.viewer()?);
    let (done, message) = match request.action()? {
        Action::Invite => {
            let form: InviteForm = request.form()?;
            let email: Option<Email> = parsed_optional(&form.email)?;
            let token = engine
                .invite_to_installation(viewer, email, form.administrator, form.maintainer)
                .await
                .map_err(Error::into_problem)?;
            return Ok(FormOutcome::Reveal(token.expose_secret().to_owned()));
        }
        Action::Withdraw => {
            let InvitationForm { invitation } = request.form()?;
            let withdrawn = engine.withdraw_invitation(viewer, None, invitation).await;
            (withdrawn, "Invitation withdrawn.")
        }
        Action::Roles => {
            let form: RolesForm = request.form()?;
            let set = engine
                .set_system_roles(viewer, form.person, form.administrator, form.maintainer)
                .await;
            (set, "Roles updated.")
        }
        Action::SignOut => {
            let PersonForm { person } = request.form()?;
            let ended = engine.end_sessions_of(viewer, person).await;
            (ended, "Signed out everywhere.")
        }
        Action::Remove => {
            let PersonForm { person } = request.form()?;
            let removed = engine.remove_person(viewer, person).await;
            (removed, "Account removed.")
        }
    };
    done.map_err(Error::into_problem)?;
    let (search, page) = search(&request);
    Ok(FormOutcome::flash(address::people(&search, page), message))
}
