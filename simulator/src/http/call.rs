//! One request as the middleware read it, for the routes.

use std::sync::Arc;

use axum::RequestPartsExt;
use axum::extract::{MatchedPath, OriginalUri, RawPathParams};
use axum::http::header::{AUTHORIZATION, HOST};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, Uri};
use chrono::{DateTime, Utc};

use crate::faults::fault::Fault;
use crate::faults::scope::Target;
use crate::github::identity::Identity;
use crate::github::{GitHub, Lookup};
use crate::repositories::repository::Repository;
use crate::requests::endpoint::Endpoint;

/// A request before any route handles it.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) endpoint: Endpoint,
    pub(crate) repository: RepositoryRef,
    pub(crate) identity: Identity,
    pub(crate) faults: Arc<[Fault]>,
    /// The base URL of the API, such as `http://127.0.0.1:4000`.
    pub(crate) root: String,
    pub(crate) target: String,
    pub(crate) version: Version,
    pub(crate) now: DateTime<Utc>,
}

/// How a request names a repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RepositoryRef {
    Nothing,
    Name(String),
    Id(u64),
}

/// The versions of the REST API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    V2022,
    V2026,
}

impl Call {
    pub(crate) async fn read(parts: &mut Parts, base_path: &str, now: DateTime<Utc>) -> Self {
        let route = parts.extract::<MatchedPath>().await.ok();
        let params = parts.extract::<RawPathParams>().await.ok();
        let uri = match parts.extract::<OriginalUri>().await {
            Ok(OriginalUri(uri)) => uri,
            Err(infallible) => match infallible {},
        };
        Self {
            endpoint: Endpoint::of(&method_of(parts), route.as_ref().map(MatchedPath::as_str)),
            repository: RepositoryRef::of(params.as_ref()),
            identity: Identity::Anonymous,
            faults: Arc::new([]),
            root: root_of(&parts.headers, &uri, base_path),
            target: uri
                .path_and_query()
                .map_or_else(String::new, ToString::to_string),
            version: Version::V2022,
            now,
        }
    }

    /// The faults that apply to this call.
    pub(crate) fn matching_faults(&self, github: &mut GitHub) -> Arc<[Fault]> {
        let found = match self.repository.look_up(github) {
            Lookup::Found(repository) => Some(repository),
            Lookup::Moved(id) => match github.by_id(id) {
                Lookup::Found(repository) => Some(repository),
                Lookup::Moved(_) | Lookup::Missing => None,
            },
            Lookup::Missing => None,
        };
        let current_name = found.as_deref().map(Repository::full_name);
        let requested_name = match &self.repository {
            RepositoryRef::Name(name) => Some(name.as_str()),
            RepositoryRef::Id(_) | RepositoryRef::Nothing => None,
        };
        let target = Target {
            endpoint: self.endpoint,
            repository: [requested_name, current_name.as_deref()],
            user: self.identity.login(),
            is_public: found.as_deref().is_some_and(|found| !found.private),
        };
        github.rules.matching(target).into()
    }

    pub(crate) fn has(&self, fault: &Fault) -> bool {
        self.faults.contains(fault)
    }
}

impl RepositoryRef {
    fn of(params: Option<&RawPathParams>) -> Self {
        let value = |name: &str| {
            params?
                .iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| value)
        };
        match (
            value("owner"),
            value("repo"),
            value("id").and_then(|id| id.parse().ok()),
        ) {
            (Some(owner), Some(repo), _) => Self::Name(format!("{owner}/{repo}")),
            (_, _, Some(id)) => Self::Id(id),
            _ => Self::Nothing,
        }
    }

    pub(crate) fn look_up(&self, github: &GitHub) -> Lookup {
        match self {
            Self::Nothing => Lookup::Missing,
            Self::Name(name) => github.by_name(name),
            Self::Id(id) => github.by_id(*id),
        }
    }
}

impl Version {
    /// The version that a request selects; the older one by default.
    /// <https://docs.github.com/rest/about-the-rest-api/api-versions>
    ///
    /// # Errors
    /// The first version that does not exist.
    pub(crate) fn selected(headers: &HeaderMap) -> Result<Self, String> {
        let mut selected = Self::V2022;
        for value in headers.get_all("x-github-api-version") {
            selected = match value.as_bytes() {
                b"2022-11-28" => Self::V2022,
                b"2026-03-10" => Self::V2026,
                other => return Err(String::from_utf8_lossy(other).into_owned()),
            };
        }
        Ok(selected)
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::V2022 => "2022-11-28",
            Self::V2026 => "2026-03-10",
        }
    }
}

/// The secret of an `Authorization` header. It is empty for an unsupported scheme, so that such a
/// request is refused and not taken for an anonymous one.
pub(crate) fn secret_of(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(AUTHORIZATION)?.to_str().unwrap_or_default();
    let (scheme, secret) = value.split_once(' ').unwrap_or_default();
    let known = scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("token");
    Some(if known {
        secret.trim().to_owned()
    } else {
        String::new()
    })
}

fn method_of(parts: &Parts) -> Method {
    if parts.method == Method::HEAD {
        Method::GET
    } else {
        parts.method.clone()
    }
}

fn root_of(headers: &HeaderMap, uri: &Uri, base_path: &str) -> String {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let authority = uri.authority().map(axum::http::uri::Authority::as_str);
    let host = host.or(authority).unwrap_or("127.0.0.1");
    format!("http://{host}{base_path}")
}
