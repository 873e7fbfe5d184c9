//! The actions and topics of the system log.

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr};

use crate::unknown_value::UnknownValue;

/// A filter of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[derive(EnumString, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
#[strum(parse_err_ty = UnknownValue, parse_err_fn = UnknownValue::new)]
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
    pub fn as_str(self) -> &'static str {
        self.into()
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
        text.parse().ok()
    }
}

macro_rules! actions {
    ($($(#[$doc:meta])* $name:ident: $topic:ident, $label:literal;)+) => {
        /// What happened.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[derive(EnumString, IntoStaticStr)]
        #[strum(serialize_all = "snake_case")]
        #[strum(parse_err_ty = UnknownValue, parse_err_fn = UnknownValue::new)]
        pub enum AuditAction {
            $($(#[$doc])* $name,)+
        }

        impl AuditAction {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The name in the database and the CSV.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                self.into()
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
    SetUp: SignIn, "Set up Tidemark";
    /// A person signed in; the subject says how.
    SignedIn: SignIn, "Signed in";
    /// A sign-in failed; the subject is the account, if known.
    SignInRefused: SignIn, "Sign-in failed";
    /// A person signed out.
    SignedOut: SignIn, "Signed out";
    /// Sessions were ended from elsewhere.
    SessionsEnded: SignIn, "Sessions ended";
    /// A password was changed or reset.
    PasswordChanged: SignIn, "Password changed";
    /// An external identity was linked to an account.
    IdentityConnected: SignIn, "Identity linked";
    /// An external identity was unlinked from an account.
    IdentityDisconnected: SignIn, "Identity unlinked";
    /// A request exceeded the person's role.
    AccessRefused: SignIn, "Access denied";
    /// An account was created.
    AccountCreated: People, "Account created";
    /// An account's name or address was changed.
    AccountChanged: People, "Account changed";
    /// An account was removed.
    AccountRemoved: People, "Account removed";
    /// A person became or ceased to be administrator or maintainer.
    SystemRolesChanged: People, "System roles changed";
    /// An invitation was created.
    Invited: People, "Invited";
    /// An invitation was withdrawn.
    InvitationWithdrawn: People, "Invitation withdrawn";
    /// An invitation was accepted.
    Joined: People, "Joined";
    /// A member's role or grants changed.
    RoleChanged: People, "Role changed";
    /// A member was removed, or left.
    MemberRemoved: People, "Member removed";
    /// A tenant was created.
    TenantCreated: Tenants, "Tenant created";
    /// A tenant was renamed.
    TenantRenamed: Tenants, "Tenant renamed";
    /// A tenant's limits were changed.
    TenantLimitsChanged: Tenants, "Tenant limits changed";
    /// A tenant was suspended.
    TenantSuspended: Tenants, "Tenant suspended";
    /// A tenant was resumed.
    TenantResumed: Tenants, "Tenant resumed";
    /// A tenant was deleted with all its data.
    TenantDeleted: Tenants, "Tenant deleted";
    /// A connection to GitHub was added.
    ConnectionAdded: Access, "Connection added";
    /// A connection was renamed.
    ConnectionRenamed: Access, "Connection renamed";
    /// A connection got another token or key.
    CredentialReplaced: Access, "Token replaced";
    /// A connection was removed.
    ConnectionRemoved: Access, "Connection removed";
    /// GitHub created an app from a manifest.
    GithubAppCreated: Access, "GitHub App created";
    /// The key of an uninstalled app was deleted.
    GithubAppDeleted: Access, "GitHub App key deleted";
    /// A GitHub server was allowed.
    ServerAdded: Access, "GitHub server added";
    /// A GitHub server was removed.
    ServerRemoved: Access, "GitHub server removed";
    /// An API token was created.
    TokenCreated: Access, "API token created";
    /// An API token was revoked.
    TokenRevoked: Access, "API token revoked";
    /// The key that encrypts secrets was replaced.
    KeyRotated: Access, "Secret key rotated";
    /// A repository was tracked.
    RepositoryTracked: Collection, "Repository tracked";
    /// Tracking of a repository was stopped.
    RepositoryUntracked: Collection, "Tracking stopped";
    /// A repository tracked by a rule is missing from its connection's list.
    RepositoryUnlisted: Collection, "Repository missing from GitHub’s list";
    /// Repositories got a tag.
    RepositoriesTagged: Collection, "Tag added";
    /// Repositories lost a tag.
    RepositoriesUntagged: Collection, "Tag removed";
    /// A tag was renamed.
    TagRenamed: Collection, "Tag renamed";
    /// A tag was deleted.
    TagDeleted: Collection, "Tag deleted";
    /// A follow rule was created.
    FollowRuleCreated: Collection, "Follow rule created";
    /// A follow rule was changed.
    FollowRuleChanged: Collection, "Follow rule changed";
    /// A follow rule was deleted.
    FollowRuleDeleted: Collection, "Follow rule deleted";
    /// A note was added.
    NoteAdded: Collection, "Note added";
    /// A note was changed.
    NoteChanged: Collection, "Note changed";
    /// A note was deleted.
    NoteDeleted: Collection, "Note deleted";
    /// A schedule was created.
    ScheduleCreated: Collection, "Schedule created";
    /// A schedule was changed.
    ScheduleChanged: Collection, "Schedule changed";
    /// A schedule was deleted.
    ScheduleDeleted: Collection, "Schedule deleted";
    /// Repositories were moved to another schedule.
    RepositoriesScheduled: Collection, "Repositories moved to a schedule";
    /// A collection was started manually or through the API.
    CollectionStarted: Collection, "Collection started";
    /// A collection was cancelled.
    CollectionCancelled: Collection, "Collection cancelled";
}
