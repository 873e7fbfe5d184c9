//! Secrets at rest: encrypted, bound to their row, and never printed.

use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{Key, KeyInit, XChaCha20Poly1305, XNonce};
use domain::{ConnectionId, PendingAppId};
use parking_lot::RwLock;
use secrecy::{ExposeSecret, SecretBox, SecretString};
use sha2::{Digest, Sha256};

const NONCE_BYTES: usize = 24;

/// The key that protects secrets in copies of the database.
#[derive(Clone)]
pub struct SecretKey(Key);

/// The text is not a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a secret key is 32 random bytes in base64; create one with “openssl rand -base64 32”")]
pub struct SecretKeyError;

impl SecretKey {
    /// A new random key.
    ///
    /// # Errors
    /// When the operating system has no random numbers.
    pub fn generate() -> Result<Self, SecretsError> {
        random::<32>().map(|bytes| Self(bytes.into()))
    }

    /// The key from its 44 characters of base64.
    ///
    /// # Errors
    /// When the text is not 32 bytes in base64.
    pub fn from_base64(text: &SecretString) -> Result<Self, SecretKeyError> {
        let bytes = STANDARD
            .decode(text.expose_secret().trim())
            .map_err(|_| SecretKeyError)?;
        <[u8; 32]>::try_from(bytes)
            .map(|bytes| Self(bytes.into()))
            .map_err(|_| SecretKeyError)
    }

    /// The key as text, for the key file.
    #[must_use]
    pub fn to_base64(&self) -> SecretString {
        STANDARD.encode(self.0).into()
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(…)")
    }
}

/// A secret could not be encrypted or decrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretsError {
    /// The operating system has no random numbers.
    #[error("the operating system provided no random numbers")]
    NoRandomness,
    /// Another key encrypted it, or it was moved or changed.
    #[error("a stored secret cannot be decrypted with this key; check TIDEMARK_SECRET_KEY")]
    Unreadable,
    /// It could not be encrypted.
    #[error("a secret could not be encrypted")]
    Unwritable,
}

/// Encrypts and decrypts secrets, each bound to where it is stored. Clones share the key.
#[derive(Clone)]
pub(crate) struct Vault(Arc<RwLock<SecretKey>>);

impl Vault {
    pub(crate) fn new(key: SecretKey) -> Self {
        Self(Arc::new(RwLock::new(key)))
    }

    /// Replaces the key, after everything is encrypted with it.
    pub(crate) fn replace_key(&self, key: SecretKey) {
        *self.0.write() = key;
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        let key = self.0.read();
        XChaCha20Poly1305::new(&key.0)
    }

    /// Encrypts a secret (XChaCha20-Poly1305, a random nonce before the ciphertext).
    ///
    /// `associated_data` names the row and column. The ciphertext decrypts nowhere else, so swapped
    /// secrets are detected.
    pub(crate) fn seal(
        &self,
        secret: &SecretString,
        associated_data: &str,
    ) -> Result<Vec<u8>, SecretsError> {
        let nonce = random::<NONCE_BYTES>()?;
        let payload = Payload {
            msg: secret.expose_secret().as_bytes(),
            aad: associated_data.as_bytes(),
        };
        let ciphertext = self
            .cipher()
            .encrypt(XNonce::from_slice(&nonce), payload)
            .map_err(|_| SecretsError::Unwritable)?;
        Ok([nonce.as_slice(), &ciphertext].concat())
    }

    /// Decrypts what was sealed with the same associated data.
    pub(crate) fn open(
        &self,
        sealed: &[u8],
        associated_data: &str,
    ) -> Result<SecretString, SecretsError> {
        let (nonce, ciphertext) = sealed
            .split_at_checked(NONCE_BYTES)
            .ok_or(SecretsError::Unreadable)?;
        let payload = Payload {
            msg: ciphertext,
            aad: associated_data.as_bytes(),
        };
        let plain = self
            .cipher()
            .decrypt(XNonce::from_slice(nonce), payload)
            .map_err(|_| SecretsError::Unreadable)?;
        String::from_utf8(plain)
            .map(Into::into)
            .map_err(|_| SecretsError::Unreadable)
    }
}

/// The associated data of the key check.
pub(crate) const KEY_CHECK_ASSOCIATED_DATA: &str = "key_check/1";

/// The associated data of a connection's token or key.
pub(crate) fn credential_associated_data(connection: ConnectionId) -> String {
    format!("connections/{connection}/token")
}

/// The associated data of a pending app's key.
pub(crate) fn app_key_associated_data(app: PendingAppId) -> String {
    format!("pending_apps/{app}/key")
}

/// A new random token of 256 bits, in URL-safe base64 after a prefix that identifies its kind.
pub(crate) fn new_token(prefix: &str) -> Result<SecretString, SecretsError> {
    Ok(format!("{prefix}{}", URL_SAFE_NO_PAD.encode(random::<32>()?)).into())
}

/// The stored hash of a random token: enough to recognize it, useless to present.
///
/// A plain hash suffices, since the token has 256 bits of entropy.
pub(crate) fn fingerprint(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

fn random<const N: usize>() -> Result<[u8; N], SecretsError> {
    let mut bytes = SecretBox::new(Box::new([0_u8; N]));
    getrandom::fill(secrecy::ExposeSecretMut::expose_secret_mut(&mut bytes))
        .map_err(|_| SecretsError::NoRandomness)?;
    Ok(*bytes.expose_secret())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_opens_only_with_its_key_and_in_its_place() {
        let vault = Vault::new(SecretKey::generate().expect("randomness"));
        let token: SecretString = "ghp_secret".into();
        let sealed = vault.seal(&token, "connections/1/token").expect("sealed");
        assert!(!sealed.windows(10).any(|window| window == b"ghp_secret"));
        let opened = vault.open(&sealed, "connections/1/token").expect("opened");
        assert_eq!(opened.expose_secret(), "ghp_secret");

        let elsewhere = vault.open(&sealed, "connections/2/token");
        assert_eq!(elsewhere.err(), Some(SecretsError::Unreadable));
        let other = Vault::new(SecretKey::generate().expect("randomness"));
        assert_eq!(
            other.open(&sealed, "connections/1/token").err(),
            Some(SecretsError::Unreadable)
        );
        assert_eq!(
            vault.open(b"short", "x").err(),
            Some(SecretsError::Unreadable)
        );
    }

    #[test]
    fn a_key_survives_its_text_and_hides_in_debug() {
        let key = SecretKey::generate().expect("randomness");
        let again = SecretKey::from_base64(&key.to_base64()).expect("a key");
        assert_eq!(again.0, key.0);
        assert_eq!(format!("{key:?}"), "SecretKey(…)");
        assert_eq!(
            SecretKey::from_base64(&"abc".into()).err(),
            Some(SecretKeyError)
        );
    }
}
