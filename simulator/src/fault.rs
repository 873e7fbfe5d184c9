//! What can go wrong at GitHub, and the switch for each.

use std::time::Duration;

use chrono::NaiveDate;

use crate::endpoint::Endpoint;
use crate::noise::happens;

/// One way in which GitHub answers otherwise than hoped.
///
/// Every one was met in the wild or is documented by GitHub. The default, without
/// any fault, is how GitHub has answered since 2026: 14 zero-filled days, ending
/// yesterday.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// 403 `Must have push access to repository`, on traffic endpoints.
    MissingPushAccess,
    /// 403 `Resource not accessible by …`, with `X-Accepted-GitHub-Permissions`
    /// naming the missing permission, on traffic endpoints.
    ResourceNotAccessible,
    /// 403 `Upgrade to GitHub Pro …`, on traffic endpoints.
    NeedsPaidPlan,
    /// 403 on repository endpoints, for a reason that is not the token's alone.
    Policy(Policy),
    /// `X-GitHub-SSO: partial-results` on lists of repositories, naming so many organisations.
    PartialResults {
        /// How many.
        organizations: u8,
    },
    /// The primary rate limit is used up: `x-ratelimit-remaining: 0`.
    PrimaryLimit {
        /// 403 or 429.
        status: LimitStatus,
    },
    /// A secondary rate limit, with requests remaining in the primary one.
    SecondaryLimit {
        /// 403 or 429.
        status: LimitStatus,
        /// What `retry-after` says.
        retry_after: RetryAfter,
    },
    /// 401 `Bad credentials`, as for a token revoked in mid-run.
    BadCredentials,
    /// 403 after repeated bad credentials, for everyone using that user.
    Lockout,
    /// 404, on repository endpoints.
    NotFound,
    /// 451 `Repository access blocked`, on repository endpoints.
    Blocked,
    /// 500 with a JSON body.
    ServerError,
    /// 502 with an HTML body.
    BadGateway,
    /// 504 with a JSON body.
    GatewayTimeout,
    /// Says nothing for so long, then answers.
    Stall(Duration),
    /// Closes the connection in the middle of the body.
    TruncatedBody,
    /// Resets the connection instead of answering.
    ConnectionReset,
    /// 200 with a body that breaks off inside the JSON, its length being right.
    MalformedJson,
    /// 404 on traffic endpoints, as GitHub Enterprise Server has none.
    NoTrafficApi,
    /// This day is shown as 0.
    FalseZero {
        /// The day.
        day: NaiveDate,
    },
    /// The oldest bucket shows a quarter of what it was.
    TruncatedOldest,
    /// The newest bucket shows only part of what it will be.
    GrowingNewest {
        /// How much of it.
        percent: u8,
    },
    /// Days without traffic are left out, as before 2026.
    Sparse,
    /// The newest bucket is so many days ago; 0 shows today, partial.
    Lag {
        /// 1 is usual, 2 and 3 have been seen; more is GitHub's late publishing.
        days: u8,
    },
    /// So many daily buckets.
    Buckets {
        /// 14 is usual, 15 has been seen.
        count: u8,
    },
    /// Empty lists of referrers and paths.
    EmptyPopular,
    /// The user presses Cancel: they are sent back with `access_denied`.
    AccessDenied,
    /// The OAuth App is suspended: people are sent back with `application_suspended`.
    ApplicationSuspended,
    /// The code of an app's manifest has expired: 404 at its conversion.
    ExpiredManifestCode,
    /// The user may only ask for an installation, which an owner must approve: they are
    /// sent back with `setup_action=request`.
    InstallationNeedsApproval,
    /// `unverified_user_email` in place of an access token, with status 200.
    UnverifiedEmail,
}

/// Why GitHub refuses a repository to a token that is good for others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    /// The organisation forbids tokens that live longer than so many days.
    TokenLifetime {
        /// 8, 90 and 366 have been seen.
        days: u16,
    },
    /// The organisation forbids classic tokens.
    ClassicTokens,
    /// The organisation's IP allow list leaves the address out.
    IpAllowList,
    /// The organisation lets in approved OAuth apps only.
    OauthApps,
    /// The organisation asks for single sign-on, and names where.
    SingleSignOn,
    /// The organisation asks for single sign-on, and does not name where.
    SingleSignOnWithoutLink,
    /// The user is no administrator.
    AdminRights,
    /// The repository is being migrated.
    Migration,
    /// The account is suspended.
    Suspended,
}

