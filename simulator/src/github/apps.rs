//! The registered apps and their installations, and the codes exchanged for an app's keys.

use chrono::{DateTime, Utc};

use super::World;
use crate::apps::app::{App, Flaw, claimed_issuer};
use crate::apps::installation::Installation;
use crate::apps::manifest::Manifest;

/// The longest name of an app.
const LONGEST_NAME: usize = 34;
/// The ids of registered apps and of their installations begin here, beyond those of tests.
const FIRST_ID: u64 = 10_001;

impl World {
    /// The app that signed this web token.
    pub(crate) fn app_behind(&self, web_token: &str, now: DateTime<Utc>) -> Result<App, Flaw> {
        // Who signed it is known only from what it says; the signature is held
        // against that app's key before anything else of it is believed.
        let issuer = claimed_issuer(web_token)?;
        let app = self.apps.values().find(|app| app.is(&issuer));
        let app = app.ok_or(Flaw::UnknownApp)?;
        app.check(web_token, now)?;
        Ok(app.clone())
    }

    /// The app that this is an installation of.
    pub(crate) fn app_of(&self, installation: &Installation) -> Option<&App> {
        match installation.app {
            Some(id) => self.apps.get(&id),
            None => self.apps.values().next(),
        }
    }

    /// An installation, if it is one of this app's.
    pub(crate) fn installation_of(&self, app: &App, id: u64) -> Option<&Installation> {
        let installation = self.installations.get(&id)?;
        (self.app_of(installation)?.id == app.id).then_some(installation)
    }

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
        Some(self.registrations.grant(id, now))
    }

    /// The app that this code was given for: once, and within the hour.
    pub(crate) fn convert(&mut self, code: &str, now: DateTime<Utc>) -> Option<App> {
        let id = self.registrations.redeem(code, now)?;
        self.apps.get(&id).cloned()
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

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

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
}
