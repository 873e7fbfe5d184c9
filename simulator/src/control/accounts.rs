//! Users and their tokens, changed while the simulator serves.

use super::{Control, ControlError, ControlResult};
use crate::accounts::token::Token;
use crate::accounts::user::User;
use crate::github::rate_limits::LimitKey;

impl Control {
    /// Adds a user.
    pub fn add_user(&self, user: User) {
        self.shared
            .github()
            .users
            .insert(user.login.to_ascii_lowercase(), user);
    }

    /// Adds a token.
    pub fn add_token(&self, token: Token) {
        self.shared
            .github()
            .tokens
            .insert(token.secret.clone(), token);
    }

    /// Revokes a token, and returns whether it was valid.
    #[expect(
        clippy::must_use_candidate,
        reason = "most callers need only the revocation"
    )]
    pub fn revoke_token(&self, secret: &str) -> bool {
        let mut github = self.shared.github();
        let revoked = github.tokens.remove(secret);
        revoked.is_some_and(|token| {
            github.revoked.insert(secret.to_owned(), token);
            true
        })
    }

    /// Sets the requests that a user has left until the rate limit resets.
    ///
    /// # Errors
    /// When the user is unknown.
    pub fn leave_budget(&self, login: &str, remaining: u64) -> ControlResult {
        let mut github = self.shared.github();
        let user = github.users.get(&login.to_ascii_lowercase());
        let user = user.ok_or_else(|| ControlError::UnknownUser(login.to_owned()))?;
        let (id, limit) = (user.id, user.hourly_limit);
        github.rate_limits.set_remaining(
            LimitKey::User(id),
            limit,
            remaining,
            self.shared.clock.now(),
        );
        Ok(())
    }
}
