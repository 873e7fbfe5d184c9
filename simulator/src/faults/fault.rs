//! What can go wrong at GitHub, and the switch for each.

use std::time::Duration;

use chrono::NaiveDate;

use crate::requests::endpoint::Endpoint;

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
    /// No day at all, and 0 in all, where there were days before; on views and clones.
    EmptySeries,
    /// One more day is listed, with 7 by 3 people: one that has not happened, or long ago.
    StrayDay {
        /// The day.
        day: NaiveDate,
    },
    /// One entry of a list, or one figure of a repository, is not as documented.
    BadEntry {
        /// Which one, counted from 0 and round and round.
        entry: u8,
        /// What is wrong with it.
        value: BadValue,
    },
    /// One repository in a list has this name.
    UnknownName {
        /// Which one, counted from 0 and round and round.
        entry: u8,
        /// `acme/anvil.wiki`, an owner with a dot, or of 40 characters have been seen.
        full_name: String,
    },
    /// The texts of an answer hold what databases and pages cannot.
    OddText(OddText),
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

/// What can be wrong with an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadValue {
    /// A field is `null`: a count, a name, a tag's commit, a file's size.
    Null,
    /// A field is missing.
    Missing,
    /// A count is −1.
    Negative,
    /// A count is 2³².
    TooLarge,
    /// A count is written as a text.
    Text,
    /// A count is written as a float, such as `5.0`; it is still that number.
    Float,
    /// The entry itself is `null`.
    NoEntry,
    /// The entry is listed twice, the first time with a count that is greater by 1.
    Twice,
}

/// What a text can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OddText {
    /// `\u0000`, which PostgreSQL refuses.
    Nul,
    /// `\ud83d` without its second half, which JSON parsers refuse.
    LoneSurrogate,
    /// U+202E, which turns round what follows.
    DirectionMark,
    /// 3,000 characters more.
    Long,
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

impl Fault {
    /// Whether this fault makes sense on an endpoint at all.
    pub(crate) fn concerns(&self, endpoint: Endpoint) -> bool {
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
            Self::UnknownName { .. } => endpoint.is_list_of_repositories(),
            Self::BadEntry { .. } => endpoint.is_list() || endpoint == Endpoint::Repository,
            Self::OddText(_) => endpoint.has_texts(),
            Self::FalseZero { .. }
            | Self::TruncatedOldest
            | Self::GrowingNewest { .. }
            | Self::Sparse
            | Self::Lag { .. }
            | Self::Buckets { .. }
            | Self::EmptySeries
            | Self::StrayDay { .. } => matches!(endpoint, Endpoint::Views | Endpoint::Clones),
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

    /// Whether it changes the body of an answer that is otherwise as it would be.
    pub(crate) fn corrupts(&self) -> bool {
        matches!(
            self,
            Self::EmptySeries
                | Self::StrayDay { .. }
                | Self::BadEntry { .. }
                | Self::UnknownName { .. }
                | Self::OddText(_)
        )
    }
}
