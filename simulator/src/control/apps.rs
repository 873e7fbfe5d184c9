//! GitHub Apps, their installations, and OAuth Apps, changed while the simulator serves.

use super::{Control, ControlError, ControlResult};
use crate::accounts::token::Holder;
use crate::apps::app::App;
use crate::apps::installation::Installation;
use crate::apps::oauth::OAuthApp;

impl Control {
    /// Registers a GitHub App, or replaces the one with its id.
    pub fn add_app(&self, app: App) {
        self.shared.github().apps.insert(app.id, app);
    }

    /// Adds an installation, or replaces the one with its id.
    pub fn add_installation(&self, installation: Installation) {
        self.shared
            .github()
            .installations
            .insert(installation.id, installation);
    }

    /// Uninstalls: 404 for the app, 401 for its issued tokens.
    ///
    /// # Errors
    /// When the installation is unknown.
    pub fn remove_installation(&self, id: u64) -> ControlResult {
        let removed = self.shared.github().installations.remove(&id);
        removed
            .map(drop)
            .ok_or(ControlError::UnknownInstallation(id))
    }

    /// Suspends an installation, or ends its suspension.
    ///
    /// # Errors
    /// When the installation is unknown.
    pub fn suspend_installation(&self, id: u64, suspended: bool) -> ControlResult {
        self.change_installation(id, |installation| installation.suspended = suspended)
    }

    /// Grants an installation a permission (`read`, `write` or `admin`), or removes it with `None`;
    /// issued tokens change too.
    ///
    /// # Errors
    /// When the installation is unknown.
    pub fn set_permission(&self, id: u64, name: &str, access: Option<&str>) -> ControlResult {
        self.change_installation(id, |installation| {
            match access {
                Some(access) => installation
                    .permissions
                    .insert(name.to_owned(), access.to_owned()),
                None => installation.permissions.remove(name),
            };
        })
    }

    /// Revokes all tokens of an installation, and returns how many there were.
    #[expect(
        clippy::must_use_candidate,
        reason = "most callers need only the revocation"
    )]
    pub fn revoke_installation_tokens(&self, id: u64) -> usize {
        let mut github = self.shared.github();
        let holder = Holder::Installation(id);
        let revoked: Vec<_> = github
            .tokens
            .extract_if(|_, token| token.holder == holder)
            .collect();
        let count = revoked.len();
        github.revoked.extend(revoked);
        count
    }

    /// Installs an app on its owner's account, as an owner does when approving a request.
    /// Returns the id of the installation.
    ///
    /// # Errors
    /// When there is no app of this slug.
    pub fn install_app(&self, slug: &str) -> Result<u64, ControlError> {
        let installed = self.shared.github().install(slug);
        installed.ok_or_else(|| ControlError::UnknownApp(slug.to_owned()))
    }

    /// Registers an OAuth App, or replaces the one with its client id.
    pub fn add_oauth_app(&self, app: OAuthApp) {
        self.shared
            .github()
            .oauth_apps
            .insert(app.client_id.clone(), app);
    }

    /// Signs a user in to GitHub's web pages, to authorize OAuth Apps.
    ///
    /// # Errors
    /// When the user is unknown.
    pub fn sign_in(&self, login: &str) -> ControlResult {
        let mut github = self.shared.github();
        if !github.users.contains_key(&login.to_ascii_lowercase()) {
            return Err(ControlError::UnknownUser(login.to_owned()));
        }
        github.signed_in = Some(login.to_owned());
        Ok(())
    }

    /// Signs out of GitHub's web pages; authorizing then redirects to its sign-in page.
    pub fn sign_out(&self) {
        self.shared.github().signed_in = None;
    }

    /// Becomes GitHub Enterprise Server of this version, or with `None` github.com.
    pub fn set_enterprise_server(&self, version: Option<&str>) {
        self.shared.github().enterprise_server = version.map(str::to_owned);
    }

    fn change_installation(
        &self,
        id: u64,
        change: impl FnOnce(&mut Installation),
    ) -> ControlResult {
        let mut github = self.shared.github();
        let installation = github.installations.get_mut(&id);
        change(installation.ok_or(ControlError::UnknownInstallation(id))?);
        Ok(())
    }
}