/// The status a rate limit answers with; GitHub uses both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitStatus {
    /// 403.
    Forbidden,
    /// 429.
    TooManyRequests,
}

/// What a secondary limit says of when to come back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryAfter {
    /// No header.
    Absent,
    /// A header without a value.
    Blank,
    /// So many seconds.
    Seconds(u32),
}

/// Which requests a fault strikes.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    endpoint: Option<Endpoint>,
    repository: Option<String>,
    user: Option<String>,
    times: Option<u32>,
    chance: Option<(f64, u64)>,
    public: bool,
}

/// Names a fault that is switched on, to switch it off again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FaultId(u64);

/// What a scope looks at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Target<'a> {
    pub(crate) endpoint: Endpoint,
    /// The repository's name as asked for and as it is called now.
    pub(crate) repository: [Option<&'a str>; 2],
    pub(crate) user: Option<&'a str>,
    pub(crate) is_public: bool,
}

#[derive(Debug, Default)]
pub(crate) struct Rules {
    rules: Vec<Rule>,
    made: u64,
}

#[derive(Debug)]
struct Rule {
    id: FaultId,
    fault: Fault,
    scope: Scope,
    seen: u64,
}

impl Scope {
    /// Every request that the fault can strike.
    #[must_use]
    pub fn everywhere() -> Self {
        Self::default()
    }

    /// Only this endpoint.
    #[must_use]
    pub fn endpoint(mut self, endpoint: Endpoint) -> Self {
        self.endpoint = Some(endpoint);
        self
    }

    /// Only this repository (`OWNER/NAME`), however it is addressed.
    #[must_use]
    pub fn repository(mut self, full_name: impl Into<String>) -> Self {
        self.repository = Some(full_name.into());
        self
    }

    /// Only repositories that everyone sees, as GitHub's late publishing of 2026 struck.
    #[must_use]
    pub fn public(mut self) -> Self {
        self.public = true;
        self
    }

    /// Only requests with a token of this user.
    #[must_use]
    pub fn user(mut self, login: impl Into<String>) -> Self {
        self.user = Some(login.into());
        self
    }

    /// Only the next `requests` it would strike; then it is spent.
    #[must_use]
    pub fn next(mut self, requests: u32) -> Self {
        self.times = Some(requests);
        self
    }

    /// Each request with this probability, the same ones for the same seed.
    #[must_use]
    pub fn probability(mut self, probability: f64, seed: u64) -> Self {
        self.chance = Some((probability, seed));
        self
    }

    fn covers(&self, target: Target<'_>) -> bool {
        let is = |wanted: &Option<String>, found: Option<&str>| match (wanted, found) {
            (None, _) => true,
            (Some(wanted), Some(found)) => wanted.eq_ignore_ascii_case(found),
            (Some(_), None) => false,
        };
        self.endpoint
            .is_none_or(|endpoint| endpoint == target.endpoint)
            && target
                .repository
                .iter()
                .any(|name| is(&self.repository, *name))
            && is(&self.user, target.user)
            && (target.is_public || !self.public)
    }
}

