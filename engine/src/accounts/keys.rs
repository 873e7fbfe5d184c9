//! The secret key: verifying, rotating and replacing it.

use domain::{AuditAction, ConnectionId, Viewer};

use crate::secrets::{
    KEY_CHECK_ASSOCIATED_DATA, SecretsError, Vault, app_key_associated_data,
    credential_associated_data,
};
use crate::store::{NewLogLine, OpenError, Store, StoreError, Transaction};
use crate::system_log::COMMAND_LINE;
use crate::{Engine, Error, Result, SecretKey, Settings, SharedClock};

/// The text sealed to prove the key.
const KNOWN_TEXT: &str = "tidemark";
/// Why a connection whose secret another key encrypted cannot collect.
const UNREADABLE: &str =
    "Its token or key cannot be decrypted with this server’s secret key. Replace it.";

impl Engine {
    /// Encrypts every secret with another key, all or none. Returns how many. This process
    /// continues with the new key; others must be restarted with it.
    ///
    /// # Errors
    /// When the viewer is not the operator, or the current key does not decrypt a secret.
    pub async fn rotate_key(&self, viewer: &Viewer, new: SecretKey) -> Result<u64> {
        if *viewer != Viewer::Operator {
            return Err(Error::forbidden());
        }
        let sealing = Vault::new(new.clone());
        let mut transaction = self.0.store.begin().await?;
        self.hold_key(&mut transaction).await?;
        let mut rotated = 0;
        for (id, sealed) in transaction.unscoped_sealed_credentials().await? {
            let associated_data = credential_associated_data(id);
            let secret = self.0.vault.open(&sealed, &associated_data).map_err(|_| {
                Error::conflict(
                    "The key was not rotated because the current key cannot decrypt every token. Replace the tokens of the refused connections, or erase them with “tidemark rotate-key --discard-secrets”.",
                )
            })?;
            let sealed = sealing.seal(&secret, &associated_data)?;
            transaction.unscoped_reseal(id, &sealed).await?;
            rotated += 1;
        }
        for (id, sealed) in transaction.unscoped_sealed_app_keys().await? {
            let associated_data = app_key_associated_data(id);
            // The app is not a connection yet, and an unreadable key is useless.
            let Ok(secret) = self.0.vault.open(&sealed, &associated_data) else {
                transaction.unscoped_delete_pending_app(id).await?;
                continue;
            };
            let sealed = sealing.seal(&secret, &associated_data)?;
            transaction.unscoped_reseal_app_key(id, &sealed).await?;
            rotated += 1;
        }
        let proof = sealing.seal(&KNOWN_TEXT.into(), KEY_CHECK_ASSOCIATED_DATA)?;
        transaction.unscoped_set_key_check(&proof).await?;
        let subject = format!("{rotated} secrets");
        let action = AuditAction::KeyRotated;
        self.log(&mut transaction, viewer, action, None, &subject)
            .await?;
        transaction.commit().await?;
        self.0.vault.replace_key(new);
        Ok(rotated)
    }

    /// Replaces a lost key with the one of these settings: erases every secret that it does not
    /// decrypt. Returns how many. Their connections are refused until they get a new token or key.
    ///
    /// # Errors
    /// When the database cannot be opened, or fails.
    pub async fn discard_secrets(
        settings: Settings,
        clock: &SharedClock,
    ) -> std::result::Result<u64, OpenError> {
        let store = Store::open(&settings.database, &|_, _| {}).await?;
        let discarded = discard_unreadable(&store, &Vault::new(settings.secret_key), clock).await;
        store.close().await;
        discarded.map_err(|error| OpenError::KeyCheck(error.to_string()))
    }

