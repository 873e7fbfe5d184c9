//! Why signing in with a provider outside did not work, as the address and the page tell it.

macro_rules! troubles {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $sentence:literal;)+) => {
        /// Why signing in with a provider outside did not work.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum SignInError {
            $($(#[$doc])* $name,)+
        }

        impl SignInError {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// As it stands in the address: `/sign-in?error=CODE`.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }

            /// What happened and what to do, in a sentence.
            #[must_use]
            pub const fn sentence(self) -> &'static str {
                match self { $(Self::$name => $sentence,)+ }
            }
        }
    };
}

troubles! {
    /// Two set Tidemark up at once, and this one was second.
    SetUp = "set-up",
        "Someone else has just set up Tidemark. Ask them for an invitation.";
    /// The person, or the provider on their behalf, said no.
    Declined = "declined",
        "The provider denied the sign-in. Try again and approve access, or sign in with your password.";
    /// The answer belongs to no attempt of this browser: foreign, used before, or too late.
    State = "state",
        "This sign-in attempt has expired or was already used. Start again.";
    /// The provider does not answer, or not as it must.
    Provider = "provider",
        "The provider sent an unexpected response. Try again; if it keeps happening, ask your administrator to check the log.";
    /// The provider's account is tied to nobody here.
    UnknownIdentity = "unknown-identity",
        "No Tidemark account is linked to this identity. Open your invitation first, or sign in with your password and link it in your profile.";
    /// The provider's account is tied to somebody else here.
    IdentityTaken = "identity-taken",
        "This identity is linked to another Tidemark account. Sign in with it, or choose another one at the provider.";
    /// An identity is tied to an account only by the person who began it, from a page of ours.
    NotYours = "not-yours",
        "This request didn’t start in Tidemark. Start from your profile, or from your invitation while signed out.";
    /// The session is too old to give the account another way in.
    SignInAgain = "sign-in-again",
        "Sign in again first. You can link an identity within 15 minutes of signing in.";
    /// The invitation is used, expired, withdrawn or forged.
    Invitation = "invitation",
        "This invitation is no longer valid. Ask for a new one.";
    /// There is an account with the provider's address, or for the identity, already.
    AccountExists = "account-exists",
        "You already have an account. Sign in, then open the invitation again.";
    /// The provider tells no e-mail address, or none that can be used.
    NoAddress = "no-address",
        "The provider did not share your email address. Allow it there, or join with a password.";
    /// All that they belonged to here is suspended.
    Suspended = "suspended",
        "All your tenants are suspended. Ask your administrator.";
    /// Whoever it is may not come in now.
    Refused = "refused",
        "You can’t sign in right now. Ask your administrator.";
    /// Tidemark itself could not go on.
    Unavailable = "unavailable",
        "Tidemark could not complete the sign-in. Try again in a moment.";
}

impl SignInError {
    /// The trouble of this code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|sign_in_error| sign_in_error.code() == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_trouble_has_its_own_code_and_at_most_two_sentences() {
        for sign_in_error in SignInError::ALL {
            assert_eq!(
                SignInError::parse(sign_in_error.code()),
                Some(*sign_in_error)
            );
            let sentence = sign_in_error.sentence();
            assert!(
                sentence.ends_with('.')
                    && !sentence.contains(": ")
                    && sentence.matches(". ").count() <= 1,
                "{sentence}"
            );
        }
        assert_eq!(SignInError::parse("credentials"), None);
    }
}
