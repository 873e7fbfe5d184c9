//! GitHub Apps created from a manifest, until they become connections.
//!
//! The browser carries a state to GitHub and back twice, for the creation and for the installation.
//! A state works once, for one hour, for the person and session it was issued to. Everything that a
//! callback claims is verified with GitHub.

mod manifest;
mod refused;

use chrono::TimeDelta;
use domain::report::Connection;
use domain::{AuditAction, PendingAppId, Permission, Person, TenantId, Viewer};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

pub use manifest::{AppAddresses, NewApp};
use refused::{expired_code, no_longer_pending, not_this_session};

use super::connections::Credential;
use super::person_only;
use crate::github::{Client, GithubError, is_code};
use crate::secrets::{app_key_associated_data, fingerprint, new_token};
use crate::store::{CreatedAppRecord, NewPendingApp, PendingAppRecord, StateRecord};
use crate::{Engine, Error, Result, authorize};

/// As long as GitHub's code is valid.
const STATE_LIVES: TimeDelta = TimeDelta::hours(1);
/// How long the key of an app that is not installed is kept: an owner's approval may take weeks.
const KEY_LIVES: TimeDelta = TimeDelta::days(30);
/// How many pending apps a tenant may have.
const MOST_PENDING: i64 = 10;
/// How many names are tried for the connection.
const NAMES: u32 = 1_000;

/// A form that registers an app on GitHub.
#[derive(Debug)]
pub struct ManifestForm {
    /// Its action, which contains the state.
    pub action: SecretString,
    /// Its field `manifest`.
    pub manifest: String,
    /// The origin of its action, such as `https://github.com`.
    pub origin: String,
}

/// The parameters of GitHub's callback after an installation.
#[derive(Clone, Copy, Debug)]
pub struct InstallationAnswer<'a> {
    /// The state that was sent.
    pub state: &'a str,
    /// The installation's id, if there is one.
    pub installation_id: Option<i64>,
    /// `install`, or `request` when an owner must approve.
    pub action: &'a str,
}

/// The next step for a pending app.
#[derive(Debug)]
pub enum NextStep {
    /// It is installed already, and is connected now.
    Connected(Box<Connection>),
    /// Install it at this address, which contains the state.
    Install(SecretString),
}

/// An issued state, as stored.
struct State {
    text: SecretString,
    hash: Vec<u8>,
    session_hash: Vec<u8>,
}

impl State {
    fn new(session: &str) -> Result<Self> {
        Ok(Self::of(session, new_token("")?))
    }

    fn of(session: &str, text: SecretString) -> Self {
        Self {
            hash: fingerprint(text.expose_secret()),
            session_hash: fingerprint(session),
            text,
        }
    }
}

impl Engine {
    /// A name for an app of this tenant; names are unique on GitHub.
    ///
    /// # Errors
    /// When the viewer may not create one.
    pub fn suggested_app_name(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        slug: &str,
    ) -> Result<String> {
        authorize(viewer, tenant, Permission::ManageConnections)?;
        let random = new_token("")?;
        let letters = random.expose_secret().chars();
        let letters = letters.filter(char::is_ascii_alphanumeric).take(5);
        let slug: String = slug.chars().take(18).collect();
        Ok(format!(
            "Tidemark {} {}",
            slug.trim_matches('-'),
            letters.collect::<String>().to_lowercase()
        ))
    }

    /// Begins to create a GitHub App. Returns the form to send to GitHub from this session.
    ///
    /// # Errors
    /// When the viewer may not, GitHub would not accept a name, the server is not allowed, or the
    /// tenant has too many pending apps.
    pub async fn begin_app(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        session: &str,
        input: NewApp,
        back: &AppAddresses,
    ) -> Result<ManifestForm> {
        authorize(viewer, tenant, Permission::ManageConnections)?;
        let person = person_only(viewer)?;
        let name = manifest::app_name(&input.name)?;
        let organization = input.organization.as_deref();
        let organization = organization.map(manifest::organization).transpose()?;
        let api_url = self.server_for(viewer, input.api_url).await?;
        let state = State::new(session)?;
        let action =
            manifest::register_address(api_url.as_str(), organization, state.text.expose_secret())?;

        let now = self.0.clock.now();
        let mut transaction = self.0.store.begin().await?;
        self.hold_server(&mut transaction, viewer, &api_url).await?;
        // Of two concurrent requests, the second counts the first.
        if transaction.hold_limits(tenant).await?.is_none() {
            return Err(Error::not_found());
        }
        let app = NewPendingApp {
            name,
            api_url: api_url.as_str(),
            organization,
            state: &self.record_of_state(person, &state),
            expires_at: now + STATE_LIVES,
        };
        let pending = transaction.insert_pending_app(tenant, &app, now).await?;
        if pending > MOST_PENDING {
            return Err(Error::conflict(format!(
                "{MOST_PENDING} GitHub Apps are waiting for installation. Finish or delete one first."
            )));
        }
        transaction.commit().await?;
        Ok(ManifestForm {
            origin: action.origin().ascii_serialization(),
            action: String::from(action).into(),
            manifest: manifest::manifest(name, input.contents, back),
        })
    }

