//! The endpoints of the simulator, with what GitHub documents about each.

use axum::http::Method;

/// A kind of request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Endpoint {
    /// `GET /user`
    User,
    /// `GET /user/repos`
    UserRepositories,
    /// `GET /orgs/{org}/repos`
    OrganizationRepositories,
    /// `GET /installation/repositories`
    InstallationRepositories,
    /// `GET /app`
    App,
    /// `GET /app/installations/{id}`
    AppInstallation,
    /// `POST /app/installations/{id}/access_tokens`
    InstallationToken,
    /// `GET /app/installations`
    AppInstallations,
    /// `POST /app-manifests/{code}/conversions`
    ManifestConversion,
    /// `POST …/settings/apps/new`, the page that shows an app's manifest
    ManifestPage,
    /// `POST …/settings/apps/manifest`, the button on that page
    ManifestAccepted,
    /// `GET /apps/{slug}/installations/new`, the page on which an app is installed
    InstallPage,
    /// `POST /apps/{slug}/installations`, the button on that page
    Install,
    /// `GET /repos/{owner}/{repo}`
    Repository,
    /// `GET …/traffic/views`
    Views,
    /// `GET …/traffic/clones`
    Clones,
    /// `GET …/traffic/popular/referrers`
    Referrers,
    /// `GET …/traffic/popular/paths`
    Paths,
    /// `GET …/releases`
    Releases,
    /// `GET …/tags`
    Tags,
    /// `GET …/git/commits/{sha}`
    Commit,
    /// `GET …/stargazers/history`
    StarHistory,
    /// `GET …/stargazers/count`
    StarCount,
    /// `GET /rate_limit`
    RateLimit,
    /// `GET /meta`
    Meta,
    /// `GET /login/oauth/authorize`, a page and not part of the REST API
    Authorize,
    /// `POST /login/oauth/access_token`
    AccessToken,
    /// Anything else: 404.
    Unknown,
}

impl Endpoint {
    /// The endpoint behind a route as axum names it.
    pub(crate) fn of(method: &Method, route: Option<&str>) -> Self {
        let Some(route) = route else {
            return Self::Unknown;
        };
        let sub_path = route
            .split_once("/repos/{owner}/{repo}")
            .or_else(|| route.split_once("/repositories/{id}"))
            .map(|(_, sub_path)| sub_path);
        let endpoint = match sub_path {
            Some("") => Self::Repository,
            Some("/traffic/views") => Self::Views,
            Some("/traffic/clones") => Self::Clones,
            Some("/traffic/popular/referrers") => Self::Referrers,
            Some("/traffic/popular/paths") => Self::Paths,
            Some("/releases") => Self::Releases,
            Some("/tags") => Self::Tags,
            Some("/git/commits/{sha}") => Self::Commit,
            Some("/stargazers/history") => Self::StarHistory,
            Some("/stargazers/count") => Self::StarCount,
            None if route.ends_with("/installation/repositories") => Self::InstallationRepositories,
            None if route.ends_with("/conversions") => Self::ManifestConversion,
            None if route.ends_with("/settings/apps/new") => Self::ManifestPage,
            None if route.ends_with("/settings/apps/manifest") => Self::ManifestAccepted,
            None if route.ends_with("/apps/{slug}/installations/new") => Self::InstallPage,
            None if route.ends_with("/apps/{slug}/installations") => Self::Install,
            None if route.ends_with("/app/installations") => Self::AppInstallations,
            None if route.ends_with("/app") => Self::App,
            None if route.ends_with("/app/installations/{installation}") => Self::AppInstallation,
            None if route.ends_with("/access_tokens") => Self::InstallationToken,
            None if route.ends_with("/login/oauth/authorize") => Self::Authorize,
            None if route.ends_with("/login/oauth/access_token") => Self::AccessToken,
            None if route.ends_with("/meta") => Self::Meta,
            None if route.ends_with("/user") => Self::User,
            None if route.ends_with("/user/repos") => Self::UserRepositories,
            None if route.ends_with("/repos") => Self::OrganizationRepositories,
            None if route.ends_with("/rate_limit") => Self::RateLimit,
            Some(_) | None => Self::Unknown,
        };
        let expected = if matches!(
            endpoint,
            Self::InstallationToken
                | Self::AccessToken
                | Self::ManifestConversion
                | Self::ManifestPage
                | Self::ManifestAccepted
                | Self::Install
        ) {
            Method::POST
        } else {
            Method::GET
        };
        if *method == expected {
            endpoint
        } else {
            Self::Unknown
        }
    }

    /// Whether it needs push access or Administration: read.
    #[must_use]
    pub fn is_traffic(self) -> bool {
        matches!(
            self,
            Self::Views | Self::Clones | Self::Referrers | Self::Paths
        )
    }

    /// Whether it belongs to a repository.
    #[must_use]
    pub fn is_of_a_repository(self) -> bool {
        self.is_traffic()
            || matches!(
                self,
                Self::Repository
                    | Self::Releases
                    | Self::Tags
                    | Self::Commit
                    | Self::StarHistory
                    | Self::StarCount
            )
    }

    /// Whether a GitHub App calls it as itself, with a JSON web token.
    #[must_use]
    pub fn is_of_an_app(self) -> bool {
        matches!(
            self,
            Self::App | Self::AppInstallation | Self::AppInstallations | Self::InstallationToken
        )
    }

