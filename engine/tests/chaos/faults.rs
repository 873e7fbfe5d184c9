//! What befalls GitHub in a round: every fault that it was ever seen with, as the dice say.

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

/// Brings the faults of a round over GitHub, which has none: none, a few, or many. Their names.
pub fn comes(rng: &mut Rng, github: &Control, repositories: &[String]) -> Vec<String> {
    let faults = *rng.one_of(&[0, 1, 2, 3, 5, 8]);
    let mut names = Vec::new();
    for _ in 0..faults {
        let fault = any(rng, github);
        names.push(name(&fault));
        github.fault(fault, anywhere(rng, repositories));
    }
    let latency = rng.between(0, 8);
    github.set_latency(Duration::from_millis(latency));
    if rng.happens(5) {
        let left = rng.between(0, 90);
        github.leave_budget("octocat", left).expect("a user");
    }
    names
}

/// An entry that stays wrong for weeks, in the views or the clones of one repository: who reads
/// nothing of such an answer loses its other days for good.
pub fn lasting(rng: &mut Rng) -> (Endpoint, Fault) {
    let endpoint = *rng.one_of(&[Endpoint::Views, Endpoint::Clones]);
    let fault = Fault::BadEntry {
        entry: u8::try_from(rng.between(0, 13)).expect("small"),
        value: *rng.one_of(&[BadValue::Null, BadValue::Negative, BadValue::TooLarge]),
    };
    (endpoint, fault)
}

/// Which questions a fault strikes: some of all, or all of some.
fn anywhere(rng: &mut Rng, repositories: &[String]) -> Scope {
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

/// Any of the faults that are about collecting.
fn any(rng: &mut Rng, github: &Control) -> Fault {
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

/// A day that no window has: on either side of what can be, close by, and far away.
fn stray_day(rng: &mut Rng, github: &Control) -> NaiveDate {
    let far = ["0001-01-01", "1970-01-01", "9999-12-31"];
    if rng.happens(25) {
        return rng.one_of(&far).parse().expect("a day");
    }
    let ahead = *rng.one_of(&[1, 2, 14, -16, -25, -31, -32, -60]);
    (github.now() + TimeDelta::days(ahead)).date_naive()
}

fn name(fault: &Fault) -> String {
    let text = format!("{fault:?}");
    text.split(|char: char| !char.is_alphanumeric())
        .next()
        .unwrap_or_default()
        .to_owned()
}
