//! Errors of external sign-in, as codes in URLs and as texts.

use strum::{EnumString, IntoStaticStr};

use crate::unknown_value::UnknownValue;

macro_rules! sign_in_errors {
    ($($(#[$doc:meta])* $name:ident: $sentence:literal;)+) => {
        /// Why signing in with an external provider failed.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumString, IntoStaticStr)]
        #[strum(serialize_all = "kebab-case")]
        #[strum(parse_err_ty = UnknownValue, parse_err_fn = UnknownValue::new)]
        pub enum SignInError {
            $($(#[$doc])* $name,)+
        }

        impl SignInError {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The code in the URL: `/sign-in?error=CODE`.
            #[must_use]
            pub fn code(self) -> &'static str {
                self.into()
            }

            /// What happened and what to do.
            #[must_use]
            pub const fn sentence(self) -> &'static str {
                match self { $(Self::$name => $sentence,)+ }
            }
        }
    };
}

sign_in_errors! {
    /// Another person finished the setup first.
    SetUp:
        "Someone else has just set up Tidemark. Ask them for an invitation.";
    /// The person or the provider declined.
    Declined:
        "The provider denied the sign-in. Try again and approve access, or sign in with your password.";
    /// The callback matches no open attempt of this browser: foreign, replayed or expired.
    State:
        "This sign-in attempt has expired or was already used. Start again.";
    /// The provider does not respond, or not as specified.
    Provider:
        "The provider sent an unexpected response. Try again; if it keeps happening, ask your administrator to check the log.";
    /// The identity is not linked to any account here.
    UnknownIdentity:
        "No Tidemark account is linked to this identity. Open your invitation first, or sign in with your password and link it in your profile.";
    /// The identity is linked to another account here.
    IdentityTaken:
        "This identity is linked to another Tidemark account. Sign in with it, or choose another one at the provider.";
    /// An identity can be linked only by the person who started it, from one of our pages.
    NotYours:
        "This request didn’t start in Tidemark. Start from your profile, or from your invitation while signed out.";
    /// The session is too old to link another sign-in method.
    SignInAgain:
        "Sign in again first. You can link an identity within 15 minutes of signing in.";
    /// The invitation is used, expired, withdrawn or forged.
    Invitation:
        "This invitation is no longer valid. Ask for a new one.";
    /// An account with the provider's address or this identity already exists.
    AccountExists:
        "You already have an account. Sign in, then open the invitation again.";
    /// The provider shares no usable email address.
    NoAddress:
        "The provider did not share your email address. Allow it there, or join with a password.";
    /// All their tenants are suspended.
    Suspended:
        "All your tenants are suspended. Ask your administrator.";
    /// Sign-in is refused right now.
    Refused:
        "You can’t sign in right now. Ask your administrator.";
    /// Tidemark itself failed.
    Unavailable:
        "Tidemark could not complete the sign-in. Try again in a moment.";
}

impl SignInError {
    /// The error with this code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        code.parse().ok()
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
