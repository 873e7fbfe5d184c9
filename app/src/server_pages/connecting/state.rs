//! The health of a connection in words.

use chrono::{DateTime, Utc};
use domain::report::{Connection, ConnectionKind, EXPIRES_SOON};

use crate::text;

/// The class and the text of the pill beside a connection's name.
pub fn state(connection: &Connection, now: DateTime<Utc>) -> (&'static str, String) {
    let expiry = connection.token_expires_at;
    if expiry.is_some_and(|at| at <= now) {
        ("pill bad", "Expired".to_owned())
    } else if connection.refusal.is_some() {
        ("pill bad", "Refused".to_owned())
    } else if connection.missing_permission.is_some() {
        ("pill bad", "Permission missing".to_owned())
    } else if let Some(at) = expiry.filter(|at| *at - now <= EXPIRES_SOON) {
        ("pill warn", format!("Expires {}", left(at, now)))
    } else if connection.checked_at.is_none() {
        ("pill", "Not checked yet".to_owned())
    } else if connection.untried && connection.notice.is_some() {
        ("pill warn", "Can’t read traffic yet".to_owned())
    } else if connection.untried {
        ("pill warn", "Not verified yet".to_owned())
    } else {
        ("pill ok", "Can read traffic".to_owned())
    }
}

/// `in 12 days`, `within a day`, `12 days ago`.
pub fn left(at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let days = (at - now).num_days();
    match days {
        _ if at <= now => match -days {
            0 => "today".to_owned(),
            days => format!("{} ago", text::day_count(days)),
        },
        0 => "within a day".to_owned(),
        days => format!("in {}", text::day_count(days)),
    }
}

/// The type of the connection in GitHub's words. GitHub reports scopes only for classic tokens.
pub fn kind(connection: &Connection) -> &'static str {
    match (connection.kind, &connection.scopes, connection.checked_at) {
        (ConnectionKind::App, ..) => "GitHub App installation",
        (ConnectionKind::Token, Some(_), _) => "Personal access token (classic)",
        (ConnectionKind::Token, None, Some(_)) => "Personal access token (fine-grained)",
        (ConnectionKind::Token, None, None) => "Personal access token",
    }
}

/// What is missing and how to fix it, one message each.
pub fn problems(connection: &Connection) -> Vec<(&'static str, String)> {
    let mut problems = Vec::new();
    if let Some(refusal) = &connection.refusal {
        problems.push(("notice bad", refusal.clone()));
    }
    if let Some(missing) = &connection.missing_permission {
        let sentence = match (connection.kind, &connection.scopes) {
            (ConnectionKind::App, _) => format!(
                "The app lacks the repository permission “{missing}”. Add it in the app’s settings on GitHub, have the account accept it, and check again."
            ),
            (ConnectionKind::Token, Some(_)) => format!(
                "The token lacks the scope “{missing}”. Enable it on GitHub under Settings, Developer settings, Personal access tokens, and check again."
            ),
            (ConnectionKind::Token, None) => format!(
                "The token lacks the repository permission “{missing}”. Enable it on GitHub under Settings, Developer settings, Fine-grained tokens, and check again."
            ),
        };
        problems.push(("notice bad", sentence));
    } else if connection.untried && connection.refusal.is_none() && connection.notice.is_none() {
        problems.push((
            "notice warn",
            "Can’t verify access yet. This token has no repository its user can push to. Grant it one and check again.".to_owned(),
        ));
    }
    if let Some(notice) = &connection.notice {
        problems.push(("notice warn", notice.clone()));
    }
    problems
}

/// The result of a check or a change, as a message.
pub fn check_result(connection: &Connection) -> String {
    let Connection { name, login, .. } = connection;
    if let Some(refusal) = &connection.refusal {
        return refusal.clone();
    }
    let result = match &connection.missing_permission {
        Some(missing) => {
            format!("“{name}” is connected as {login} but lacks the permission “{missing}”.")
        }
        None if connection.untried => format!("“{name}” is connected as {login}."),
        None => format!("“{name}” is connected as {login} and can read traffic."),
    };
    result
        + &connection
            .notice
            .as_ref()
            .map(|notice| format!(" {notice}"))
            .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use domain::ConnectionId;

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a valid moment")
    }

    fn connection() -> Connection {
        Connection {
            id: ConnectionId::new(1),
            name: "GitHub".to_owned(),
            kind: ConnectionKind::Token,
            api_url: "https://api.github.com/".to_owned(),
            login: "mona".to_owned(),
            token_expires_at: None,
            scopes: Some("repo".to_owned()),
            missing_permission: None,
            notice: None,
            untried: false,
            refusal: None,
            checked_at: Some(at("2026-11-23T06:00:00Z")),
            budget: None,
            repositories: 0,
        }
    }

    fn label(connection: &Connection) -> String {
        state(connection, at("2026-11-23T06:00:00Z")).1
    }

    #[test]
    fn what_stops_collecting_is_told_first() {
        let mut connection = connection();
        assert_eq!(label(&connection), "Can read traffic");
        connection.token_expires_at = Some(at("2027-02-01T00:00:00Z"));
        assert_eq!(label(&connection), "Can read traffic");
        connection.token_expires_at = Some(at("2026-12-05T06:00:00Z"));
        assert_eq!(label(&connection), "Expires in 12 days");
        connection.missing_permission = Some("repo".to_owned());
        assert_eq!(label(&connection), "Permission missing");
        connection.refusal = Some("GitHub refused the token.".to_owned());
        assert_eq!(label(&connection), "Refused");
        connection.token_expires_at = Some(at("2026-11-20T06:00:00Z"));
        assert_eq!(label(&connection), "Expired");
    }

    #[test]
    fn refusals_of_single_repositories_are_a_warning() {
        let mut connection = connection();
        let refused = "acme/anvil: The organization forbids classic tokens.";
        connection.untried = true;
        connection.notice = Some(refused.to_owned());
        assert_eq!(label(&connection), "Can’t read traffic yet");
        assert_eq!(problems(&connection), [("notice warn", refused.to_owned())]);
    }

    #[test]
    fn remaining_time_is_given_in_days() {
        let now = at("2026-11-23T06:00:00Z");
        for (expiry, words) in [
            ("2026-11-23T05:00:00Z", "today"),
            ("2026-11-21T05:00:00Z", "2 days ago"),
            ("2026-11-23T07:00:00Z", "within a day"),
            ("2026-11-24T07:00:00Z", "in 1 day"),
        ] {
            assert_eq!(left(at(expiry), now), words);
        }
    }

    #[test]
    fn what_is_missing_is_named_with_where_to_give_it() {
        let mut connection = connection();
        assert!(problems(&connection).is_empty());
        connection.missing_permission = Some("Administration: read".to_owned());
        for (kind, scopes, place) in [
            (ConnectionKind::Token, Some(String::new()), "scope"),
            (ConnectionKind::Token, None, "Fine-grained tokens"),
            (ConnectionKind::App, None, "the app’s settings"),
        ] {
            let (_, sentence) = problems(&Connection {
                kind,
                scopes,
                ..connection.clone()
            })
            .remove(0);
            assert!(sentence.contains("“Administration: read”"), "{sentence}");
            assert!(sentence.contains(place), "{sentence}");
        }
    }
}
