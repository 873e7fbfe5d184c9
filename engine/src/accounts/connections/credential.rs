//! Tokens and keys of connections: the clients that use them, and how they are stored.

use domain::report::ConnectionKind;
use domain::{ConnectionId, TenantId};
use secrecy::SecretString;
use url::Url;

use crate::github::{AppKey, Client};
use crate::secrets::credential_associated_data;
use crate::store::{SealedCredential, Transaction};
use crate::{Engine, Error, Result};

/// A connection's credential.
#[derive(Clone, Debug)]
pub enum Credential {
    /// A personal access token, classic or fine-grained.
    Token(SecretString),
    /// An installation of a GitHub App.
    App {
        /// The app's id.
        app_id: i64,
        /// The installation's id.
        installation_id: i64,
        /// The app's private key in PEM, as GitHub provides it.
        private_key: SecretString,
    },
}

impl Credential {
    pub(super) const fn kind(&self) -> ConnectionKind {
        match self {
            Self::Token(_) => ConnectionKind::Token,
            Self::App { .. } => ConnectionKind::App,
        }
    }
}

impl Engine {
    /// A client for a credential that is not stored.
    pub(super) fn client_of(&self, api_url: &Url, credential: &Credential) -> Result<Client> {
        let clock = self.0.clock.clone();
        let client = match credential {
            Credential::Token(token) => Client::new(api_url, token, clock)?,
            Credential::App {
                app_id,
                installation_id,
                private_key,
            } => {
                let key = AppKey::new(*app_id, *installation_id, private_key)?;
                Client::for_app(api_url, key, clock)?
            }
        };
        Ok(client.with_clock_watch(self.0.clients.clock_watch().clone()))
    }

    /// Encrypts and stores a credential. Returns the stored form.
    pub(super) async fn store_credential(
        &self,
        transaction: &mut Transaction,
        tenant: TenantId,
        id: ConnectionId,
        credential: &Credential,
    ) -> Result<Vec<u8>> {
        self.hold_key(transaction).await?;
        let (secret, app) = match credential {
            Credential::Token(token) => (token, None),
            Credential::App {
                app_id,
                installation_id,
                private_key,
            } => (private_key, Some((*app_id, *installation_id))),
        };
        let sealed = SealedCredential {
            kind: credential.kind(),
            app,
            sealed: self.0.vault.seal(secret, &credential_associated_data(id))?,
        };
        if transaction.set_credential(tenant, id, &sealed).await? {
            Ok(sealed.sealed)
        } else {
            Err(Error::not_found())
        }
    }
}
