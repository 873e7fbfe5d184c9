//! Which token is whose, lockouts after bad credentials, and the rate limit that a request counts
//! against.

use chrono::{DateTime, TimeDelta, Utc};

use super::identity::Identity;
use super::rate_limits::Payer;
use super::{Failures, World};
use crate::accounts::token::{Holder, Token};
use crate::apps::oauth::Authorization;
use crate::random::mix;

/// Bad credentials that are borne before the user is locked out.
const PATIENCE: u32 = 10;

/// How long a lockout lasts after the last failure.
const LOCKOUT: TimeDelta = TimeDelta::minutes(10);

/// Why credentials are refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rejected {
    BadCredentials,
    LockedOut,
    Suspended,
}

impl World {
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

    /// A token for what was authorized; each exchange makes a new one.
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
