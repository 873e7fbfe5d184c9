//! Random faults for a round: every fault that GitHub was observed with.

use std::time::Duration;

use chrono::{NaiveDate, TimeDelta};
use simulator::{
    BadValue, Control, Endpoint, Fault, LimitStatus, OddText, Policy, RetryAfter, Scope,
};

use crate::rng::Rng;

const ENDPOINTS: [Endpoint; 12] = [
    Endpoint::Repository,
    Endpoint::Views,
    Endpoint::Clones,
    Endpoint::Referrers,
    Endpoint::Paths,
    Endpoint::Releases,
    Endpoint::Tags,
    Endpoint::Commit,
    Endpoint::StarHistory,
    Endpoint::StarCount,
    Endpoint::User,
    Endpoint::UserRepositories,
];

/// Switches on the faults of a round, from none to many. Returns their names.
pub fn inject(rng: &mut Rng, github: &Control, repositories: &[String]) -> Vec<String> {
    let faults = *rng.one_of(&[0, 1, 2, 3, 5, 8]);
    let mut names = Vec::new();
    for _ in 0..faults {
        let fault = random_fault(rng, github);
        names.push(name(&fault));
        github.fault(fault, random_scope(rng, repositories));
    }
    let latency = rng.between(0, 8);
    github.set_latency(Duration::from_millis(latency));
    if rng.happens(5) {
        let remaining = rng.between(0, 90);
        github.leave_budget("octocat", remaining).expect("a user");
    }
    names
}

/// An entry that stays wrong for weeks, in the views or the clones of one repository. A collector
/// that rejects the whole response loses its other days for good.
pub fn persistent_fault(rng: &mut Rng) -> (Endpoint, Fault) {
    let endpoint = *rng.one_of(&[Endpoint::Views, Endpoint::Clones]);
    let fault = Fault::BadEntry {
        entry: u8::try_from(rng.between(0, 13)).expect("small"),
        value: *rng.one_of(&[BadValue::Null, BadValue::Negative, BadValue::TooLarge]),
    };
    (endpoint, fault)
}

/// A random scope: some of all requests, or all of some.
fn random_scope(rng: &mut Rng, repositories: &[String]) -> Scope {
    let mut scope = Scope::everywhere();
    if rng.happens(50) {
        scope = scope.endpoint(*rng.one_of(&ENDPOINTS));
    }
    if rng.happens(30) {
        scope = scope.repository(rng.one_of(repositories));
    }
    match rng.between(1, 4) {
        1 => scope,
        2 => scope.next(u32::try_from(rng.between(1, 12)).expect("few")),
        _ => {
            let percent = u32::try_from(rng.between(3, 60)).expect("a percentage");
            scope.probability(f64::from(percent) / 100.0, rng.next())
        }
    }
}

/// A random fault that affects collecting.
fn random_fault(rng: &mut Rng, github: &Control) -> Fault {
    let status = *rng.one_of(&[LimitStatus::Forbidden, LimitStatus::TooManyRequests]);
    let seconds = u32::try_from(rng.between(1, 300)).expect("seconds");
    let retry_after = *rng.one_of(&[
        RetryAfter::Absent,
        RetryAfter::Blank,
        RetryAfter::Seconds(seconds),
    ]);
    let small = |rng: &mut Rng, low, high| u8::try_from(rng.between(low, high)).expect("small");
    let ago = i64::try_from(rng.between(1, 14)).expect("days");
    match rng.between(1, 46) {
        1 => Fault::MissingPushAccess,
        2 => Fault::ResourceNotAccessible,
        3 => Fault::NeedsPaidPlan,
        4 => Fault::PrimaryLimit { status },
        5 | 6 => Fault::SecondaryLimit {
            status,
            retry_after,
        },
        7 => Fault::BadCredentials,
        8 => Fault::Lockout,
        9 => Fault::NotFound,
        10 => Fault::Blocked,
        11 => Fault::ServerError,
        12 => Fault::BadGateway,
        13 => Fault::GatewayTimeout,
        14 => Fault::Stall(Duration::from_millis(rng.between(20, 400))),
        15 => Fault::TruncatedBody,
        16 => Fault::ConnectionReset,
        17 => Fault::MalformedJson,
        18 => Fault::NoTrafficApi,
        19 => Fault::FalseZero {
            day: (github.now() - TimeDelta::days(ago)).date_naive(),
        },
        20 => Fault::TruncatedOldest,
        21 => Fault::GrowingNewest {
            percent: small(rng, 10, 90),
        },
        22 => Fault::Sparse,
        23 => Fault::Lag {
            days: small(rng, 0, 3),
        },
        24 => Fault::Buckets { count: 15 },
        25 | 26 => Fault::Policy(*rng.one_of(&[
            Policy::TokenLifetime { days: 90 },
            Policy::ClassicTokens,
            Policy::IpAllowList,
            Policy::OauthApps,
            Policy::SingleSignOn,
            Policy::Migration,
        ])),
        27 => Fault::PartialResults { organizations: 2 },
        28 => Fault::EmptyPopular,
        29..=31 => Fault::StrayDay {
            day: stray_day(rng, github),
        },
        32 | 33 => Fault::EmptySeries,
        34..=36 => Fault::OddText(*rng.one_of(&[
            OddText::Nul,
            OddText::LoneSurrogate,
            OddText::DirectionMark,
            OddText::Long,
        ])),
        _ => Fault::BadEntry {
            entry: small(rng, 0, 20),
            value: *rng.one_of(&[
                BadValue::Null,
                BadValue::Missing,
                BadValue::Negative,
                BadValue::TooLarge,
                BadValue::Text,
                BadValue::Float,
                BadValue::NoEntry,
                BadValue::Twice,
            ]),
        },
    }
}

/// A day outside every window: just outside the possible range, or far away.
fn stray_day(rng: &mut Rng, github: &Control) -> NaiveDate {
    let far = ["0001-01-01", "1970-01-01", "9999-12-31"];
    if rng.happens(25) {
        return rng.one_of(&far).parse().expect("a day");
    }
    let offset = *rng.one_of(&[1, 2, 14, -16, -25, -31, -32, -60]);
    (github.now() + TimeDelta::days(offset)).date_naive()
}

fn name(fault: &Fault) -> String {
    let text = format!("{fault:?}");
    text.split(|char: char| !char.is_alphanumeric())
        .next()
        .unwrap_or_default()
        .to_owned()
}
