//! The history of stars: on which days those were given that are still there.

use chrono::{DateTime, NaiveTime};
use domain::Day;
use serde::Deserialize;

use super::client::Client;
use super::conditional::{Tag, Told};
use super::error::GithubError;
use super::listing::page_behind;
use super::releases::ListPage;
use super::wire::parse;

/// A week of the history, from Sunday to Saturday.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StarWeek {
    pub(crate) first: Day,
    pub(crate) days: [u32; 7],
}

#[derive(Deserialize)]
struct WeekAnswer {
    /// The first second of the Sunday that it begins with.
    week: i64,
    days: [u32; 7],
}

impl Client {
    /// A page of the history, the newest week first; GitHub gives thirty weeks at a time.
    /// <https://github.blog/changelog/2026-09-04-new-api-endpoint-provides-privacy-safe-star-history-data>
    pub(crate) async fn star_history(
        &self,
        github_id: i64,
        page: u32,
        known: Option<&Tag>,
    ) -> Result<Told<ListPage<StarWeek>>, GithubError> {
        let path = format!("/repositories/{github_id}/stargazers/history?page={page}");
        self.ask(&path, known).await?.try_map(|answer| {
            Ok(ListPage {
                entries: weeks(&answer.body)?,
                more: page_behind(&answer.headers, "next").is_some(),
            })
        })
    }
}

fn weeks(body: &[u8]) -> Result<Vec<StarWeek>, GithubError> {
    let answers: Vec<WeekAnswer> = parse(body, "about the history of stars")?;
    answers
        .into_iter()
        .map(|answer| {
            let first = DateTime::from_timestamp(answer.week, 0)
                .filter(|first| first.time() == NaiveTime::MIN)
                .ok_or(GithubError::Malformed(
                    "a week in it does not begin at midnight UTC",
                ))?;
            Ok(StarWeek {
                first: Day::of(first),
                days: answer.days,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_is_seven_days_from_midnight() {
        let read = |text: &str| weeks(text.as_bytes());
        let week = read(r#"[{"week":1772323200,"total":3,"days":[0,3,0,0,0,0,0]}]"#);
        let first = "2026-03-01".parse().expect("a day");
        let days = [0, 3, 0, 0, 0, 0, 0];
        assert_eq!(week, Ok(vec![StarWeek { first, days }]));
        for nonsense in [
            r#"[{"week":1772323201,"total":3,"days":[0,3,0,0,0,0,0]}]"#,
            r#"[{"week":1772323200,"total":3,"days":[3]}]"#,
            r#"[{"week":1772323200,"total":3,"days":[0,-3,0,0,0,0,0]}]"#,
        ] {
            assert!(
                matches!(read(nonsense), Err(GithubError::Malformed(_))),
                "{nonsense}"
            );
        }
    }
}
