//! Referrers and paths: the ten with the most views of the last 14 days.

use domain::Counts;
use domain::report::RankingRow;
use serde::Deserialize;

use crate::github::client::Client;
use crate::github::conditional::{Conditional, ETag, Parsed};
use crate::github::edge::{Body, Entries, EntryKind, Field, LeftOut, Number};
use crate::github::error::GithubError;

/// How many rows of referrers or paths are read; GitHub documents ten.
const MAX_ROWS: usize = 100;

/// A list of referrers or paths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TopList {
    pub(crate) rows: Vec<RankingRow>,
    pub(crate) left_out: Option<LeftOut>,
}

#[derive(Deserialize)]
struct RowJson {
    #[serde(alias = "referrer", alias = "path")]
    label: String,
    #[serde(default)]
    title: Field<String>,
    count: Number<u32>,
    uniques: Number<u32>,
}

impl Client {
    /// The ten sites that sent the most views within the last 14 days.
    pub(crate) async fn referrers(
        &self,
        github_id: i64,
        known: Option<&ETag>,
    ) -> Result<Conditional<Parsed<TopList>>, GithubError> {
        let path = format!("/repositories/{github_id}/traffic/popular/referrers");
        self.get_if_modified(&path, known)
            .await?
            .try_map(|response| Parsed::new(response, |body, _| rows(body)))
    }

    /// The ten pages with the most views within the last 14 days.
    pub(crate) async fn paths(
        &self,
        github_id: i64,
        known: Option<&ETag>,
    ) -> Result<Conditional<Parsed<TopList>>, GithubError> {
        let path = format!("/repositories/{github_id}/traffic/popular/paths");
        self.get_if_modified(&path, known)
            .await?
            .try_map(|response| Parsed::new(response, |body, _| rows(body)))
    }
}

fn rows(body: &Body) -> Result<TopList, GithubError> {
    let listed: Entries<RowJson> = body.read("referrers or paths")?;
    let mut taken = 0;
    let rows = listed.filter_map(|row| {
        taken += 1;
        let is_row = taken <= MAX_ROWS && !row.label.trim().is_empty();
        is_row.then(|| RankingRow {
            label: row.label,
            title: row.title.0,
            counts: Counts::new(row.count.0, row.uniques.0),
        })
    });
    Ok(TopList {
        left_out: LeftOut::from_entries(EntryKind::Row, &rows),
        rows: rows.read,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn body(json: &serde_json::Value) -> Body {
        Body::new(json.to_string().into_bytes())
    }

    #[test]
    fn a_row_that_cannot_be_read_costs_no_other_and_a_title_not_even_its_row() {
        let good = json!({ "path": "/", "title": 7, "count": 2, "uniques": 1 });
        for nonsense in [
            json!({ "path": null, "title": "x", "count": 1, "uniques": 1 }),
            json!({ "referrer": "a", "count": -1, "uniques": 1 }),
            json!({ "referrer": "\u{202e}", "count": 1, "uniques": 1 }),
            json!("row"),
        ] {
            let list = rows(&body(&json!([nonsense, good]))).expect("rows");
            assert_eq!(list.rows.len(), 1, "{nonsense}");
            assert_eq!(
                (list.rows[0].label.as_str(), &list.rows[0].title),
                ("/", &None)
            );
            assert_eq!(list.left_out.map(|it| (it.entries, it.of)), Some((1, 2)));
        }
        let many = vec![good; 101];
        let list = rows(&body(&json!(many))).expect("rows");
        assert_eq!(
            (list.rows.len(), list.left_out.map(|it| it.entries)),
            (100, Some(1))
        );
    }

    #[test]
    fn what_is_no_json_about_referrers_is_incomplete() {
        let page = Body::new(b"<html>".to_vec());
        assert_eq!(rows(&page), Err(GithubError::IncompleteJson));
    }
}
