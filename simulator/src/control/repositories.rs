//! Repositories and their traffic, changed while the simulator serves.

use std::sync::Arc;

use super::{Control, ControlError, ControlResult};
use crate::accounts::user::Role;
use crate::repositories::repository::Repository;
use crate::traffic::source::Source;

impl Control {
    /// Serves exactly the recorded responses of this window (from 0) for views and
    /// clones, and the lists of referrers and paths from when it was captured,
    /// whatever the clock and the data faults are.
    ///
    /// # Errors
    /// When the repository is unknown, or not recorded, or has no such window.
    pub fn serve_window(&self, full_name: &str, index: usize) -> ControlResult {
        self.try_edit(full_name, |repository| {
            let windows = repository
                .source
                .recording()
                .map_or(0, |recording| recording.windows.len());
            if index >= windows {
                let repository = repository.full_name();
                return Err(ControlError::UnknownWindow {
                    repository,
                    index,
                    windows,
                });
            }
            repository.serving = Some(index);
            Ok(())
        })
    }

    /// Serves the days of the clock again.
    ///
    /// # Errors
    /// When the repository is unknown.
    pub fn serve_present(&self, full_name: &str) -> ControlResult {
        self.edit(full_name, |repository| repository.serving = None)
    }

    /// Adds a repository, or replaces the one with its id.
    pub fn add_repository(&self, repository: Repository) {
        let mut github = self.shared.github();
        github.names.retain(|_, id| *id != repository.id);
        github.add_repository(repository);
    }

    /// Renames or transfers a repository; the old name redirects (301) from now on.
    ///
    /// # Errors
    /// When the repository is unknown or the new name malformed.
    pub fn rename_repository(&self, full_name: &str, new_name: &str) -> ControlResult {
        let (owner, name) = match new_name.split_once('/') {
            Some((owner, name)) if !owner.is_empty() && !name.is_empty() && !name.contains('/') => {
                (owner, name)
            }
            _ => return Err(ControlError::MalformedName(new_name.to_owned())),
        };
        self.change_repository(full_name, |github, id| {
            let Some(repository) = github.repositories.get_mut(&id) else {
                return;
            };
            let repository = Arc::make_mut(repository);
            let former = repository.full_name().to_ascii_lowercase();
            owner.clone_into(&mut repository.owner);
            name.clone_into(&mut repository.name);
            github.names.remove(&former);
            github.former_names.insert(former, id);
            let new_name = new_name.to_ascii_lowercase();
            github.former_names.remove(&new_name);
            github.names.insert(new_name, id);
        })
    }

    /// Deletes a repository; all its names return 404 from now on.
    ///
    /// # Errors
    /// When the repository is unknown.
    pub fn delete_repository(&self, full_name: &str) -> ControlResult {
        self.change_repository(full_name, |github, id| {
            github.repositories.remove(&id);
            github.names.retain(|_, named| *named != id);
            github.former_names.retain(|_, named| *named != id);
        })
    }

    /// Deletes a repository and creates another one of the same name: the old id returns 404 from
    /// now on, and the name belongs to the new id.
    ///
    /// # Errors
    /// When the repository is unknown.
    pub fn recreate_repository(&self, full_name: &str, id: u64, source: Source) -> ControlResult {
        let created_at = self.shared.clock.now();
        self.change_repository(full_name, |github, old| {
            let Some(repository) = github.repositories.remove(&old) else {
                return;
            };
            github.names.retain(|_, named| *named != old);
            github.former_names.retain(|_, named| *named != old);
            let mut new = Repository::new(id, &repository.full_name())
                .created_at(created_at)
                .source(source);
            new.roles.clone_from(&repository.roles);
            new.private = repository.private;
            github.add_repository(new);
        })
    }

    /// Hides a repository, as if it had become private and access were lost, or shows it again.
    ///
    /// # Errors
    /// When the repository is unknown.
    pub fn hide_repository(&self, full_name: &str, hidden: bool) -> ControlResult {
        self.edit(full_name, |repository| repository.hidden = hidden)
    }

    /// Makes a repository private, visible only to users with a role in it, or public again.
    ///
    /// # Errors
    /// When the repository is unknown.
    pub fn make_private(&self, full_name: &str, private: bool) -> ControlResult {
        self.edit(full_name, |repository| repository.private = private)
    }

    /// Archives or unarchives a repository.
    ///
    /// # Errors
    /// When the repository is unknown.
    pub fn archive_repository(&self, full_name: &str, archived: bool) -> ControlResult {
        self.edit(full_name, |repository| repository.archived = archived)
    }

    /// Gives a user this role in a repository.
    ///
    /// # Errors
    /// When the repository is unknown.
    pub fn set_access(&self, full_name: &str, login: &str, role: Role) -> ControlResult {
        self.edit(full_name, |repository| {
            repository.roles.insert(login.to_ascii_lowercase(), role);
        })
    }

    /// Sets the total number of stars from today on.
    ///
    /// # Errors
    /// When the repository is unknown.
    pub fn set_stars(&self, full_name: &str, total: u64) -> ControlResult {
        let today = self.shared.clock.today();
        self.edit(full_name, |repository| {
            repository.stars.insert(today, total);
        })
    }
}
