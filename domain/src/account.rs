//! People, tenants and roles, and the table of who may do what.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::id::{TenantId, TokenId, UserId};

/// An e-mail address, as people sign in with it; compared without case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Email(String);

/// The text is no e-mail address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("The e-mail address is not valid: write it as name@example.org.")]
pub struct EmailError;

impl Email {
    /// As it was typed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As addresses are compared: in lower case.
    #[must_use]
    pub fn folded(&self) -> String {
        self.0.to_lowercase()
    }
}

impl FromStr for Email {
    type Err = EmailError;

    /// Checks the form only: something, an at sign, something; at most 254 characters (RFC 5321).
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let (local, host) = text.rsplit_once('@').ok_or(EmailError)?;
        let well_formed = !local.is_empty()
            && !host.is_empty()
            && text.len() <= 254
            && !text.chars().any(|c| c.is_whitespace() || c.is_control())
            && !host.starts_with('.')
            && !host.ends_with('.');
        well_formed.then(|| Self(text.to_owned())).ok_or(EmailError)
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A tenant's name in addresses: lower-case letters, digits and single hyphens.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TenantSlug(String);

/// The text is no tenant name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("A tenant's name in addresses has 1 to 40 lower-case letters, digits and hyphens.")]
pub struct TenantSlugError;

impl TenantSlug {
    /// As it stands in addresses.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A slug made of a name that people read: `Neuro Lab` becomes `neuro-lab`.
    ///
    /// # Errors
    /// Where the name has no letter or digit to make one of.
    pub fn from_name(name: &str) -> Result<Self, TenantSlugError> {
        let mut slug = String::new();
        for c in name.chars().flat_map(char::to_lowercase) {
            if c.is_ascii_alphanumeric() {
                slug.push(c);
            } else if !slug.is_empty() && !slug.ends_with('-') {
                slug.push('-');
            }
        }
        slug.truncate(40);
        slug.trim_end_matches('-').parse()
    }
}

impl FromStr for TenantSlug {
    type Err = TenantSlugError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let well_formed = (1..=40).contains(&text.len())
            && text
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && !text.starts_with('-')
            && !text.ends_with('-');
        well_formed
            .then(|| Self(text.to_owned()))
            .ok_or(TenantSlugError)
    }
}

impl TryFrom<String> for TenantSlug {
    type Error = TenantSlugError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<TenantSlug> for String {
    fn from(slug: TenantSlug) -> Self {
        slug.0
    }
}

impl fmt::Display for TenantSlug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a person is in a tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Everything in the tenant.
    Owner,
    /// All statistics of the tenant, and their export.
    Viewer,
}

impl Role {
    /// As the database and the command line write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Viewer => "viewer",
        }
    }
}

/// The text is no role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a role is one of owner and viewer")]
pub struct UnknownRole;

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::Owner, Self::Viewer]
            .into_iter()
            .find(|role| role.as_str() == text)
            .ok_or(UnknownRole)
    }
}

/// What an API token may do in its tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenScope {
    /// Read statistics.
    Read,
    /// Also track repositories and collect.
    Write,
}

impl TokenScope {
    /// As the database and the command line write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
        }
    }
}

/// The text is no scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a scope is one of read and write")]
pub struct UnknownScope;

impl FromStr for TokenScope {
    type Err = UnknownScope;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::Read, Self::Write]
            .into_iter()
            .find(|scope| scope.as_str() == text)
            .ok_or(UnknownScope)
    }
}

/// A person's membership of a tenant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Membership {
    /// The tenant.
    pub tenant: TenantId,
    /// Its name in addresses.
    pub slug: TenantSlug,
    /// Its name on the screen.
    pub name: String,
    /// What the person is there.
    pub role: Role,
}

/// A person who is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The account.
    pub id: UserId,
    /// The name on the screen.
    pub name: String,
    /// The address they sign in with.
    pub email: Email,
    /// Administers the system; sees no tenant's numbers by that.
    pub administrator: bool,
    /// Maintains the system.
    pub maintainer: bool,
    /// The tenants they belong to, by name.
    pub memberships: Vec<Membership>,
}

