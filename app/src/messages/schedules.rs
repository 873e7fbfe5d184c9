//! Schedules in words, and the forecast for collecting everything.

use domain::Safety;
use domain::report::{RunForecast, SchedulePreview};

use crate::api::{ScheduleText, Warning};
use crate::chart::format;

/// A schedule in words, its next runs, and a warning if it could lose days.
pub fn schedule(preview: &SchedulePreview) -> ScheduleText {
    let safety = preview.safety;
    ScheduleText {
        description: preview.cron.describe(),
        next_runs: preview
            .next_runs
            .iter()
            .map(|time| time.format("%a %-d %b %Y, %H:%M %Z").to_string())
            .collect(),
        warning: (safety != Safety::Safe).then(|| Warning {
            message: safety.to_string(),
            urgent: safety.loses(),
        }),
    }
}

/// `About 160 requests (4,830 left this hour), about 2 minutes`
pub fn forecast(forecast: &RunForecast) -> String {
    let requests = match rounded_up(forecast.requests) {
        1 => "1 request".to_owned(),
        requests => format!("{} requests", format::number(requests.into())),
    };
    let left = forecast.left.map_or_else(String::new, |left| {
        format!(" ({} left this hour)", format::number(left.into()))
    });
    let time = match forecast.seconds {
        0..=1 => "a second".to_owned(),
        seconds @ 2..=59 => format!("{seconds} seconds"),
        60..=90 => "a minute".to_owned(),
        seconds @ 91..=5_400 => format!("{} minutes", seconds.div_ceil(60)),
        seconds => format!("{} hours", (seconds + 1_800) / 3_600),
    };
    format!("About {requests}{left}, about {time}")
}

/// Rounds up to two significant digits: `151` is about `160`.
fn rounded_up(number: u32) -> u32 {
    let mut step = 1;
    while number / step >= 100 {
        step *= 10;
    }
    number.div_ceil(step).saturating_mul(step)
}

#[cfg(test)]
mod tests {
    use domain::TimeZone;
    use domain::coverage::MAX_GAP;

    use super::*;

    fn text(expression: &str) -> ScheduleText {
        let cron: domain::Cron = expression.parse().expect("a valid expression");
        let now = "2026-11-23T12:00:00Z".parse().expect("a time");
        let zone: TimeZone = "Europe/Berlin".parse().expect("a known zone");
        schedule(&SchedulePreview {
            next_runs: cron.next_runs(zone, now, 2),
            safety: cron.safety(zone, now, MAX_GAP),
            cron,
        })
    }

    #[test]
    fn a_schedule_has_a_description_and_times_of_its_zone() {
        let daily = text("0 6 * * *");
        assert_eq!(
            daily.next_runs,
            ["Tue 24 Nov 2026, 06:00 CET", "Wed 25 Nov 2026, 06:00 CET"]
        );
        assert_eq!(daily.description, "Every day at 06:00.");
        assert_eq!(daily.warning, None);
    }

    #[test]
    fn only_a_schedule_that_loses_days_has_an_urgent_warning() {
        let urgent = |expression| text(expression).warning.map(|warning| warning.urgent);
        assert_eq!(urgent("0 6 * * 1"), Some(false));
        assert_eq!(urgent("0 6 1 * *"), Some(true));
    }

    #[test]
    fn a_forecast_rounds_requests_and_time() {
        let words = |requests, left, seconds| {
            forecast(&RunForecast {
                repositories: 9,
                requests,
                left,
                seconds,
            })
        };
        for (requests, left, seconds, expected) in [
            (
                151,
                Some(4_830),
                1,
                "About 160 requests (4,830 left this hour), about a second",
            ),
            (1, None, 0, "About 1 request, about a second"),
            (100, None, 42, "About 100 requests, about 42 seconds"),
            (1_234, None, 60, "About 1,300 requests, about a minute"),
            (9, None, 91, "About 9 requests, about 2 minutes"),
            (9, None, 7_200, "About 9 requests, about 2 hours"),
        ] {
            assert_eq!(words(requests, left, seconds), expected);
        }
    }
}
