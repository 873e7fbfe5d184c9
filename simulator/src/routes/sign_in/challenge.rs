//! Proof key for code exchange (RFC 7636), of which GitHub has S256 only.
//!
//! <https://docs.github.com/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps#1-request-a-users-github-identity>

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// The challenge of an authorization: one of S256, or none at all.
///
/// # Errors
/// When it is of another method, or is no SHA-256 hash in base64url.
pub(super) fn read(challenge: Option<&str>, method: Option<&str>) -> Result<Option<String>, ()> {
    match (challenge, method) {
        (None, None) => Ok(None),
        (Some(challenge), Some("S256")) => {
            let hash = URL_SAFE_NO_PAD.decode(challenge).map_err(drop)?;
            (hash.len() == 32)
                .then(|| Some(challenge.to_owned()))
                .ok_or(())
        }
        _ => Err(()),
    }
}

/// Whether the verifier is the one that the challenge was made of. Without a
/// challenge there must be none: somebody took the challenge away on the road.
pub(super) fn fits(challenge: Option<&str>, verifier: Option<&str>) -> bool {
    let made = verifier.map(|verifier| URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)));
    made.as_deref() == challenge
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 7636, appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn only_the_verifier_of_the_challenge_fits() {
        assert!(fits(Some(CHALLENGE), Some(VERIFIER)));
        assert!(!fits(Some(CHALLENGE), Some(CHALLENGE)));
        assert!(!fits(Some(CHALLENGE), None));
        assert!(!fits(None, Some(VERIFIER)));
        assert!(fits(None, None));
    }

    #[test]
    fn a_challenge_is_of_s256_or_refused() {
        assert_eq!(read(None, None), Ok(None));
        let challenge = Some(CHALLENGE);
        assert_eq!(read(challenge, Some("S256")), Ok(Some(CHALLENGE.into())));
        for method in [None, Some("plain")] {
            assert_eq!(read(challenge, method), Err(()));
        }
        for malformed in [None, Some(""), Some("short"), Some("not base64url!")] {
            assert_eq!(read(malformed, Some("S256")), Err(()));
        }
    }
}
