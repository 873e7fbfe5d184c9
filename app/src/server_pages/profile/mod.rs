//! The profile page: personal details, sign-in methods, sessions and roles.

mod details;
mod identities;
mod roles;
mod sessions;

use domain::report::ProfileReport;
use domain::{IdentityId, Problem, SessionId, TenantId, Theme};
use engine::{Error, ProfileInput};
use leptos::prelude::*;
use serde::Deserialize;
use strum::{EnumString, IntoStaticStr, VariantNames};

use super::confirm::sign_in_error;
use super::fields::{invalid, optional_secret, secret};
use super::layout::Layout;
use super::{FormOutcome, PageContent, PageRequest, ServerPage};
use crate::address;
use secrecy::SecretString;

/// What the forms of this page do.
#[derive(Clone, Copy, EnumString, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case", const_into_str)]
enum Action {
    About,
    Email,
    Password,
    Disconnect,
    EndSession,
    EndOthers,
    Leave,
}

pub const PAGE: ServerPage = ServerPage::new(
    address::PROFILE,
    Action::VARIANTS,
    |request| Box::pin(view(request)),
    |request| Box::pin(submit(request)),
)
.metered(&[Action::Email.into_str(), Action::Password.into_str()]);

async fn view(request: PageRequest) -> Result<PageContent, Problem> {
    let profile = current(&request).await?;
    let layout = Layout::around(&request);
    Ok(PageContent::new("Profile", layout, move || {
        view! {
            <div class="page-head">
                <h1>"Profile"</h1>
            </div>
            {sign_in_error(&request)}
            <div class="columns">
                {details::account(&request, &profile)}
                <div>
                    {details::email(&request, &profile)} {details::password(&request, &profile)}
                </div>
            </div>
            {identities::card(&request, &profile)}
            {sessions::card(&request, &profile.sessions)}
            {roles::card(&request, &profile)}
        }
        .into_any()
    }))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct AboutForm {
    name: String,
    timezone: String,
    theme: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct EmailForm {
    email: String,
    #[serde(deserialize_with = "optional_secret")]
    current: Option<SecretString>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct PasswordForm {
    #[serde(deserialize_with = "optional_secret")]
    old: Option<SecretString>,
    #[serde(deserialize_with = "secret")]
    new: SecretString,
}

#[derive(Deserialize)]
struct IdentityForm {
    identity: IdentityId,
}

#[derive(Deserialize)]
struct SessionForm {
    session: SessionId,
}

#[derive(Deserialize)]
struct TenantForm {
    tenant: TenantId,
}

async fn submit(request: PageRequest) -> Result<FormOutcome, Problem> {
    let (engine, viewer) = (&request.engine, request.viewer()?);
    let (done, message) = match request.action()? {
        Action::About => {
            let input = about_input(&request).await?;
            (engine.update_profile(viewer, input).await, "Profile saved.")
        }
        Action::Email => {
            let input = email_input(&request).await?;
            (engine.update_profile(viewer, input).await, "Profile saved.")
        }
        Action::Password => {
            let form: PasswordForm = request.form()?;
            engine
                .change_password(viewer, form.old, form.new, &request.session)
                .await
                .map_err(Error::into_problem)?;
            return Ok(rotate_session(
                "Password changed. You’ve been signed out everywhere else.",
            ));
        }
        Action::Disconnect => {
            let IdentityForm { identity } = request.form()?;
            let disconnected = engine.disconnect_identity(viewer, identity).await;
            (disconnected, "Account unlinked.")
        }
        Action::EndSession => {
            let SessionForm { session } = request.form()?;
            (engine.end_session(viewer, session).await, "Session ended.")
        }
        Action::EndOthers => {
            let ended = engine.end_other_sessions(viewer, &request.session).await;
            ended.map_err(Error::into_problem)?;
            return Ok(rotate_session("You’ve been signed out everywhere else."));
        }
        Action::Leave => {
            let TenantForm { tenant } = request.form()?;
            (
                engine.leave(viewer, tenant).await,
                "You’ve left the tenant.",
            )
        }
    };
    done.map_err(Error::into_problem)?;
    Ok(FormOutcome::flash(address::PROFILE, message))
}

fn rotate_session(message: &str) -> FormOutcome {
    FormOutcome::RotateSession(address::PROFILE.to_owned(), Some(message.to_owned()))
}

async fn current(request: &PageRequest) -> Result<ProfileReport, Problem> {
    let profile = request.engine.profile(request.viewer()?, &request.session);
    profile.await.map_err(Error::into_problem)
}

/// The profile with what the first form says.
async fn about_input(request: &PageRequest) -> Result<ProfileInput, Problem> {
    let now = current(request).await?;
    let form: AboutForm = request.form()?;
    let theme = Theme::parse(&form.theme);
    Ok(ProfileInput {
        name: form.name,
        email: now.email.to_string(),
        timezone: form.timezone,
        theme: theme.ok_or_else(|| invalid("Choose a theme."))?,
        password: None,
    })
}

/// The profile with another email address.
async fn email_input(request: &PageRequest) -> Result<ProfileInput, Problem> {
    let now = current(request).await?;
    let form: EmailForm = request.form()?;
    Ok(ProfileInput {
        name: now.name,
        email: form.email,
        timezone: now.timezone,
        theme: now.theme,
        password: form.current,
    })
}
