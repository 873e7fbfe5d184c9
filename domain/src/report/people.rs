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
    /// What they are in the tenant.
    pub role: Role,
    /// The repositories granted to a repository viewer.
    pub granted: Vec<RepositoryId>,
    /// Since when they are a member.
    pub since: DateTime<Utc>,
    /// When they were last here.
    pub last_seen_at: Option<DateTime<Utc>>,
    /// Whether it is who asks.
    pub me: bool,
}

/// An invitation that nobody has accepted yet; never its link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// For whom it is meant, if that was said. Whoever has the link can accept it.
    pub email: Option<Email>,
    /// What they become in the tenant; `None` for an invitation to the installation alone.
    pub role: Option<Role>,
    /// The repositories that a repository viewer will see.
    pub granted: Vec<RepositoryId>,
    /// Whether they become an administrator.
    pub administrator: bool,
    /// Whether they become a maintainer.
    pub maintainer: bool,
    /// The name of whoever made it, while they have an account.
    pub invited_by: Option<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Until when it can be accepted.
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

/// What whoever holds an invitation's link is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationOffer {
    /// The tenant's name; `None` for an invitation to the installation alone.
    pub tenant: Option<String>,
    /// What they become in the tenant.
    pub role: Option<Role>,
    /// The name of whoever made it, while they have an account.
    pub invited_by: Option<String>,
    /// For whom it is meant, if that was said.
    pub email: Option<Email>,
    /// Until when it can be accepted.
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
    /// Who made it; empty where that is not known.
    pub created_by: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When a program last presented it, to the minute.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// An account, as administrators see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// The account.
    pub id: UserId,
    /// The name on the screen.
    pub name: String,
    /// The address they sign in with.
    pub email: Email,
    /// Administers the system.
    pub administrator: bool,
    /// Maintains the system.
    pub maintainer: bool,
    /// The tenants they belong to, by name, with what they are there.
    pub tenants: Vec<(String, Role)>,
    /// When the account was made.
    pub created_at: DateTime<Utc>,
    /// When they were last here.
    pub last_seen_at: Option<DateTime<Utc>>,
    /// Whether it is who asks.
    pub me: bool,
}

/// The page of accounts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountsReport {
    /// This page's accounts, by name.
    pub accounts: Vec<Account>,
    /// How many accounts the search leaves.
    pub matching: u32,
    /// How many pages there are.
    pub pages: u32,
    /// The open invitations to the installation alone, newest first.
    pub invitations: Vec<Invitation>,
}

/// A browser in which a person is signed in.
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
    /// When it was last used, to some minutes.
    pub last_used_at: DateTime<Utc>,
    /// Whether it is the one that asks.
    pub current: bool,
}

/// An outside identity that signs a person in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// Its id.
    pub id: IdentityId,
    /// The provider's address.
    pub issuer: String,
    /// Who it is there.
    pub label: String,
    /// When it was connected.
    pub connected_at: DateTime<Utc>,
    /// When it last signed the person in.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// One's own account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProfileReport {
    /// The name on the screen.
    pub name: String,
    /// The address to sign in with.
    pub email: Email,
    /// Administers the system.
    pub administrator: bool,
    /// Maintains the system.
    pub maintainer: bool,
    /// The tenants, by name.
    pub memberships: Vec<Membership>,
    /// The time zone of the times on the pages.
    pub timezone: String,
    /// How the app looks.
    pub theme: Theme,
    /// Whether the account has a password.
    pub has_password: bool,
    /// The outside identities, oldest first.
    pub identities: Vec<Identity>,
    /// The sessions, the current one first, then the last used.
    pub sessions: Vec<Session>,
}

/// A tenant, as administrators see it: nothing of its numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenantSummary {
    /// The tenant.
    pub id: TenantId,
    /// Its name in addresses.
    pub slug: TenantSlug,
    /// Its name on the screen.
    pub name: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Since when it is suspended.
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
