//! The registered apps and their installations, and the codes exchanged for an app's keys.

use chrono::{DateTime, Utc};

use super::GitHub;
use crate::apps::app::{App, JwtError, claimed_issuer};
use crate::apps::installation::Installation;
use crate::apps::manifest::Manifest;

/// The longest name of an app.
const MAX_NAME_LENGTH: usize = 34;
/// The first id of registered apps and their installations, above those of tests.
const FIRST_ID: u64 = 10_001;

impl GitHub {
    /// The app that signed this JSON web token.
    pub(crate) fn authenticate_app(&self, jwt: &str, now: DateTime<Utc>) -> Result<App, JwtError> {
        // Only the token says which app signed it; nothing else in it is trusted before the
        // signature matches that app's key.
        let issuer = claimed_issuer(jwt)?;
        let app = self.apps.values().find(|app| app.is(&issuer));
        let app = app.ok_or(JwtError::UnknownApp)?;
        app.check(jwt, now)?;
        Ok(app.clone())
    }

    /// The app of an installation.
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

    /// GitHub's message if no app can have this name.
    pub(crate) fn name_error(&self, manifest: &Manifest) -> Option<&'static str> {
        let slug = manifest.slug();
        if slug.is_empty() {
            Some("Name can't be blank")
        } else if manifest.name.chars().count() > MAX_NAME_LENGTH {
            Some("Name is too long (maximum is 34 characters)")
        } else if self.apps.values().any(|app| app.slug == slug) {
            Some("Name is already taken")
        } else {
            None
        }
    }

    /// Registers the app for this account, and returns the code for its keys.
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

    /// The app of a code: once, and within the hour.
    pub(crate) fn convert(&mut self, code: &str, now: DateTime<Utc>) -> Option<App> {
        let id = self.registrations.redeem(code, now)?;
        self.apps.get(&id).cloned()
    }

    /// The app of this slug.
    pub(crate) fn app_by_slug(&self, slug: &str) -> Option<&App> {
        self.apps.values().find(|app| app.slug == slug)
    }

    /// Installs the app of this slug on all repositories of its owner, with the permissions that it
    /// requests. Returns the id of the installation, or of the existing one.
    pub(crate) fn install(&mut self, slug: &str) -> Option<u64> {
        let app = self.app_by_slug(slug)?.clone();
        let mut installations = self.installations.values();
        if let Some(existing) = installations.find(|found| found.app == Some(app.id)) {
            return Some(existing.id);
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
        let (mut github, now) = (GitHub::default(), DateTime::UNIX_EPOCH);
        let minutes = |minutes| now + TimeDelta::minutes(minutes);
        let code = github.register(&manifest, "acme", now).unwrap();
        assert!(github.convert(&code, minutes(59)).is_some());
        assert!(github.convert(&code, minutes(59)).is_none());
        let late = github.register(&manifest, "acme", now).unwrap();
        assert!(github.convert(&late, minutes(60)).is_none());
    }
}
