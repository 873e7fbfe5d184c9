//! The viewer, and the one table of permissions.

use super::{Membership, Origin, Person, Role, TokenScope};
use crate::id::{RepositoryId, TenantId, TokenId};

/// The caller of a use case, always its first argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Viewer {
    /// A signed-in person.
    Person(Person),
    /// A program with an API token of one tenant.
    Token {
        /// The token.
        id: TokenId,
        /// Its name.
        name: String,
        /// Its tenant.
        tenant: TenantId,
        /// What it may do there.
        scope: TokenScope,
        /// The origin of the request.
        origin: Origin,
    },
    /// The server's command line, and the server itself.
    Operator,
}

/// A permission within a tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Permission {
    /// See and export the statistics of the repositories within [reach](Viewer::reach).
    ViewTraffic,
    /// See schedules and runs.
    ViewCollection,
    /// Start a collection.
    Collect,
    /// Track repositories and stop tracking them, and write notes about them.
    ManageRepositories,
    /// Change schedules.
    ManageSchedules,
    /// See and change the connections to GitHub.
    ManageConnections,
    /// See members and invitations, and change them.
    ManageMembers,
    /// See, create and revoke API tokens.
    ManageTokens,
}

impl Permission {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::ViewTraffic,
        Self::ViewCollection,
        Self::Collect,
        Self::ManageRepositories,
        Self::ManageSchedules,
        Self::ManageConnections,
        Self::ManageMembers,
        Self::ManageTokens,
    ];
}

/// A permission on the installation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SystemPermission {
    /// See the system log, and the runs of all tenants.
    ViewLog,
    /// Start a collection of any tenant.
    Collect,
    /// See, create, rename, suspend and delete tenants.
    ManageTenants,
    /// See all accounts and change their system roles.
    ManagePeople,
    /// Allow further GitHub servers.
    ManageServers,
}

impl SystemPermission {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::ViewLog,
        Self::Collect,
        Self::ManageTenants,
        Self::ManagePeople,
        Self::ManageServers,
    ];
}

/// The outcome of a permission check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Allowed.
    Granted,
    /// Visible, but not allowed (403).
    Forbidden,
    /// Hidden from the viewer (404).
    Hidden,
}

/// Which repositories of a tenant a viewer sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RepositoryScope {
    /// All of them.
    All,
    /// Only these.
    Only(Vec<RepositoryId>),
}

impl RepositoryScope {
    /// Whether the repository is within reach.
    #[must_use]
    pub fn contains(&self, repository: RepositoryId) -> bool {
        match self {
            Self::All => true,
            Self::Only(granted) => granted.contains(&repository),
        }
    }
}

impl Viewer {
    /// Whether this viewer may do this in this tenant.
    #[must_use]
    pub fn access(&self, tenant: TenantId, permission: Permission) -> Access {
        match self {
            Self::Operator => Access::Granted,
            Self::Person(person) => match person.member_of(tenant) {
                // Maintainers may start collections of tenants whose numbers they cannot see.
                _ if person.maintainer && permission == Permission::Collect => Access::Granted,
                Some(membership) => of_role(membership.role, permission),
                None => Access::Hidden,
            },
            Self::Token {
                tenant: own, scope, ..
            } if *own == tenant => of_scope(*scope, permission),
            Self::Token { .. } => Access::Hidden,
        }
    }

    /// Whether this viewer may do this to the installation. Denied access answers as not found.
    #[must_use]
    pub fn system_access(&self, permission: SystemPermission) -> Access {
        let granted = match self {
            Self::Operator => true,
            Self::Token { .. } => false,
            Self::Person(person) => match permission {
                SystemPermission::ViewLog => person.administrator || person.maintainer,
                SystemPermission::Collect => person.maintainer,
                SystemPermission::ManageTenants
                | SystemPermission::ManagePeople
                | SystemPermission::ManageServers => person.administrator,
            },
        };
        if granted {
            Access::Granted
        } else {
            Access::Hidden
        }
    }

    /// The repositories visible to a viewer who may view the tenant's traffic.
    #[must_use]
    pub fn repository_scope(&self, tenant: TenantId) -> RepositoryScope {
        match self {
            Self::Person(person) => match person.member_of(tenant) {
                Some(Membership {
                    role: Role::RepositoryViewer,
                    granted,
                    ..
                }) => RepositoryScope::Only(granted.clone()),
                Some(_) => RepositoryScope::All,
                None => RepositoryScope::Only(Vec::new()),
            },
            Self::Token { .. } | Self::Operator => RepositoryScope::All,
        }
    }

    /// The origin of the request.
    #[must_use]
    pub fn origin(&self) -> Origin {
        match self {
            Self::Person(Person { origin, .. }) | Self::Token { origin, .. } => *origin,
            Self::Operator => Origin::default(),
        }
    }
}

impl Person {
    /// Their membership in a tenant that is not suspended.
    #[must_use]
    pub fn member_of(&self, tenant: TenantId) -> Option<&Membership> {
        self.memberships
            .iter()
            .find(|membership| membership.tenant == tenant && !membership.suspended)
    }
}

