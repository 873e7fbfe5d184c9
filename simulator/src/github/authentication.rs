//! Authenticates tokens, locks users out after bad credentials, and knows the rate limit of each
//! identity.

use chrono::{DateTime, TimeDelta, Utc};

use super::identity::Identity;
use super::rate_limits::LimitKey;
use super::{Failures, GitHub};
use crate::accounts::token::{Holder, Token};
use crate::apps::oauth::Authorization;
use crate::random::mix;

/// How many bad credentials lock a user out.
const MAX_FAILURES: u32 = 10;

/// How long a lockout lasts after the last failure.
const LOCKOUT: TimeDelta = TimeDelta::minutes(10);

/// Why credentials are refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CredentialError {
    BadCredentials,
    LockedOut,
    Suspended,
}

impl GitHub {
    /// The identity of this secret. Failures are counted per user and lock out all of the user's
    /// tokens; unknown secrets are counted together.
    pub(crate) fn authenticate(
        &mut self,
        secret: &str,
        now: DateTime<Utc>,
    ) -> Result<Identity, CredentialError> {
        let known = self.tokens.get(secret).or_else(|| self.revoked.get(secret));
        let holder = known.map(|token| format!("{:?}", token.holder).to_ascii_lowercase());
        let failures = self.failures.get(&holder);
        if failures
            .is_some_and(|failures| failures.count >= MAX_FAILURES && now - failures.last < LOCKOUT)
        {
            return Err(CredentialError::LockedOut);
        }
        let valid = self
            .tokens
            .get(secret)
            .filter(|token| !token.has_expired(now))
            .cloned();
        let identity = valid.and_then(|token| self.identity_of(token));
        if identity.is_none() {
            let failures = self.failures.entry(holder).or_insert(Failures {
                count: 0,
                last: now,
            });
            if now - failures.last >= LOCKOUT {
                failures.count = 0;
            }
            failures.count += 1;
            failures.last = now;
        }
        match identity.ok_or(CredentialError::BadCredentials)? {
            Identity::Installation { installation, .. } if installation.suspended => {
                Err(CredentialError::Suspended)
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

    /// What the requests of an identity count against, and its limit per hour.
    pub(crate) fn limit_of(&self, identity: &Identity) -> (LimitKey, u64) {
        match identity {
            Identity::Anonymous => (LimitKey::Address, 60),
            Identity::User { user, .. } => (LimitKey::User(user.id), user.hourly_limit),
            Identity::Installation { installation, .. } => {
                let repositories = self.repositories.values();
                let installed = repositories
                    .filter(|repository| installation.includes(repository))
                    .count();
                let additional = u64::try_from(installed)
                    .unwrap_or(u64::MAX)
                    .saturating_sub(20);
                let limit = additional
                    .saturating_mul(50)
                    .saturating_add(5_000)
                    .min(12_500);
                (LimitKey::Installation(installation.id), limit)
            }
            Identity::App(app) => (LimitKey::App(app.id), 5_000),
        }
    }

    /// A token for an authorization; each exchange creates a new one.
    pub(crate) fn mint_user_token(&mut self, authorization: Authorization) -> String {
        self.minted_tokens += 1;
        let digits = (0..3).map(|part| format!("{:012x}", mix(self.minted_tokens, part) >> 16));
        let secret = format!("gho_{}", digits.collect::<String>());
        let token = Token::oauth(
            secret.clone(),
            authorization.login,
            authorization.client_id,
            authorization.scopes,
        );
        self.tokens.insert(secret.clone(), token);
        secret
    }
}
