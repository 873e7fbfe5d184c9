//! Signed-in people: identity, memberships and request origin.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr};

use super::{Email, Role, TenantSlug};
use crate::id::{RepositoryId, TenantId, UserId};
use crate::unknown_value::UnknownValue;

/// A person's membership of a tenant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Membership {
    /// The tenant.
    pub tenant: TenantId,
    /// Its name in addresses.
    pub slug: TenantSlug,
    /// Its name on the screen.
    pub name: String,
    /// The person's role there.
    pub role: Role,
    /// Whether an administrator suspended the tenant, which closes it to everyone.
    pub suspended: bool,
    /// The repositories granted to a repository viewer; nothing for other roles.
    pub granted: Vec<RepositoryId>,
}

/// Where a request comes from, for the system log; empty for this process and its command line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin(pub Option<IpAddr>);

impl Origin {
    /// The rate-limit key: an IPv4 address, or an IPv6 network of 64 bits, the usual size for one
    /// household.
    #[must_use]
    pub fn network(self) -> Option<IpAddr> {
        self.0.map(|address| match address {
            IpAddr::V4(_) => address,
            IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
        })
    }

    /// The IPv6 block of 48 bits containing the address, which anyone can get and which holds
    /// 65,536 of these networks; `None` for IPv4.
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

/// The colour theme.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[derive(EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
#[strum(parse_err_ty = UnknownValue, parse_err_fn = UnknownValue::new)]
pub enum Theme {
    /// Follow the device.
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

    /// The name in the database and in forms.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// The theme of this name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

/// A signed-in person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The account.
    pub id: UserId,
    /// The name on the screen.
    pub name: String,
    /// The address they sign in with.
    pub email: Email,
    /// System administrator; grants no access to any tenant's numbers.
    pub administrator: bool,
    /// System maintainer.
    pub maintainer: bool,
    /// The tenants they belong to, by name.
    pub memberships: Vec<Membership>,
    /// The theme.
    pub theme: Theme,
    /// The time zone chosen for their pages, by name; empty for the browser’s.
    pub timezone: String,
    /// The origin of the request.
    pub origin: Origin,
}

/// An account at an external identity provider, as asserted by the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExternalIdentity {
    /// The provider's issuer URL.
    pub issuer: String,
    /// The permanent id there (`sub`, or GitHub's numeric id).
    pub subject: String,
    /// A readable name there: an address or a login.
    pub label: String,
    /// Their name, if the provider shares it.
    pub name: Option<String>,
    /// Their address, if the provider shares it. Never used to look up accounts, since it proves
    /// nothing.
    pub email: Option<Email>,
}
