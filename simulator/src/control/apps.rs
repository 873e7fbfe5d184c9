//! GitHub Apps, their installations, and OAuth Apps, changed while the simulator serves.

use super::{Changed, Control, ControlError};
use crate::accounts::token::Holder;
use crate::apps::app::App;
use crate::apps::installation::Installation;
use crate::apps::oauth::OAuthApp;

impl Control {
    /// Registers a GitHub App, or replaces the one with its id: its key, say.
    pub fn add_app(&self, app: App) {
        self.shared.world().apps.insert(app.id, app);
    }

    /// Adds an installation, or replaces the one with its id.
    pub fn add_installation(&self, installation: Installation) {
        self.shared
            .world()
            .installations
            .insert(installation.id, installation);
    }

    /// Uninstalls: 404 for the app, 401 for the tokens that are out.
    ///
    /// # Errors
    /// When the installation is unknown.
    pub fn remove_installation(&self, id: u64) -> Changed {
        let removed = self.shared.world().installations.remove(&id);
        removed
            .map(drop)
            .ok_or(ControlError::UnknownInstallation(id))
    }

    /// Suspends an installation, or ends its suspension.
    ///
    /// # Errors
    /// When the installation is unknown.
    pub fn suspend_installation(&self, id: u64, suspended: bool) -> Changed {
        self.change_installation(id, |installation| installation.suspended = suspended)
    }

    /// Grants an installation a permission (`read`, `write` or `admin`), or with
    /// `None` takes it away; tokens that are out feel it too.
    ///
    /// # Errors
    /// When the installation is unknown.
    pub fn set_permission(&self, id: u64, name: &str, access: Option<&str>) -> Changed {
        self.change_installation(id, |installation| {
            match access {
                Some(access) => installation
                    .permissions
                    .insert(name.to_owned(), access.to_owned()),
                None => installation.permissions.remove(name),
            };
        })
    }

    /// Revokes all tokens of an installation that are out, however long they still
    /// had to live; how many there were.
    #[expect(
        clippy::must_use_candidate,
        reason = "revoking is the point, the answer a courtesy"
    )]
    pub fn revoke_installation_tokens(&self, id: u64) -> usize {
        let mut world = self.shared.world();
        let holder = Holder::Installation(id);
        let revoked: Vec<_> = world
            .tokens
            .extract_if(|_, token| token.holder == holder)
            .collect();
        let count = revoked.len();
        world.revoked.extend(revoked);
        count
    }

    /// Installs an app on its owner's account, as an owner does who approves a request for
    /// it; the installation's id.
    ///
    /// # Errors
    /// When there is no app of this slug.
    pub fn install_app(&self, slug: &str) -> Result<u64, ControlError> {
        let installed = self.shared.world().install(slug);
        installed.ok_or_else(|| ControlError::UnknownApp(slug.to_owned()))
    }

    /// Registers an OAuth App, or replaces the one with its client id: its secret,
    /// say.
    pub fn add_oauth_app(&self, app: OAuthApp) {
        self.shared
            .world()
            .oauth_apps
            .insert(app.client_id.clone(), app);
    }

    /// Signs a user in to GitHub's own pages: who authorizes an OAuth App next.
    ///
    /// # Errors
    /// When the user is unknown.
    pub fn sign_in(&self, login: &str) -> Changed {
        let mut world = self.shared.world();
        if !world.users.contains_key(&login.to_ascii_lowercase()) {
            return Err(ControlError::UnknownUser(login.to_owned()));
        }
        world.signed_in = Some(login.to_owned());
        Ok(())
    }

    /// Signs out of GitHub's own pages; authorizing leads to its sign-in page.
    pub fn sign_out(&self) {
        self.shared.world().signed_in = None;
    }

    /// Becomes GitHub Enterprise Server of this version, or with `None` github.com.
    pub fn set_enterprise_server(&self, version: Option<&str>) {
        self.shared.world().enterprise_server = version.map(str::to_owned);
    }

    fn change_installation(&self, id: u64, change: impl FnOnce(&mut Installation)) -> Changed {
        let mut world = self.shared.world();
        let installation = world.installations.get_mut(&id);
        change(installation.ok_or(ControlError::UnknownInstallation(id))?);
        Ok(())
    }
}
