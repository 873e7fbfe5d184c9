//! The identity that a request comes from, and what it may see and read.

use crate::accounts::token::{Token, TokenKind};
use crate::accounts::user::{Role, User};
use crate::apps::app::App;
use crate::apps::installation::Installation;
use crate::repositories::repository::Repository;

/// The user, installation or app that a request comes from.
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
    /// An app as itself, by a JSON web token that it signed.
    App(App),
}

/// Why traffic may not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AccessError {
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
    pub(crate) fn can_see(&self, repository: &Repository) -> bool {
        if repository.hidden {
            return false;
        }
        !repository.private || self.has_access_to(repository)
    }

    /// Whether this identity has access to the private parts of the repository.
    pub(crate) fn has_access_to(&self, repository: &Repository) -> bool {
        match self {
            Self::Anonymous | Self::App(_) => false,
            Self::Installation { installation, .. } => installation.includes(repository),
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

    /// Traffic requires push access and, for everything but classic tokens, Administration: read.
    /// <https://docs.github.com/rest/metrics/traffic>
    pub(crate) fn may_read_traffic(&self, repository: &Repository) -> Result<(), AccessError> {
        match self {
            Self::Anonymous => Err(AccessError::NoPushAccess),
            Self::App(_) => Err(AccessError::NotAccessible),
            Self::Installation { installation, .. } => {
                if installation.reads_administration() && installation.includes(repository) {
                    Ok(())
                } else {
                    Err(AccessError::NotAccessible)
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
                            Err(AccessError::NoPushAccess)
                        }
                    }
                    TokenKind::FineGrained {
                        administration,
                        selection,
                    } => {
                        if !administration || !selection.contains(&repository.full_name()) {
                            Err(AccessError::NotAccessible)
                        } else if pushes {
                            Ok(())
                        } else {
                            Err(AccessError::NoPushAccess)
                        }
                    }
                    TokenKind::Actions { .. } | TokenKind::Installation => {
                        Err(AccessError::NotAccessible)
                    }
                }
            }
        }
    }
}
