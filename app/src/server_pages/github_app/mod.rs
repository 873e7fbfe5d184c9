//! Creating a GitHub App: the questions, and the form that sends the manifest to GitHub.
//!
//! GitHub redirects back to the addresses in [`callback`]. Apps not yet installed are listed on the
//! connections page ([`pending`]).

pub mod callback;
pub mod pending;

use domain::report::ConnectionsReport;
use domain::{Problem, web_url};
use engine::{AppAddresses, Error, NewApp};
use leptos::prelude::*;
use secrecy::ExposeSecret;
use serde::Deserialize;
use strum::{EnumString, IntoStaticStr, VariantNames};
use url::Url;

use super::connecting::api_url;
use super::controls::Choice;
use super::fields::{checkbox, not_understood};
use super::form::{Form, Text, hidden, submit_button};
use super::layout::{Layout, card, page_head};
use super::{FormOutcome, PageContent, PageRequest, ServerPage};

/// The `owner` value that stands for an organization.
const ORGANIZATION: &str = "organization";

/// What the form does.
#[derive(Clone, Copy, EnumString, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
enum Action {
    CreateApp,
}

pub const PAGE: ServerPage = ServerPage::new(
    "/t/{tenant}/settings/github-app",
    Action::VARIANTS,
    |request| Box::pin(view(request)),
    |request| Box::pin(submit(request)),
);

const NAME: Text = Text {
    name: "name",
    label: "App name",
    autocomplete: "off",
    hint: "Must be unique on GitHub. You can change it there before creating the app.",
    longest: 34,
    ..Text::EMPTY
};
const ORGANIZATION_NAME: Text = Text {
    name: "organization-name",
    label: "Organization",
    autocomplete: "off",
    placeholder: "acme-labs",
    hint: "As it appears in its GitHub URL. Leave empty for your own account.",
    longest: 39,
    optional: true,
    ..Text::EMPTY
};

/// What the browser posts to GitHub.
struct Handover {
    action: String,
    origin: String,
    manifest: String,
}

impl Handover {
    /// One line each for the address and the origin, so that [`FormOutcome::Reveal`] can carry it.
    fn to_text(&self) -> String {
        format!("{}\n{}\n{}", self.action, self.origin, self.manifest)
    }

    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.splitn(3, '\n').map(str::to_owned);
        Some(Self {
            action: lines.next()?,
            origin: lines.next()?,
            manifest: lines.next()?,
        })
    }
}

async fn view(request: PageRequest) -> Result<PageContent, Problem> {
    let context = request.tenant().await?;
    let report = context
        .engine
        .connections(&context.viewer, context.tenant)
        .await;
    let report = report.map_err(Error::into_problem)?;
    let name = context
        .engine
        .suggested_app_name(&context.viewer, context.tenant, request.part("tenant"))
        .map_err(Error::into_problem)?;
    let layout = Layout::settings(&request, &context, request.pages().connections()).await?;
    let form = Form::new(&request, Action::CreateApp);
    Ok(match form.secret().and_then(Handover::parse) {
        Some(handover) => {
            let origin = handover.origin.clone();
            PageContent::new("Continue on GitHub", layout, move || {
                hand_over(&request, handover)
            })
            .sending_to(origin)
        }
        None => PageContent::new("Create a GitHub App", layout, move || {
            ask(&form, &report, &name)
        }),
    })
}

fn ask(form: &Form, report: &ConnectionsReport, name: &str) -> AnyView {
    let mine = Choice {
        value: "personal".to_owned(),
        label: "My own account".to_owned(),
        description: "For the repositories of your GitHub user.",
    };
    let organization = Choice {
        value: ORGANIZATION.to_owned(),
        label: "An organization".to_owned(),
        description: "For the repositories of an organization you own.",
    };
    let servers = (report.servers.len() > 1).then(|| {
        let choices = report.servers.iter();
        let choices = choices.map(|server| Choice::new(server, web_url(server)));
        let first = report.servers.first().cloned().unwrap_or_default();
        form.select("server", "GitHub server", choices.collect(), &first)
    });
    let fields = view! {
        {form.radios("owner", "App owner", vec![organization, mine], ORGANIZATION)}
        {form.text(ORGANIZATION_NAME, "")}
        {form.text(NAME, name)}
        {servers}
        {form.checkbox("contents", "read", "Also read releases and tags (contents: read)", false)}
        {submit_button("Create a GitHub App")}
    };
    view! {
        {page_head(
            "Create a GitHub App",
            "The app reads the traffic of the repositories you install it on. It belongs to you, needs no personal token, and never expires.",
        )}
{card("create", "The app", view! {
<div class="card-body narrow">{form.with("create", fields)}</div>
})}
    }
    .into_any()
}

fn hand_over(request: &PageRequest, handover: Handover) -> AnyView {
    let Handover {
        action,
        origin,
        manifest,
    } = handover;
    let contents = manifest.contains(r#""contents""#);
    let host = origin.split_once("://").map_or("", |(_, host)| host);
    let sentence = format!(
        "Create the app on {host} and choose its repositories. You’ll come back here afterwards. You have one hour."
    );
    view! {
            {page_head("Continue on GitHub", "Nothing has been created yet.")}
    {card("permissions", "Permissions of the app", view! {
    <div class="card-body stack">
        <ul aria-labelledby="permissions">
            <li>"Administration: read (required for traffic)"</li>
            <li>"Metadata: read (required for every app)"</li>
            {contents.then(|| view! { <li>"Contents: read (for releases and tags)"</li> })}
        </ul>
        <p>{sentence}</p>
        <form method="post" action=action class="row">
            {hidden("manifest", manifest)}
            <button type="submit" class="button primary">
                "Continue on GitHub"
            </button>
            <a class="button" href=request.pages().connections()>
                "Cancel"
            </a>
        </form>
    </div>
    })}
        }
    .into_any()
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
struct CreateForm {
    name: String,
    server: String,
    owner: String,
    organization_name: String,
    #[serde(deserialize_with = "checkbox")]
    contents: bool,
}

async fn submit(request: PageRequest) -> Result<FormOutcome, Problem> {
    let context = request.tenant().await?;
    let Action::CreateApp = request.action()?;
    let form: CreateForm = request.form()?;
    let input = NewApp {
        name: form.name,
        api_url: api_url(&form.server)?,
        organization: (form.owner == ORGANIZATION).then_some(form.organization_name),
        contents: form.contents,
    };
    let at = |path: String| Url::parse(&request.link(&path)).map_err(|_| not_understood());
    let back = AppAddresses {
        home: request.public_url.clone(),
        created: at(request.pages().github_app() + "/created")?,
        installed: at(request.pages().github_app() + "/installed")?,
    };
    let form = context
        .engine
        .begin_app(
            &context.viewer,
            context.tenant,
            &request.session,
            input,
            &back,
        )
        .await
        .map_err(Error::into_problem)?;
    let handover = Handover {
        action: form.action.expose_secret().to_owned(),
        origin: form.origin,
        manifest: form.manifest,
    };
    Ok(FormOutcome::Reveal(handover.to_text()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handover_survives_its_text() {
        let handover = Handover {
            action: "https://github.com/settings/apps/new?state=s".to_owned(),
            origin: "https://github.com".to_owned(),
            manifest: r#"{"name":"Tidemark"}"#.to_owned(),
        };
        let read = Handover::parse(&handover.to_text()).expect("a handover");
        assert_eq!(read.action, handover.action);
        assert_eq!(read.origin, handover.origin);
        assert_eq!(read.manifest, handover.manifest);
        assert!(Handover::parse("one line").is_none());
    }
}
