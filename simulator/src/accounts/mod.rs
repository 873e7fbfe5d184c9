//! Users and the tokens that authenticate them.

pub(crate) mod token;
pub(crate) mod user;