    /// Stores the key of an app that GitHub created. Returns the address to install it.
    ///
    /// # Errors
    /// When the viewer may not, the state is not valid for this session, or GitHub created no app
    /// or does not return its key.
    pub async fn create_app(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        session: &str,
        state: &str,
        code: &str,
    ) -> Result<SecretString> {
        authorize(viewer, tenant, Permission::ManageConnections)?;
        let person = person_only(viewer)?;
        let pending = self.take_state(person, tenant, session, state).await?;
        if pending.slug.is_some() {
            return Err(not_this_session());
        }
        if code.is_empty() {
            return Err(Error::invalid(
                "GitHub did not create the app. Press “Create a GitHub App” again and confirm on \
                 GitHub.",
            ));
        }
        if !is_code(code) {
            return Err(expired_code());
        }
        let api_url = address(&pending)?;
        let client = Client::anonymous(&api_url, self.0.clock.clone())?;
        let id = PendingAppId::new(pending.id);
        let created = match client.convert_manifest(code).await {
            Ok(created) => created,
            Err(GithubError::NotFound) => return Err(expired_code()),
            Err(error) => {
                // The code is still valid, so reloading the page fetches the key.
                let again = State::of(session, state.into());
                let again = self.record_of_state(person, &again);
                self.0.store.set_app_state(tenant, id, &again).await?;
                return Err(error.into());
            }
        };
        let state = State::new(session)?;
        let mut transaction = self.0.store.begin().await?;
        self.hold_key(&mut transaction).await?;
        let associated_data = app_key_associated_data(id);
        let record = CreatedAppRecord {
            app_id: created.id,
            slug: &created.slug,
            sealed_key: &self.0.vault.seal(&created.private_key, &associated_data)?,
            state: &self.record_of_state(person, &state),
            expires_at: self.0.clock.now() + KEY_LIVES,
        };
        if !transaction.set_created_app(tenant, id, &record).await? {
            return Err(not_this_session());
        }
        let subject = format!("“{}”, {}", pending.name, created.slug);
        let action = AuditAction::GithubAppCreated;
        self.log(&mut transaction, viewer, action, Some(tenant), &subject)
            .await?;
        transaction.commit().await?;
        install_at(&pending, &created.slug, &state)
    }

    /// Connects an app that was just installed, after verifying the installation with GitHub.
    ///
    /// # Errors
    /// When the viewer may not, the state is not valid for this session, the installation awaits an
    /// owner's approval, or GitHub does not know it.
    pub async fn install_app(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        session: &str,
        answer: InstallationAnswer<'_>,
    ) -> Result<Connection> {
        authorize(viewer, tenant, Permission::ManageConnections)?;
        let person = person_only(viewer)?;
        let pending = self
            .take_state(person, tenant, session, answer.state)
            .await?;
        if answer.action == "request" {
            let id = PendingAppId::new(pending.id);
            self.0.store.set_app_requested(tenant, id).await?;
            return Err(Error::conflict(
                "An owner of the organization must approve the installation on GitHub. Then press “Finish installing” on the Connections page.",
            ));
        }
        let Some(installation) = answer.installation_id.filter(|id| *id > 0) else {
            return Err(Error::invalid(
                "The app was not installed. Press “Finish installing” on the Connections page and choose “Install” on GitHub.",
            ));
        };
        self.connect_pending(viewer, tenant, &pending, installation)
            .await
    }

