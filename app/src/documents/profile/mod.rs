//! One's own account: what it says, how one signs in, where one is signed in, and what one is.

mod about;
mod identities;
mod roles;
mod sessions;

use domain::{IdentityId, Problem, ProblemKind, SessionId, TenantId, Theme};
use engine::{Error, ProfileInput};
use leptos::prelude::*;

use super::frame::Frame;
use super::question::trouble;
use super::{Document, Page, Taken, Visit};
use crate::address;

pub const DOCUMENT: Document = Document::new(
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
    |visit| Box::pin(view(visit)),
    |visit| Box::pin(take(visit)),
)
.metered(&["email", "password"]);

async fn view(visit: Visit) -> Result<Page, Problem> {
    let profile = visit
        .engine
        .profile(visit.viewer()?, &visit.session)
        .await
        .map_err(Error::into_problem)?;
    let frame = Frame::around(&visit);
    Ok(Page::new("Profile", frame, move || {
        view! {
            <div class="page-head">
                <h1>"Profile"</h1>
            </div>
            {trouble(&visit)}
            <div class="columns">
                {about::account(&visit, &profile)}
                <div>
                    {about::email(&visit, &profile)} {about::password(&visit, &profile)}
                </div>
            </div>
            {identities::card(&visit, &profile)}
            {sessions::card(&visit, &profile.sessions)}
            {roles::card(&visit, &profile)}
        }
        .into_any()
    }))
}

async fn take(visit: Visit) -> Result<Taken, Problem> {
    let (engine, viewer, fields) = (&visit.engine, visit.viewer()?, visit.fields());
    let (done, said) = match visit.order() {
        "about" | "email" => (
            engine.update_profile(viewer, input(&visit).await?).await,
            "Your profile was changed.",
        ),
        "password" => {
            let old = fields.ticked("old").then(|| fields.secret("old"));
            engine
                .change_password(viewer, old, fields.secret("new"), &visit.session)
                .await
                .map_err(Error::into_problem)?;
            let said = "Your password was changed, and all your other sessions have ended.";
            return Ok(Taken::Renew(
                address::PROFILE.to_owned(),
                Some(said.to_owned()),
            ));
        }
        "disconnect" => {
            let id: IdentityId = fields.id("identity")?;
            (
                engine.disconnect_identity(viewer, id).await,
                "The account was disconnected.",
            )
        }
        "end-session" => {
            let id: SessionId = fields.id("session")?;
            (
                engine.end_session(viewer, id).await,
                "The session has ended.",
            )
        }
        "end-others" => {
            let ended = engine.end_other_sessions(viewer, &visit.session).await;
            ended.map_err(Error::into_problem)?;
            let said = "All your other sessions have ended.";
            return Ok(Taken::Renew(
                address::PROFILE.to_owned(),
                Some(said.to_owned()),
            ));
        }
        _ => {
            let id: TenantId = fields.id("tenant")?;
            (engine.leave(viewer, id).await, "You left the tenant.")
        }
    };
    done.map_err(Error::into_problem)?;
    Ok(Taken::said(address::PROFILE, said))
}

/// What one of the two forms about the account says; the rest stays as it is.
async fn input(visit: &Visit) -> Result<ProfileInput, Problem> {
    let now = visit
        .engine
        .profile(visit.viewer()?, &visit.session)
        .await
        .map_err(Error::into_problem)?;
    let fields = visit.fields();
    Ok(if visit.order() == "email" {
        ProfileInput {
            name: now.name,
            email: fields.text("email").to_owned(),
            timezone: now.timezone,
            theme: now.theme,
            password: fields.ticked("current").then(|| fields.secret("current")),
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
