//! Repositories and their traffic, changed while the simulator serves.

use std::sync::Arc;

use super::{Changed, Control, ControlError};
use crate::accounts::user::Role;
use crate::repositories::repository::Repository;
use crate::traffic::source::Source;

impl Control {
    /// Serves exactly the recorded answers of this window (from 0) for views and
    /// clones, and the lists of referrers and paths in force when it was captured.
    /// The clock and the data faults have no say in it.
    ///
    /// # Errors
    /// When the repository is unknown, or not recorded, or has no such window.
    pub fn serve_window(&self, full_name: &str, index: usize) -> Changed {
        self.change(full_name, |repository| {
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
    pub fn serve_present(&self, full_name: &str) -> Changed {
        self.edit(full_name, |repository| repository.serving = None)
    }

    /// Adds a repository, or replaces the one with its id.
    pub fn add_repository(&self, repository: Repository) {
        let mut world = self.shared.world();
        world.names.retain(|_, id| *id != repository.id);
        world.add_repository(repository);
    }

    /// Renames or transfers a repository; the old name answers 301 from now on.
    ///
    /// # Errors
    /// When the repository is unknown or the new name malformed.
    pub fn rename_repository(&self, full_name: &str, new_name: &str) -> Changed {
        let (owner, name) = match new_name.split_once('/') {
            Some((owner, name)) if !owner.is_empty() && !name.is_empty() && !name.contains('/') => {
                (owner, name)
            }
            _ => return Err(ControlError::MalformedName(new_name.to_owned())),
        };
        self.change_in_world(full_name, |world, id| {
            let Some(repository) = world.repositories.get_mut(&id) else {
                return;
            };
            let repository = Arc::make_mut(repository);
            let former = repository.full_name().to_ascii_lowercase();
            owner.clone_into(&mut repository.owner);
            name.clone_into(&mut repository.name);
            world.names.remove(&former);
            world.former_names.insert(former, id);
            let new_name = new_name.to_ascii_lowercase();
            world.former_names.remove(&new_name);
            world.names.insert(new_name, id);
        })
    }

    /// Deletes a repository: 404 from now on, under all its names.
    ///
    /// # Errors
    /// When the repository is unknown.
    pub fn delete_repository(&self, full_name: &str) -> Changed {
        self.change_in_world(full_name, |world, id| {
            world.repositories.remove(&id);
            world.names.retain(|_, named| *named != id);
            world.former_names.retain(|_, named| *named != id);
        })
    }

    /// Deletes a repository, and makes another one of its name: the old id answers 404 from now
    /// on, and the old name leads to the new id.
    ///
    /// # Errors
    /// When the repository is unknown.
    pub fn recreate_repository(&self, full_name: &str, id: u64, source: Source) -> Changed {
        let created_at = self.shared.clock.now();
        self.change_in_world(full_name, |world, old| {
            let Some(repository) = world.repositories.remove(&old) else {
                return;
            };
            world.names.retain(|_, named| *named != old);
            world.former_names.retain(|_, named| *named != old);
            let mut new = Repository::new(id, &repository.full_name())
                .created_at(created_at)
                .source(source);
            new.roles.clone_from(&repository.roles);
            new.private = repository.private;
            world.add_repository(new);
        })
    }

    /// Hides a repository, as if it had become private and access was lost; or
    /// shows it again.
    ///
    /// # Errors
    /// When the repository is unknown.
    pub fn hide_repository(&self, full_name: &str, hidden: bool) -> Changed {
        self.edit(full_name, |repository| repository.hidden = hidden)
    }

    /// Makes a repository private, or public again: only who has a role in it sees it then.
    ///
    /// # Errors
    /// When the repository is unknown.
    pub fn make_private(&self, full_name: &str, private: bool) -> Changed {
        self.edit(full_name, |repository| repository.private = private)
    }

    /// Archives a repository, or takes it out of the archive.
    ///
    /// # Errors
    /// When the repository is unknown.
    pub fn archive_repository(&self, full_name: &str, archived: bool) -> Changed {
        self.edit(full_name, |repository| repository.archived = archived)
    }

    /// Gives a user this role in a repository.
    ///
    /// # Errors
    /// When the repository is unknown.
    pub fn set_access(&self, full_name: &str, login: &str, role: Role) -> Changed {
        self.edit(full_name, |repository| {
            repository.roles.insert(login.to_ascii_lowercase(), role);
        })
    }

    /// So many stars in all from today on.
    ///
    /// # Errors
    /// When the repository is unknown.
    pub fn set_stars(&self, full_name: &str, total: u64) -> Changed {
        let today = self.shared.clock.today();
        self.edit(full_name, |repository| {
            repository.stars.insert(today, total);
        })
    }
}
