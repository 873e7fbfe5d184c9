//! `POST …/settings/apps/new`: the page that shows a manifest and registers its app.

use std::sync::Arc;

use axum::extract::{Extension, Form, Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::{escaped, page, redirect_to_sign_in, redirect_with};
use crate::apps::manifest::Manifest;
use crate::http::call::Call;
use crate::shared::Shared;

const HEADING: &str = "Create GitHub App";

/// GitHub takes the state from the query of the form's URL.
#[derive(Deserialize)]
pub(super) struct StateQuery {
    #[serde(default)]
    state: String,
}

#[derive(Deserialize)]
pub(super) struct ManifestForm {
    #[serde(default)]
    manifest: String,
}

#[derive(Deserialize)]
pub(super) struct RegistrationForm {
    manifest: String,
    name: String,
    #[serde(default)]
    state: String,
}

/// Shows the manifest of a personal app.
pub(super) async fn show_own(
    State(shared): State<Arc<Shared>>,
    Query(query): Query<StateQuery>,
    Form(form): Form<ManifestForm>,
) -> Response {
    show(&shared, None, &query, &form)
}

/// Shows the manifest of an organization's app.
pub(super) async fn show_of_organization(
    State(shared): State<Arc<Shared>>,
    Path(org): Path<String>,
    Query(query): Query<StateQuery>,
    Form(form): Form<ManifestForm>,
) -> Response {
    show(&shared, Some(&org), &query, &form)
}

/// Registers the app for the user, and redirects with its code.
pub(super) async fn accept_own(
    State(shared): State<Arc<Shared>>,
    Extension(call): Extension<Arc<Call>>,
    Form(form): Form<RegistrationForm>,
) -> Response {
    accept(&shared, &call, None, &form)
}

/// Registers the app for this organization, and redirects with its code.
pub(super) async fn accept_of_organization(
    State(shared): State<Arc<Shared>>,
    Extension(call): Extension<Arc<Call>>,
    Path(org): Path<String>,
    Form(form): Form<RegistrationForm>,
) -> Response {
    accept(&shared, &call, Some(org), &form)
}

fn show(shared: &Shared, org: Option<&str>, query: &StateQuery, form: &ManifestForm) -> Response {
    let Some(login) = shared.github().signed_in.clone() else {
        return redirect_to_sign_in();
    };
    let manifest = match Manifest::read(&form.manifest) {
        Ok(manifest) => manifest,
        Err(message) => return invalid(&message),
    };
    registration_form(&login, org, &manifest, &form.manifest, &query.state, None)
}

fn accept(shared: &Shared, call: &Call, org: Option<String>, form: &RegistrationForm) -> Response {
    let mut github = shared.github();
    let Some(login) = github.signed_in.clone() else {
        return redirect_to_sign_in();
    };
    let mut manifest = match Manifest::read(&form.manifest) {
        Ok(manifest) => manifest,
        Err(message) => return invalid(&message),
    };
    form.name.trim().clone_into(&mut manifest.name);
    if let Some(error) = github.name_error(&manifest) {
        let (text, state) = (&form.manifest, &form.state);
        return registration_form(&login, org.as_deref(), &manifest, text, state, Some(error));
    }
    let owner = org.unwrap_or(login);
    let code = github.register(&manifest, &owner, call.now);
    let (Some(code), Some(redirect_url)) = (code, &manifest.redirect_url) else {
        return invalid("Error: the app could not be registered.");
    };
    let mut params = vec![("code", code.as_str())];
    if !form.state.is_empty() {
        params.push(("state", &form.state));
    }
    redirect_with(redirect_url, &params)
}

fn registration_form(
    login: &str,
    org: Option<&str>,
    manifest: &Manifest,
    text: &str,
    state: &str,
    error: Option<&str>,
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
    let error = error.map_or_else(String::new, |error| {
        format!("<p role=\"alert\">{error}</p>")
    });
    let inner = format!(
        "{error}<form method=\"post\" action=\"{action}\">\
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

fn invalid(message: &str) -> Response {
    let inner = format!(
        "<p role=\"alert\">The configuration does not appear to be a valid GitHub App manifest. {}</p>",
        escaped(message)
    );
    page(
        StatusCode::UNPROCESSABLE_ENTITY,
        "Invalid GitHub App configuration",
        &inner,
    )
}
