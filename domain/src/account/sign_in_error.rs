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
        "Somebody else has just set Tidemark up: ask them for an invitation.";
    /// The person, or the provider on their behalf, said no.
    Declined = "declined",
        "The provider did not let you in: try again and agree there, or sign in with your password.";
    /// The answer belongs to no attempt of this browser: foreign, used before, or too late.
    State = "state",
        "This sign-in was not begun here, was used before, or took longer than 10 minutes: start it again.";
    /// The provider does not answer, or not as it must.
    Provider = "provider",
        "The provider's answer could not be used: try again, and ask your administrator to look into the log if it stays.";
    /// The provider's account is tied to nobody here.
    UnknownIdentity = "unknown-identity",
        "Nobody here uses this account: open your invitation first, or sign in with your password and connect it in your profile.";
    /// The provider's account is tied to somebody else here.
    IdentityTaken = "identity-taken",
        "This account belongs to somebody else here: sign in with it, or choose another one at the provider.";
    /// An identity is tied to an account only by the person who began it, from a page of ours.
    NotYours = "not-yours",
        "This was not begun on a page of this server: open your profile, or your invitation while signed out, and begin there.";
    /// The session is too old to give the account another way in.
    SignInAgain = "sign-in-again",
        "Sign out and in again first: another way to sign in is connected within 15 minutes of signing in.";
    /// The invitation is used, expired, withdrawn or forged.
    Invitation = "invitation",
        "This invitation is not valid any longer: ask for a new one.";
    /// There is an account with the provider's address, or for the identity, already.
    AccountExists = "account-exists",
        "There is an account for you already: sign in to it, and open the invitation again.";
    /// The provider tells no e-mail address, or none that can be used.
    NoAddress = "no-address",
        "The provider did not tell your e-mail address: allow it there, or join with a password.";
    /// All that they belonged to here is suspended.
    Suspended = "suspended",
        "What you belong to here is suspended: ask your administrator.";
    /// Whoever it is may not come in now.
    Refused = "refused",
        "You cannot sign in at the moment: ask your administrator.";
    /// Tidemark itself could not go on.
    Unavailable = "unavailable",
        "Tidemark could not finish the sign-in: try again in a moment.";
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
    fn each_trouble_has_its_own_code_and_one_sentence() {
        for sign_in_error in SignInError::ALL {
            assert_eq!(
                SignInError::parse(sign_in_error.code()),
                Some(*sign_in_error)
            );
            let sentence = sign_in_error.sentence();
            assert!(
                sentence.ends_with('.') && !sentence.contains(". "),
                "{sentence}"
            );
        }
        assert_eq!(SignInError::parse("credentials"), None);
    }
}
