//! People who are signed in: who they are, what they belong to, and where they ask from.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};

use serde::{Deserialize, Serialize};

use super::{Email, Role, TenantSlug};
use crate::id::{RepositoryId, TenantId, UserId};

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
    /// Whether an administrator suspended the tenant: then nobody reaches it.
    pub suspended: bool,
    /// The repositories granted to a repository viewer; nothing for other roles.
    pub granted: Vec<RepositoryId>,
}

/// Where a request comes from, as the system log tells it; nothing where it comes from this
/// process or its command line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin(pub Option<IpAddr>);

impl Origin {
    /// Whose requests are counted together: an address, or an IPv6 network of 64 bits, which is
    /// what one household has.
    #[must_use]
    pub fn network(self) -> Option<IpAddr> {
        self.0.map(|address| match address {
            IpAddr::V4(_) => address,
            IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
        })
    }

    /// The IPv6 block of 48 bits that an address lies in: what anyone can have, and 65,536 of
    /// these networks. An IPv4 address lies in none.
    #[must_use]
    pub fn block(self) -> Option<Ipv6Addr> {
        match self.0 {
            Some(IpAddr::V6(address)) => Some(Ipv6Addr::from_bits(address.to_bits() >> 80 << 80)),
            Some(IpAddr::V4(_)) | None => None,
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |address| address.fmt(f))
    }
}

/// How the app looks to a person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the device asks for.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl Theme {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// As the database and forms write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The theme of this name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.as_str() == text)
    }
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
    /// How the app looks to them.
    pub theme: Theme,
    /// The name of the time zone of the times on their pages.
    pub timezone: String,
    /// Where they ask from.
    pub origin: Origin,
}

/// An account with a provider outside, as its provider vouches for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExternalIdentity {
    /// The provider: an issuer's address.
    pub issuer: String,
    /// Who it is there, for ever (`sub`; GitHub's numeric id).
    pub subject: String,
    /// Who it is there, for people: an address or a login.
    pub label: String,
    /// Their name, where the provider tells it.
    pub name: Option<String>,
    /// Their address, where the provider tells it. It proves nothing: accounts are never found by it.
    pub email: Option<Email>,
}
