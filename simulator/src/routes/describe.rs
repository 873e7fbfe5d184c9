//! Users, organizations and repositories as GitHub's JSON describes them.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Map, Value, json};

use crate::accounts::user::{Role, User};
use crate::github::GitHub;
use crate::github::identity::Identity;
use crate::http::call::Call;
use crate::repositories::repository::Repository;

/// The URLs of a repository's sub-resources: field and suffix.
const SUB_RESOURCES: [(&str, &str); 36] = [
    ("archive_url", "/{archive_format}{/ref}"),
    ("assignees_url", "/assignees{/user}"),
    ("blobs_url", "/git/blobs{/sha}"),
    ("branches_url", "/branches{/branch}"),
    ("collaborators_url", "/collaborators{/collaborator}"),
    ("comments_url", "/comments{/number}"),
    ("commits_url", "/commits{/sha}"),
    ("compare_url", "/compare/{base}...{head}"),
    ("contents_url", "/contents/{+path}"),
    ("contributors_url", "/contributors"),
    ("deployments_url", "/deployments"),
    ("downloads_url", "/downloads"),
    ("events_url", "/events"),
    ("forks_url", "/forks"),
    ("git_commits_url", "/git/commits{/sha}"),
    ("git_refs_url", "/git/refs{/sha}"),
    ("git_tags_url", "/git/tags{/sha}"),
    ("hooks_url", "/hooks"),
    ("issue_comment_url", "/issues/comments{/number}"),
    ("issue_events_url", "/issues/events{/number}"),
    ("issues_url", "/issues{/number}"),
    ("keys_url", "/keys{/key_id}"),
    ("labels_url", "/labels{/name}"),
    ("languages_url", "/languages"),
    ("merges_url", "/merges"),
    ("milestones_url", "/milestones{/number}"),
    (
        "notifications_url",
        "/notifications{?since,all,participating}",
    ),
    ("pulls_url", "/pulls{/number}"),
    ("releases_url", "/releases{/id}"),
    ("stargazers_url", "/stargazers"),
    ("statuses_url", "/statuses/{sha}"),
    ("subscribers_url", "/subscribers"),
    ("subscription_url", "/subscription"),
    ("tags_url", "/tags"),
    ("teams_url", "/teams"),
    ("trees_url", "/git/trees{/sha}"),
];

/// A repository as lists contain it.
pub(super) fn repository(
    call: &Call,
    github: &GitHub,
    repository: &Repository,
) -> Map<String, Value> {
    let full_name = repository.full_name();
    let url = format!("{}/repos/{full_name}", call.root);
    let html_url = format!("https://github.com/{full_name}");
    let today = call.now.date_naive();
    let (stars, forks) = (repository.stars_on(today), repository.forks_on(today));
    let mut described = object(json!({
        "id": repository.id,
        "node_id": format!("R_kgDO{:08X}", repository.id),
        "name": repository.name,
        "full_name": full_name,
        "private": repository.private,
        "owner": owner(call, github, &repository.owner),
        "html_url": html_url,
        "description": Some(&repository.description).filter(|text| !text.is_empty()),
        "url": url,
        "created_at": seconds(repository.created_at),
        "updated_at": seconds(repository.created_at),
        "pushed_at": seconds(repository.created_at),
        "git_url": format!("git://github.com/{full_name}.git"),
        "ssh_url": format!("git@github.com:{full_name}.git"),
        "clone_url": format!("{html_url}.git"),
        "svn_url": html_url,
        "visibility": if repository.private { "private" } else { "public" },
        "archived": repository.archived,
        "default_branch": "main",
    }));
    described.extend(object(json!({
        "stargazers_count": stars,
        "watchers_count": stars,
        "watchers": stars,
        "forks_count": forks,
        "forks": forks,
        "open_issues_count": repository.open_issues,
        "open_issues": repository.open_issues,
    })));
    described.extend(object(json!({
        "fork": repository.fork,
        "mirror_url": null,
        "homepage": null,
        "size": 108,
        "language": null,
        "license": null,
        "topics": [],
        "has_issues": true,
        "has_projects": true,
        "has_downloads": true,
        "has_wiki": true,
        "has_pages": false,
        "has_discussions": false,
        "disabled": false,
        "allow_forking": true,
        "is_template": false,
        "web_commit_signoff_required": false,
    })));
    let addresses = SUB_RESOURCES
        .iter()
        .map(|(field, suffix)| ((*field).to_owned(), format!("{url}{suffix}").into()));
    described.extend(addresses);
    if let Some(permissions) = permissions(&call.identity, repository) {
        described.insert("permissions".to_owned(), permissions);
    }
    described
}

/// What the token's user may do. All are false for an installation, whose own permissions count
/// instead; anonymous requests have no such field.
fn permissions(identity: &Identity, repository: &Repository) -> Option<Value> {
    let role = match identity {
        Identity::Anonymous => return None,
        Identity::Installation { .. } | Identity::App(_) => None,
        Identity::User { user, .. } => repository.role_of(&user.login),
    };
    Some(json!({
        "admin": role >= Some(Role::Admin),
        "maintain": role >= Some(Role::Maintain),
        "push": role >= Some(Role::Write),
        "triage": role >= Some(Role::Triage),
        "pull": role >= Some(Role::Read),
    }))
}

/// The owner of repositories: a user, or otherwise an organization.
pub(super) fn owner(call: &Call, github: &GitHub, login: &str) -> Value {
    match github.users.get(&login.to_ascii_lowercase()) {
        Some(user) => account(call, &user.login, user.id, "User"),
        None => account(call, login, organization_id(login), "Organization"),
    }
}

/// A user in short form.
pub(super) fn user(call: &Call, user: &User) -> Map<String, Value> {
    object(account(call, &user.login, user.id, "User"))
}

/// An id for an organization, derived from its name.
pub(super) fn organization_id(login: &str) -> u64 {
    let bytes = login
        .bytes()
        .map(|byte| u64::from(byte.to_ascii_lowercase()));
    10_000_000 + bytes.fold(7, |hash: u64, byte| (hash * 31 + byte) % 89_999_999)
}

fn account(call: &Call, login: &str, id: u64, kind: &str) -> Value {
    let url = format!("{}/users/{login}", call.root);
    json!({
        "login": login,
        "id": id,
        "node_id": format!("U_kgDO{id:08X}"),
        "avatar_url": format!("https://avatars.githubusercontent.com/u/{id}?v=4"),
        "gravatar_id": "",
        "url": url,
        "html_url": format!("https://github.com/{login}"),
        "followers_url": format!("{url}/followers"),
        "following_url": format!("{url}/following{{/other_user}}"),
        "gists_url": format!("{url}/gists{{/gist_id}}"),
        "starred_url": format!("{url}/starred{{/owner}}{{/repo}}"),
        "subscriptions_url": format!("{url}/subscriptions"),
        "organizations_url": format!("{url}/orgs"),
        "repos_url": format!("{url}/repos"),
        "events_url": format!("{url}/events{{/privacy}}"),
        "received_events_url": format!("{url}/received_events"),
        "type": kind,
        "site_admin": false,
    })
}

/// A time in GitHub's format.
pub(super) fn seconds(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// The Unix time of a day's beginning.
pub(super) fn unix_seconds(day: NaiveDate) -> i64 {
    day.and_time(chrono::NaiveTime::MIN).and_utc().timestamp()
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}