/// Who asks: the first argument of every use case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Viewer {
    /// A person, signed in.
    Person(Person),
    /// A program with an API token of one tenant.
    Token {
        /// The token.
        id: TokenId,
        /// Its tenant.
        tenant: TenantId,
        /// What it may do there.
        scope: TokenScope,
    },
    /// Whoever has the command line of the server, and the server itself.
    Operator,
}

/// What may be done in a tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Permission {
    /// See and export statistics, repositories, schedules and runs.
    ViewTraffic,
    /// Start a collection.
    Collect,
    /// Track repositories and stop tracking them.
    ManageRepositories,
    /// Change schedules.
    ManageSchedules,
    /// Connect to GitHub, see the state of its tokens, make API tokens.
    ManageAccess,
}

impl Permission {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::ViewTraffic,
        Self::Collect,
        Self::ManageRepositories,
        Self::ManageSchedules,
        Self::ManageAccess,
    ];
}

/// The table's answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Go ahead.
    Granted,
    /// They may know of the tenant, but not do this (403).
    Forbidden,
    /// They may not know that the tenant exists (404).
    Hidden,
}

impl Viewer {
    /// Whether this viewer may do this in this tenant: the one table of rules.
    #[must_use]
    pub fn access(&self, tenant: TenantId, permission: Permission) -> Access {
        let allowed = match self {
            Self::Operator => true,
            Self::Person(person) => {
                let role = person
                    .memberships
                    .iter()
                    .find(|m| m.tenant == tenant)
                    .map(|m| m.role);
                match role {
                    None => return Access::Hidden,
                    Some(Role::Owner) => true,
                    Some(Role::Viewer) => permission == Permission::ViewTraffic,
                }
            }
            Self::Token {
                tenant: own, scope, ..
            } => {
                if *own != tenant {
                    return Access::Hidden;
                }
                match scope {
                    TokenScope::Read => permission == Permission::ViewTraffic,
                    TokenScope::Write => permission != Permission::ManageAccess,
                }
            }
        };
        if allowed {
            Access::Granted
        } else {
            Access::Forbidden
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(role: Option<Role>) -> Viewer {
        let membership = |role| Membership {
            tenant: TenantId::new(1),
            slug: "lab".parse().expect("a valid slug"),
            name: "Lab".into(),
            role,
        };
        Viewer::Person(Person {
            id: UserId::new(1),
            name: "Mona".into(),
            email: "mona@example.org".parse().expect("a valid address"),
            administrator: role.is_none(),
            maintainer: role.is_none(),
            memberships: role.map(membership).into_iter().collect(),
        })
    }

    fn token(tenant: i64, scope: TokenScope) -> Viewer {
        Viewer::Token {
            id: TokenId::new(1),
            tenant: TenantId::new(tenant),
            scope,
        }
    }

    #[test]
    fn the_table() {
        use Access::{Forbidden as F, Granted as G, Hidden as H};
        for (viewer, expected) in [
            (Viewer::Operator, [G, G, G, G, G]),
            (person(Some(Role::Owner)), [G, G, G, G, G]),
            (person(Some(Role::Viewer)), [G, F, F, F, F]),
            (person(None), [H, H, H, H, H]),
            (token(1, TokenScope::Read), [G, F, F, F, F]),
            (token(1, TokenScope::Write), [G, G, G, G, F]),
            (token(2, TokenScope::Write), [H, H, H, H, H]),
        ] {
            let answers = Permission::ALL.map(|p| viewer.access(TenantId::new(1), p));
            assert_eq!(answers, expected, "{viewer:?}");
        }
    }

    #[test]
    fn slugs_are_made_of_names() {
        assert_eq!(
            TenantSlug::from_name(" Neuro  Lab! ").map(String::from),
            Ok("neuro-lab".into())
        );
        assert_eq!(TenantSlug::from_name("…"), Err(TenantSlugError));
        assert_eq!("Neuro".parse::<TenantSlug>(), Err(TenantSlugError));
    }

    #[test]
    fn addresses_are_checked_in_form_and_compared_without_case() {
        assert_eq!(
            " Mona@Example.org "
                .parse::<Email>()
                .map(|email| email.folded()),
            Ok("mona@example.org".into())
        );
        for text in ["", "mona", "@x", "mona@", "mo na@x.org", "mona@.org"] {
            assert_eq!(text.parse::<Email>(), Err(EmailError), "{text}");
        }
    }
}
