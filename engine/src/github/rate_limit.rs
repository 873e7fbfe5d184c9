//! Rate limits: whether a response reports one, which one, and until when.
//!
//! <https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api>

use chrono::{DateTime, TimeDelta, Utc};
use domain::report::RateLimit;
use http::{HeaderMap, StatusCode};

use super::error::{GithubError, Limit};

/// How long to wait if GitHub does not say: its documentation asks for at least a minute.
const DEFAULT_WAIT: TimeDelta = TimeDelta::minutes(1);
/// No GitHub limit lasts longer than an hour; a header that says more is capped here.
const MAX_WAIT: TimeDelta = TimeDelta::hours(24);

/// The rate limit that a refusal (403 or 429) reports; `None` if it is about something else.
///
/// Neither the status nor the remaining requests decide: a secondary limit comes with requests
/// remaining, and the last allowed request may itself be refused for lack of a permission. GitHub's
/// message decides.
pub(super) fn exceeded_limit(
    status: StatusCode,
    headers: &HeaderMap,
    message: &str,
    now: DateTime<Utc>,
) -> Option<GithubError> {
    if !matches!(
        status,
        StatusCode::FORBIDDEN | StatusCode::TOO_MANY_REQUESTS
    ) {
        return None;
    }
    let message = message.to_ascii_lowercase();
    let secondary = message.contains("secondary rate") || message.contains("abuse detection");
    let limited = secondary
        || message.contains("rate limit")
        || status == StatusCode::TOO_MANY_REQUESTS
        || headers.contains_key(http::header::RETRY_AFTER);
    if !limited {
        return None;
    }
    let spent = number(headers, "x-ratelimit-remaining") == Some(0);
    let limit = if secondary || !spent {
        Limit::Secondary
    } else {
        Limit::Primary
    };
    Some(GithubError::RateLimited {
        limit,
        until: until(headers, spent, now),
    })
}

/// `retry-after` comes first, then the reset if nothing remains, then a minute.
fn until(headers: &HeaderMap, spent: bool, now: DateTime<Utc>) -> DateTime<Utc> {
    // The header may be present and blank.
    let retry_after = number(headers, "retry-after").and_then(TimeDelta::try_seconds);
    let reset = || {
        let reset = DateTime::from_timestamp(number(headers, "x-ratelimit-reset")?, 0)?;
        // A reset in the past means that the clocks disagree.
        Some(reset - now).filter(|wait| spent && *wait > TimeDelta::zero())
    };
    now + retry_after
        .or_else(reset)
        .unwrap_or(DEFAULT_WAIT)
        .clamp(TimeDelta::zero(), MAX_WAIT)
}

/// The hourly rate limit that a response states.
pub(super) fn parse_rate_limit(headers: &HeaderMap) -> Option<RateLimit> {
    let of_core = headers
        .get("x-ratelimit-resource")
        .is_none_or(|resource| resource == "core");
    let count = |name| u32::try_from(number(headers, name)?).ok();
    let rate_limit = RateLimit {
        total: count("x-ratelimit-limit")?,
        remaining: count("x-ratelimit-remaining")?,
        resets_at: DateTime::from_timestamp(number(headers, "x-ratelimit-reset")?, 0)?,
    };
    of_core.then_some(rate_limit)
}

fn number(headers: &HeaderMap, name: &str) -> Option<i64> {
    headers.get(name)?.to_str().ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECONDARY: &str = "You have exceeded a secondary rate limit. Please wait a few minutes.";
    const PRIMARY: &str = "API rate limit exceeded for user ID 1.";

    fn now() -> DateTime<Utc> {
        "2026-11-23T12:00:00Z".parse().expect("a time")
    }

    fn limit(
        status: u16,
        headers: &[(&'static str, &str)],
        message: &str,
    ) -> Option<(Limit, TimeDelta)> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().expect("a header"));
        }
        let status = StatusCode::from_u16(status).expect("a status");
        match exceeded_limit(status, &map, message, now())? {
            GithubError::RateLimited { limit, until } => Some((limit, until - now())),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_wait_is_what_github_asks_for() {
        let seconds = TimeDelta::seconds;
        let reset = (now().timestamp() + 1_800).to_string();
        let remaining = ("x-ratelimit-remaining", "4000");
        let spent = ("x-ratelimit-remaining", "0");
        let reset = ("x-ratelimit-reset", reset.as_str());
        let past = ("x-ratelimit-reset", "1000");
        for (status, headers, message, expected) in [
            (
                403,
                vec![remaining, ("retry-after", "90")],
                SECONDARY,
                (Limit::Secondary, 90),
            ),
            (
                429,
                vec![remaining, ("retry-after", "90")],
                SECONDARY,
                (Limit::Secondary, 90),
            ),
            (
                403,
                vec![remaining, reset, ("retry-after", "")],
                SECONDARY,
                (Limit::Secondary, 60),
            ),
            (
                403,
                vec![remaining, reset],
                SECONDARY,
                (Limit::Secondary, 60),
            ),
            (429, vec![], SECONDARY, (Limit::Secondary, 60)),
            (403, vec![spent, reset], PRIMARY, (Limit::Primary, 1_800)),
            (429, vec![spent, reset], PRIMARY, (Limit::Primary, 1_800)),
            (429, vec![spent, past], PRIMARY, (Limit::Primary, 60)),
            (
                429,
                vec![spent, reset, ("retry-after", "5")],
                PRIMARY,
                (Limit::Primary, 5),
            ),
            (
                429,
                vec![("retry-after", "99999999999")],
                "",
                (Limit::Secondary, 86_400),
            ),
            (429, vec![("retry-after", "-5")], "", (Limit::Secondary, 0)),
            (403, vec![("retry-after", "30")], "", (Limit::Secondary, 30)),
            (429, vec![], "", (Limit::Secondary, 60)),
        ] {
            let expected = (expected.0, seconds(expected.1));
            assert_eq!(
                limit(status, &headers, message),
                Some(expected),
                "{status} {headers:?}"
            );
        }
    }

    #[test]
    fn the_budget_is_told_whole_and_of_the_core_only() {
        let parsed = |headers: &[(&'static str, &str)]| {
            let mut map = HeaderMap::new();
            for (name, value) in headers {
                map.insert(*name, value.parse().expect("a header"));
            }
            parse_rate_limit(&map).map(|rate_limit| (rate_limit.total, rate_limit.remaining))
        };
        let whole = [
            ("x-ratelimit-limit", "5000"),
            ("x-ratelimit-remaining", "4321"),
            ("x-ratelimit-reset", "1900000000"),
        ];
        assert_eq!(parsed(&whole), Some((5_000, 4_321)));
        assert_eq!(parsed(&whole[..2]), None);
        let with_resource = |resource| [&whole[..], &[("x-ratelimit-resource", resource)]].concat();
        assert_eq!(parsed(&with_resource("core")), Some((5_000, 4_321)));
        assert_eq!(parsed(&with_resource("search")), None);
    }

    #[test]
    fn other_refusals_are_no_limits_even_with_nothing_remaining() {
        let spent = [
            ("x-ratelimit-remaining", "0"),
            ("x-ratelimit-reset", "2000000000"),
        ];
        assert_eq!(
            limit(403, &spent, "Must have push access to repository"),
            None
        );
        assert_eq!(limit(404, &[("retry-after", "30")], "Not Found"), None);
        assert_eq!(limit(503, &[("retry-after", "30")], PRIMARY), None);
    }
}
