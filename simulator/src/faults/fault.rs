//! The faults of GitHub that can be switched on.

use std::time::Duration;

use chrono::NaiveDate;

use crate::requests::endpoint::Endpoint;

/// One way in which a response differs from the documented one.
///
/// Every one was observed or is documented by GitHub. Without a fault, traffic is what GitHub has
/// returned since 2026: 14 zero-filled days, ending yesterday.
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
    /// `X-GitHub-SSO: partial-results` on lists of repositories, with this number of organizations.
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
        /// The value of `retry-after`.
        retry_after: RetryAfter,
    },
    /// 401 `Bad credentials`, as for a token revoked during a run.
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
    /// Waits this long before the response.
    Stall(Duration),
    /// Closes the connection in the middle of the body.
    TruncatedBody,
    /// Resets the connection instead of responding.
    ConnectionReset,
    /// 200 with a body that ends inside the JSON, with the right content length.
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
    /// The newest bucket shows only a part of its final count.
    GrowingNewest {
        /// The part, in percent.
        percent: u8,
    },
    /// Days without traffic are left out, as before 2026.
    Sparse,
    /// The newest bucket is this many days ago; 0 shows a part of today.
    Lag {
        /// 1 is usual, 2 and 3 were observed; more is GitHub's late publishing.
        days: u8,
    },
    /// This number of daily buckets.
    Buckets {
        /// 14 is usual, 15 was observed.
        count: u8,
    },
    /// Empty lists of referrers and paths.
    EmptyPopular,
    /// No days and totals of 0 on views and clones, although there was traffic.
    EmptySeries,
    /// One additional day is listed, with a count of 7 and 3 uniques: in the future, or long ago.
    StrayDay {
        /// The day.
        day: NaiveDate,
    },
    /// One entry of a list, or one number of a repository, is not as documented.
    BadEntry {
        /// The index of the entry; it wraps around.
        entry: u8,
        /// What is wrong with it.
        value: BadValue,
    },
    /// One repository in a list has this name.
    UnknownName {
        /// The index of the entry; it wraps around.
        entry: u8,
        /// `acme/anvil.wiki`, an owner with a dot and one of 40 characters were observed.
        full_name: String,
    },
    /// The texts of a response contain characters that databases or pages cannot handle.
    OddText(OddText),
    /// The user cancels and is redirected with `access_denied`.
    AccessDenied,
    /// The OAuth App is suspended; users are redirected with `application_suspended`.
    ApplicationSuspended,
    /// The code of an app's manifest has expired; its conversion returns 404.
    ExpiredManifestCode,
    /// The user can only request an installation, which an owner must approve, and is redirected
    /// with `setup_action=request`.
    InstallationNeedsApproval,
    /// `unverified_user_email` instead of an access token, with status 200.
    UnverifiedEmail,
}

/// Why GitHub refuses a repository to a token that works for others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    /// The organization forbids tokens with a lifetime longer than this.
    TokenLifetime {
        /// 8, 90 and 366 were observed.
        days: u16,
    },
    /// The organization forbids classic tokens.
    ClassicTokens,
    /// The organization's IP allow list excludes the address.
    IpAllowList,
    /// The organization allows approved OAuth apps only.
    OauthApps,
    /// The organization requires single sign-on, and links to it.
    SingleSignOn,
    /// The organization requires single sign-on, without a link.
    SingleSignOnWithoutLink,
    /// The user is no administrator.
    AdminRights,
    /// The repository is being migrated.
    Migration,
    /// The account is suspended.
    Suspended,
}

/// How an entry is wrong.
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
    /// A count is a string.
    Text,
    /// A count is a float, such as `5.0`, with the right value.
    Float,
    /// The entry itself is `null`.
    NoEntry,
    /// The entry is listed twice, first with a count that is greater by 1.
    Twice,
}

/// What a text contains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OddText {
    /// `\u0000`, which PostgreSQL rejects.
    Nul,
    /// `\ud83d` without its second half, which JSON parsers reject.
    LoneSurrogate,
    /// U+202E, which reverses the text after it.
    DirectionMark,
    /// 3,000 additional characters.
    Long,
}

/// The status of a rate limit response; GitHub uses both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitStatus {
    /// 403.
    Forbidden,
    /// 429.
    TooManyRequests,
}

/// The `retry-after` header of a secondary limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryAfter {
    /// No header.
    Absent,
    /// A header without a value.
    Blank,
    /// This number of seconds.
    Seconds(u32),
}

impl Fault {
    /// Whether this fault can apply to an endpoint.
    pub(crate) fn applies_to(&self, endpoint: Endpoint) -> bool {
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

    /// Whether it changes only the body of a response.
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
