//! A provider's claims about a person, trimmed to what an identity stores.

use domain::ExternalIdentity;
use openidconnect::core::{CoreGenderClaim, CoreIdTokenClaims, CoreUserInfoClaims};
use openidconnect::{LocalizedClaim, StandardClaims};

use super::provider::ProviderError;

/// The specification's limit. <https://openid.net/specs/openid-connect-core-1_0.html#IDToken>
const MAX_SUBJECT: usize = 255;

/// How much of a name or a label is stored.
const MAX_NAME: usize = 100;

/// Claims about a person. None of them proves an identity.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Claims {
    email: Option<String>,
    name: Option<String>,
    login: Option<String>,
}

impl Claims {
    /// The claims of the ID token.
    pub(super) fn from_token(claims: &CoreIdTokenClaims) -> Self {
        Self {
            email: claims.email().map(|email| email.to_string()),
            name: claims.name().and_then(plain),
            login: claims.preferred_username().map(|login| login.to_string()),
        }
    }

    fn from_user_info(claims: &CoreUserInfoClaims) -> Self {
        let claims: &StandardClaims<CoreGenderClaim> = claims.standard_claims();
        Self {
            email: claims.email().map(|email| email.to_string()),
            name: claims.name().and_then(plain),
            login: claims.preferred_username().map(|login| login.to_string()),
        }
    }

    /// Whether an address or a name is missing.
    pub(super) fn is_incomplete(&self) -> bool {
        self.email.is_none() || self.name.is_none()
    }

    /// Adds the claims of the user info endpoint that the token lacks.
    pub(super) fn complete(&mut self, user_info: Option<&CoreUserInfoClaims>) {
        let more = user_info.map(Self::from_user_info).unwrap_or_default();
        self.email = self.email.take().or(more.email);
        self.name = self.name.take().or(more.name);
        self.login = self.login.take().or(more.login);
    }
}

/// The identity of this subject at this issuer.
pub(super) fn identity(
    issuer: &str,
    subject: &str,
    claims: Claims,
) -> Result<ExternalIdentity, ProviderError> {
    if subject.is_empty() || subject.len() > MAX_SUBJECT {
        return Err(ProviderError::new(
            "the provider’s id of the person is empty or too long",
        ));
    }
    let Claims { email, name, login } = claims;
    let clean = |text: String| {
        let text: String = text.chars().filter(|letter| !letter.is_control()).collect();
        let text: String = text.trim().chars().take(MAX_NAME).collect();
        Some(text).filter(|text| !text.is_empty())
    };
    let name = name.and_then(clean);
    let login = login.and_then(clean);
    let email = email.and_then(|email| email.parse::<domain::Email>().ok());
    let label = email.as_ref().map(|email| email.as_str().to_owned());
    let label = label.or_else(|| login.clone()).or_else(|| name.clone());
    Ok(ExternalIdentity {
        issuer: issuer.to_owned(),
        subject: subject.to_owned(),
        label: label.unwrap_or_else(|| subject.to_owned()),
        name: name.or(login),
        email,
    })
}

/// A claim without a language, or else in the first one.
fn plain<T: std::ops::Deref<Target = String>>(claim: &LocalizedClaim<T>) -> Option<String> {
    let first = claim.iter().next().map(|(_, text)| text);
    claim.get(None).or(first).map(|text| text.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims(email: &str, name: &str, login: &str) -> Claims {
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        Claims {
            email: some(email),
            name: some(name),
            login: some(login),
        }
    }

    #[test]
    fn a_person_is_shown_by_the_providers_claims() {
        for (claims, label, name) in [
            (
                claims("mona@example.org", "Mona", "mo"),
                "mona@example.org",
                Some("Mona"),
            ),
            (claims("", "Mona", "mo"), "mo", Some("Mona")),
            (claims("no address", "\u{7}", "mo"), "mo", Some("mo")),
            (claims("", "", ""), "4711", None),
        ] {
            let identity = identity("https://issuer", "4711", claims).unwrap();
            assert_eq!(identity.label, label);
            assert_eq!(identity.name.as_deref(), name);
            assert_eq!(identity.subject, "4711");
        }
    }

    #[test]
    fn what_is_too_long_is_cut_but_never_the_subject() {
        let long = "x".repeat(300);
        let cut = identity("https://issuer", "4711", claims("", &long, "")).unwrap();
        assert_eq!(cut.name.unwrap().len(), 100);
        assert!(identity("https://issuer", &long, Claims::default()).is_err());
        assert!(identity("https://issuer", "", Claims::default()).is_err());
    }
}
