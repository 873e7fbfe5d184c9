//! The members page of a tenant's settings: members, their roles and open invitations.

mod editor;
mod grants;
mod invitations;
mod table;

use domain::report::MembersReport;
use domain::{Problem, Role};
use engine::{Error, InvitationInput, TenantRequest};
use leptos::prelude::*;
use secrecy::ExposeSecret;

use self::editor::editor;
use self::invitations::{invited, inviter, open_ones};
use self::table::table;
use crate::address;
use crate::server_pages::controls::Answer;
use crate::server_pages::layout::{Layout, page_head};
use crate::server_pages::{FormOutcome, PageContent, PageRequest, ServerPage};

pub const PAGE: ServerPage = ServerPage::new(
    "/t/{tenant}/settings/members",
    &["change", "remove", "leave", "invite", "withdraw"],
    |request| Box::pin(view(request)),
    |request| Box::pin(submit(request)),
);

/// The page; `?member=` opens the editor for that member.
async fn view(request: PageRequest) -> Result<PageContent, Problem> {
    let context = request.tenant().await?;
    let report = context
        .engine
        .members(&context.viewer, context.tenant)
        .await;
    let report = report.map_err(Error::into_problem)?;
    let layout = Layout::settings(&request, &context, request.pages().members()).await?;
    Ok(PageContent::new("Members", layout, move || {
        body(&request, &report)
    }))
}

fn body(request: &PageRequest, report: &MembersReport) -> AnyView {
    let edited = request.query.text("member");
    let edited = report
        .members
        .iter()
        .find(|member| member.user.to_string() == edited);
    view! {
        {page_head("Members", "Who can see this tenant’s statistics, and who manages it.")}
        {invited(request)}
        {edited.map(|member| editor(request, member, &report.repositories))}
        {table(request, &report.members)}
        {open_ones(request, &report.invitations)}
        {inviter(request, &report.repositories)}
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

async fn submit(request: PageRequest) -> Result<FormOutcome, Problem> {
    let context = request.tenant().await?;
    match request.action() {
        "change" => change(&request, &context).await,
        "remove" => remove(&request, &context).await,
        "leave" => leave(&context).await,
        "invite" => invite(&request, &context).await,
        _ => withdraw(&request, &context).await,
    }
}

async fn change(request: &PageRequest, context: &TenantRequest) -> Result<FormOutcome, Problem> {
    let fields = request.fields();
    let (user, role) = (fields.id("member")?, fields.read("role")?);
    context
        .engine
        .set_member(
            &context.viewer,
            context.tenant,
            user,
            role,
            grants::read(&fields, role)?,
        )
        .await
        .map_err(Error::into_problem)?;
    let mine = request.person().is_some_and(|person| person.id == user);
    let pages = request.pages();
    // Only owners may see this page.
    if mine && role != Role::Owner {
        return Ok(FormOutcome::Redirect(pages.home(), None));
    }
    Ok(FormOutcome::flash(pages.members(), "Member updated."))
}

async fn remove(request: &PageRequest, context: &TenantRequest) -> Result<FormOutcome, Problem> {
    let user = request.fields().id("member")?;
    context
        .engine
        .remove_member(&context.viewer, context.tenant, user)
        .await
        .map_err(Error::into_problem)?;
    Ok(FormOutcome::flash(
        request.pages().members(),
        "Member removed. They no longer have access, and their invitations and API tokens have been revoked.",
    ))
}

async fn leave(context: &TenantRequest) -> Result<FormOutcome, Problem> {
    let left = context.engine.leave(&context.viewer, context.tenant).await;
    left.map_err(Error::into_problem)?;
    Ok(FormOutcome::Redirect("/".to_owned(), None))
}

async fn invite(request: &PageRequest, context: &TenantRequest) -> Result<FormOutcome, Problem> {
    let fields = request.fields();
    let role = fields.read("role")?;
    let input = InvitationInput {
        email: fields.read_unless_empty("email")?,
        role,
        granted: grants::read(&fields, role)?,
    };
    let token = context
        .engine
        .invite(&context.viewer, context.tenant, input)
        .await
        .map_err(Error::into_problem)?;
    let address = address::invitation(token.expose_secret());
    Ok(FormOutcome::Reveal(request.link(&address)))
}

async fn withdraw(request: &PageRequest, context: &TenantRequest) -> Result<FormOutcome, Problem> {
    let id = request.fields().id("invitation")?;
    context
        .engine
        .withdraw_invitation(&context.viewer, Some(context.tenant), id)
        .await
        .map_err(Error::into_problem)?;
    Ok(FormOutcome::flash(
        request.pages().members(),
        "Invitation withdrawn. Its link no longer works.",
    ))
}
