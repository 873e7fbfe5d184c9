//! Notes on the charts: listing, adding, changing and deleting them.

use domain::report::Note;
use domain::{
    AuditAction, Limit, NoteId, NoteInput, Permission, RepositoryId, RepositoryScope, TenantId,
    Viewer,
};

use crate::page::{ListPage, PageSize};
use crate::store::{NoteFilter, Transaction};
use crate::system_log::actor;
use crate::{Engine, Error, Result, authorize};

impl Engine {
    /// A page of the notes that the viewer may see, newest first: those before a note, or the
    /// newest ones. With a repository, those of its charts: its own and the tenant's.
    ///
    /// # Errors
    /// When the viewer may not see the tenant's traffic, or the repository.
    pub async fn list_notes(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        repository: Option<RepositoryId>,
        size: PageSize,
        before: Option<NoteId>,
    ) -> Result<ListPage<Note, NoteId>> {
        authorize(viewer, tenant, Permission::ViewTraffic)?;
        let scope = viewer.repository_scope(tenant);
        if let Some(id) = repository {
            self.must_see(tenant, &scope, id).await?;
        }
        let filter = NoteFilter {
            repository,
            days: None,
        };
        let notes = (self.0.store)
            .notes(tenant, &scope, filter, before, size.with_one_more())
            .await?;
        Ok(size.cut(notes).into_list(|note| note.id))
    }

    /// One note.
    ///
    /// # Errors
    /// When there is no such note, or the viewer may not see it.
    pub async fn note(&self, viewer: &Viewer, tenant: TenantId, id: NoteId) -> Result<Note> {
        authorize(viewer, tenant, Permission::ViewTraffic)?;
        self.one_note(viewer, tenant, id).await
    }

    /// Adds a note.
    ///
    /// # Errors
    /// When the viewer may not write notes, the repository does not exist, or the tenant is at its
    /// limit.
    pub async fn add_note(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        note: &NoteInput,
    ) -> Result<Note> {
        authorize(viewer, tenant, Permission::ManageRepositories)?;
        let about = self.about(viewer, tenant, note).await?;
        let (author, now) = (actor(viewer), self.0.clock.now());
        let mut transaction = self.0.store.begin().await?;
        let limits = self.hold_limits(&mut transaction, tenant).await?;
        let id = transaction.insert_note(tenant, note, &author, now).await?;
        self.keep_within(&mut transaction, tenant, &limits, Limit::Notes)
            .await?;
        let action = AuditAction::NoteAdded;
        self.log_note(&mut transaction, viewer, tenant, action, &about)
            .await?;
        transaction.commit().await?;
        self.one_note(viewer, tenant, id).await
    }

    /// Changes a note.
    ///
    /// # Errors
    /// When the viewer may not write notes, or the note or the repository does not exist.
    pub async fn change_note(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        id: NoteId,
        note: &NoteInput,
    ) -> Result<Note> {
        authorize(viewer, tenant, Permission::ManageRepositories)?;
        let about = self.about(viewer, tenant, note).await?;
        let mut transaction = self.0.store.begin().await?;
        if !transaction.update_note(tenant, id, note).await? {
            return Err(Error::not_found());
        }
        let action = AuditAction::NoteChanged;
        self.log_note(&mut transaction, viewer, tenant, action, &about)
            .await?;
        transaction.commit().await?;
        self.one_note(viewer, tenant, id).await
    }

    /// Deletes a note.
    ///
    /// # Errors
    /// When the viewer may not write notes, or the note does not exist.
    pub async fn delete_note(&self, viewer: &Viewer, tenant: TenantId, id: NoteId) -> Result<()> {
        authorize(viewer, tenant, Permission::ManageRepositories)?;
        let note = self.one_note(viewer, tenant, id).await?;
        let mut transaction = self.0.store.begin().await?;
        if !transaction.delete_note(tenant, id).await? {
            return Err(Error::not_found());
        }
        let name = note.repository_name.map(|name| name.to_string());
        let about = subject(name, note.text.as_str());
        let action = AuditAction::NoteDeleted;
        self.log_note(&mut transaction, viewer, tenant, action, &about)
            .await?;
        Ok(transaction.commit().await?)
    }

    async fn one_note(&self, viewer: &Viewer, tenant: TenantId, id: NoteId) -> Result<Note> {
        let scope = viewer.repository_scope(tenant);
        let note = self.0.store.note(tenant, &scope, id).await?;
        note.ok_or_else(Error::not_found)
    }

    /// What the system log says of a note. Its repository must exist.
    async fn about(&self, viewer: &Viewer, tenant: TenantId, note: &NoteInput) -> Result<String> {
        let name = match note.repository {
            Some(id) => {
                let scope = viewer.repository_scope(tenant);
                Some(self.must_see(tenant, &scope, id).await?)
            }
            None => None,
        };
        Ok(subject(name, note.text.as_str()))
    }

    /// The full name of a repository in scope.
    async fn must_see(
        &self,
        tenant: TenantId,
        scope: &RepositoryScope,
        id: RepositoryId,
    ) -> Result<String> {
        let found = self.0.store.repository(tenant, scope, id).await?;
        let record = found.ok_or_else(Error::not_found)?;
        Ok(record.repository.full_name.to_string())
    }

    async fn log_note(
        &self,
        transaction: &mut Transaction,
        viewer: &Viewer,
        tenant: TenantId,
        action: AuditAction,
        about: &str,
    ) -> Result<()> {
        self.log(transaction, viewer, action, Some(tenant), about)
            .await
    }
}

fn subject(repository: Option<String>, text: &str) -> String {
    match repository {
        Some(name) => format!("{name}: {text}"),
        None => text.to_owned(),
    }
}
