//! Signing in with email and password, or with an external identity.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{AuditAction, ExternalIdentity, Origin, Person, Problem, ProblemKind, UserId, Viewer};
use secrecy::SecretString;

use super::{passwords, person_only};
use crate::store::{StoredPerson, Transaction};
use crate::{Engine, Error, Result};

/// How precisely a person's last activity is stored.
const SEEN_TO: TimeDelta = TimeDelta::minutes(10);
/// How the log names an unknown account, since the typed text may be a password.
const UNKNOWN_ACCOUNT: &str = "an unknown account";

impl Engine {
    /// The account for an address and a password.
    ///
    /// Unknown addresses and wrong passwords get the same answer in the same time, so that
    /// strangers cannot find out who has an account.
    ///
    /// # Errors
    /// When they do not match, or all tenants of the person are suspended.
    pub async fn sign_in(
        &self,
        email: &str,
        password: SecretString,
        origin: Origin,
    ) -> Result<UserId> {
        if !passwords::is_possible(&password) {
            self.log_stranger(origin, AuditAction::SignInRefused, UNKNOWN_ACCOUNT)
                .await?;
            return Err(wrong());
        }
        // PostgreSQL stores no text with this character, so no address contains it.
        let account = if email.contains('\0') {
            None
        } else {
            self.0.store.unscoped_password(email).await?
        };
        let (account, hash) = match account {
            Some(account) => (Some((account.user, account.name)), account.password_hash),
            None => (None, None),
        };
        let right = passwords::verify(password, hash).await?;
        let Some((user, _)) = account.as_ref().filter(|_| right) else {
            let name = account.map_or_else(|| UNKNOWN_ACCOUNT.to_owned(), |(_, name)| name);
            self.log_stranger(origin, AuditAction::SignInRefused, &name)
                .await?;
            return Err(wrong());
        };
        let person = self.known(*user, origin).await?;
        let mut transaction = self.0.store.begin().await?;
        let let_in = self
            .let_in(&mut transaction, &person, "with a password")
            .await;
        transaction.commit().await?;
        let_in
    }

    /// The account linked to an external identity. Accounts are found by issuer and subject only,
    /// never by an address.
    ///
    /// # Errors
    /// When no account is linked to it, or all tenants of the person are suspended.
    pub async fn sign_in_with(
        &self,
        identity: &ExternalIdentity,
        origin: Origin,
    ) -> Result<UserId> {
        let now = self.0.clock.now();
        let user = self.0.store.unscoped_identified(identity).await?;
        if let Some(user) = user {
            let person = self.known(user, origin).await?;
            let mut transaction = self.0.store.begin().await?;
            if transaction
                .unscoped_use_identity(user, identity, now)
                .await?
            {
                let how = format!("with {} as {}", identity.issuer, identity.label);
                let let_in = self.let_in(&mut transaction, &person, &how).await;
                transaction.commit().await?;
                return let_in;
            }
        }
        self.log_stranger(origin, AuditAction::SignInRefused, UNKNOWN_ACCOUNT)
            .await?;
        Err(unconnected())
    }

    /// Records that a person signed out.
    ///
    /// # Errors
    /// When the viewer is not a person, or the database fails.
    pub async fn signed_out(&self, viewer: &Viewer) -> Result<()> {
        person_only(viewer)?;
        self.log_alone(viewer, AuditAction::SignedOut, None, "")
            .await
    }

    /// A person with their memberships, for an account that a session or a sign-in proved. Records
    /// the activity, to some minutes.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn person(&self, id: UserId, origin: Origin) -> Result<Option<Person>> {
        let found = self.0.store.unscoped_person(id, origin).await?;
        self.here(found).await
    }

    /// The [person](Self::person) of a session that began, or was confirmed, at `since`; `None`
    /// when sessions of that time were ended.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn session_person(
        &self,
        id: UserId,
        since: DateTime<Utc>,
        origin: Origin,
    ) -> Result<Option<Person>> {
        let found = self.0.store.unscoped_person(id, origin).await?;
        let valid =
            found.filter(|found| found.sessions_valid_from.is_none_or(|from| from <= since));
        self.here(valid).await
    }

    async fn here(&self, found: Option<StoredPerson>) -> Result<Option<Person>> {
        let Some(found) = found else {
            return Ok(None);
        };
        let StoredPerson {
            person, seen_at, ..
        } = found;
        let store = &self.0.store;
        let now = self.0.clock.now();
        if seen_at.is_none_or(|seen_at| seen_at + SEEN_TO <= now) {
            store.unscoped_touch_user(person.id, now).await?;
        }
        Ok(Some(person))
    }

    /// The person of an account that was just found. Runs before a transaction begins: holding one
    /// database connection while waiting for another could deadlock.
    async fn known(&self, user: UserId, origin: Origin) -> Result<Person> {
        let person = self.0.store.unscoped_person(user, origin).await?;
        person.map(|found| found.person).ok_or_else(wrong)
    }

    /// Signs a person in who proved their identity, or refuses; the log records both.
    async fn let_in(
        &self,
        transaction: &mut Transaction,
        person: &Person,
        how: &str,
    ) -> Result<UserId> {
        let (user, origin) = (person.id, person.origin);
        let (action, subject, answer) = if is_shut_out(person) {
            let refused = Err(suspended());
            (AuditAction::SignInRefused, person.name.as_str(), refused)
        } else {
            (AuditAction::SignedIn, how, Ok(user))
        };
        self.log_person(transaction, user, origin, action, None, subject)
            .await?;
        answer
    }
}

/// Whether all of a person's tenants are suspended. People without a tenant may sign in, since they
/// may hold an invitation.
fn is_shut_out(person: &Person) -> bool {
    !person.administrator
        && !person.maintainer
        && !person.memberships.is_empty()
        && person.memberships.iter().all(|tenant| tenant.suspended)
}

fn wrong() -> Error {
    Problem::new(
        ProblemKind::Unauthenticated,
        "Wrong email address or password.",
    )
    .into()
}

fn unconnected() -> Error {
    Problem::new(
        ProblemKind::Unauthenticated,
        "This identity is not linked to an account. Open your invitation first, or sign in with your password and link it in your profile.",
    )
    .into()
}

fn suspended() -> Error {
    Problem::new(
        ProblemKind::Forbidden,
        "All your tenants are suspended. Ask your administrator.",
    )
    .into()
}
