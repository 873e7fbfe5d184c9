//! A repository: its name, its visibility and its stats.

use chrono::{DateTime, Utc};
use domain::report::Popularity;
use domain::{Day, RepositoryName, Visibility};
use serde::Deserialize;

use crate::github::client::Client;
use crate::github::conditional::{Conditional, ETag};
use crate::github::edge::{Body, Calendar, EntryKind, Field, LeftOut, Number};
use crate::github::error::GithubError;

/// A repository as GitHub describes it now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Repository {
    pub(crate) github_id: i64,
    pub(crate) full_name: RepositoryName,
    /// A figure that cannot be read is `None`.
    pub(crate) popularity: Popularity,
    /// Its visibility; older servers do not state it.
    pub(crate) visibility: Option<Visibility>,
    pub(crate) archived: bool,
    /// The day it was created, if GitHub states one.
    pub(crate) created_on: Option<Day>,
    pub(crate) left_out: Option<LeftOut>,
}

#[derive(Deserialize)]
struct RepositoryJson {
    id: Number<i64>,
    full_name: String,
    #[serde(default)]
    stargazers_count: Field<Number<u32>>,
    #[serde(default)]
    forks_count: Field<Number<u32>>,
    /// `watchers_count` repeats the stars; only this one counts the watchers.
    #[serde(default)]
    subscribers_count: Field<Number<u32>>,
    #[serde(default)]
    open_issues_count: Field<Number<u32>>,
    #[serde(default)]
    private: Field<bool>,
    #[serde(default)]
    visibility: Field<String>,
    #[serde(default)]
    archived: Field<bool>,
    #[serde(default)]
    created_at: Field<DateTime<Utc>>,
}

impl Client {
    /// The repository with this name, current or former.
    pub(crate) async fn repository(
        &self,
        name: &RepositoryName,
    ) -> Result<Repository, GithubError> {
        let response = self
            .get(&format!("/repos/{}/{}", name.owner(), name.name()))
            .await?;
        repository(&response.body, response.calendar)
    }

    /// The repository with this GitHub id, whatever its name is now.
    pub(crate) async fn repository_by_id(
        &self,
        github_id: i64,
        known: Option<&ETag>,
    ) -> Result<Conditional<Repository>, GithubError> {
        self.get_if_modified(&format!("/repositories/{github_id}"), known)
            .await?
            .try_map(|response| repository(&response.body, response.calendar))
    }
}

fn repository(body: &Body, calendar: Calendar) -> Result<Repository, GithubError> {
    let json: RepositoryJson = body.read("repository")?;
    let figure = |field: Field<Number<u32>>| field.0.map(|Number(figure)| figure);
    let popularity = Popularity {
        stars: figure(json.stargazers_count),
        forks: figure(json.forks_count),
        watchers: figure(json.subscribers_count),
        open_issues: figure(json.open_issues_count),
    };
    let figures = popularity.figures();
    let unread = figures.iter().filter(|figure| figure.is_none()).count();
    Ok(Repository {
        github_id: json.id.0,
        full_name: (json.full_name.parse().ok())
            .ok_or(GithubError::Malformed("invalid repository name"))?,
        popularity,
        visibility: visibility(json.visibility.0.as_deref(), json.private.0),
        archived: json.archived.0.unwrap_or_default(),
        created_on: json
            .created_at
            .0
            .map(Day::of)
            .filter(|day| calendar.contains(*day)),
        left_out: LeftOut::new(EntryKind::Figure, unread, figures.len()),
    })
}

/// GitHub's own word; without a known one, the `private` flag.
fn visibility(word: Option<&str>, private: Option<bool>) -> Option<Visibility> {
    let stated = word.and_then(|word| word.parse().ok());
    stated.or_else(|| {
        private.map(|private| {
            if private {
                Visibility::Private
            } else {
                Visibility::Public
            }
        })
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn given_on() -> Calendar {
        Calendar::at("2026-11-20T06:00:00Z".parse().expect("a time"))
    }

    fn body(json: &serde_json::Value) -> Body {
        Body::new(json.to_string().into_bytes())
    }

    #[test]
    fn who_sees_a_repository_is_told_in_one_way_or_the_other_or_not_at_all() {
        let read = |stated: serde_json::Value| {
            let mut answer = json!({ "id": 1, "full_name": "acme/anvil" });
            let fields = answer.as_object_mut().expect("an object");
            fields.extend(stated.as_object().expect("an object").clone());
            let read = repository(&body(&answer), given_on()).expect("a repository");
            (read.visibility, read.archived)
        };
        let (public, private) = (Some(Visibility::Public), Some(Visibility::Private));
        for (stated, expected) in [
            (
                json!({"visibility": "public", "private": false, "archived": true}),
                (public, true),
            ),
            (
                json!({"visibility": "internal", "private": true}),
                (Some(Visibility::Internal), false),
            ),
            (
                json!({"visibility": "unheard-of", "private": true}),
                (private, false),
            ),
            (json!({"private": false, "archived": null}), (public, false)),
            (json!({"private": null}), (None, false)),
            (json!({}), (None, false)),
        ] {
            assert_eq!(read(stated.clone()), expected, "{stated}");
        }
    }

    #[test]
    fn a_figure_of_a_repository_that_cannot_be_read_costs_no_other() {
        let answer = json!({
            "id": 1, "full_name": "acme/anvil", "stargazers_count": null, "forks_count": 3,
            "open_issues_count": "4", "created_at": "2026-11-17T11:00:00Z",
        });
        let read = repository(&body(&answer), given_on()).expect("a repository");
        assert_eq!(read.popularity.figures(), [None, Some(3), None, None]);
        assert_eq!(read.created_on, "2026-11-17".parse().ok());
        let text = read.left_out.expect("something is left out").to_string();
        assert!(text.starts_with("3 of 4 figures"), "{text}");
    }
}
