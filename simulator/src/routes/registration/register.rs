//! `POST …/settings/apps/new`: what a manifest asks for, and the button that registers the app.

use std::sync::Arc;

use axum::extract::{Extension, Form, Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::{escaped, page, send_back, to_the_sign_in_page};
use crate::apps::manifest::Manifest;
use crate::http::call::Call;
use crate::shared::Shared;

const HEADING: &str = "Create GitHub App";

/// GitHub takes the state from the address that the form is sent to.
#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    state: String,
}

#[derive(Deserialize)]
pub(super) struct Sent {
    #[serde(default)]
    manifest: String,
}

#[derive(Deserialize)]
pub(super) struct Accepted {
    manifest: String,
    name: String,
    #[serde(default)]
    state: String,
}

/// Shows the manifest to the user, for an app of their own.
pub(super) async fn show_own(
    State(shared): State<Arc<Shared>>,
    Query(asked): Query<Asked>,
    Form(sent): Form<Sent>,
) -> Response {
    show(&shared, None, &asked, &sent)
}

/// Shows the manifest to the user, for an app of this organization.
pub(super) async fn show_of_organization(
    State(shared): State<Arc<Shared>>,
    Path(org): Path<String>,
    Query(asked): Query<Asked>,
    Form(sent): Form<Sent>,
) -> Response {
    show(&shared, Some(&org), &asked, &sent)
}

/// Registers the app for the user, and sends them back with its code.
pub(super) async fn accept_own(
    State(shared): State<Arc<Shared>>,
    Extension(call): Extension<Arc<Call>>,
    Form(accepted): Form<Accepted>,
) -> Response {
    accept(&shared, &call, None, &accepted)
}

/// Registers the app for this organization, and sends the user back with its code.
pub(super) async fn accept_of_organization(
    State(shared): State<Arc<Shared>>,
    Extension(call): Extension<Arc<Call>>,
    Path(org): Path<String>,
    Form(accepted): Form<Accepted>,
) -> Response {
    accept(&shared, &call, Some(org), &accepted)
}

fn show(shared: &Shared, org: Option<&str>, asked: &Asked, sent: &Sent) -> Response {
    let Some(login) = shared.world().signed_in.clone() else {
        return to_the_sign_in_page();
    };
    let manifest = match Manifest::read(&sent.manifest) {
        Ok(manifest) => manifest,
        Err(wrong) => return invalid(&wrong),
    };
    form(&login, org, &manifest, &sent.manifest, &asked.state, None)
}

fn accept(shared: &Shared, call: &Call, org: Option<String>, accepted: &Accepted) -> Response {
    let mut world = shared.world();
    let Some(login) = world.signed_in.clone() else {
        return to_the_sign_in_page();
    };
    let mut manifest = match Manifest::read(&accepted.manifest) {
        Ok(manifest) => manifest,
        Err(wrong) => return invalid(&wrong),
    };
    accepted.name.trim().clone_into(&mut manifest.name);
    if let Some(refused) = world.name_refused(&manifest) {
        let (text, state) = (&accepted.manifest, &accepted.state);
        return form(
            &login,
            org.as_deref(),
            &manifest,
            text,
            state,
            Some(refused),
        );
    }
    let owner = org.unwrap_or(login);
    let code = world.register(&manifest, &owner, call.now);
    let (Some(code), Some(back)) = (code, &manifest.redirect_url) else {
        return invalid("Error: the app could not be registered.");
    };
    let mut told = vec![("code", code.as_str())];
    if !accepted.state.is_empty() {
        told.push(("state", &accepted.state));
    }
    send_back(back, &told)
}

fn form(
    login: &str,
    org: Option<&str>,
    manifest: &Manifest,
    text: &str,
    state: &str,
    refused: Option<&str>,
) -> Response {
    let action = org.map_or_else(
        || "/settings/apps/manifest".to_owned(),
        |org| format!("/organizations/{}/settings/apps/manifest", escaped(org)),
    );
    let owner = escaped(org.unwrap_or(login));
    let permissions = manifest.default_permissions.iter();
    let permissions = permissions
        .map(|(name, access)| format!("<li>{}: {}</li>", escaped(name), escaped(access)));
    let permissions = permissions.collect::<String>();
    let refused = refused.map_or_else(String::new, |refused| {
        format!("<p role=\"alert\">{refused}</p>")
    });
    let inner = format!(
        "{refused}<form method=\"post\" action=\"{action}\">\
            <label>GitHub App name <input name=\"name\" value=\"{}\"></label>\
            <ul>{permissions}</ul>\
            <input type=\"hidden\" name=\"manifest\" value=\"{}\">\
            <input type=\"hidden\" name=\"state\" value=\"{}\">\
            <button type=\"submit\">Create GitHub App for {owner}</button></form>",
        escaped(&manifest.name),
        escaped(text),
        escaped(state),
    );
    page(StatusCode::OK, HEADING, &inner)
}

fn invalid(wrong: &str) -> Response {
    let inner = format!(
        "<p role=\"alert\">The configuration does not appear to be a valid GitHub App manifest. {}</p>",
        escaped(wrong)
    );
    page(
        StatusCode::UNPROCESSABLE_ENTITY,
        "Invalid GitHub App configuration",
        &inner,
    )
}
