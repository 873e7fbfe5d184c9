//! The forecast of a collection's requests and duration.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::{Connection, RateLimit};
use crate::run::Endpoint;

/// The assumed microseconds per request before the first run: GitHub responds in about 300
/// milliseconds, and eight requests run at a time.
const UNTRIED_PACE: u64 = 40_000;

/// The assumed extra list pages per repository before the first run. The star history has thirty
/// weeks per page and is read from its beginning once.
const UNTRIED_PAGES: u32 = 9;

/// The cost of a finished run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PastRun {
    /// How many requests it sent, all pages of lists included.
    pub requests: u32,
    /// How many repositories it collected.
    pub repositories: u32,
    /// Its duration in milliseconds.
    pub millis: u64,
}

/// The approximate requests and duration of a full collection. Not-modified responses do not count
/// against the rate limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunForecast {
    /// How many repositories it would collect.
    pub repositories: u32,
    /// How many requests it would send.
    pub requests: u32,
    /// The requests left this hour for all its GitHub users together; `None` if GitHub has not
    /// reported all of them yet.
    pub left: Option<u32>,
    /// Its duration in seconds, waits for GitHub's hourly limits included.
    pub seconds: u64,
}

impl RunForecast {
    /// The forecast for a tenant's connections from its last runs, newest first. The speed is the
    /// last run's; the requests per repository are the highest of any run, since long lists take
    /// several requests. All tokens of a user share that user's rate limit.
    #[must_use]
    pub fn new(connections: &[Connection], past: &[PastRun], now: DateTime<Utc>) -> Self {
        let tracked = connections
            .iter()
            .map(|connection| connection.repositories)
            .fold(0, u32::saturating_add);
        let mut by_rate_limit: BTreeMap<(String, &str), (u32, Option<RateLimit>)> = BTreeMap::new();
        for connection in connections.iter().filter(|one| one.repositories > 0) {
            let server = connection.api_url.to_lowercase();
            let key = by_rate_limit
                .entry((server, &connection.login))
                .or_default();
            key.0 = key.0.saturating_add(connection.repositories);
            // Among one user's rate limits, the last reported one has the least left.
            key.1 = [key.1, connection.budget]
                .into_iter()
                .flatten()
                .max_by_key(|rate_limit| {
                    (
                        rate_limit.resets_at,
                        std::cmp::Reverse(rate_limit.remaining),
                    )
                });
        }
        let pace = past.iter().find(|run| run.requests > 0);
        let pace = pace.map_or(UNTRIED_PACE, |run| {
            run.millis.saturating_mul(1_000) / u64::from(run.requests)
        });
        let mut forecast = Self {
            repositories: 0,
            requests: 0,
            left: Some(0),
            seconds: 0,
        };
        for (repositories, rate_limit) in by_rate_limit.into_values() {
            let requests = requests(repositories, tracked, past);
            let left = rate_limit.map(|rate_limit| {
                if rate_limit.resets_at > now {
                    rate_limit.remaining
                } else {
                    rate_limit.total
                }
            });
            forecast.repositories = forecast.repositories.saturating_add(repositories);
            forecast.requests = forecast.requests.saturating_add(requests);
            forecast.left = forecast
                .left
                .zip(left)
                .map(|(sum, left)| sum.saturating_add(left));
            let waiting = rate_limit.zip(left).map_or(0, |(rate_limit, left)| {
                waiting(requests, left, rate_limit, now)
            });
            let asking = u64::from(requests).saturating_mul(pace).div_ceil(1_000_000);
            // The repositories of different users are collected in parallel.
            forecast.seconds = forecast.seconds.max(asking.saturating_add(waiting));
        }
        forecast
    }
}

/// The maximum requests for collecting this many of the tracked repositories.
fn requests(repositories: u32, tracked: u32, past: &[PastRun]) -> u32 {
    let questions = u32::try_from(Endpoint::ALL.len()).unwrap_or(u32::MAX);
    let least = u64::from(repositories) * u64::from(questions);
    // A run of one repository with long lists says nothing about the others.
    let rate_limit = past
        .iter()
        .filter(|run| run.repositories > 0 && run.repositories >= tracked.div_ceil(2))
        .map(|run| {
            let sent = u64::from(run.requests) * u64::from(repositories);
            sent.div_ceil(u64::from(run.repositories))
        })
        .max();
    let untried = u64::from(repositories) * u64::from(questions + UNTRIED_PAGES);
    u32::try_from(rate_limit.unwrap_or(untried).max(least)).unwrap_or(u32::MAX)
}

