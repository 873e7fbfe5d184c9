//! Follow rules: list, create, change, delete and preview.

use axum::Json;
use axum::response::{IntoResponse, Response};
use domain::report::FollowRule;
use domain::{ConnectionId, FollowFilter, FollowRuleId, Patterns, Trigger};
use http::StatusCode;
use serde::{Deserialize, Serialize};

use super::caller::Caller;
use super::paging::Paging;
use super::problem::{ApiProblem, JsonBody, Path, Query};

#[derive(Serialize)]
pub(super) struct FollowRules {
    follow_rules: Vec<FollowRule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Options {
    /// Previews what the rule would track, and stores nothing.
    #[serde(default)]
    dry_run: bool,
}

/// A rule in a request. By default without forks, archived and private repositories.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Input {
    /// Optional if the tenant has one connection.
    connection_id: Option<ConnectionId>,
    patterns: Patterns,
    #[serde(default)]
    forks: bool,
    #[serde(default)]
    archived: bool,
    #[serde(default)]
    private: bool,
}

/// The changed fields of a rule.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Change {
    patterns: Option<Patterns>,
    forks: Option<bool>,
    archived: Option<bool>,
    private: Option<bool>,
}

impl Change {
    fn apply_to(self, before: FollowFilter) -> FollowFilter {
        FollowFilter {
            patterns: self.patterns.unwrap_or(before.patterns),
            forks: self.forks.unwrap_or(before.forks),
            archived: self.archived.unwrap_or(before.archived),
            private: self.private.unwrap_or(before.private),
        }
    }
}

/// All follow rules, or a page of them.
pub(super) async fn list(
    Caller(request): Caller,
    paging: Paging<FollowRuleId>,
) -> Result<Response, ApiProblem> {
    let (engine, viewer, tenant) = (&request.engine, &request.viewer, request.tenant);
    if paging.is_whole() {
        let follow_rules = engine.follow_rules(viewer, tenant).await?.rules;
        return Ok(paging.respond(FollowRules { follow_rules }, None));
    }
    let page = engine
        .list_follow_rules(viewer, tenant, paging.size(), paging.after)
        .await?;
    let follow_rules = page.rows;
    Ok(paging.respond(FollowRules { follow_rules }, page.next))
}

pub(super) async fn one(
    Caller(request): Caller,
    Path(id): Path<FollowRuleId>,
) -> Result<Json<FollowRule>, ApiProblem> {
    let rule = request
        .engine
        .follow_rule(&request.viewer, request.tenant, id)
        .await?;
    Ok(Json(rule))
}

pub(super) async fn create(
    Caller(request): Caller,
    Query(options): Query<Options>,
    JsonBody(input): JsonBody<Input>,
) -> Result<Response, ApiProblem> {
    let (viewer, tenant, connection) = (&request.viewer, request.tenant, input.connection_id);
    let filter = FollowFilter {
        patterns: input.patterns,
        forks: input.forks,
        archived: input.archived,
        private: input.private,
    };
    if options.dry_run {
        let preview = request
            .engine
            .preview_follow_rule(viewer, tenant, connection, &filter)
            .await?;
        return Ok(Json(preview).into_response());
    }
    let created = request
        .engine
        .create_follow_rule(viewer, tenant, connection, filter, Some(Trigger::Api))
        .await?;
    Ok((StatusCode::CREATED, Json(created)).into_response())
}

pub(super) async fn change(
    Caller(request): Caller,
    Path(id): Path<FollowRuleId>,
    Query(options): Query<Options>,
    JsonBody(change): JsonBody<Change>,
) -> Result<Response, ApiProblem> {
    let (viewer, tenant) = (&request.viewer, request.tenant);
    let before = request.engine.follow_rule(viewer, tenant, id).await?;
    let filter = change.apply_to(before.filter);
    if options.dry_run {
        let connection = Some(before.connection_id);
        let preview = request
            .engine
            .preview_follow_rule(viewer, tenant, connection, &filter)
            .await?;
        return Ok(Json(preview).into_response());
    }
    let changed = request
        .engine
        .change_follow_rule(viewer, tenant, id, filter, Some(Trigger::Api))
        .await?;
    Ok(Json(changed).into_response())
}

pub(super) async fn delete(
    Caller(request): Caller,
    Path(id): Path<FollowRuleId>,
) -> Result<StatusCode, ApiProblem> {
    request
        .engine
        .delete_follow_rule(&request.viewer, request.tenant, id)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
