//! `GET /user`.

use std::sync::Arc;

use axum::Json;
use axum::extract::Extension;
use serde_json::{Map, Value, json};

use super::describe;
use crate::accounts::token::TokenKind;
use crate::github::identity::Identity;
use crate::http::api_error::ApiError;
use crate::http::call::Call;

/// The user of the token. Installations and workflow runs have none.
pub(super) async fn show(
    Extension(call): Extension<Arc<Call>>,
) -> Result<Json<Map<String, Value>>, ApiError> {
    let user = match &call.identity {
        Identity::Anonymous => return Err(ApiError::requires_authentication(call.endpoint)),
        Identity::User { user, token } if !matches!(token.kind, TokenKind::Actions { .. }) => user,
        Identity::User { .. } | Identity::Installation { .. } | Identity::App(_) => {
            return Err(ApiError::not_accessible(call.endpoint, &call.identity));
        }
    };
    let mut described = describe::user(&call, user);
    described.insert("name".to_owned(), json!(user.name));
    described.insert("email".to_owned(), json!(user.email));
    for unset in ["company", "location", "hireable", "bio", "twitter_username"] {
        described.insert(unset.to_owned(), Value::Null);
    }
    described.insert("blog".to_owned(), json!(""));
    for count in ["public_repos", "public_gists", "followers", "following"] {
        described.insert(count.to_owned(), json!(0));
    }
    for time in ["created_at", "updated_at"] {
        described.insert(time.to_owned(), json!("2012-02-03T04:05:06Z"));
    }
    Ok(Json(described))
}
