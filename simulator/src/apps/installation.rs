//! Installations of GitHub Apps: the account, the repositories and the permissions.

use std::collections::BTreeMap;

use crate::accounts::token::Selection;
use crate::repositories::repository::Repository;

/// Permissions by their names, such as `administration`: `read`, `write` or `admin`.
pub(crate) type Permissions = BTreeMap<String, String>;

/// A GitHub App installed on an account.
#[derive(Clone, Debug)]
pub struct Installation {
    pub(crate) id: u64,
    pub(crate) app: Option<u64>,
    pub(crate) account: String,
    pub(crate) permissions: Permissions,
    pub(crate) selection: Selection,
    pub(crate) suspended: bool,
}

impl Installation {
    /// An app installed on all repositories of `account`, with read access to contents and
    /// metadata only. It belongs to the only app, or to the one with the lowest id if there are
    /// several.
    #[must_use]
    pub fn new(id: u64, account: impl Into<String>) -> Self {
        let granted = ["contents", "metadata"];
        Self {
            id,
            app: None,
            account: account.into(),
            permissions: granted
                .map(|name| (name.to_owned(), "read".to_owned()))
                .into(),
            selection: Selection::All,
            suspended: false,
        }
    }

    /// Makes it an installation of this app.
    #[must_use]
    pub fn of_app(mut self, app: u64) -> Self {
        self.app = Some(app);
        self
    }

    /// Grants Administration: read, which traffic requires.
    #[must_use]
    pub fn administration(self) -> Self {
        self.permission("administration", "read")
    }

    /// Grants a permission: `read`, `write` or `admin`.
    #[must_use]
    pub fn permission(mut self, name: impl Into<String>, access: impl Into<String>) -> Self {
        self.permissions.insert(name.into(), access.into());
        self
    }

    /// Installs it on these repositories (`OWNER/NAME`) only.
    #[must_use]
    pub fn only<S: Into<String>>(mut self, repositories: impl IntoIterator<Item = S>) -> Self {
        self.selection = Selection::only(repositories);
        self
    }

    /// Suspends it, as the owner of the account can. Its tokens are refused.
    #[must_use]
    pub fn suspended(mut self) -> Self {
        self.suspended = true;
        self
    }

    /// Whether it has Administration: read; `write` includes it.
    pub(crate) fn reads_administration(&self) -> bool {
        self.permissions.contains_key("administration")
    }

    pub(crate) fn includes(&self, repository: &Repository) -> bool {
        self.account.eq_ignore_ascii_case(&repository.owner)
            && self.selection.contains(&repository.full_name())
    }
}
