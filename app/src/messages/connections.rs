//! Warnings about connections.

use domain::report::{ConnectionProblem, ConnectionWarning};

use crate::api::Warning;

/// What is wrong with a connection and what to do.
pub fn connection_warning(warning: &ConnectionWarning) -> Warning {
    let name = &warning.connection;
    let message = match &warning.problem {
        ConnectionProblem::TokenExpired(day) => format!(
            "The token of connection “{name}” expired on {day}, so collecting with it has stopped. Replace the token."
        ),
        ConnectionProblem::Refused(refusal) => {
            format!("Collecting with connection “{name}” has stopped. {refusal}")
        }
        ConnectionProblem::TokenExpires { on, days_left } => {
            let left = match days_left {
                0 => "within a day".to_owned(),
                1 => "in 1 day".to_owned(),
                days => format!("in {days} days"),
            };
            format!(
                "The token of connection “{name}” expires {left}, on {on}. Replace it before then to avoid losing traffic."
            )
        }
    };
    Warning {
        message,
        urgent: warning.is_urgent(),
    }
}

#[cfg(test)]
mod tests {
    use domain::Day;

    use super::*;

    #[test]
    fn each_problem_of_a_connection_says_what_to_do() {
        let day: Day = "2026-12-10".parse().expect("a valid day");
        let expires = |days_left| ConnectionProblem::TokenExpires { on: day, days_left };
        for (problem, urgent, message) in [
            (
                ConnectionProblem::TokenExpired(day),
                true,
                "The token of connection “Lab” expired on 2026-12-10, so collecting with it has stopped. Replace the token.",
            ),
            (
                ConnectionProblem::Refused("GitHub refused the token.".to_owned()),
                true,
                "Collecting with connection “Lab” has stopped. GitHub refused the token.",
            ),
            (
                expires(0),
                false,
                "The token of connection “Lab” expires within a day, on 2026-12-10. Replace it before then to avoid losing traffic.",
            ),
            (
                expires(1),
                false,
                "The token of connection “Lab” expires in 1 day, on 2026-12-10. Replace it before then to avoid losing traffic.",
            ),
            (
                expires(13),
                false,
                "The token of connection “Lab” expires in 13 days, on 2026-12-10. Replace it before then to avoid losing traffic.",
            ),
        ] {
            let warning = ConnectionWarning {
                connection: "Lab".to_owned(),
                problem,
            };
            let message = message.to_owned();
            assert_eq!(connection_warning(&warning), Warning { message, urgent });
        }
    }
}
