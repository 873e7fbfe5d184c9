//! The profile's name, time zone, theme, email and password.

use domain::report::ProfileReport;
use domain::{Theme, TimeZone};
use leptos::prelude::*;

use super::Action;
use crate::server_pages::PageRequest;
use crate::server_pages::controls::Choice;
use crate::server_pages::form::{Form, Text, submit_button};

const NAME: Text = Text {
    name: "name",
    label: "Name",
    autocomplete: "name",
    longest: 100,
    ..Text::EMPTY
};
const ZONE: Text = Text {
    name: "timezone",
    label: "Time zone",
    autocomplete: "off",
    hint: "For times in Tidemark. Leave it empty to use the browser’s time zone. Traffic days are always in UTC, as on GitHub.",
    longest: 60,
    list: "time-zones",
    optional: true,
    ..Text::EMPTY
};
const EMAIL: Text = Text {
    name: "email",
    label: "Email",
    kind: "email",
    autocomplete: "email",
    longest: 254,
    ..Text::EMPTY
};
const CURRENT: Text = Text {
    name: "current",
    label: "Password",
    kind: "password",
    autocomplete: "current-password",
    hint: "Required to change your email.",
    longest: 1000,
    ..Text::EMPTY
};
const OLD: Text = Text {
    name: "old",
    label: "Current password",
    hint: "",
    ..CURRENT
};
const NEW: Text = Text {
    name: "new",
    label: "New password",
    kind: "password",
    autocomplete: "new-password",
    hint: "At least 10 characters. You’ll be signed out everywhere else.",
    shortest: 10,
    longest: 1000,
    ..Text::EMPTY
};

/// The card with the name, time zone and theme.
pub fn account(request: &PageRequest, profile: &ProfileReport) -> AnyView {
    let form = Form::new(request, Action::About);
    let zones: Vec<_> = TimeZone::names()
        .map(|name| view! { <option value=name></option> })
        .collect();
    let browser_zone = match request.browser_zone {
        Some(zone) => format!("Browser’s time zone ({zone})"),
        None => "Browser’s time zone".to_owned(),
    };
    let themes = Theme::ALL.map(|theme| Choice::new(theme.as_str(), theme_label(theme)));
    let fields = view! {
        {form.text(NAME, &profile.name)}
        {form.text_with_placeholder(ZONE, &profile.timezone, &browser_zone)}
        <datalist id="time-zones">{zones}</datalist>
        {form.radios("theme", "Theme", themes.into(), profile.theme.as_str())}
        {submit_button("Save")}
    };
    card("about", "About you", form.with("about", fields))
}

/// The card with the email to sign in with.
pub fn email(request: &PageRequest, profile: &ProfileReport) -> AnyView {
    let form = Form::new(request, Action::Email);
    let password = profile.has_password.then(|| form.text(CURRENT, ""));
    let fields = view! {
        {form.text(EMAIL, profile.email.as_str())}
        {password}
        {submit_button("Change email")}
    };
    card("email", "Sign-in email", form.with("email", fields))
}

/// The card that changes the password, or sets the first one.
pub fn password(request: &PageRequest, profile: &ProfileReport) -> AnyView {
    let form = Form::new(request, Action::Password);
    let old = profile.has_password.then(|| form.text(OLD, ""));
    let label = if profile.has_password {
        "Change password"
    } else {
        "Set password"
    };
    let fields = view! {
        // Tells password managers which account the password belongs to.
        <input
            type="text"
            name="username"
            autocomplete="username"
            value=profile.email.to_string()
            readonly
            hidden
        />
        {old}
        {form.text(NEW, "")}
        {submit_button(label)}
    };
    card("password", "Password", form.with("password", fields))
}

fn card(id: &'static str, heading: &'static str, form: AnyView) -> AnyView {
    view! {
        <section class="card">
            <div class="card-head">
                <h2 id=id>{heading}</h2>
            </div>
            <div class="card-body">{form}</div>
        </section>
    }
    .into_any()
}

const fn theme_label(theme: Theme) -> &'static str {
    match theme {
        Theme::System => "System",
        Theme::Light => "Light",
        Theme::Dark => "Dark",
    }
}
