//! The key that encrypts all secrets: noticed when it is wrong, and replaced.

use domain::{AuditAction, ConnectionId, Viewer};

use crate::secrets::{
    PLACE_OF_KEY_CHECK, SecretsError, Vault, place_of_app_key, place_of_credential,
};
use crate::store::{NewLogLine, OpenError, Store, StoreError, Transaction};
use crate::system_log::COMMAND_LINE;
use crate::{Engine, Error, Result, SecretKey, Settings, SharedClock};

/// What is sealed to prove the key.
const KNOWN_TEXT: &str = "tidemark";
/// Why nothing is collected over a connection whose secret another key encrypted.
const UNREADABLE: &str =
    "Its token or key cannot be decrypted with this server’s secret key. Replace it.";

impl Engine {
    /// Encrypts every secret anew with another key, all or none of them, and says how many there
    /// are. This process goes on with the new key; others must be started again with it.
    ///
    /// # Errors
    /// Where the viewer is not the operator, or a secret cannot be read with the present key.
    pub async fn rotate_key(&self, viewer: &Viewer, new: SecretKey) -> Result<u64> {
        if *viewer != Viewer::Operator {
            return Err(Error::forbidden());
        }
        let sealing = Vault::new(new.clone());
        let mut transaction = self.0.store.begin().await?;
        self.hold_key(&mut transaction).await?;
        let mut rotated = 0;
        for (id, sealed) in transaction.unscoped_sealed_credentials().await? {
            let place = place_of_credential(id);
            let secret = self.0.vault.open(&sealed, &place).map_err(|_| {
                Error::conflict(
                    "The key was not rotated because the current key cannot decrypt every token. Replace the tokens of the refused connections, or erase them with “tidemark rotate-key --discard-secrets”.",
                )
            })?;
            let sealed = sealing.seal(&secret, &place)?;
            transaction.unscoped_reseal(id, &sealed).await?;
            rotated += 1;
        }
        for (id, sealed) in transaction.unscoped_sealed_app_keys().await? {
            let place = place_of_app_key(id);
            // Nothing is collected with it yet, and a key that nobody can read never will.
            let Ok(secret) = self.0.vault.open(&sealed, &place) else {
                transaction.unscoped_delete_pending_app(id).await?;
                continue;
            };
            let sealed = sealing.seal(&secret, &place)?;
            transaction.unscoped_reseal_app_key(id, &sealed).await?;
            rotated += 1;
        }
        let proof = sealing.seal(&KNOWN_TEXT.into(), PLACE_OF_KEY_CHECK)?;
        transaction.unscoped_set_key_check(&proof).await?;
        let subject = format!("{rotated} secrets");
        let action = AuditAction::KeyRotated;
        self.log(&mut transaction, viewer, action, None, &subject)
            .await?;
        transaction.commit().await?;
        self.0.vault.replace_key(new);
        Ok(rotated)
    }

    /// Goes on with the key of these settings where the one before is lost: erases every secret
    /// that it does not open, and says how many there were. Their connections are refused until
    /// they get another token or key.
    ///
    /// # Errors
    /// Where the database cannot be opened or fails.
    pub async fn discard_secrets(
        settings: Settings,
        clock: &SharedClock,
    ) -> std::result::Result<u64, OpenError> {
        let store = Store::open(&settings.database).await?;
        let discarded = discard_unreadable(&store, &Vault::new(settings.secret_key), clock).await;
        store.close().await;
        discarded.map_err(|error| OpenError::KeyCheck(error.to_string()))
    }

    /// Sees to it that this process's key is the database's until the transaction ends: another
    /// process may have replaced it, and what is sealed with the old one could never be read.
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

/// Checks that the key is the database's, and makes it so on the first start.
pub(crate) async fn verify_key(store: &Store, vault: &Vault) -> std::result::Result<(), OpenError> {
    let failed = |error: StoreError| OpenError::KeyCheck(error.to_string());
    let mut transaction = store.begin().await.map_err(failed)?;
    if transaction
        .unscoped_key_check()
        .await
        .map_err(failed)?
        .is_none()
    {
        // Databases of earlier versions have secrets, and nothing yet that proves the key.
        let sealed = transaction
            .unscoped_sealed_credentials()
            .await
            .map_err(failed)?;
        // Some of them may have been unreadable for long: one that opens proves the key.
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
            .seal(&KNOWN_TEXT.into(), PLACE_OF_KEY_CHECK)
            .map_err(|error: SecretsError| OpenError::KeyCheck(error.to_string()))?;
        transaction
            .unscoped_insert_key_check(&proof)
            .await
            .map_err(failed)?;
    }
    // Of two first starts at once, one made it.
    let proof = transaction.unscoped_key_check().await.map_err(failed)?;
    if !proof.is_some_and(|proof| proves(vault, &proof)) {
        return Err(OpenError::WrongKey);
    }
    transaction.commit().await.map_err(failed)
}

async fn discard_unreadable(store: &Store, vault: &Vault, clock: &SharedClock) -> Result<u64> {
    let proof = vault.seal(&KNOWN_TEXT.into(), PLACE_OF_KEY_CHECK)?;
    let mut transaction = store.begin().await?;
    transaction.unscoped_insert_key_check(&proof).await?;
    // From here on, nobody stores a secret under the key before.
    transaction.unscoped_set_key_check(&proof).await?;
    let sealed = transaction.unscoped_sealed_credentials().await?;
    let mut discarded = 0;
    for id in unreadable(vault, &sealed) {
        transaction.unscoped_reseal(id, &[]).await?;
        transaction.unscoped_refuse(id, UNREADABLE).await?;
        discarded += 1;
    }
    for (id, sealed) in transaction.unscoped_sealed_app_keys().await? {
        if vault.open(&sealed, &place_of_app_key(id)).is_err() {
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

/// The connections whose secrets this key does not open.
fn unreadable(vault: &Vault, sealed: &[(ConnectionId, Vec<u8>)]) -> Vec<ConnectionId> {
    let opens = |id, sealed| vault.open(sealed, &place_of_credential(id)).is_ok();
    sealed
        .iter()
        .filter(|(id, sealed)| !opens(*id, sealed))
        .map(|(id, _)| *id)
        .collect()
}

fn proves(vault: &Vault, proof: &[u8]) -> bool {
    vault.open(proof, PLACE_OF_KEY_CHECK).is_ok()
}
