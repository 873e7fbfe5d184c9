//! GitHub, in our words: what it is asked, what it answers, and how it refuses.

mod budget;
mod client;
mod error;
mod refusal;
#[cfg(test)]
mod tests;
mod wire;

pub(crate) use client::{Client, Per};
pub use error::GithubError;
