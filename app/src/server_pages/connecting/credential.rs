//! The forms for a token, or the key of a GitHub App.

use domain::report::ConnectionKind;
use domain::{Problem, web_url};
use engine::Credential;
use leptos::prelude::*;
use serde::Deserialize;

use super::action::Action;
use crate::server_pages::PageRequest;
use crate::server_pages::controls::Choice;
use crate::server_pages::fields::{invalid, optional_secret, secret};
use crate::server_pages::form::{Form, Text, submit_button};
use crate::server_pages::github_app::pending::create_card;
use secrecy::{ExposeSecret, SecretString};

const NAME: Text = Text {
    name: "name",
    label: "Name",
    autocomplete: "off",
    hint: "Only shown in Tidemark.",
    longest: 100,
    ..Text::EMPTY
};
const TOKEN: Text = Text {
    name: "token",
    label: "Token",
    kind: "password",
    autocomplete: "off",
    placeholder: "github_pat_… or ghp_…",
    hint: "Fine-grained: repository permission “Administration: read”. Classic: scope “repo”. GitHub only shows a repository’s traffic to users with push access.",
    longest: 1_000,
    ..Text::EMPTY
};
const APP_ID: Text = Text {
    name: "app",
    label: "App ID",
    autocomplete: "off",
    placeholder: "123456",
    hint: "The number at the top of the app’s settings on GitHub.",
    longest: 20,
    ..Text::EMPTY
};
const INSTALLATION_ID: Text = Text {
    name: "installation",
    label: "Installation ID",
    autocomplete: "off",
    placeholder: "12345678",
    hint: "The number at the end of the URL of the installation’s settings on GitHub.",
    longest: 20,
    ..Text::EMPTY
};
const PRIVATE_KEY: Text = Text {
    name: "private-key",
    label: "Private key",
    kind: "password",
    placeholder: "-----BEGIN RSA PRIVATE KEY-----",
    hint: "The whole .pem file you downloaded when you created the key on GitHub.",
    longest: 8_000,
    ..Text::EMPTY
};

/// The forms that add a connection: with a token or with an app.
pub fn connect_forms(request: &PageRequest, servers: &[String], connections: usize) -> AnyView {
    let token = Form::new(request, Action::Connect);
    let app = Form::new(request, Action::ConnectApp);
    let name = match connections {
        0 => "GitHub".to_owned(),
        more => format!("GitHub {}", more + 1),
    };
    let make = servers.first().map(|server| {
        let address = web_url(server) + "/settings/personal-access-tokens/new";
        view! {
            <a href=address target="_blank" rel="noreferrer">
                "Create a token on GitHub"
            </a>
        }
    });
    let app_open = app.problem().is_some();
    let with_token = view! {
        {fields(&token, ConnectionKind::Token)}
        {token.text(NAME, &name)}
        {server(&token, servers)}
        {submit_button("Connect")}
    };
    let with_app = view! {
        {fields(&app, ConnectionKind::App)}
        {app.text(NAME, &name)}
        {server(&app, servers)}
        {submit_button("Connect app")}
    };
    view! {
        <section class="card">
            <div class="card-head">
                <h2 id="with-token">"Connect with a token"</h2>
                <span class="spacer"></span>
                {make}
            </div>
            <div class="card-body narrow">{token.with("with-token", with_token)}</div>
        </section>
        {create_card(request)}
        <details class="card" open=app_open>
            <summary class="card-head">
                <h2 id="with-app">"Connect with a GitHub App"</h2>
                <span class="muted">"if the app already exists on GitHub"</span>
            </summary>
            <div class="card-body narrow">{app.with("with-app", with_app)}</div>
        </details>
    }
    .into_any()
}

/// The fields of a credential of this kind.
pub fn fields(form: &Form, kind: ConnectionKind) -> AnyView {
    match kind {
        ConnectionKind::Token => form.text(TOKEN, ""),
        ConnectionKind::App => view! {
            <div class="fields">{form.text(APP_ID, "")} {form.text(INSTALLATION_ID, "")}</div>
            {form.area(PRIVATE_KEY, 6)}
        }
        .into_any(),
    }
}

/// The choice of a server, if there are several.
fn server(form: &Form, servers: &[String]) -> Option<AnyView> {
    let first = servers.first()?;
    if servers.len() < 2 {
        return None;
    }
    let choices = servers
        .iter()
        .map(|server| Choice::new(server, web_url(server)))
        .collect();
    Some(form.select("server", "GitHub server", choices, first))
}

/// The submitted token or key.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct CredentialForm {
    #[serde(deserialize_with = "secret")]
    token: SecretString,
    app: String,
    installation: String,
    #[serde(deserialize_with = "optional_secret")]
    private_key: Option<SecretString>,
}

impl CredentialForm {
    /// The credential of this kind.
    pub fn read(self, kind: ConnectionKind) -> Result<Credential, Problem> {
        if kind == ConnectionKind::Token {
            let token = self.token.expose_secret().trim();
            if token.is_empty() {
                return Err(invalid("Enter the token from GitHub."));
            }
            return Ok(Credential::Token(token.into()));
        }
        let number = |text: &str, what: &str| {
            let number = text.trim().parse().ok();
            number.filter(|id| *id > 0).ok_or_else(|| {
                invalid(format!(
                    "The {what} must be a number. Copy it from the settings on GitHub."
                ))
            })
        };
        let private_key = self.private_key.unwrap_or_default();
        Ok(Credential::App {
            app_id: number(&self.app, "App ID")?,
            installation_id: number(&self.installation, "installation ID")?,
            private_key: private_key.expose_secret().trim().into(),
        })
    }

    /// The credential of the kind whose fields the form has.
    pub fn replacement(self) -> Result<Credential, Problem> {
        let kind = match self.private_key {
            Some(_) => ConnectionKind::App,
            None => ConnectionKind::Token,
        };
        self.read(kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server_pages::Fields;

    fn read(encoded: &str, kind: ConnectionKind) -> Result<Credential, Problem> {
        let form: CredentialForm = Fields::parse(encoded.as_bytes()).typed()?;
        form.read(kind)
    }

    #[test]
    fn a_credential_is_read_without_the_space_around_it() {
        match read("token=+ghp_x%0A", ConnectionKind::Token) {
            Ok(Credential::Token(token)) => assert_eq!(token.expose_secret(), "ghp_x"),
            other => panic!("{other:?}"),
        }
        let app = "app=+12&installation=34&private-key=key%0A";
        match read(app, ConnectionKind::App) {
            Ok(Credential::App {
                app_id: 12,
                installation_id: 34,
                private_key,
            }) => assert_eq!(private_key.expose_secret(), "key"),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_is_none_is_told_in_a_sentence() {
        for (form, kind, part) in [
            ("token=+", ConnectionKind::Token, "the token"),
            (
                "app=x&installation=1&private-key=k",
                ConnectionKind::App,
                "App ID",
            ),
            (
                "app=1&installation=-1&private-key=k",
                ConnectionKind::App,
                "installation ID",
            ),
        ] {
            let problem = read(form, kind).expect_err(form);
            assert!(problem.message.contains(part), "{}", problem.message);
        }
    }
}
