//! Everything the simulator holds, and who may see what of it.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use crate::account::{Holder, Role, Token, TokenKind, User};
use crate::app::App;
use crate::budget::{Budgets, Payer};
use crate::installation::Installation;
use crate::manifest::Registrations;
use crate::oauth::{Authorizations, OAuthApp};
use crate::repository::Repository;
use crate::request_log::RequestLog;
use crate::response_recorder::ResponseRecorder;
use crate::scope::Rules;

/// Bad credentials that are borne before the user is locked out.
const PATIENCE: u32 = 10;

/// How long a lockout lasts after the last failure.
const LOCKOUT: TimeDelta = TimeDelta::minutes(10);

#[derive(Debug, Default)]
pub(crate) struct World {
    pub(crate) users: HashMap<String, User>,
    pub(crate) tokens: HashMap<String, Token>,
    /// Revoked tokens by their secret: GitHub still knows whose they were.
    pub(crate) revoked: HashMap<String, Token>,
    pub(crate) installations: HashMap<u64, Installation>,
    pub(crate) apps: BTreeMap<u64, App>,
    pub(crate) oauth_apps: HashMap<String, OAuthApp>,
    pub(crate) authorizations: Authorizations,
    pub(crate) registrations: Registrations,
    /// Who is signed in to GitHub's own pages.
    pub(crate) signed_in: Option<String>,
    /// The version of GitHub Enterprise Server that this is, if it is one.
    pub(crate) enterprise_server: Option<String>,
    pub(crate) repositories: BTreeMap<u64, Arc<Repository>>,
    /// The ids of repositories by their names in lower case.
    pub(crate) names: HashMap<String, u64>,
    /// Names that repositories had before.
    pub(crate) former_names: HashMap<String, u64>,
    pub(crate) rules: Rules,
    pub(crate) budgets: Budgets,
    pub(crate) request_log: RequestLog,
    pub(crate) response_recorder: ResponseRecorder,
    pub(crate) minted_tokens: u64,
    pub(crate) latency: Duration,
    failures: HashMap<Option<String>, Failures>,
}

#[derive(Debug)]
struct Failures {
    count: u32,
    last: DateTime<Utc>,
}

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

/// What a name leads to.
pub(crate) enum Lookup {
    Found(Arc<Repository>),
    Moved(u64),
    Missing,
}

/// Why credentials are refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rejected {
    BadCredentials,
    LockedOut,
    Suspended,
}

/// Why traffic may not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Denied {
    NoPushAccess,
    NotAccessible,
}

impl World {
    pub(crate) fn add_repository(&mut self, repository: Repository) {
        let name = repository.full_name().to_ascii_lowercase();
        self.former_names.remove(&name);
        self.names.insert(name, repository.id);
        self.repositories
            .insert(repository.id, Arc::new(repository));
    }

    pub(crate) fn by_name(&self, full_name: &str) -> Lookup {
        let name = full_name.to_ascii_lowercase();
        match (self.names.get(&name), self.former_names.get(&name)) {
            (Some(id), _) => self.by_id(*id),
            (None, Some(id)) => Lookup::Moved(*id),
            (None, None) => Lookup::Missing,
        }
    }

    pub(crate) fn by_id(&self, id: u64) -> Lookup {
        self.repositories
            .get(&id)
            .map_or(Lookup::Missing, |found| Lookup::Found(Arc::clone(found)))
    }

    /// Who holds this secret. Failures add up, and lock out everyone who uses the
    /// same user; secrets that nobody ever had add up among themselves.
    pub(crate) fn authenticate(
        &mut self,
        secret: &str,
        now: DateTime<Utc>,
    ) -> Result<Identity, Rejected> {
        let known = self.tokens.get(secret).or_else(|| self.revoked.get(secret));
        let culprit = known.map(|token| format!("{:?}", token.holder).to_ascii_lowercase());
        let failures = self.failures.get(&culprit);
        if failures
            .is_some_and(|failures| failures.count >= PATIENCE && now - failures.last < LOCKOUT)
        {
            return Err(Rejected::LockedOut);
        }
        let valid = self
            .tokens
            .get(secret)
            .filter(|token| !token.has_expired(now))
            .cloned();
        let identity = valid.and_then(|token| self.identity_of(token));
        if identity.is_none() {
            let failures = self.failures.entry(culprit).or_insert(Failures {
                count: 0,
                last: now,
            });
            if now - failures.last >= LOCKOUT {
                failures.count = 0;
            }
            failures.count += 1;
            failures.last = now;
        }
        match identity.ok_or(Rejected::BadCredentials)? {
            Identity::Installation { installation, .. } if installation.suspended => {
                Err(Rejected::Suspended)
            }
            identity => Ok(identity),
        }
    }

    fn identity_of(&self, token: Token) -> Option<Identity> {
        match &token.holder {
            Holder::User(login) => {
                let user = self.users.get(&login.to_ascii_lowercase())?.clone();
                Some(Identity::User { user, token })
            }
            Holder::Installation(id) => {
                let installation = self.installations.get(id)?.clone();
                Some(Identity::Installation {
                    installation,
                    token,
                })
            }
        }
    }

    /// Whose budget pays, and how large it is.
    pub(crate) fn payer(&self, identity: &Identity) -> (Payer, u64) {
        match identity {
            Identity::Anonymous => (Payer::Address, 60),
            Identity::User { user, .. } => (Payer::User(user.id), user.hourly_limit),
            Identity::Installation { installation, .. } => {
                let repositories = self.repositories.values();
                let installed = repositories
                    .filter(|repository| installation.reaches(repository))
                    .count();
                let above = u64::try_from(installed)
                    .unwrap_or(u64::MAX)
                    .saturating_sub(20);
                let limit = above.saturating_mul(50).saturating_add(5_000).min(12_500);
                (Payer::Installation(installation.id), limit)
            }
            Identity::App(app) => (Payer::App(app.id), 5_000),
        }
    }
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
