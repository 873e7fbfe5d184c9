//! The tokens that authenticate requests, and what each gives access to.

use std::collections::BTreeSet;

use chrono::{DateTime, FixedOffset, Utc};

/// A secret that authenticates requests.
#[derive(Clone, Debug)]
pub struct Token {
    pub(crate) secret: String,
    pub(crate) holder: Holder,
    pub(crate) kind: TokenKind,
    pub(crate) expires: Option<DateTime<FixedOffset>>,
}

/// The user or installation that a token acts for. All tokens of a user share one rate limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Holder {
    User(String),
    Installation(u64),
}

#[derive(Clone, Debug)]
pub(crate) enum TokenKind {
    Classic {
        scopes: Vec<String>,
    },
    /// Issued when a user authorized an OAuth App.
    OAuth {
        client_id: String,
        scopes: Vec<String>,
    },
    FineGrained {
        administration: bool,
        selection: Selection,
    },
    Installation,
    Actions {
        repository: String,
    },
}

/// The repositories that a fine-grained token or an installation has access to.
#[derive(Clone, Debug)]
pub(crate) enum Selection {
    All,
    Only(BTreeSet<String>),
}

impl Token {
    /// A classic personal access token with these scopes, such as `repo`.
    #[must_use]
    pub fn classic<S: Into<String>>(
        secret: impl Into<String>,
        login: impl Into<String>,
        scopes: impl IntoIterator<Item = S>,
    ) -> Self {
        let scopes = scopes.into_iter().map(Into::into).collect();
        Self::of(
            secret,
            Holder::User(login.into()),
            TokenKind::Classic { scopes },
        )
    }

    /// A token of an OAuth App that the user authorized for these scopes.
    #[must_use]
    pub fn oauth<S: Into<String>>(
        secret: impl Into<String>,
        login: impl Into<String>,
        client_id: impl Into<String>,
        scopes: impl IntoIterator<Item = S>,
    ) -> Self {
        let kind = TokenKind::OAuth {
            client_id: client_id.into(),
            scopes: scopes.into_iter().map(Into::into).collect(),
        };
        Self::of(secret, Holder::User(login.into()), kind)
    }

    /// A fine-grained token for all of a user's repositories, without
    /// Administration; [`administration`](Self::administration) grants it.
    #[must_use]
    pub fn fine_grained(secret: impl Into<String>, login: impl Into<String>) -> Self {
        let kind = TokenKind::FineGrained {
            administration: false,
            selection: Selection::All,
        };
        Self::of(secret, Holder::User(login.into()), kind)
    }

    /// A token of an installation, with the permissions of that installation.
    #[must_use]
    pub fn installation(secret: impl Into<String>, installation: u64) -> Self {
        Self::of(
            secret,
            Holder::Installation(installation),
            TokenKind::Installation,
        )
    }

    /// The `GITHUB_TOKEN` of a workflow run in `repository`: it can never read traffic.
    #[must_use]
    pub fn actions(
        secret: impl Into<String>,
        login: impl Into<String>,
        repository: impl Into<String>,
    ) -> Self {
        let kind = TokenKind::Actions {
            repository: repository.into(),
        };
        Self::of(secret, Holder::User(login.into()), kind)
    }

    /// Grants Administration: read to a fine-grained token.
    #[must_use]
    pub fn administration(mut self) -> Self {
        if let TokenKind::FineGrained { administration, .. } = &mut self.kind {
            *administration = true;
        }
        self
    }

    /// Limits a fine-grained token to these repositories (`OWNER/NAME`).
    #[must_use]
    pub fn only<S: Into<String>>(mut self, repositories: impl IntoIterator<Item = S>) -> Self {
        if let TokenKind::FineGrained { selection, .. } = &mut self.kind {
            *selection = Selection::only(repositories);
        }
        self
    }

    /// When it expires. `github-authentication-token-expiration` shows it as
    /// `… UTC` or, in another time zone, as `… -0700`; GitHub sends both.
    #[must_use]
    pub fn expires(mut self, at: impl Into<DateTime<FixedOffset>>) -> Self {
        self.expires = Some(at.into());
        self
    }

    fn of(secret: impl Into<String>, holder: Holder, kind: TokenKind) -> Self {
        Self {
            secret: secret.into(),
            holder,
            kind,
            expires: None,
        }
    }

    pub(crate) fn has_expired(&self, now: DateTime<Utc>) -> bool {
        self.expires.is_some_and(|at| at <= now)
    }

    /// The value of the expiry header; installation tokens have none.
    pub(crate) fn expiration_header(&self) -> Option<String> {
        let at = self
            .expires
            .filter(|_| !matches!(self.kind, TokenKind::Installation))?;
        let zone = if at.offset().local_minus_utc() == 0 {
            "UTC"
        } else {
            "%z"
        };
        Some(at.format(&format!("%Y-%m-%d %H:%M:%S {zone}")).to_string())
    }

    pub(crate) fn has_scope(&self, scope: &str) -> bool {
        match &self.kind {
            TokenKind::Classic { scopes } | TokenKind::OAuth { scopes, .. } => {
                scopes.iter().any(|held| held == scope)
            }
            TokenKind::FineGrained { .. } | TokenKind::Installation | TokenKind::Actions { .. } => {
                false
            }
        }
    }
}

impl Selection {
    pub(crate) fn only<S: Into<String>>(repositories: impl IntoIterator<Item = S>) -> Self {
        Self::Only(
            repositories
                .into_iter()
                .map(|name| name.into().to_ascii_lowercase())
                .collect(),
        )
    }

    pub(crate) fn contains(&self, full_name: &str) -> bool {
        match self {
            Self::All => true,
            Self::Only(names) => names.contains(&full_name.to_ascii_lowercase()),
        }
    }

    /// `all` or `selected`, as GitHub writes it.
    pub(crate) fn as_str(&self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Only(_) => "selected",
        }
    }
}
