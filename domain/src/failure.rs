//! What went wrong with a repository, by name: what to do about it, and how long it is left alone.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::day::Day;
use crate::run::{UnknownWord, words};

words! {
    /// Why something of a repository was not collected.
    FailureKind {
        /// The token is wrong, expired or revoked.
        TokenRefused = "token_refused",
        /// GitHub lets nobody in as the token's user for a while.
        LockedOut = "locked_out",
        /// GitHub does not take the app's own token.
        AppRefused = "app_refused",
        /// The app is no longer installed.
        InstallationGone = "installation_gone",
        /// The app's installation is suspended.
        InstallationSuspended = "installation_suspended",
        /// There is nothing to ask with, or nobody to ask: the address, or the stored secret.
        ConnectionUnusable = "connection_unusable",
        /// The token or the app lacks a permission.
        PermissionMissing = "permission_missing",
        /// The token's user may not push.
        NoPushAccess = "no_push_access",
        /// The repository is private, and its owner has no paid plan.
        PaidPlan = "paid_plan",
        /// The organisation asks for single sign-on.
        SingleSignOn = "single_sign_on",
        /// The organisation's policy forbids tokens like this one.
        TokenPolicy = "token_policy",
        /// The organisation's IP allow list leaves this server out.
        AddressNotAllowed = "address_not_allowed",
        /// The organisation lets in only OAuth apps that it approved.
        AppNotApproved = "app_not_approved",
        /// The token's user is no administrator of the repository.
        NoAdminRights = "no_admin_rights",
        /// The repository is locked while it is migrated.
        LockedForMigration = "locked_for_migration",
        /// The account is suspended.
        AccountSuspended = "account_suspended",
        /// A classic token lacks a scope.
        ScopeMissing = "scope_missing",
        /// Nobody without access sees it: deleted, made private, or hidden from the token.
        Gone = "gone",
        /// Everybody sees it, and the token does not.
        AccessLost = "access_lost",
        /// The server has no traffic to offer.
        NoTraffic = "no_traffic",
        /// Blocked for legal reasons.
        Blocked = "blocked",
        /// It moved, and GitHub does not say where to.
        Moved = "moved",
        /// A limit of GitHub's, or what Tidemark leaves of it to people.
        RateLimited = "rate_limited",
        /// GitHub has trouble of its own, or is not there.
        GithubDown = "github_down",
        /// The answer makes no sense.
        NotUnderstood = "not_understood",
        /// GitHub refused for a reason that has no name here.
        Refused = "refused",
        /// The database did not take the answer.
        NotStored = "not_stored",
        /// Tidemark was stopped.
        Stopped = "stopped",
        /// It failed before kinds were recorded.
        Failed = "failed",
    }
}

/// Where something can be done about a failure.
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
    /// As one sentence.
    pub sentence: &'static str,
    /// Where; `None` where there is nothing to do but wait.
    pub place: Option<FixTarget>,
}

/// For how long what fails is asked daily, before it is asked weekly: a day that GitHub shows now
/// can still be saved by whoever mends it. Afterwards a week is often enough: whenever it is
/// mended, the newest fourteen days are still there.
const ASKED_DAILY: TimeDelta = TimeDelta::days(crate::coverage::WINDOW_DAYS);
/// GitHub forgives wrong tokens within about an hour.
const LOCKED: TimeDelta = TimeDelta::hours(1);

