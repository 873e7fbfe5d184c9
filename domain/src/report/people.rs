//! People: the members of a tenant, the accounts of the installation, one's own account.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::account::{Email, Membership, Role, TenantSlug, Theme, TokenScope};
use crate::id::{IdentityId, InvitationId, RepositoryId, SessionId, TenantId, TokenId, UserId};
use crate::repository_name::RepositoryName;

/// A member of a tenant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// The account.
    pub user: UserId,
    /// The name on the screen.
    pub name: String,
    /// The address they sign in with.
    pub email: Email,
    /// Their role in the tenant.
    pub role: Role,
    /// The repositories granted to a repository viewer.
    pub granted: Vec<RepositoryId>,
    /// Since when they are a member.
    pub since: DateTime<Utc>,
    /// When they were last active.
    pub last_seen_at: Option<DateTime<Utc>>,
    /// Whether it is the viewer.
    pub me: bool,
}

/// An open invitation; never its link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// The intended recipient, if given. Anyone with the link can accept it.
    pub email: Option<Email>,
    /// The role granted in the tenant; `None` for an invitation to the installation only.
    pub role: Option<Role>,
    /// The repositories granted to a repository viewer.
    pub granted: Vec<RepositoryId>,
    /// Whether it grants the administrator role.
    pub administrator: bool,
    /// Whether it grants the maintainer role.
    pub maintainer: bool,
    /// The inviter's name, if their account still exists.
    pub invited_by: Option<String>,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it expires.
    pub expires_at: DateTime<Utc>,
}

/// The page of a tenant's members.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MembersReport {
    /// The members, owners first, by name.
    pub members: Vec<Member>,
    /// The open invitations, newest first.
    pub invitations: Vec<Invitation>,
    /// The repositories that can be granted, by name.
    pub repositories: Vec<(RepositoryId, RepositoryName)>,
}

/// What an invitation's link shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationOffer {
    /// The tenant's name; `None` for an invitation to the installation alone.
    pub tenant: Option<String>,
    /// The role granted in the tenant.
    pub role: Option<Role>,
    /// The inviter's name, if their account still exists.
    pub invited_by: Option<String>,
    /// The intended recipient, if given.
    pub email: Option<Email>,
    /// When it expires.
    pub expires_at: DateTime<Utc>,
}

/// An API token; never the token itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiToken {
    /// Its id.
    pub id: TokenId,
    /// Its name.
    pub name: String,
    /// What it may do.
    pub scope: TokenScope,
    /// Its creator; empty if unknown.
    pub created_by: String,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// An account as administrators see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// The account.
    pub id: UserId,
    /// The name on the screen.
    pub name: String,
    /// The address they sign in with.
    pub email: Email,
    /// System administrator.
    pub administrator: bool,
    /// System maintainer.
    pub maintainer: bool,
    /// Their tenants by name, with their roles.
    pub tenants: Vec<(String, Role)>,
    /// When the account was created.
    pub created_at: DateTime<Utc>,
    /// When they were last active.
    pub last_seen_at: Option<DateTime<Utc>>,
    /// Whether it is the viewer.
    pub me: bool,
}

/// The page of accounts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountsReport {
    /// This page's accounts, by name.
    pub accounts: Vec<Account>,
    /// How many accounts match the search.
    pub matching: u32,
    /// How many pages there are.
    pub pages: u32,
    /// The open invitations to the installation only, newest first.
    pub invitations: Vec<Invitation>,
}

/// A person's session in a browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// The device in words: `Firefox on Linux`.
    pub device: String,
    /// The address it was last used from.
    pub address: String,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it was last used, to within minutes.
    pub last_used_at: DateTime<Utc>,
    /// Whether it is the current one.
    pub current: bool,
}

/// A linked external identity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// Its id.
    pub id: IdentityId,
    /// The provider's address.
    pub issuer: String,
    /// The name there.
    pub label: String,
    /// When it was linked.
    pub connected_at: DateTime<Utc>,
    /// When it was last used to sign in.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// The viewer's own account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProfileReport {
    /// The name on the screen.
    pub name: String,
    /// The address to sign in with.
    pub email: Email,
    /// System administrator.
    pub administrator: bool,
    /// System maintainer.
    pub maintainer: bool,
    /// The tenants, by name.
    pub memberships: Vec<Membership>,
    /// The time zone chosen for the times on the pages, by name; empty for the browser’s.
    pub timezone: String,
    /// The theme.
    pub theme: Theme,
    /// Whether the account has a password.
    pub has_password: bool,
    /// The linked identities, oldest first.
    pub identities: Vec<Identity>,
    /// The sessions, the current one first, then by last use.
    pub sessions: Vec<Session>,
}

/// A tenant as administrators see it, without its numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenantSummary {
    /// The tenant.
    pub id: TenantId,
    /// Its name in addresses.
    pub slug: TenantSlug,
    /// Its name on the screen.
    pub name: String,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it was suspended.
    pub suspended_at: Option<DateTime<Utc>>,
    /// The names of its owners.
    pub owners: Vec<String>,
    /// How many members it has.
    pub members: u32,
    /// How many repositories it tracks.
    pub repositories: u32,
    /// When it was last collected.
    pub last_run_at: Option<DateTime<Utc>>,
}
