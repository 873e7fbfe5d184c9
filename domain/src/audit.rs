//! The actions and topics of the system log.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A filter of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuditTopic {
    /// Signing in and out.
    SignIn,
    /// Accounts, members and roles.
    People,
    /// Tenants.
    Tenants,
    /// Connections to GitHub, servers, API tokens and keys.
    Access,
    /// Repositories and schedules.
    Collection,
}

impl AuditTopic {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::SignIn,
        Self::People,
        Self::Tenants,
        Self::Access,
        Self::Collection,
    ];

    /// The name in the URL.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignIn => "sign-in",
            Self::People => "people",
            Self::Tenants => "tenants",
            Self::Access => "access",
            Self::Collection => "collection",
        }
    }

    /// The display name.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::SignIn => "Sign-in",
            Self::People => "People",
            Self::Tenants => "Tenants",
            Self::Access => "Connections and tokens",
            Self::Collection => "Repositories and schedules",
        }
    }

    /// The topic of this name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|topic| topic.as_str() == text)
    }
}

macro_rules! actions {
    ($($(#[$doc:meta])* $name:ident = $word:literal, $topic:ident, $label:literal;)+) => {
        /// What happened.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum AuditAction {
            $($(#[$doc])* $name,)+
        }

        impl AuditAction {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The name in the database and the CSV.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word,)+ }
            }

            /// The display name.
            #[must_use]
            pub const fn label(self) -> &'static str {
                match self { $(Self::$name => $label,)+ }
            }

            /// Its topic.
            #[must_use]
            pub const fn topic(self) -> AuditTopic {
                match self { $(Self::$name => AuditTopic::$topic,)+ }
            }
        }
    };
}

actions! {
    /// The setup was completed.
    SetUp = "set_up", SignIn, "Set up Tidemark";
    /// A person signed in; the subject says how.
    SignedIn = "signed_in", SignIn, "Signed in";
    /// A sign-in failed; the subject is the account, if known.
    SignInRefused = "sign_in_refused", SignIn, "Sign-in failed";
    /// A person signed out.
    SignedOut = "signed_out", SignIn, "Signed out";
    /// Sessions were ended from elsewhere.
    SessionsEnded = "sessions_ended", SignIn, "Sessions ended";
    /// A password was changed or reset.
    PasswordChanged = "password_changed", SignIn, "Password changed";
    /// An external identity was linked to an account.
    IdentityConnected = "identity_connected", SignIn, "Identity linked";
    /// An external identity was unlinked from an account.
    IdentityDisconnected = "identity_disconnected", SignIn, "Identity unlinked";
    /// A request exceeded the person's role.
    AccessRefused = "access_refused", SignIn, "Access denied";
    /// An account was created.
    AccountCreated = "account_created", People, "Account created";
    /// An account's name or address was changed.
    AccountChanged = "account_changed", People, "Account changed";
    /// An account was removed.
    AccountRemoved = "account_removed", People, "Account removed";
    /// A person became or ceased to be administrator or maintainer.
    SystemRolesChanged = "system_roles_changed", People, "System roles changed";
    /// An invitation was created.
    Invited = "invited", People, "Invited";
    /// An invitation was withdrawn.
    InvitationWithdrawn = "invitation_withdrawn", People, "Invitation withdrawn";
    /// An invitation was accepted.
    Joined = "joined", People, "Joined";
    /// A member's role or grants changed.
    RoleChanged = "role_changed", People, "Role changed";
    /// A member was removed, or left.
    MemberRemoved = "member_removed", People, "Member removed";
    /// A tenant was created.
    TenantCreated = "tenant_created", Tenants, "Tenant created";
    /// A tenant was renamed.
    TenantRenamed = "tenant_renamed", Tenants, "Tenant renamed";
    /// A tenant's limits were changed.
    TenantLimitsChanged = "tenant_limits_changed", Tenants, "Tenant limits changed";
    /// A tenant was suspended.
    TenantSuspended = "tenant_suspended", Tenants, "Tenant suspended";
    /// A tenant was resumed.
    TenantResumed = "tenant_resumed", Tenants, "Tenant resumed";
    /// A tenant was deleted with all its data.
    TenantDeleted = "tenant_deleted", Tenants, "Tenant deleted";
    /// A connection to GitHub was added.
    ConnectionAdded = "connection_added", Access, "Connection added";
    /// A connection was renamed.
    ConnectionRenamed = "connection_renamed", Access, "Connection renamed";
    /// A connection got another token or key.
    CredentialReplaced = "credential_replaced", Access, "Token replaced";
    /// A connection was removed.
    ConnectionRemoved = "connection_removed", Access, "Connection removed";
    /// GitHub created an app from a manifest.
    GithubAppCreated = "github_app_created", Access, "GitHub App created";
    /// The key of an uninstalled app was deleted.
    GithubAppDeleted = "github_app_deleted", Access, "GitHub App key deleted";
    /// A GitHub server was allowed.
    ServerAdded = "server_added", Access, "GitHub server allowed";
    /// A GitHub server was removed.
    ServerRemoved = "server_removed", Access, "GitHub server removed";
    /// An API token was created.
    TokenCreated = "token_created", Access, "API token created";
    /// An API token was revoked.
    TokenRevoked = "token_revoked", Access, "API token revoked";
    /// The key that encrypts secrets was replaced.
    KeyRotated = "key_rotated", Access, "Secret key rotated";
    /// A repository was tracked.
    RepositoryTracked = "repository_tracked", Collection, "Repository tracked";
    /// Tracking of a repository was stopped.
    RepositoryUntracked = "repository_untracked", Collection, "Tracking stopped";
    /// A repository tracked by a rule is missing from its connection's list.
    RepositoryUnlisted = "repository_unlisted", Collection, "Repository missing from GitHub’s list";
    /// A follow rule was created.
    FollowRuleCreated = "follow_rule_created", Collection, "Follow rule created";
    /// A follow rule was changed.
    FollowRuleChanged = "follow_rule_changed", Collection, "Follow rule changed";
    /// A follow rule was deleted.
    FollowRuleDeleted = "follow_rule_deleted", Collection, "Follow rule deleted";
    /// A schedule was created.
    ScheduleCreated = "schedule_created", Collection, "Schedule created";
    /// A schedule was changed.
    ScheduleChanged = "schedule_changed", Collection, "Schedule changed";
    /// A schedule was deleted.
    ScheduleDeleted = "schedule_deleted", Collection, "Schedule deleted";
    /// Repositories were moved to another schedule.
    RepositoriesScheduled = "repositories_scheduled", Collection, "Repositories moved to a schedule";
    /// A collection was started manually or through the API.
    CollectionStarted = "collection_started", Collection, "Collection started";
    /// A collection was cancelled.
    CollectionCancelled = "collection_cancelled", Collection, "Collection cancelled";
}

/// The text is not an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown action")]
pub struct UnknownAction;

impl FromStr for AuditAction {
    type Err = UnknownAction;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .iter()
            .copied()
            .find(|action| action.as_str() == text)
            .ok_or(UnknownAction)
    }
}
