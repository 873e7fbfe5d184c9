//! The members page of a tenant's settings: members, their roles and open invitations.

mod editor;
mod grants;
mod invitations;
mod table;

use domain::report::MembersReport;
use domain::{Problem, Role, TenantId};
use engine::{Error, InvitationInput};
use leptos::prelude::*;
use secrecy::ExposeSecret;

use self::editor::editor;
use self::invitations::{invited, inviter, open_ones};
use self::table::table;
use super::head;
use crate::address;
use crate::documents::controls::Answer;
use crate::documents::frame::Frame;
use crate::documents::{Document, Page, Taken, Visit};

pub const DOCUMENT: Document = Document::new(
    "/t/{tenant}/settings/members",
    &["change", "remove", "leave", "invite", "withdraw"],
    |visit| Box::pin(view(visit)),
    |visit| Box::pin(take(visit)),
);

/// The page; `?member=` opens the editor for that member.
async fn view(visit: Visit) -> Result<Page, Problem> {
    let tenant = visit.tenant().await?;
    let report = visit.engine.members(visit.viewer()?, tenant).await;
    let report = report.map_err(Error::into_problem)?;
    let frame = Frame::settings(&visit, tenant, visit.pages().members()).await?;
    Ok(Page::new("Members", frame, move || body(&visit, &report)))
}

fn body(visit: &Visit, report: &MembersReport) -> AnyView {
    let edited = visit.query.text("member");
    let edited = report
        .members
        .iter()
        .find(|member| member.user.to_string() == edited);
    view! {
        {head("Members", "Who can see this tenant’s statistics, and who manages it.")}
        {invited(visit)}
        {edited.map(|member| editor(visit, member, &report.repositories))}
        {table(visit, &report.members)}
        {open_ones(visit, &report.invitations)}
        {inviter(visit, &report.repositories)}
    }
    .into_any()
}

/// The roles to choose from, with their descriptions.
fn roles() -> Vec<Answer> {
    Role::ALL
        .into_iter()
        .map(|role| Answer {
            words: role.words(),
            ..Answer::new(role.as_str(), role.label())
        })
        .collect()
}

async fn take(visit: Visit) -> Result<Taken, Problem> {
    let tenant = visit.tenant().await?;
    match visit.order() {
        "change" => change(&visit, tenant).await,
        "remove" => remove(&visit, tenant).await,
        "leave" => leave(&visit, tenant).await,
        "invite" => invite(&visit, tenant).await,
        _ => withdraw(&visit, tenant).await,
    }
}

async fn change(visit: &Visit, tenant: TenantId) -> Result<Taken, Problem> {
    let fields = visit.fields();
    let (user, role) = (fields.id("member")?, fields.read("role")?);
    visit
        .engine
        .set_member(
            visit.viewer()?,
            tenant,
            user,
            role,
            grants::read(&fields, role)?,
        )
        .await
        .map_err(Error::into_problem)?;
    let mine = visit.person().is_some_and(|person| person.id == user);
    let pages = visit.pages();
    // Only owners may see this page.
    if mine && role != Role::Owner {
        return Ok(Taken::Go(pages.home(), None));
    }
    Ok(Taken::said(pages.members(), "Member updated."))
}

async fn remove(visit: &Visit, tenant: TenantId) -> Result<Taken, Problem> {
    let user = visit.fields().id("member")?;
    visit
        .engine
        .remove_member(visit.viewer()?, tenant, user)
        .await
        .map_err(Error::into_problem)?;
    Ok(Taken::said(
        visit.pages().members(),
        "Member removed. They no longer have access, and their invitations and API tokens have been revoked.",
    ))
}

async fn leave(visit: &Visit, tenant: TenantId) -> Result<Taken, Problem> {
    let left = visit.engine.leave(visit.viewer()?, tenant).await;
    left.map_err(Error::into_problem)?;
    Ok(Taken::Go("/".to_owned(), None))
}

async fn invite(visit: &Visit, tenant: TenantId) -> Result<Taken, Problem> {
    let fields = visit.fields();
    let role = fields.read("role")?;
    let input = InvitationInput {
        email: fields.read_unless_empty("email")?,
        role,
        granted: grants::read(&fields, role)?,
    };
    let token = visit
        .engine
        .invite(visit.viewer()?, tenant, input)
        .await
        .map_err(Error::into_problem)?;
    let address = address::invitation(token.expose_secret());
    Ok(Taken::Show(visit.link(&address)))
}

async fn withdraw(visit: &Visit, tenant: TenantId) -> Result<Taken, Problem> {
    let id = visit.fields().id("invitation")?;
    visit
        .engine
        .withdraw_invitation(visit.viewer()?, Some(tenant), id)
        .await
        .map_err(Error::into_problem)?;
    Ok(Taken::said(
        visit.pages().members(),
        "Invitation withdrawn. Its link no longer works.",
    ))
}
