//! What an organization's policy has against a token, from GitHub's message.

/// What an organization's policy has against a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenPolicy {
    /// Its lifetime is too long.
    Lifetime,
    /// It is a classic one.
    Classic,
    /// It is a personal one.
    Personal,
}

impl TokenPolicy {
    /// What its owner can do, without the full stop.
    pub(super) const fn remedy(self) -> &'static str {
        match self {
            Self::Lifetime => "Shorten the token’s lifetime, or connect with a GitHub App",
            Self::Classic => "Connect with a GitHub App or a fine-grained token",
            Self::Personal => "Connect with a GitHub App",
        }
    }
}

impl std::fmt::Display for TokenPolicy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Lifetime => "The organization forbids tokens with such a long lifetime",
            Self::Classic => "The organization forbids classic tokens",
            Self::Personal => "The organization forbids personal tokens",
        })
    }
}