    /// Continues with a pending app: connects it if it is installed, otherwise returns the address
    /// to install it.
    ///
    /// # Errors
    /// When the viewer may not, there is no such pending app, or GitHub refuses its key.
    pub async fn finish_app(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        session: &str,
        id: PendingAppId,
    ) -> Result<NextStep> {
        authorize(viewer, tenant, Permission::ManageConnections)?;
        let person = person_only(viewer)?;
        let now = self.0.clock.now();
        let pending = self.0.store.pending_app(tenant, id, now).await?;
        let pending = pending.ok_or_else(no_longer_pending)?;
        let (app_id, slug, key) = self.opened(&pending)?;
        let client = Client::anonymous(&address(&pending)?, self.0.clock.clone())?;
        let installed = client.installation_of_app(app_id, &key).await;
        let installed = installed.map_err(|error| match error {
            GithubError::AppRefused => Error::conflict(
                "GitHub no longer accepts this app’s key. Delete the app here and create a new \
                 one.",
            ),
            error => error.into(),
        })?;
        if let Some(installation) = installed {
            let connected = self
                .connect_pending(viewer, tenant, &pending, installation)
                .await?;
            return Ok(NextStep::Connected(Box::new(connected)));
        }
        let state = State::new(session)?;
        let record = self.record_of_state(person, &state);
        self.0.store.set_app_state(tenant, id, &record).await?;
        install_at(&pending, slug, &state).map(NextStep::Install)
    }

    /// Deletes the key of a pending app. The app stays on GitHub.
    ///
    /// # Errors
    /// When the viewer may not, or there is no such pending app.
    pub async fn discard_app(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        id: PendingAppId,
    ) -> Result<()> {
        authorize(viewer, tenant, Permission::ManageConnections)?;
        let mut transaction = self.0.store.begin().await?;
        let name = transaction.delete_pending_app(tenant, id).await?;
        let subject = format!("“{}”", name.ok_or_else(no_longer_pending)?);
        let action = AuditAction::GithubAppDeleted;
        self.log(&mut transaction, viewer, action, Some(tenant), &subject)
            .await?;
        Ok(transaction.commit().await?)
    }

    /// Deletes expired pending apps with their keys.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_expired_apps(&self) -> Result<()> {
        let now = self.0.clock.now();
        Ok(self.0.store.unscoped_delete_expired_apps(now).await?)
    }

    async fn connect_pending(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        pending: &PendingAppRecord,
        installation_id: i64,
    ) -> Result<Connection> {
        let (app_id, _, private_key) = self.opened(pending)?;
        let taken = self.0.store.connections(tenant).await?;
        let names = (1..NAMES).map(|number| match number {
            1 => pending.name.clone(),
            number => format!("{} {number}", pending.name),
        });
        let mut free = names.filter(|name| taken.iter().all(|known| known.name != *name));
        let name = free.next().unwrap_or_else(|| pending.name.clone());
        let credential = Credential::App {
            app_id,
            installation_id,
            private_key,
        };
        let api_url = address(pending)?;
        let id = PendingAppId::new(pending.id);
        self.connect_as(viewer, tenant, &name, api_url, credential, Some(id))
            .await
    }

    fn record_of_state<'a>(&self, person: &Person, state: &'a State) -> StateRecord<'a> {
        StateRecord {
            user: person.id,
            session_hash: &state.session_hash,
            state_hash: &state.hash,
            expires_at: self.0.clock.now() + STATE_LIVES,
        }
    }

    async fn take_state(
        &self,
        person: &Person,
        tenant: TenantId,
        session: &str,
        state: &str,
    ) -> Result<PendingAppRecord> {
        let (session, state) = (fingerprint(session), fingerprint(state));
        let now = self.0.clock.now();
        let store = &self.0.store;
        let taken = store
            .take_app_state(tenant, person.id, &session, &state, now)
            .await?;
        taken.ok_or_else(not_this_session)
    }

    /// The id, the slug and the key of a created app.
    fn opened<'a>(&self, pending: &'a PendingAppRecord) -> Result<(i64, &'a str, SecretString)> {
        let (Some(app_id), Some(slug), Some(sealed)) =
            (pending.app_id, &pending.slug, &pending.sealed_key)
        else {
            return Err(not_this_session());
        };
        let associated_data = app_key_associated_data(PendingAppId::new(pending.id));
        Ok((app_id, slug, self.0.vault.open(sealed, &associated_data)?))
    }
}

fn install_at(pending: &PendingAppRecord, slug: &str, state: &State) -> Result<SecretString> {
    let state = state.text.expose_secret();
    let url = manifest::install_address(&pending.api_url, slug, state)?;
    Ok(String::from(url).into())
}

fn address(pending: &PendingAppRecord) -> Result<Url> {
    Ok(Url::parse(&pending.api_url).map_err(|_| GithubError::Address)?)
}
