//! The members page of a tenant's settings: members, their roles and open invitations.

mod editor;
mod grants;
mod invitations;
mod table;

use domain::report::MembersReport;
use domain::{InvitationId, Problem, RepositoryId, Role, UserId};
use engine::{Error, InvitationInput, TenantRequest};
use leptos::prelude::*;
use secrecy::ExposeSecret;
use serde::Deserialize;
use strum::{EnumString, IntoStaticStr, VariantNames};

use self::editor::editor;
use self::grants::granted;
use self::invitations::{invited, inviter, open_ones};
use self::table::table;
use crate::address;
use crate::server_pages::controls::Choice;
use crate::server_pages::fields::{parsed, parsed_optional};
use crate::server_pages::layout::{Layout, page_head};
use crate::server_pages::{FormOutcome, PageContent, PageRequest, ServerPage};

/// What the forms of this page do.
#[derive(Clone, Copy, EnumString, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
enum Action {
    Change,
    Remove,
    Leave,
    Invite,
    Withdraw,
}

pub const PAGE: ServerPage = ServerPage::new(
    "/t/{tenant}/settings/members",
    Action::VARIANTS,
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
fn roles() -> Vec<Choice> {
    Role::ALL
        .into_iter()
        .map(|role| Choice {
            description: role.description(),
            ..Choice::new(role.as_str(), role.label())
        })
        .collect()
}

#[derive(Deserialize)]
struct ChangeForm {
    member: UserId,
    #[serde(default)]
    role: String,
    #[serde(default)]
    repository: Vec<RepositoryId>,
    #[serde(default)]
    repositories: String,
}

#[derive(Deserialize)]
struct MemberForm {
    member: UserId,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct InviteForm {
    email: String,
    role: String,
    repository: Vec<RepositoryId>,
    repositories: String,
}

#[derive(Deserialize)]
struct InvitationForm {
    invitation: InvitationId,
}

async fn submit(request: PageRequest) -> Result<FormOutcome, Problem> {
    let context = request.tenant().await?;
    let message = match request.action()? {
        Action::Change => return change(&request, &context, request.form()?).await,
        Action::Remove => remove(&context, request.form()?).await?,
        Action::Leave => {
            let left = context.engine.leave(&context.viewer, context.tenant).await;
            left.map_err(Error::into_problem)?;
            return Ok(FormOutcome::Redirect("/".to_owned(), None));
        }
        Action::Invite => return invite(&request, &context, request.form()?).await,
        Action::Withdraw => withdraw(&context, request.form()?).await?,
    };
    Ok(FormOutcome::flash(request.pages().members(), message))
}

async fn change(
    request: &PageRequest,
    context: &TenantRequest,
    form: ChangeForm,
) -> Result<FormOutcome, Problem> {
    let (user, role) = (form.member, parsed(&form.role)?);
    let granted = granted(context, form.repository, &form.repositories, role).await?;
    context
        .engine
        .set_member(&context.viewer, context.tenant, user, role, granted)
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

async fn remove(context: &TenantRequest, form: MemberForm) -> Result<&'static str, Problem> {
    context
        .engine
        .remove_member(&context.viewer, context.tenant, form.member)
        .await
        .map_err(Error::into_problem)?;
    Ok(
        "Member removed. They no longer have access, and their invitations and API tokens have been revoked.",
    )
}

async fn invite(
    request: &PageRequest,
    context: &TenantRequest,
    form: InviteForm,
) -> Result<FormOutcome, Problem> {
    let role = parsed(&form.role)?;
    let input = InvitationInput {
        email: parsed_optional(&form.email)?,
        role,
        granted: granted(context, form.repository, &form.repositories, role).await?,
    };
    let token = context
        .engine
        .invite(&context.viewer, context.tenant, input)
        .await
        .map_err(Error::into_problem)?;
    let address = address::invitation(token.expose_secret());
    Ok(FormOutcome::Reveal(request.link(&address)))
}

async fn withdraw(context: &TenantRequest, form: InvitationForm) -> Result<&'static str, Problem> {
    context
        .engine
        .withdraw_invitation(&context.viewer, Some(context.tenant), form.invitation)
        .await
        .map_err(Error::into_problem)?;
    Ok("Invitation withdrawn. Its link no longer works.")
}
