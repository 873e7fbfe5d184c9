//! The star history: on which days the repository's current stars were given.

use chrono::{DateTime, NaiveTime};
use domain::Day;
use serde::Deserialize;

use super::pages::{ListPage, linked_page};
use crate::github::client::Client;
use crate::github::conditional::{Conditional, ETag};
use crate::github::edge::{Body, Calendar, Entries, EntryKind, LeftOut, Number};
use crate::github::error::GithubError;

/// A week of the history, from Sunday to Saturday.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StarWeek {
    pub(crate) first: Day,
    pub(crate) days: [u32; 7],
}

#[derive(Deserialize)]
struct WeekJson {
    /// The first second of the Sunday that it begins with.
    week: Number<i64>,
    days: [Number<u32>; 7],
}

impl Client {
    /// A page of the history, the newest week first; GitHub gives thirty weeks at a time.
    /// <https://github.blog/changelog/2026-09-04-new-api-endpoint-provides-privacy-safe-star-history-data>
    pub(crate) async fn star_history(
        &self,
        github_id: i64,
        page: u32,
        known: Option<&ETag>,
    ) -> Result<Conditional<ListPage<StarWeek>>, GithubError> {
        let path = format!("/repositories/{github_id}/stargazers/history?page={page}");
        self.get_if_modified(&path, known)
            .await?
            .try_map(|response| {
                let weeks = weeks(&response.body, response.calendar)?;
                Ok(ListPage {
                    left_out: LeftOut::from_entries(EntryKind::Week, &weeks),
                    entries: weeks.read,
                    more: linked_page(&response.headers, "next").is_some(),
                })
            })
    }
}

fn weeks(body: &Body, calendar: Calendar) -> Result<Entries<StarWeek>, GithubError> {
    let weeks: Entries<WeekJson> = body.read("star history")?;
    Ok(weeks.filter_map(|json| {
        let first = DateTime::from_timestamp(json.week.0, 0)
            .filter(|first| first.time() == NaiveTime::MIN)
            .map(Day::of)
            .filter(|first| calendar.contains(*first))?;
        Some(StarWeek {
            first,
            days: json.days.map(|Number(stars)| stars),
        })
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_that_makes_no_sense_costs_no_other() {
        let given_on = Calendar::at("2026-04-01T06:00:00Z".parse().expect("a time"));
        let good = r#"{"week":1772323200,"total":3,"days":[0,3.0,0,0,0,0,0]}"#;
        let first = "2026-03-01".parse().expect("a day");
        let days = [0, 3, 0, 0, 0, 0, 0];
        for nonsense in [
            r#"{"week":1772323201,"total":3,"days":[0,3,0,0,0,0,0]}"#,
            r#"{"week":1772323200,"total":3,"days":[3]}"#,
            r#"{"week":1772323200,"total":3,"days":[0,-3,0,0,0,0,0]}"#,
            r#"{"week":1772323200,"total":3,"days":[null,"3",0,0,0,0,0]}"#,
            r#"{"week":1872323200,"total":3,"days":[0,3,0,0,0,0,0]}"#,
            r#"{"week":null,"total":3,"days":[0,3,0,0,0,0,0]}"#,
            "null",
        ] {
            let body = Body::new(format!("[{nonsense},{good}]").into_bytes());
            let read = weeks(&body, given_on).expect("weeks");
            assert_eq!(read.read, [StarWeek { first, days }], "{nonsense}");
            assert_eq!(read.unread, 1, "{nonsense}");
        }
    }
}
