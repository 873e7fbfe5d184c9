//! Users and their tokens, changed while the simulator serves.

use super::{Changed, Control, ControlError};
use crate::accounts::token::Token;
use crate::accounts::user::User;
use crate::github::rate_limits::Payer;

impl Control {
    /// Adds a user.
    pub fn add_user(&self, user: User) {
        self.shared
            .world()
            .users
            .insert(user.login.to_ascii_lowercase(), user);
    }

    /// Adds a token.
    pub fn add_token(&self, token: Token) {
        self.shared
            .world()
            .tokens
            .insert(token.secret.clone(), token);
    }

    /// Revokes a token; whether it was valid until now.
    #[expect(
        clippy::must_use_candidate,
        reason = "revoking is the point, the answer a courtesy"
    )]
    pub fn revoke_token(&self, secret: &str) -> bool {
        let mut world = self.shared.world();
        let revoked = world.tokens.remove(secret);
        revoked.is_some_and(|token| {
            world.revoked.insert(secret.to_owned(), token);
            true
        })
    }

    /// Leaves a user so many requests until the budget's reset.
    ///
    /// # Errors
    /// When the user is unknown.
    pub fn leave_budget(&self, login: &str, remaining: u64) -> Changed {
        let mut world = self.shared.world();
        let user = world.users.get(&login.to_ascii_lowercase());
        let user = user.ok_or_else(|| ControlError::UnknownUser(login.to_owned()))?;
        let (id, limit) = (user.id, user.hourly_limit);
        world
            .budgets
            .leave(Payer::User(id), limit, remaining, self.shared.clock.now());
        Ok(())
    }
}
