//! What a provider tells about a person, brought into our measure.

use domain::ExternalIdentity;
use openidconnect::core::{CoreGenderClaim, CoreIdTokenClaims, CoreUserInfoClaims};
use openidconnect::{LocalizedClaim, StandardClaims};

use super::Failure;

/// No subject is longer. <https://openid.net/specs/openid-connect-core-1_0.html#IDToken>
const LONGEST_SUBJECT: usize = 255;

/// More of a name or a label is not kept.
const LONGEST_NAME: usize = 100;

/// What a provider tells about a person; nothing of it proves who they are.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Told {
    email: Option<String>,
    name: Option<String>,
    login: Option<String>,
}

impl Told {
    /// What the token tells.
    pub(super) fn claims(claims: &CoreIdTokenClaims) -> Self {
        Self {
            email: claims.email().map(|email| email.to_string()),
            name: claims.name().and_then(plain),
            login: claims.preferred_username().map(|login| login.to_string()),
        }
    }

    fn more(claims: &CoreUserInfoClaims) -> Self {
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

    /// Adds what the user info endpoint tells beyond the token.
    pub(super) fn complete(&mut self, more: Option<&CoreUserInfoClaims>) {
        let more = more.map(Self::more).unwrap_or_default();
        self.email = self.email.take().or(more.email);
        self.name = self.name.take().or(more.name);
        self.login = self.login.take().or(more.login);
    }
}

/// The identity of this subject at this issuer.
pub(super) fn identity(
    issuer: &str,
    subject: &str,
    told: Told,
) -> Result<ExternalIdentity, Failure> {
    if subject.is_empty() || subject.len() > LONGEST_SUBJECT {
        return Err(Failure::new(
            "the provider's name for the person has no or too many letters",
        ));
    }
    let Told { email, name, login } = told;
    let tidy = |text: String| {
        let text: String = text.chars().filter(|letter| !letter.is_control()).collect();
        let text: String = text.trim().chars().take(LONGEST_NAME).collect();
        Some(text).filter(|text| !text.is_empty())
    };
    let name = name.and_then(tidy);
    let login = login.and_then(tidy);
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

/// A claim in no particular language, or in the first one it is told in.
fn plain<T: std::ops::Deref<Target = String>>(claim: &LocalizedClaim<T>) -> Option<String> {
    let first = claim.iter().next().map(|(_, text)| text);
    claim.get(None).or(first).map(|text| text.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(email: &str, name: &str, login: &str) -> Told {
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        Told {
            email: some(email),
            name: some(name),
            login: some(login),
        }
    }

    #[test]
    fn a_person_is_shown_by_what_the_provider_tells() {
        for (told, label, name) in [
            (
                told("mona@example.org", "Mona", "mo"),
                "mona@example.org",
                Some("Mona"),
            ),
            (told("", "Mona", "mo"), "mo", Some("Mona")),
            (told("no address", "\u{7}", "mo"), "mo", Some("mo")),
            (told("", "", ""), "4711", None),
        ] {
            let identity = identity("https://issuer", "4711", told).unwrap();
            assert_eq!(identity.label, label);
            assert_eq!(identity.name.as_deref(), name);
            assert_eq!(identity.subject, "4711");
        }
    }

    #[test]
    fn what_is_too_long_is_cut_but_never_the_subject() {
        let long = "x".repeat(300);
        let cut = identity("https://issuer", "4711", told("", &long, "")).unwrap();
        assert_eq!(cut.name.unwrap().len(), 100);
        assert!(identity("https://issuer", &long, Told::default()).is_err());
        assert!(identity("https://issuer", "", Told::default()).is_err());
    }
}