/// The seconds of waiting for the hours in which the remaining requests fit.
fn waiting(requests: u32, left: u32, rate_limit: RateLimit, now: DateTime<Utc>) -> u64 {
    let rest = requests.saturating_sub(left);
    if rest == 0 {
        return 0;
    }
    let first = (rate_limit.resets_at - now).num_seconds().clamp(0, 3_600);
    let further = u64::from(rest.div_ceil(rate_limit.total.max(1)) - 1) * 3_600;
    u64::try_from(first).unwrap_or(0) + further
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::id::ConnectionId;
    use crate::report::ConnectionKind;

    fn now() -> DateTime<Utc> {
        "2026-11-24T06:00:00Z".parse().expect("a time")
    }

    fn connection(login: &str, repositories: u32, left: Option<(u32, i64)>) -> Connection {
        Connection {
            id: ConnectionId::new(1),
            name: "GitHub".into(),
            kind: ConnectionKind::Token,
            api_url: "https://api.github.com".into(),
            login: login.into(),
            token_expires_at: None,
            scopes: None,
            missing_permission: None,
            notice: None,
            untried: false,
            refusal: None,
            checked_at: None,
            budget: left.map(|(remaining, minutes)| RateLimit {
                total: 5_000,
                remaining,
                resets_at: now() + TimeDelta::minutes(minutes),
            }),
            repositories,
        }
    }

    fn questions() -> u32 {
        u32::try_from(Endpoint::ALL.len()).expect("a few")
    }

    fn run(requests: u32, repositories: u32, millis: u64) -> PastRun {
        PastRun {
            requests,
            repositories,
            millis,
        }
    }

    #[test]
    fn pages_count_as_the_last_runs_needed_them() {
        let of = [connection("mona", 9, Some((4_830, 30)))];
        // The first run read long lists, the second only what was new, the third a single
        // repository.
        let past = [run(30, 1, 90), run(20, 9, 400), run(151, 9, 800)];
        let forecast = RunForecast::new(&of, &past, now());
        assert_eq!((forecast.requests, forecast.left), (151, Some(4_830)));
        let more = [connection("mona", 10, None)];
        assert_eq!(RunForecast::new(&more, &past, now()).requests, 168);
    }

    #[test]
    fn the_time_is_the_last_runs() {
        let of = [connection("mona", 10, None)];
        let slow = RunForecast::new(&of, &[run(100, 10, 42_000), run(100, 10, 100)], now());
        assert_eq!((slow.requests, slow.seconds), (100, 42));
    }

    #[test]
    fn what_fits_into_the_hour_takes_as_long_as_asking() {
        let of = [connection("mona", 100, Some((4_900, 30)))];
        // A tenth of a second each.
        let forecast = RunForecast::new(&of, &[run(1_000, 100, 100_000)], now());
        let requests = 100 * questions();
        assert_eq!(forecast.requests, requests);
        assert_eq!(forecast.seconds, u64::from(requests).div_ceil(10));
        assert_eq!(forecast.left, Some(4_900));
    }

    #[test]
    fn what_does_not_waits_for_the_reset_and_for_further_hours() {
        let of = [connection("mona", 2_000, Some((1_000, 30)))];
        let forecast = RunForecast::new(&of, &[run(1_000, 2_000, 1_000)], now());
        let rest = 2_000 * questions() - 1_000;
        let hours = u64::from(rest.div_ceil(5_000) - 1);
        let asking = u64::from(2_000 * questions()).div_ceil(1_000);
        assert_eq!(forecast.seconds, 1_800 + hours * 3_600 + asking);
        // After the reset the full limit is available again.
        let of = [connection("mona", 2_000, Some((0, -1)))];
        assert_eq!(RunForecast::new(&of, &[], now()).left, Some(5_000));
    }

    #[test]
    fn one_users_connections_share_a_budget_and_anothers_have_their_own() {
        let of = [
            connection("mona", 10, Some((4_000, 30))),
            connection("mona", 10, Some((3_000, 30))),
            connection("hubot", 10, Some((2_000, 30))),
            connection("idle", 0, Some((5_000, 30))),
        ];
        let forecast = RunForecast::new(&of, &[], now());
        assert_eq!((forecast.repositories, forecast.left), (30, Some(5_000)));
        let untold = RunForecast::new(&[connection("new", 1, None)], &[], now());
        assert_eq!(
            (untold.left, untold.requests),
            (None, questions() + UNTRIED_PAGES)
        );
        assert_eq!(RunForecast::new(&[], &[], now()).requests, 0);
    }
}
