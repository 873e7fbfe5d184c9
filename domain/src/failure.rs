//! Why collecting a repository failed, what to do about it, and how long schedules pause it.

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

use crate::day::Day;
use crate::unknown_value::UnknownValue;

/// Why part of a repository was not collected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[derive(Display, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
#[strum(parse_err_ty = UnknownValue, parse_err_fn = UnknownValue::new)]
pub enum FailureKind {
    /// The token is wrong, expired or revoked.
    TokenRefused,
    /// GitHub temporarily locked out the token's user.
    LockedOut,
    /// GitHub rejects the app's own token.
    AppRefused,
    /// The app is no longer installed.
    InstallationGone,
    /// The app's installation is suspended.
    InstallationSuspended,
    /// The server address or the stored secret is unusable.
    ConnectionUnusable,
    /// The token or the app lacks a permission.
    PermissionMissing,
    /// The token's user lacks push access.
    NoPushAccess,
    /// The repository is private, and its owner has no paid plan.
    PaidPlan,
    /// The organization requires single sign-on.
    SingleSignOn,
    /// The organization's policy forbids this kind of token.
    TokenPolicy,
    /// The organization's IP allow list excludes this server.
    AddressNotAllowed,
    /// The organization admits only approved OAuth apps.
    AppNotApproved,
    /// The token's user is not an administrator of the repository.
    NoAdminRights,
    /// The repository is locked while it is migrated.
    LockedForMigration,
    /// The account is suspended.
    AccountSuspended,
    /// A classic token lacks a scope.
    ScopeMissing,
    /// Not visible: deleted, made private, or hidden from the token.
    Gone,
    /// Public, but hidden from the token.
    AccessLost,
    /// The server does not offer traffic.
    NoTraffic,
    /// Blocked for legal reasons.
    Blocked,
    /// Moved to a location that GitHub does not name.
    Moved,
    /// GitHub's rate limit, or the reserve that Tidemark leaves of it.
    RateLimited,
    /// GitHub has problems or cannot be reached.
    GithubDown,
    /// The response could not be understood.
    NotUnderstood,
    /// GitHub refused for an unclassified reason.
    Refused,
    /// The database could not store the response.
    NotStored,
    /// Tidemark was stopped.
    Stopped,
    /// It failed before kinds were recorded.
    Failed,
}

impl FailureKind {
    /// The name in the API and the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// Where a failure can be fixed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FixTarget {
    /// The tenant's connections to GitHub.
    Connections,
    /// The tenant's repositories, where tracking is stopped.
    Repositories,
    /// The tenant's schedules and runs.
    Collection,
    /// The repository's page on GitHub.
    Github,
}

/// What to do about a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Remedy {
    /// What to do.
    pub sentence: &'static str,
    /// Where to do it; `None` if waiting is all there is.
    pub place: Option<FixTarget>,
}

/// How long a failing repository is tried daily before it is tried weekly. While a day that GitHub
/// shows now can still be saved, a quick fix matters. Afterwards weekly is enough: whenever it is
/// fixed, the newest fourteen days are still there.
const ASKED_DAILY: TimeDelta = TimeDelta::days(crate::coverage::WINDOW_DAYS);
/// GitHub lifts a lockout within about an hour.
const LOCKED: TimeDelta = TimeDelta::hours(1);

