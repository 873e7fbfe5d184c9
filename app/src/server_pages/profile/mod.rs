//! The profile page: personal details, sign-in methods, sessions and roles.

mod about;
mod identities;
mod roles;
mod sessions;

use domain::{IdentityId, Problem, ProblemKind, SessionId, TenantId, Theme};
use engine::{Error, ProfileInput};
use leptos::prelude::*;

use super::confirm::sign_in_error;
use super::layout::Layout;
use super::{FormOutcome, PageContent, PageRequest, ServerPage};
use crate::address;

pub const PAGE: ServerPage = ServerPage::new(
    address::PROFILE,
    &[
        "about",
        "email",
        "password",
        "disconnect",
        "end-session",
        "end-others",
        "leave",
    ],
    |request| Box::pin(view(request)),
    |request| Box::pin(submit(request)),
)
.metered(&["email", "password"]);

async fn view(request: PageRequest) -> Result<PageContent, Problem> {
    let profile = request
        .engine
        .profile(request.viewer()?, &request.session)
        .await
        .map_err(Error::into_problem)?;
    let layout = Layout::around(&request);
    Ok(PageContent::new("Profile", layout, move || {
        view! {
            <div class="page-head">
                <h1>"Profile"</h1>
            </div>
            {sign_in_error(&request)}
            <div class="columns">
                {about::account(&request, &profile)}
                <div>
                    {about::email(&request, &profile)} {about::password(&request, &profile)}
                </div>
            </div>
            {identities::card(&request, &profile)}
            {sessions::card(&request, &profile.sessions)}
            {roles::card(&request, &profile)}
        }
        .into_any()
    }))
}

async fn submit(request: PageRequest) -> Result<FormOutcome, Problem> {
    let (engine, viewer, fields) = (&request.engine, request.viewer()?, request.fields());
    let (done, said) = match request.action() {
        "about" | "email" => (
            engine.update_profile(viewer, input(&request).await?).await,
            "Profile saved.",
        ),
        "password" => {
            let old = fields.checked("old").then(|| fields.secret("old"));
            engine
                .change_password(viewer, old, fields.secret("new"), &request.session)
                .await
                .map_err(Error::into_problem)?;
            let said = "Password changed. You’ve been signed out everywhere else.";
            return Ok(FormOutcome::RotateSession(
                address::PROFILE.to_owned(),
                Some(said.to_owned()),
            ));
        }
        "disconnect" => {
            let id: IdentityId = fields.id("identity")?;
            (
                engine.disconnect_identity(viewer, id).await,
                "Account unlinked.",
            )
        }
        "end-session" => {
            let id: SessionId = fields.id("session")?;
            (engine.end_session(viewer, id).await, "Session ended.")
        }
        "end-others" => {
            let ended = engine.end_other_sessions(viewer, &request.session).await;
            ended.map_err(Error::into_problem)?;
            let said = "You’ve been signed out everywhere else.";
            return Ok(FormOutcome::RotateSession(
                address::PROFILE.to_owned(),
                Some(said.to_owned()),
            ));
        }
        _ => {
            let id: TenantId = fields.id("tenant")?;
            (engine.leave(viewer, id).await, "You’ve left the tenant.")
        }
    };
    done.map_err(Error::into_problem)?;
    Ok(FormOutcome::flash(address::PROFILE, said))
}

/// The values of the submitted form; the other form's values stay as they are.
async fn input(request: &PageRequest) -> Result<ProfileInput, Problem> {
    let now = request
        .engine
        .profile(request.viewer()?, &request.session)
        .await
        .map_err(Error::into_problem)?;
    let fields = request.fields();
    Ok(if request.action() == "email" {
        ProfileInput {
            name: now.name,
            email: fields.text("email").to_owned(),
            timezone: now.timezone,
            theme: now.theme,
            password: fields.checked("current").then(|| fields.secret("current")),
        }
    } else {
        let theme = Theme::parse(fields.text("theme"));
        ProfileInput {
            name: fields.text("name").to_owned(),
            email: now.email.to_string(),
            timezone: fields.text("timezone").to_owned(),
            theme: theme.ok_or_else(|| Problem::new(ProblemKind::Invalid, "Choose a theme."))?,
            password: None,
        }
    })
}