/// What a viewer can see but not do is forbidden; what they cannot see is hidden.
fn of_role(role: Role, permission: Permission) -> Access {
    use Permission::{
        Collect, ManageConnections, ManageMembers, ManageRepositories, ManageSchedules,
        ManageTokens, ViewCollection, ViewTraffic,
    };
    match (role, permission) {
        (Role::Owner, _)
        | (Role::Viewer, ViewTraffic | ViewCollection)
        | (Role::RepositoryViewer, ViewTraffic) => Access::Granted,
        (Role::Viewer, Collect | ManageRepositories | ManageSchedules)
        | (Role::RepositoryViewer, ManageRepositories) => Access::Forbidden,
        (Role::Viewer, ManageConnections | ManageMembers | ManageTokens)
        | (Role::RepositoryViewer, _) => Access::Hidden,
    }
}

fn of_scope(scope: TokenScope, permission: Permission) -> Access {
    use Permission::{
        Collect, ManageConnections, ManageMembers, ManageRepositories, ManageSchedules,
        ManageTokens, ViewCollection, ViewTraffic,
    };
    match (scope, permission) {
        (_, ViewTraffic | ViewCollection)
        | (TokenScope::Write, Collect | ManageRepositories | ManageSchedules) => Access::Granted,
        (TokenScope::Read, Collect | ManageRepositories | ManageSchedules) => Access::Forbidden,
        (_, ManageConnections | ManageMembers | ManageTokens) => Access::Hidden,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::UserId;

    fn person(role: Option<Role>) -> Person {
        let membership = |role| Membership {
            tenant: TenantId::new(1),
            slug: "lab".parse().expect("a valid slug"),
            name: "Lab".into(),
            role,
            suspended: false,
            granted: vec![RepositoryId::new(7)],
        };
        Person {
            id: UserId::new(1),
            name: "Mona".into(),
            email: "mona@example.org".parse().expect("a valid address"),
            administrator: false,
            maintainer: false,
            memberships: role.map(membership).into_iter().collect(),
            theme: super::super::Theme::System,
            timezone: "UTC".into(),
            origin: Origin::default(),
        }
    }

    fn token(tenant: i64, scope: TokenScope) -> Viewer {
        Viewer::Token {
            id: TokenId::new(1),
            name: "ci".into(),
            tenant: TenantId::new(tenant),
            scope,
            origin: Origin::default(),
        }
    }

    #[test]
    fn the_table_of_a_tenant() {
        use Access::{Forbidden as F, Granted as G, Hidden as H};
        let member = |role| Viewer::Person(person(Some(role)));
        let maintainer = Viewer::Person(Person {
            administrator: true,
            maintainer: true,
            ..person(None)
        });
        let mut suspended = person(Some(Role::Owner));
        suspended.memberships[0].suspended = true;
        for (viewer, expected) in [
            (Viewer::Operator, [G, G, G, G, G, G, G, G]),
            (member(Role::Owner), [G, G, G, G, G, G, G, G]),
            (member(Role::Viewer), [G, G, F, F, F, H, H, H]),
            (member(Role::RepositoryViewer), [G, H, H, F, H, H, H, H]),
            (Viewer::Person(person(None)), [H; 8]),
            (Viewer::Person(suspended), [H; 8]),
            (maintainer, [H, H, G, H, H, H, H, H]),
            (token(1, TokenScope::Read), [G, G, F, F, F, H, H, H]),
            (token(1, TokenScope::Write), [G, G, G, G, G, H, H, H]),
            (token(2, TokenScope::Write), [H; 8]),
        ] {
            let answers = Permission::ALL.map(|p| viewer.access(TenantId::new(1), p));
            assert_eq!(answers, expected, "{viewer:?}");
        }
    }

    #[test]
    fn the_table_of_the_system() {
        let system = |administrator, maintainer| {
            Viewer::Person(Person {
                administrator,
                maintainer,
                ..person(Some(Role::Owner))
            })
        };
        for (viewer, expected) in [
            (Viewer::Operator, [true; 5]),
            (system(true, false), [true, false, true, true, true]),
            (system(false, true), [true, true, false, false, false]),
            (system(false, false), [false; 5]),
            (token(1, TokenScope::Write), [false; 5]),
        ] {
            let answers = SystemPermission::ALL.map(|p| viewer.system_access(p) == Access::Granted);
            assert_eq!(answers, expected, "{viewer:?}");
        }
    }

    #[test]
    fn a_repository_viewer_reaches_what_was_granted() {
        let reach = |role| Viewer::Person(person(role)).repository_scope(TenantId::new(1));
        assert_eq!(reach(Some(Role::Viewer)), RepositoryScope::All);
        assert_eq!(reach(None), RepositoryScope::Only(Vec::new()));
        let granted = reach(Some(Role::RepositoryViewer));
        assert!(granted.contains(RepositoryId::new(7)) && !granted.contains(RepositoryId::new(8)));
    }
}