impl FailureKind {
    /// Two or three words, for a badge or a heading.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::TokenRefused => "token refused",
            Self::LockedOut => "locked out",
            Self::AppRefused => "app refused",
            Self::InstallationGone => "app not installed",
            Self::InstallationSuspended => "app suspended",
            Self::ConnectionUnusable => "connection unusable",
            Self::PermissionMissing => "permission missing",
            Self::NoPushAccess => "no push access",
            Self::PaidPlan => "paid plan needed",
            Self::SingleSignOn => "single sign-on needed",
            Self::TokenPolicy => "token policy",
            Self::AddressNotAllowed => "address not allowed",
            Self::AppNotApproved => "app not approved",
            Self::NoAdminRights => "no admin rights",
            Self::LockedForMigration => "locked for migration",
            Self::AccountSuspended => "account suspended",
            Self::ScopeMissing => "scope missing",
            Self::Gone => "gone",
            Self::AccessLost => "access lost",
            Self::NoTraffic => "no traffic here",
            Self::Blocked => "blocked",
            Self::Moved => "moved away",
            Self::RateLimited => "rate limited",
            Self::GithubDown => "GitHub down",
            Self::NotUnderstood => "not understood",
            Self::Refused => "refused",
            Self::NotStored => "not stored",
            Self::Stopped => "stopped",
            Self::Failed => "failed",
        }
    }

    /// The name as it begins a line.
    #[must_use]
    pub fn heading(self) -> String {
        let mut letters = self.name().chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase());
        first.into_iter().chain(letters).collect()
    }

    /// Whether GitHub refuses the connection as a whole, and so all of its repositories.
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

    /// Whether the same question about the repository fails until somebody does something; of a
    /// refusal that has no name that is to be assumed.
    #[must_use]
    pub const fn is_hopeless(self) -> bool {
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

    /// Until when schedules leave a repository alone that fails like this `now`, and failed first
    /// at `since`; `None` where the next run may well succeed.
    #[must_use]
    pub fn rest(self, since: DateTime<Utc>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let midnight_in = |days| {
            let day = Day::of(now).plus(days).date();
            Some(day.and_time(NaiveTime::MIN).and_utc())
        };
        if self == Self::LockedOut {
            Some(now + LOCKED)
        } else if self.is_hopeless() && now - since >= ASKED_DAILY {
            midnight_in(7)
        } else if self.is_hopeless() || self.is_of_connection() && self != Self::ConnectionUnusable
        {
            midnight_in(1)
        } else {
            // Over a connection that cannot be used nothing is sent, so trying costs nothing.
            None
        }
    }

    /// What to do.
    #[expect(clippy::too_many_lines, reason = "a table, one entry for each kind")]
    #[must_use]
    pub const fn remedy(self) -> Remedy {
        let (sentence, place) = match self {
            Self::TokenRefused => (
                "Give the connection a new token: its repositories are then collected with the next run.",
                Some(FixTarget::Connections),
            ),
            Self::LockedOut => (
                "Replace wrong tokens of the same user wherever they are used: GitHub lets the user in again within an hour.",
                Some(FixTarget::Connections),
            ),
            Self::AppRefused => (
                "Enter the app's id and a private key of it anew in the connection.",
                Some(FixTarget::Connections),
            ),
            Self::InstallationGone => (
                "Install the app again on the account that has the repository, and enter the new installation in the connection.",
                Some(FixTarget::Connections),
            ),
            Self::InstallationSuspended => (
                "Check the connection once the installation is resumed: its repositories are then collected with the next run.",
                Some(FixTarget::Connections),
            ),
            Self::ConnectionUnusable => (
                "Look at the connection, and give it a token anew.",
                Some(FixTarget::Connections),
            ),
            Self::PermissionMissing => (
                "Check the connection once the permission is granted: its repositories are then collected with the next run.",
                Some(FixTarget::Connections),
            ),
            Self::NoPushAccess => (
                "Give the connection a token of somebody who may push, or check it once its user may: its repositories are then collected with the next run.",
                Some(FixTarget::Connections),
            ),
            Self::PaidPlan => (
                "Have the owner's plan upgraded, or stop tracking the repository and keep its history.",
                Some(FixTarget::Repositories),
            ),
            Self::SingleSignOn => (
                "Check the connection once the token is authorized: its repositories are then collected with the next run.",
                Some(FixTarget::Connections),
            ),
            Self::TokenPolicy => (
                "Shorten the token's life as the organization asks and check the connection, or connect with a GitHub App.",
                Some(FixTarget::Connections),
            ),
            Self::AddressNotAllowed => (
                "Ask an owner of the organization to allow this server's address: the token is fine, and the next run retries.",
                Some(FixTarget::Github),
            ),
            Self::AppNotApproved => (
                "Ask an owner of the organization to approve the app, or connect with a GitHub App or a fine-grained token.",
                Some(FixTarget::Connections),
            ),
            Self::NoAdminRights => (
                "Give the connection a token of someone with admin rights, or check it once its user has them.",
                Some(FixTarget::Connections),
            ),
            Self::LockedForMigration => (
                "Wait until the migration is over, or stop tracking the repository here and track it where it is now.",
                Some(FixTarget::Github),
            ),
            Self::AccountSuspended => (
                "Have the account's owner ask GitHub Support to lift the suspension, or stop tracking the repository and keep its history.",
                Some(FixTarget::Github),
            ),
            Self::ScopeMissing => (
                "Check the connection once the token has the scope: its repositories are then collected with the next run.",
                Some(FixTarget::Connections),
            ),
            Self::Gone => (
                "Look whether it is still on GitHub: give the token access to it if it was made private, or stop tracking it and keep its history if it was deleted.",
                Some(FixTarget::Github),
            ),
            Self::AccessLost => (
                "Give the connection a token that the repository's owner lets in.",
                Some(FixTarget::Connections),
            ),
            Self::NoTraffic => (
                "Stop tracking it, and keep what history it has: only github.com counts traffic.",
                Some(FixTarget::Repositories),
            ),
            Self::Blocked => (
                "Read on the repository's page why it is blocked, and stop tracking it if that stays so.",
                Some(FixTarget::Github),
            ),
            Self::Moved => (
                "Stop tracking it under this name, and track it where it is now.",
                Some(FixTarget::Repositories),
            ),
            Self::RateLimited => (
                "Nothing is to be done: the next run goes on where this one was stopped; spread the repositories over several schedules if it happens often.",
                Some(FixTarget::Collection),
            ),
            Self::GithubDown => ("Nothing is to be done: the next run tries again.", None),
            Self::NotUnderstood => (
                "Nothing is to be done: the next run tries again; report it if it stays.",
                None,
            ),
            Self::Refused => (
                "Check the connection, which tells what its token may do.",
                Some(FixTarget::Connections),
            ),
            Self::NotStored => (
                "Have the server's log read by whoever runs it: the next run tries again.",
                None,
            ),
            Self::Stopped | Self::Failed => (
                "Collect again, or wait for the next run.",
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
    fn each_kind_has_its_own_words_and_one_sentence_of_what_to_do() {
        let mut names = HashSet::new();
        for &kind in FailureKind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(kind));
            assert!(names.insert(kind.name()), "{kind} has another's name");
            assert!(kind.name().split(' ').count() <= 3, "{kind}");
            let sentence = kind.remedy().sentence;
            assert!(
                sentence.ends_with('.') && !sentence.contains(". "),
                "{sentence}"
            );
        }
        assert_eq!("nonsense".parse::<FailureKind>(), Err(UnknownWord));
    }

    #[test]
    fn what_cannot_succeed_rests_until_the_next_day_and_after_two_weeks_for_a_week() {
        let now = at("2026-11-20T06:30:00Z");
        for &kind in FailureKind::ALL {
            let rests = (kind.is_hopeless() || kind.is_of_connection())
                && kind != FailureKind::ConnectionUnusable;
            assert_eq!(kind.rest(now, now).is_some(), rests, "{kind}");
        }
        let gone = |since| FailureKind::Gone.rest(at(since), now);
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
        // Whoever replaces a token wants its repositories back within a day, however long it took.
        let refused = FailureKind::TokenRefused.rest(at("2026-01-01T00:00:00Z"), now);
        assert_eq!(refused, Some(at("2026-11-21T00:00:00Z")));
        let locked = FailureKind::LockedOut.rest(now, now);
        assert_eq!(locked, Some(at("2026-11-20T07:30:00Z")));
    }
}
