//! The viewer's own account: showing and changing it.

use domain::account::EmailError;
use domain::report::{ProfileReport, Session};
use domain::{AuditAction, Email, Person, Theme, TimeZone, TimeZoneError, Viewer};
use secrecy::SecretString;

use super::people::address_taken;
use super::{device, named, passwords, person_only};
use crate::secrets::fingerprint;
use crate::store::{Preferences, StoredSession};
use crate::{Engine, Error, Result};

/// Changes to an account.
#[derive(Debug)]
pub struct ProfileInput {
    /// The display name.
    pub name: String,
    /// The address to sign in with.
    pub email: String,
    /// The time zone of times on pages, by its name.
    pub timezone: String,
    /// The color theme.
    pub theme: Theme,
    /// The current password, required to change the address.
    pub password: Option<SecretString>,
}

impl Engine {
    /// The viewer's own account; `current` is the key of the current session.
    ///
    /// # Errors
    /// When the viewer is not a person.
    pub async fn profile(&self, viewer: &Viewer, current: &str) -> Result<ProfileReport> {
        let person = person_only(viewer)?;
        let store = &self.0.store;
        let preferences = self.preferences(person).await?;
        let sessions = store
            .unscoped_sessions(person.id, self.0.clock.now())
            .await?;
        let current = fingerprint(current);
        let mut sessions: Vec<Session> = sessions
            .into_iter()
            .map(|session| to_report(session, &current))
            .collect();
        // A stable sort: the others stay in the order of their last use.
        sessions.sort_by_key(|session| !session.current);
        Ok(ProfileReport {
            name: person.name.clone(),
            email: person.email.clone(),
            administrator: person.administrator,
            maintainer: person.maintainer,
            memberships: person.memberships.clone(),
            timezone: preferences.timezone,
            theme: person.theme,
            has_password: preferences.password_hash.is_some(),
            identities: store.unscoped_identities(person.id).await?,
            sessions,
        })
    }

    /// Changes the viewer's account. A new address requires the password, if there is one, so that
    /// a browser left open does not give the account away.
    ///
    /// # Errors
    /// When a value is not acceptable, the password is wrong, or the address is taken.
    pub async fn update_profile(&self, viewer: &Viewer, input: ProfileInput) -> Result<()> {
        let person = person_only(viewer)?;
        let name = named("person", &input.name)?;
        let email = match input.email.trim() {
            // An unchanged address is accepted even if today's rules would refuse it.
            same if same == person.email.as_str() => person.email.clone(),
            other => other
                .parse()
                .map_err(|error: EmailError| Error::invalid(error.to_string()))?,
        };
        let timezone: Option<TimeZone> = match input.timezone.trim() {
            "" => None,
            name => Some(
                name.parse()
                    .map_err(|error: TimeZoneError| Error::invalid(error.to_string()))?,
            ),
        };
        if email.folded() != person.email.folded() {
            let hash = self.preferences(person).await?.password_hash;
            self.confirm(
                viewer,
                input.password,
                hash,
                "Enter your password to change your email address.",
            )
            .await?;
        }
        let mut transaction = self.0.store.begin().await?;
        let found = transaction
            .unscoped_update_user(person.id, name, &email, timezone, input.theme)
            .await
            .map_err(address_taken)?;
        if !found {
            return Err(Error::not_found());
        }
        if let Some(change) = describe_change(person, name, &email) {
            self.log(
                &mut transaction,
                viewer,
                AuditAction::AccountChanged,
                None,
                &change,
            )
            .await?;
        }
        Ok(transaction.commit().await?)
    }

    /// Replaces the viewer's password, and ends all other sessions.
    ///
    /// # Errors
    /// When the current password is wrong, or the new one is not acceptable.
    pub async fn change_password(
        &self,
        viewer: &Viewer,
        old: Option<SecretString>,
        new: SecretString,
        current: &str,
    ) -> Result<()> {
        let person = person_only(viewer)?;
        let old_hash = self.preferences(person).await?.password_hash;
        self.confirm(
            viewer,
            old,
            old_hash.clone(),
            "Enter your current password.",
        )
        .await?;
        let new_hash = passwords::hash(new).await?;
        let mut transaction = self.0.store.begin().await?;
        let replaced = transaction
            .unscoped_replace_password(person.id, old_hash.as_deref(), &new_hash)
            .await?;
        if !replaced {
            return Err(Error::conflict(
                "The password was changed elsewhere at the same time. Sign in with that one.",
            ));
        }
        self.end_all_sessions(&mut transaction, person.id, Some(current))
            .await?;
        self.log(
            &mut transaction,
            viewer,
            AuditAction::PasswordChanged,
            None,
            &person.name,
        )
        .await?;
        Ok(transaction.commit().await?)
    }

    /// Verifies an account's password; without one, there is nothing to verify.
    async fn confirm(
        &self,
        viewer: &Viewer,
        password: Option<SecretString>,
        hash: Option<String>,
        missing: &str,
    ) -> Result<()> {
        if hash.is_none() {
            return Ok(());
        }
        let password = password.ok_or_else(|| Error::invalid(missing))?;
        if passwords::verify(password, hash).await? {
            return Ok(());
        }
        self.log_refused(viewer, "wrong password in the profile")
            .await?;
        Err(Error::invalid(
            "Wrong password. Enter the password you sign in with.",
        ))
    }

    async fn preferences(&self, person: &Person) -> Result<Preferences> {
        self.0
            .store
            .unscoped_preferences(person.id)
            .await?
            .ok_or_else(Error::not_found)
    }
}

/// The changes that the log names, without the address itself.
fn describe_change(person: &Person, name: &str, email: &Email) -> Option<String> {
    let renamed = (person.name != name).then(|| format!("name (was “{}”)", person.name));
    let moved = (person.email != *email).then(|| "email address".to_owned());
    let changes: Vec<String> = renamed.into_iter().chain(moved).collect();
    (!changes.is_empty()).then(|| format!("{name}: {}", changes.join("; ")))
}

fn to_report(session: StoredSession, current: &[u8]) -> Session {
    Session {
        id: session.id,
        device: device::describe(&session.agent),
        address: session.address,
        started_at: session.started_at,
        last_used_at: session.last_used_at,
        current: session.key_hash == current,
    }
}
