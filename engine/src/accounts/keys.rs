//! The key that encrypts all secrets: noticed when it is wrong, and replaced.

use domain::{LogAction, Viewer};

use crate::secrets::{PLACE_OF_KEY_CHECK, SecretsError, Vault, place_of_credential};
use crate::store::{OpenError, Store, StoreError, Transaction};
use crate::{Engine, Error, Result, SecretKey};

/// What is sealed to prove the key.
const KNOWN_TEXT: &str = "tidemark";

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
            let secret = self.0.vault.open(&sealed, &place)?;
            let sealed = sealing.seal(&secret, &place)?;
            transaction.unscoped_reseal(id, &sealed).await?;
            rotated += 1;
        }
        let proof = sealing.seal(&KNOWN_TEXT.into(), PLACE_OF_KEY_CHECK)?;
        transaction.unscoped_set_key_check(&proof).await?;
        let subject = format!("{rotated} secrets");
        let action = LogAction::KeyRotated;
        self.log(&mut transaction, viewer, action, None, &subject)
            .await?;
        transaction.commit().await?;
        self.0.vault.replace_key(new);
        Ok(rotated)
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
                "The secret key was replaced meanwhile: start Tidemark again with the new TIDEMARK_SECRET_KEY.",
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
        let readable = sealed
            .iter()
            .all(|(id, sealed)| vault.open(sealed, &place_of_credential(*id)).is_ok());
        if !readable {
            return Err(OpenError::WrongKey);
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

fn proves(vault: &Vault, proof: &[u8]) -> bool {
    vault.open(proof, PLACE_OF_KEY_CHECK).is_ok()
}