    /// Ensures that this process's key is the database's until the transaction ends. Another
    /// process may have rotated it, and what the old key sealed could never be read.
    pub(super) async fn hold_key(&self, transaction: &mut Transaction) -> Result<()> {
        let proof = transaction.unscoped_key_check().await?;
        let right = proof.is_some_and(|proof| proves(&self.0.vault, &proof));
        if right {
            Ok(())
        } else {
            Err(Error::conflict(
                "The secret key has been rotated. Restart Tidemark with the new TIDEMARK_SECRET_KEY.",
            ))
        }
    }
}

/// Verifies that the key is the database's. On the first start, it becomes the database's.
pub(crate) async fn verify_key(store: &Store, vault: &Vault) -> std::result::Result<(), OpenError> {
    let failed = |error: StoreError| OpenError::KeyCheck(error.to_string());
    let mut transaction = store.begin().await.map_err(failed)?;
    if transaction
        .unscoped_key_check()
        .await
        .map_err(failed)?
        .is_none()
    {
        // Databases of earlier versions have secrets but no key check.
        let sealed = transaction
            .unscoped_sealed_credentials()
            .await
            .map_err(failed)?;
        // Some secrets may have been unreadable before, so one that decrypts proves the key.
        let unreadable = unreadable(vault, &sealed);
        if !sealed.is_empty() && unreadable.len() == sealed.len() {
            return Err(OpenError::WrongKey);
        }
        for id in unreadable {
            transaction
                .unscoped_refuse(id, UNREADABLE)
                .await
                .map_err(failed)?;
        }
        let proof = vault
            .seal(&KNOWN_TEXT.into(), KEY_CHECK_ASSOCIATED_DATA)
            .map_err(|error: SecretsError| OpenError::KeyCheck(error.to_string()))?;
        transaction
            .unscoped_insert_key_check(&proof)
            .await
            .map_err(failed)?;
    }
    // Of two concurrent first starts, one inserted it.
    let proof = transaction.unscoped_key_check().await.map_err(failed)?;
    if !proof.is_some_and(|proof| proves(vault, &proof)) {
        return Err(OpenError::WrongKey);
    }
    transaction.commit().await.map_err(failed)
}

async fn discard_unreadable(store: &Store, vault: &Vault, clock: &SharedClock) -> Result<u64> {
    let proof = vault.seal(&KNOWN_TEXT.into(), KEY_CHECK_ASSOCIATED_DATA)?;
    let mut transaction = store.begin().await?;
    transaction.unscoped_insert_key_check(&proof).await?;
    // From here on, no process stores a secret under the old key.
    transaction.unscoped_set_key_check(&proof).await?;
    let sealed = transaction.unscoped_sealed_credentials().await?;
    let mut discarded = 0;
    for id in unreadable(vault, &sealed) {
        transaction.unscoped_reseal(id, &[]).await?;
        transaction.unscoped_refuse(id, UNREADABLE).await?;
        discarded += 1;
    }
    for (id, sealed) in transaction.unscoped_sealed_app_keys().await? {
        if vault.open(&sealed, &app_key_associated_data(id)).is_err() {
            transaction.unscoped_delete_pending_app(id).await?;
            discarded += 1;
        }
    }
    let line = NewLogLine {
        at: clock.now(),
        action: AuditAction::KeyRotated,
        actor_id: None,
        actor: COMMAND_LINE,
        tenant: None,
        subject: &format!("{discarded} secrets erased"),
        address: None,
    };
    transaction.unscoped_insert_log_line(&line).await?;
    transaction.commit().await?;
    Ok(discarded)
}

/// The connections whose secrets this key does not decrypt.
fn unreadable(vault: &Vault, sealed: &[(ConnectionId, Vec<u8>)]) -> Vec<ConnectionId> {
    let opens = |id, sealed| vault.open(sealed, &credential_associated_data(id)).is_ok();
    sealed
        .iter()
        .filter(|(id, sealed)| !opens(*id, sealed))
        .map(|(id, _)| *id)
        .collect()
}

fn proves(vault: &Vault, proof: &[u8]) -> bool {
    vault.open(proof, KEY_CHECK_ASSOCIATED_DATA).is_ok()
}