    /// Whether it is one of GitHub's web pages, where people sign in and register
    /// apps, and not part of the REST API.
    #[must_use]
    pub fn is_of_web(self) -> bool {
        matches!(
            self,
            Self::Authorize
                | Self::AccessToken
                | Self::ManifestPage
                | Self::ManifestAccepted
                | Self::InstallPage
                | Self::Install
        )
    }

    /// Whether it lists repositories.
    pub(crate) fn is_list_of_repositories(self) -> bool {
        matches!(
            self,
            Self::UserRepositories
                | Self::OrganizationRepositories
                | Self::InstallationRepositories
        )
    }

    /// Whether it returns a list of days, rows, releases, tags, weeks or repositories.
    pub(crate) fn is_list(self) -> bool {
        self.is_list_of_repositories()
            || matches!(
                self,
                Self::Views
                    | Self::Clones
                    | Self::Referrers
                    | Self::Paths
                    | Self::Releases
                    | Self::Tags
                    | Self::StarHistory
            )
    }

    /// Whether its response contains text written by people.
    pub(crate) fn has_texts(self) -> bool {
        self.is_list_of_repositories()
            || matches!(
                self,
                Self::Repository
                    | Self::Referrers
                    | Self::Paths
                    | Self::Releases
                    | Self::Tags
                    | Self::Commit
                    | Self::User
            )
    }

    /// The documentation that errors of this endpoint link to.
    pub(crate) fn documentation_url(self) -> &'static str {
        match self {
            Self::User => "https://docs.github.com/rest/users/users#get-the-authenticated-user",
            Self::UserRepositories => {
                "https://docs.github.com/rest/repos/repos#list-repositories-for-the-authenticated-user"
            }
            Self::OrganizationRepositories => {
                "https://docs.github.com/rest/repos/repos#list-organization-repositories"
            }
            Self::InstallationRepositories => {
                "https://docs.github.com/rest/apps/installations#list-repositories-accessible-to-the-app-installation"
            }
            Self::App => "https://docs.github.com/rest/apps/apps#get-the-authenticated-app",
            Self::AppInstallation => {
                "https://docs.github.com/rest/apps/apps#get-an-installation-for-the-authenticated-app"
            }
            Self::AppInstallations => {
                "https://docs.github.com/rest/apps/apps#list-installations-for-the-authenticated-app"
            }
            Self::ManifestConversion => {
                "https://docs.github.com/rest/apps/apps#create-a-github-app-from-a-manifest"
            }
            Self::ManifestPage | Self::ManifestAccepted => {
                "https://docs.github.com/apps/sharing-github-apps/registering-a-github-app-from-a-manifest"
            }
            Self::InstallPage | Self::Install => {
                "https://docs.github.com/apps/using-github-apps/installing-a-github-app-from-a-third-party"
            }
            Self::Meta => "https://docs.github.com/rest/meta/meta#get-apiname-meta-information",
            Self::Authorize | Self::AccessToken => {
                "https://docs.github.com/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps"
            }
            Self::InstallationToken => {
                "https://docs.github.com/rest/apps/apps#create-an-installation-access-token-for-an-app"
            }
            Self::Repository => "https://docs.github.com/rest/repos/repos#get-a-repository",
            Self::Views => "https://docs.github.com/rest/metrics/traffic#get-page-views",
            Self::Clones => "https://docs.github.com/rest/metrics/traffic#get-repository-clones",
            Self::Referrers => {
                "https://docs.github.com/rest/metrics/traffic#get-top-referral-sources"
            }
            Self::Paths => "https://docs.github.com/rest/metrics/traffic#get-top-referral-paths",
            Self::Releases => "https://docs.github.com/rest/releases/releases#list-releases",
            Self::Tags => "https://docs.github.com/rest/repos/repos#list-repository-tags",
            Self::Commit => "https://docs.github.com/rest/git/commits#get-a-commit-object",
            Self::StarHistory | Self::StarCount => "https://docs.github.com/rest/activity/starring",
            Self::RateLimit => {
                "https://docs.github.com/rest/rate-limit/rate-limit#get-rate-limit-status-for-the-authenticated-user"
            }
            Self::Unknown => "https://docs.github.com/rest",
        }
    }

    /// The permissions a fine-grained token or an installation needs, as
    /// `X-Accepted-GitHub-Permissions` names them.
    pub(crate) fn accepted_permissions(self) -> Option<&'static str> {
        match self {
            Self::Views | Self::Clones | Self::Referrers | Self::Paths => {
                Some("administration=read")
            }
            Self::Repository
            | Self::Tags
            | Self::InstallationRepositories
            | Self::StarHistory
            | Self::StarCount => Some("metadata=read"),
            Self::Releases | Self::Commit => Some("contents=read"),
            _ => None,
        }
    }

    /// The scopes a classic token needs, as `X-Accepted-OAuth-Scopes` names them.
    pub(crate) fn accepted_scopes(self) -> &'static str {
        match self {
            Self::Repository | Self::Releases | Self::Tags | Self::Commit => "repo",
            Self::OrganizationRepositories => "admin:org, read:org, repo, user, write:org",
            _ => "",
        }
    }
}
