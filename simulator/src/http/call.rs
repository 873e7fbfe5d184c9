//! One request as the gate understood it, handed on to the routes.

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
use crate::github::{Lookup, World};
use crate::repositories::repository::Repository;
use crate::requests::endpoint::Endpoint;

/// What is known of a request before any route sees it.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) endpoint: Endpoint,
    pub(crate) repository: Address,
    pub(crate) identity: Identity,
    pub(crate) faults: Arc<[Fault]>,
    /// Where this interface lies, such as `http://127.0.0.1:4000`.
    pub(crate) root: String,
    pub(crate) target: String,
    pub(crate) version: Version,
    pub(crate) now: DateTime<Utc>,
}

/// How a request addresses a repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Address {
    Nothing,
    Name(String),
    Id(u64),
}

/// The versions of the interface that GitHub serves.
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
            repository: Address::of(params.as_ref()),
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

    /// The faults that are switched on for this call.
    pub(crate) fn struck_in(&self, world: &mut World) -> Arc<[Fault]> {
        let found = match self.repository.look_up(world) {
            Lookup::Found(repository) => Some(repository),
            Lookup::Moved(id) => match world.by_id(id) {
                Lookup::Found(repository) => Some(repository),
                Lookup::Moved(_) | Lookup::Missing => None,
            },
            Lookup::Missing => None,
        };
        let now_called = found.as_deref().map(Repository::full_name);
        let asked_for = match &self.repository {
            Address::Name(name) => Some(name.as_str()),
            Address::Id(_) | Address::Nothing => None,
        };
        let target = Target {
            endpoint: self.endpoint,
            repository: [asked_for, now_called.as_deref()],
            user: self.identity.login(),
            is_public: found.as_deref().is_some_and(|found| !found.private),
        };
        world.rules.strike(target).into()
    }

    pub(crate) fn has(&self, fault: &Fault) -> bool {
        self.faults.contains(fault)
    }
}

impl Address {
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

    pub(crate) fn look_up(&self, world: &World) -> Lookup {
        match self {
            Self::Nothing => Lookup::Missing,
            Self::Name(name) => world.by_name(name),
            Self::Id(id) => world.by_id(*id),
        }
    }
}

impl Version {
    /// The version that a request selects: the older one where it says nothing.
    /// <https://docs.github.com/rest/about-the-rest-api/api-versions>
    ///
    /// # Errors
    /// With the first version that does not exist.
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

/// The secret of an `Authorization` header; an empty one for a scheme that is not
/// served, so that it is refused and not taken for nobody.
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
