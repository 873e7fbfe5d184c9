//! Who a request comes from, and what they may see and read.

use crate::accounts::token::{Token, TokenKind};
use crate::accounts::user::{Role, User};
use crate::apps::app::App;
use crate::apps::installation::Installation;
use crate::repositories::repository::Repository;

/// Who a request turned out to come from.
#[derive(Clone, Debug)]
pub(crate) enum Identity {
    Anonymous,
    User {
        user: User,
        token: Token,
    },
    Installation {
        installation: Installation,
        token: Token,
    },
    /// An app in its own name, by a web token that it signed.
    App(App),
}

/// Why traffic may not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Denied {
    NoPushAccess,
    NotAccessible,
}

impl Identity {
    pub(crate) fn token(&self) -> Option<&Token> {
        match self {
            Self::Anonymous | Self::App(_) => None,
            Self::User { token, .. } | Self::Installation { token, .. } => Some(token),
        }
    }

    pub(crate) fn login(&self) -> Option<&str> {
        match self {
            Self::User { user, .. } => Some(&user.login),
            Self::Anonymous | Self::Installation { .. } | Self::App(_) => None,
        }
    }

    /// Whether the repository exists as far as this identity can tell.
    pub(crate) fn sees(&self, repository: &Repository) -> bool {
        if repository.hidden {
            return false;
        }
        !repository.private || self.was_given(repository)
    }

    /// Whether its private side was given to this token at all.
    pub(crate) fn was_given(&self, repository: &Repository) -> bool {
        match self {
            Self::Anonymous | Self::App(_) => false,
            Self::Installation { installation, .. } => installation.reaches(repository),
            Self::User { user, token } => {
                let by_token = match &token.kind {
                    TokenKind::Classic { .. } | TokenKind::OAuth { .. } => {
                        !repository.private || token.has_scope("repo")
                    }
                    TokenKind::FineGrained { selection, .. } => {
                        selection.contains(&repository.full_name())
                    }
                    TokenKind::Actions { repository: own } => {
                        own.eq_ignore_ascii_case(&repository.full_name())
                    }
                    TokenKind::Installation => false,
                };
                by_token && repository.role_of(&user.login).is_some()
            }
        }
    }

    /// Traffic asks for push access and, of everything but classic tokens, for
    /// Administration: read.
    /// <https://docs.github.com/rest/metrics/traffic>
    pub(crate) fn may_read_traffic(&self, repository: &Repository) -> Result<(), Denied> {
        match self {
            Self::Anonymous => Err(Denied::NoPushAccess),
            Self::App(_) => Err(Denied::NotAccessible),
            Self::Installation { installation, .. } => {
                if installation.reads_administration() && installation.reaches(repository) {
                    Ok(())
                } else {
                    Err(Denied::NotAccessible)
                }
            }
            Self::User { user, token } => {
                let pushes = repository.role_of(&user.login) >= Some(Role::Write);
                match &token.kind {
                    TokenKind::Classic { .. } | TokenKind::OAuth { .. } => {
                        let public = token.has_scope("public_repo") && !repository.private;
                        let scope = token.has_scope("repo") || public;
                        if pushes && scope {
                            Ok(())
                        } else {
                            Err(Denied::NoPushAccess)
                        }
                    }
                    TokenKind::FineGrained {
                        administration,
                        selection,
                    } => {
                        if !administration || !selection.contains(&repository.full_name()) {
                            Err(Denied::NotAccessible)
                        } else if pushes {
                            Ok(())
                        } else {
                            Err(Denied::NoPushAccess)
                        }
                    }
                    TokenKind::Actions { .. } | TokenKind::Installation => {
                        Err(Denied::NotAccessible)
                    }
                }
            }
        }
    }
}
