//! Proof key for code exchange (RFC 7636); GitHub supports S256 only.
//!
//! <https://docs.github.com/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps#1-request-a-users-github-identity>

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// The S256 challenge of an authorization, or none.
///
/// # Errors
/// When the method is another one, or the challenge is no SHA-256 hash in base64url.
pub(super) fn parse(challenge: Option<&str>, method: Option<&str>) -> Result<Option<String>, ()> {
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

/// Whether the verifier matches the challenge. A verifier without a challenge does not match: the
/// challenge was removed on the way.
pub(super) fn verify(challenge: Option<&str>, verifier: Option<&str>) -> bool {
    let expected = verifier.map(|verifier| URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)));
    expected.as_deref() == challenge
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 7636, appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn only_the_verifier_of_the_challenge_matches() {
        assert!(verify(Some(CHALLENGE), Some(VERIFIER)));
        assert!(!verify(Some(CHALLENGE), Some(CHALLENGE)));
        assert!(!verify(Some(CHALLENGE), None));
        assert!(!verify(None, Some(VERIFIER)));
        assert!(verify(None, None));
    }

    #[test]
    fn a_challenge_is_of_s256_or_refused() {
        assert_eq!(parse(None, None), Ok(None));
        let challenge = Some(CHALLENGE);
        assert_eq!(parse(challenge, Some("S256")), Ok(Some(CHALLENGE.into())));
        for method in [None, Some("plain")] {
            assert_eq!(parse(challenge, method), Err(()));
        }
        for malformed in [None, Some(""), Some("short"), Some("not base64url!")] {
            assert_eq!(parse(malformed, Some("S256")), Err(()));
        }
    }
}