impl FailureKind {
    /// A label of up to three words.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::TokenRefused => "token refused",
            Self::LockedOut => "user locked out",
            Self::AppRefused => "app refused",
            Self::InstallationGone => "app not installed",
            Self::InstallationSuspended => "app suspended",
            Self::ConnectionUnusable => "unusable connection",
            Self::PermissionMissing => "permission missing",
            Self::NoPushAccess => "no push access",
            Self::PaidPlan => "paid plan needed",
            Self::SingleSignOn => "single sign-on needed",
            Self::TokenPolicy => "blocked by policy",
            Self::AddressNotAllowed => "IP not allowed",
            Self::AppNotApproved => "app not approved",
            Self::NoAdminRights => "no admin rights",
            Self::LockedForMigration => "locked for migration",
            Self::AccountSuspended => "account suspended",
            Self::ScopeMissing => "scope missing",
            Self::Gone => "gone",
            Self::AccessLost => "access lost",
            Self::NoTraffic => "no traffic available",
            Self::Blocked => "blocked",
            Self::Moved => "moved",
            Self::RateLimited => "rate limited",
            Self::GithubDown => "GitHub down",
            Self::NotUnderstood => "unreadable response",
            Self::Refused => "refused",
            Self::NotStored => "not stored",
            Self::Stopped => "stopped",
            Self::Failed => "failed",
        }
    }

    /// The label, capitalized.
    #[must_use]
    pub fn heading(self) -> String {
        let mut letters = self.name().chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase());
        first.into_iter().chain(letters).collect()
    }

    /// Whether GitHub refuses the whole connection, and so all of its repositories.
    #[must_use]
    pub const fn is_of_connection(self) -> bool {
        matches!(
            self,
            Self::TokenRefused
                | Self::LockedOut
                | Self::AppRefused
                | Self::InstallationGone
                | Self::InstallationSuspended
                | Self::ConnectionUnusable
        )
    }

    /// Whether requests about the repository fail until someone fixes the cause. Assumed for
    /// unclassified refusals.
    #[must_use]
    pub const fn is_permanent(self) -> bool {
        matches!(
            self,
            Self::PermissionMissing
                | Self::NoPushAccess
                | Self::PaidPlan
                | Self::SingleSignOn
                | Self::TokenPolicy
                | Self::AddressNotAllowed
                | Self::AppNotApproved
                | Self::NoAdminRights
                | Self::LockedForMigration
                | Self::AccountSuspended
                | Self::ScopeMissing
                | Self::Gone
                | Self::AccessLost
                | Self::NoTraffic
                | Self::Blocked
                | Self::Moved
                | Self::Refused
        )
    }

    /// Until when schedules pause a repository that fails like this `now` and first failed at
    /// `since`; `None` if the next run may succeed.
    #[must_use]
    pub fn pause_until(self, since: DateTime<Utc>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let midnight_in = |days| {
            let day = Day::of(now).plus(days).date();
            Some(day.and_time(NaiveTime::MIN).and_utc())
        };
        if self == Self::LockedOut {
            Some(now + LOCKED)
        } else if self.is_permanent() && now - since >= ASKED_DAILY {
            midnight_in(7)
        } else if self.is_permanent() || self.is_of_connection() && self != Self::ConnectionUnusable
        {
            midnight_in(1)
        } else {
            // An unusable connection sends nothing, so trying costs nothing.
            None
        }
    }

    /// What to do.
    #[expect(clippy::too_many_lines, reason = "a table, one entry for each kind")]
    #[must_use]
    pub const fn remedy(self) -> Remedy {
        let (sentence, place) = match self {
            Self::TokenRefused => (
                "Enter a new token in the connection. The next run collects its repositories.",
                Some(FixTarget::Connections),
            ),
            Self::LockedOut => (
                "Replace the user’s invalid tokens everywhere. GitHub lifts the lockout within an hour.",
                Some(FixTarget::Connections),
            ),
            Self::AppRefused => (
                "Re-enter the app’s ID and private key in the connection.",
                Some(FixTarget::Connections),
            ),
            Self::InstallationGone => (
                "Reinstall the app on the account that owns the repository, then enter the new installation in the connection.",
                Some(FixTarget::Connections),
            ),
            Self::InstallationSuspended => (
                "Resume the installation on GitHub, then check the connection. The next run collects its repositories.",
                Some(FixTarget::Connections),
            ),
            Self::ConnectionUnusable => (
                "Review the connection and enter a new token.",
                Some(FixTarget::Connections),
            ),
            Self::PermissionMissing => (
                "Grant the permission on GitHub, then check the connection. The next run collects its repositories.",
                Some(FixTarget::Connections),
            ),
            Self::NoPushAccess => (
                "Give the token’s user push access and check the connection, or enter a token of someone who has it. The next run collects its repositories.",
                Some(FixTarget::Connections),
            ),
            Self::PaidPlan => (
                "Upgrade the owner’s plan, or stop tracking the repository and keep its history.",
                Some(FixTarget::Repositories),
            ),
            Self::SingleSignOn => (
                "Authorize the token, then check the connection. The next run collects its repositories.",
                Some(FixTarget::Connections),
            ),
            Self::TokenPolicy => (
                "Shorten the token’s lifetime to meet the organization’s policy and check the connection, or connect with a GitHub App.",
                Some(FixTarget::Connections),
            ),
            Self::AddressNotAllowed => (
                "Ask an owner of the organization to allow this server’s IP address. The token is fine; the next run retries.",
                Some(FixTarget::Github),
            ),
            Self::AppNotApproved => (
                "Ask an organization owner to approve the app, or connect with a GitHub App or a fine-grained token.",
                Some(FixTarget::Connections),
            ),
            Self::NoAdminRights => (
                "Enter a token of someone with admin rights, or give the token’s user those rights and check the connection.",
                Some(FixTarget::Connections),
            ),
            Self::LockedForMigration => (
                "Wait for the migration to finish, or stop tracking the repository and track its new location.",
                Some(FixTarget::Github),
            ),
            Self::AccountSuspended => (
                "The account’s owner can ask GitHub Support to lift the suspension. Otherwise, stop tracking the repository and keep its history.",
                Some(FixTarget::Github),
            ),
            Self::ScopeMissing => (
                "Add the scope to the token, then check the connection. The next run collects its repositories.",
                Some(FixTarget::Connections),
            ),
            Self::Gone => (
                "Check whether it still exists on GitHub. If it was made private, give the token access; if it was deleted, stop tracking it and keep its history.",
                Some(FixTarget::Github),
            ),
            Self::AccessLost => (
                "Enter a token with access to the repository in the connection.",
                Some(FixTarget::Connections),
            ),
            Self::NoTraffic => (
                "Stop tracking it and keep its history. Only github.com counts traffic.",
                Some(FixTarget::Repositories),
            ),
            Self::Blocked => (
                "See on its GitHub page why it is blocked. If the block is permanent, stop tracking it.",
                Some(FixTarget::Github),
            ),
            Self::Moved => (
                "Stop tracking it under this name and track its new location.",
                Some(FixTarget::Repositories),
            ),
            Self::RateLimited => (
                "No action needed. The next run continues where this one stopped. If it happens often, spread the repositories over several schedules.",
                Some(FixTarget::Collection),
            ),
            Self::GithubDown => ("No action needed. The next run retries.", None),
            Self::NotUnderstood => (
                "No action needed. The next run retries. If it keeps happening, report it.",
                None,
            ),
            Self::Refused => (
                "Check the connection to see what its token can do.",
                Some(FixTarget::Connections),
            ),
            Self::NotStored => (
                "Ask your administrator to check the server log. The next run retries.",
                None,
            ),
            Self::Stopped | Self::Failed => (
                "Collect again or wait for the next run.",
                Some(FixTarget::Collection),
            ),
        };
        Remedy { sentence, place }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a time")
    }

    #[test]
    fn each_kind_has_its_own_words_and_says_shortly_what_to_do() {
        let mut names = HashSet::new();
        for &kind in FailureKind::VARIANTS {
            assert_eq!(kind.as_str().parse(), Ok(kind));
            assert!(names.insert(kind.name()), "{kind} has another's name");
            assert!(kind.name().split(' ').count() <= 3, "{kind}");
            let sentence = kind.remedy().sentence;
            assert!(
                sentence.ends_with('.')
                    && !sentence.contains(": ")
                    && sentence.matches(". ").count() <= 2,
                "{sentence}"
            );
        }
        assert_eq!(
            "nonsense".parse::<FailureKind>(),
            Err(UnknownValue::new("nonsense"))
        );
    }

    #[test]
    fn what_cannot_succeed_rests_until_the_next_day_and_after_two_weeks_for_a_week() {
        let now = at("2026-11-20T06:30:00Z");
        for &kind in FailureKind::VARIANTS {
            let rests = (kind.is_permanent() || kind.is_of_connection())
                && kind != FailureKind::ConnectionUnusable;
            assert_eq!(kind.pause_until(now, now).is_some(), rests, "{kind}");
        }
        let gone = |since| FailureKind::Gone.pause_until(at(since), now);
        assert_eq!(
            gone("2026-11-20T06:30:00Z"),
            Some(at("2026-11-21T00:00:00Z"))
        );
        assert_eq!(
            gone("2026-11-06T06:30:01Z"),
            Some(at("2026-11-21T00:00:00Z"))
        );
        assert_eq!(
            gone("2026-11-06T06:30:00Z"),
            Some(at("2026-11-27T00:00:00Z"))
        );
        // After replacing a token, people expect its repositories back within a day, however long
        // it took.
        let refused = FailureKind::TokenRefused.pause_until(at("2026-01-01T00:00:00Z"), now);
        assert_eq!(refused, Some(at("2026-11-21T00:00:00Z")));
        let locked = FailureKind::LockedOut.pause_until(now, now);
        assert_eq!(locked, Some(at("2026-11-20T07:30:00Z")));
    }
}
