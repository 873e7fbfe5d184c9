//! The users of GitHub, and their roles in repositories.

/// A person on GitHub.
#[derive(Clone, Debug)]
pub struct User {
    pub(crate) id: u64,
    pub(crate) login: String,
    pub(crate) name: String,
    pub(crate) email: Option<String>,
    pub(crate) hourly_limit: u64,
}

/// What a user may do in a repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// May read.
    Read,
    /// May sort issues.
    Triage,
    /// May push, which traffic requires.
    Write,
    /// May push and manage.
    Maintain,
    /// May do everything.
    Admin,
}

impl User {
    /// A user with GitHub's ordinary 5,000 requests an hour.
    #[must_use]
    pub fn new(id: u64, login: impl Into<String>) -> Self {
        let login = login.into();
        Self {
            id,
            name: login.clone(),
            login,
            email: None,
            hourly_limit: 5_000,
        }
    }

    /// The name shown beside the login.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// The address shown on the profile; without it, none is public.
    #[must_use]
    pub fn email(mut self, address: impl Into<String>) -> Self {
        self.email = Some(address.into());
        self
    }

    /// Another primary rate limit.
    #[must_use]
    pub fn hourly_limit(mut self, requests: u64) -> Self {
        self.hourly_limit = requests;
        self
    }
}