impl Fault {
    /// Whether this fault makes sense on an endpoint at all.
    fn concerns(&self, endpoint: Endpoint) -> bool {
        match self {
            Self::MissingPushAccess
            | Self::ResourceNotAccessible
            | Self::NeedsPaidPlan
            | Self::NoTrafficApi => endpoint.is_traffic(),
            Self::NotFound | Self::Blocked | Self::Policy(_) => endpoint.is_of_a_repository(),
            Self::PartialResults { .. } => matches!(
                endpoint,
                Endpoint::UserRepositories | Endpoint::OrganizationRepositories
            ),
            Self::FalseZero { .. }
            | Self::TruncatedOldest
            | Self::GrowingNewest { .. }
            | Self::Sparse
            | Self::Lag { .. }
            | Self::Buckets { .. } => matches!(endpoint, Endpoint::Views | Endpoint::Clones),
            Self::EmptyPopular => matches!(endpoint, Endpoint::Referrers | Endpoint::Paths),
            Self::AccessDenied | Self::ApplicationSuspended => endpoint == Endpoint::Authorize,
            Self::ExpiredManifestCode => endpoint == Endpoint::ManifestConversion,
            Self::InstallationNeedsApproval => endpoint == Endpoint::Install,
            Self::UnverifiedEmail => endpoint == Endpoint::AccessToken,
            Self::ServerError
            | Self::BadGateway
            | Self::GatewayTimeout
            | Self::Stall(_)
            | Self::ConnectionReset => true,
            Self::PrimaryLimit { .. }
            | Self::SecondaryLimit { .. }
            | Self::BadCredentials
            | Self::Lockout
            | Self::TruncatedBody
            | Self::MalformedJson => !endpoint.is_of_web(),
        }
    }
}

impl Rules {
    pub(crate) fn add(&mut self, fault: Fault, scope: Scope) -> FaultId {
        self.made += 1;
        let id = FaultId(self.made);
        self.rules.push(Rule {
            id,
            fault,
            scope,
            seen: 0,
        });
        id
    }

    pub(crate) fn remove(&mut self, id: FaultId) {
        self.rules.retain(|rule| rule.id != id);
    }

    pub(crate) fn clear(&mut self) {
        self.rules.clear();
    }

    /// The faults that strike this request, in the order they were switched on.
    pub(crate) fn strike(&mut self, target: Target<'_>) -> Vec<Fault> {
        let struck = self
            .rules
            .iter_mut()
            .filter_map(|rule| rule.strike(target))
            .collect();
        self.rules.retain(|rule| rule.scope.times != Some(0));
        struck
    }
}

impl Rule {
    fn strike(&mut self, target: Target<'_>) -> Option<Fault> {
        if !self.fault.concerns(target.endpoint) || !self.scope.covers(target) {
            return None;
        }
        self.seen += 1;
        if let Some((probability, seed)) = self.scope.chance
            && !happens(seed, self.seen, probability)
        {
            return None;
        }
        if let Some(times) = &mut self.scope.times {
            *times = times.checked_sub(1)?;
        }
        Some(self.fault.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    const VIEWS: Target<'_> = Target {
        endpoint: Endpoint::Views,
        repository: [Some("acme/anvil"), Some("acme/anvil")],
        user: Some("wile"),
        is_public: true,
    };

    #[test]
    fn a_scope_narrows_by_endpoint_repository_and_user() {
        let strikes = |scope: Scope| {
            let mut rules = Rules::default();
            rules.add(Fault::ServerError, scope);
            !rules.strike(VIEWS).is_empty()
        };
        assert!(strikes(Scope::everywhere()));
        assert!(strikes(
            Scope::everywhere()
                .endpoint(Endpoint::Views)
                .repository("Acme/Anvil")
                .user("Wile")
        ));
        assert!(!strikes(Scope::everywhere().endpoint(Endpoint::Clones)));
        assert!(!strikes(Scope::everywhere().repository("acme/rocket")));
        assert!(!strikes(Scope::everywhere().user("bip")));
    }

    #[test]
    fn a_counted_fault_is_spent_and_an_uncounted_one_stays_until_removed() {
        let mut rules = Rules::default();
        rules.add(Fault::ServerError, Scope::everywhere().next(2));
        let lasting = rules.add(Fault::Sparse, Scope::everywhere());
        let struck: Vec<usize> = (0..4).map(|_| rules.strike(VIEWS).len()).collect();
        assert_eq!(struck, [2, 2, 1, 1]);
        rules.remove(lasting);
        assert!(rules.strike(VIEWS).is_empty());
    }

    #[test]
    fn a_fault_leaves_endpoints_alone_that_cannot_have_it() {
        let mut rules = Rules::default();
        rules.add(Fault::MissingPushAccess, Scope::everywhere().next(1));
        let user = Target {
            endpoint: Endpoint::User,
            repository: [None; 2],
            ..VIEWS
        };
        assert!(rules.strike(user).is_empty());
        assert_eq!(rules.strike(VIEWS), [Fault::MissingPushAccess]);
    }
}
