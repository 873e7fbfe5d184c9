//! GitHub Apps registered from a manifest, and the codes that are exchanged for their keys.
//!
//! <https://docs.github.com/apps/sharing-github-apps/registering-a-github-app-from-a-manifest>

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use serde_json::Value;

use crate::app::App;
use crate::installation::{Installation, Permissions};
use crate::noise::mix;
use crate::world::World;

/// How long a code can be exchanged.
const CODE_LIVES: TimeDelta = TimeDelta::hours(1);
/// The longest name of an app.
const LONGEST_NAME: usize = 34;
/// The ids of registered apps and of their installations begin here, beyond those of tests.
const FIRST_ID: u64 = 10_001;

/// What a manifest asks for.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Manifest {
    #[serde(default)]
    pub(crate) name: String,
    url: Option<String>,
    pub(crate) redirect_url: Option<String>,
    pub(crate) setup_url: Option<String>,
    #[serde(default)]
    pub(crate) default_permissions: Permissions,
    hook_attributes: Option<HookAttributes>,
}

#[derive(Clone, Debug, Deserialize)]
struct HookAttributes {
    url: Option<String>,
}

/// Codes that were given and not yet exchanged, each with its app.
#[derive(Debug, Default)]
pub(crate) struct Registrations {
    by_code: HashMap<String, (u64, DateTime<Utc>)>,
    made: u64,
}

impl Manifest {
    /// Reads a manifest as GitHub does.
    ///
    /// # Errors
    /// GitHub's sentence about what is wrong with it. A block about the webhook must name its
    /// address, even where the webhook is off; GitHub calls that field `url`, too.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let missing = |field: &str| Err(format!("Error: \"{field}\" wasn't supplied."));
        let Ok(manifest) = serde_json::from_str::<Self>(text) else {
            return Err("Error: the manifest is not valid JSON.".to_owned());
        };
        if manifest.url.is_none() {
            return missing("url");
        }
        if manifest.redirect_url.is_none() {
            return missing("redirect_url");
        }
        match &manifest.hook_attributes {
            Some(HookAttributes { url: None }) => missing("url"),
            Some(HookAttributes { url: Some(url) }) if url.contains("//127.0.0.1") => Err(
                "Error: Hook url is not supported because it isn't reachable over the public Internet (127.0.0.1)"
                    .to_owned(),
            ),
            _ => Ok(manifest),
        }
    }

    /// The name as it stands in addresses.
    pub(crate) fn slug(&self) -> String {
        let lower = self.name.to_lowercase();
        let words = lower.split(|c: char| !c.is_ascii_alphanumeric());
        let words: Vec<_> = words.filter(|word| !word.is_empty()).collect();
        words.join("-")
    }
}

impl World {
    /// Why no app can have this name, if so.
    pub(crate) fn name_refused(&self, manifest: &Manifest) -> Option<&'static str> {
        let slug = manifest.slug();
        if slug.is_empty() {
            Some("Name can't be blank")
        } else if manifest.name.chars().count() > LONGEST_NAME {
            Some("Name is too long (maximum is 34 characters)")
        } else if self.apps.values().any(|app| app.slug == slug) {
            Some("Name is already taken")
        } else {
            None
        }
    }

    /// Registers the app for this account, and gives the code for its keys.
    pub(crate) fn register(
        &mut self,
        manifest: &Manifest,
        owner: &str,
        now: DateTime<Utc>,
    ) -> Option<String> {
        let last = self.apps.last_key_value().map_or(0, |(id, _)| *id);
        let id = FIRST_ID.max(last + 1);
        let app = App::of_manifest(id, manifest, owner).ok()?;
        self.apps.insert(id, app);
        self.registrations.made += 1;
        let made = self.registrations.made;
        let parts = (0..3).map(|part| format!("{:016x}", mix(made, 7 + part)));
        let code = parts.collect::<String>()[..40].to_owned();
        self.registrations.by_code.insert(code.clone(), (id, now));
        Some(code)
    }

    /// The app that this code was given for: once, and within the hour.
    pub(crate) fn convert(&mut self, code: &str, now: DateTime<Utc>) -> Option<App> {
        let (id, given) = self.registrations.by_code.remove(code)?;
        let app = self.apps.get(&id)?;
        (now < given + CODE_LIVES).then(|| app.clone())
    }

    /// The app of this slug.
    pub(crate) fn app_called(&self, slug: &str) -> Option<&App> {
        self.apps.values().find(|app| app.slug == slug)
    }

    /// Installs the app of this slug on all repositories of its owner, with the permissions
    /// that it asks for; the id of the installation, the one before where there is one.
    pub(crate) fn install(&mut self, slug: &str) -> Option<u64> {
        let app = self.app_called(slug)?.clone();
        let there = self.installations.values();
        let mut there = there.filter(|installation| installation.app == Some(app.id));
        if let Some(installed) = there.next() {
            return Some(installed.id);
        }
        let last = self.installations.keys().max().map_or(0, |id| *id);
        let id = FIRST_ID.max(last + 1);
        let mut installation = Installation::new(id, app.owner).of_app(app.id);
        installation.permissions = app.permissions;
        self.installations.insert(id, installation);
        Some(id)
    }
}

/// What GitHub tells of a new app, this once: its keys above all.
pub(crate) fn secrets_of(app: &App, private_key: &str) -> Value {
    serde_json::json!({
        "client_secret": format!("{:016x}{:016x}", mix(app.id, 1), mix(app.id, 2)),
        "webhook_secret": null,
        "pem": private_key,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = r#"{"name": "Tidemark of acme", "url": "https://t.example",
        "redirect_url": "https://t.example/created"}"#;

    #[test]
    fn a_code_is_good_once_and_for_an_hour() {
        let manifest = Manifest::read(MANIFEST).unwrap();
        let (mut world, now) = (World::default(), DateTime::UNIX_EPOCH);
        let minutes = |minutes| now + TimeDelta::minutes(minutes);
        let code = world.register(&manifest, "acme", now).unwrap();
        assert!(world.convert(&code, minutes(59)).is_some());
        assert!(world.convert(&code, minutes(59)).is_none());
        let late = world.register(&manifest, "acme", now).unwrap();
        assert!(world.convert(&late, minutes(60)).is_none());
    }

    #[test]
    fn a_manifest_names_its_addresses_and_a_webhook_block_needs_one_of_its_own() {
        assert_eq!(Manifest::read(MANIFEST).unwrap().slug(), "tidemark-of-acme");
        for (more, wrong) in [
            (r#""hook_attributes": {"active": false}"#, "\"url\""),
            (
                r#""hook_attributes": {"url": "http://127.0.0.1:3000", "active": false}"#,
                "public Internet",
            ),
        ] {
            let manifest = format!("{}, {more}}}", MANIFEST.trim_end_matches('}'));
            assert!(Manifest::read(&manifest).unwrap_err().contains(wrong));
        }
        for text in ["", "{}", r#"{"url": "https://t.example"}"#] {
            assert!(Manifest::read(text).is_err(), "{text}");
        }
    }
}
