//! Page URLs. A URL holds everything its page shows.

mod queries;
#[cfg(feature = "ssr")]
mod system;

use domain::report::{OverviewQuery, ReportQuery, RepositoriesQuery, RepositoryQuery};
#[cfg(feature = "ssr")]
use domain::{ConnectionId, Day, FollowRuleId, ReportRange, ResponseId, UserId};
use domain::{DayRange, NoteId, RepositoryFilter, RepositoryId, RepositoryName, RunId, ScheduleId};

pub use queries::{kept_params, overview_query, repositories_query, repository_query};
#[cfg(feature = "ssr")]
pub use system::{log, log_csv, people, runs};

/// Signing in.
pub const SIGN_IN: &str = "/sign-in";
/// The first start.
#[cfg(feature = "ssr")]
pub const SET_UP: &str = "/setup";
/// Accepting an invitation.
#[cfg(feature = "ssr")]
pub const INVITATION: &str = "/invitation";
/// One's own account.
pub const PROFILE: &str = "/profile";
/// The first page of those about the installation.
pub const SYSTEM: &str = "/system";
/// All tenants.
#[cfg(feature = "ssr")]
pub const TENANTS: &str = "/system/tenants";
/// All accounts.
#[cfg(feature = "ssr")]
pub const PEOPLE: &str = "/system/people";
/// The GitHub servers.
#[cfg(feature = "ssr")]
pub const SERVERS: &str = "/system/servers";
/// The system log.
#[cfg(feature = "ssr")]
pub const LOG: &str = "/system/log";
/// The runs of all tenants.
#[cfg(feature = "ssr")]
pub const RUNS: &str = "/system/runs";

/// The data sources of a repository.
#[cfg(feature = "ssr")]
pub const ANSWERS: &str = "/t/{tenant}/r/{owner}/{name}/answers";
/// A tenant's data quality anomalies.
#[cfg(feature = "ssr")]
pub const OBSERVATIONS: &str = "/t/{tenant}/observations";

/// The pages of one tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tenant(pub String);

impl Tenant {
    /// The overview with its defaults.
    pub fn home(&self) -> String {
        format!("/t/{}", escaped(&self.0))
    }

    /// The overview for this query.
    pub fn overview(&self, query: &OverviewQuery) -> String {
        let usual = OverviewQuery::default();
        let sort = query.sort.as_str().to_owned();
        let params = [
            ("sort", (query.sort != usual.sort).then_some(sort)),
            ("reversed", query.reversed.then(|| "true".to_owned())),
        ];
        let path = with_params(self.home(), query.report.params());
        let path = filtered(with_params(path, params), &query.filter);
        paged(path, query.page)
    }

    /// Every figure as a table.
    pub fn traffic(&self) -> String {
        self.home() + "/traffic"
    }

    /// The list of tracked repositories.
    pub fn repositories(&self) -> String {
        self.home() + "/repositories"
    }

    /// The same list for this query.
    pub fn repositories_for(&self, query: &RepositoriesQuery) -> String {
        let sort: &str = query.sort.into();
        let sorts = query.sort != RepositoriesQuery::default().sort;
        let params = [
            ("sort", sorts.then(|| sort.to_owned())),
            ("reversed", query.reversed.then(|| "true".to_owned())),
        ];
        let path = with_params(self.repositories(), query.report.params());
        let path = filtered(with_params(path, params), &query.filter);
        paged(path, query.page)
    }

    /// The rules that track new repositories.
    pub fn follow_rules(&self) -> String {
        self.repositories() + "/rules"
    }

    /// The same page, editing one rule.
    #[cfg(feature = "ssr")]
    pub fn edited_follow_rule(&self, id: FollowRuleId) -> String {
        format!("{}?rule={id}#editor", self.follow_rules())
    }

    /// The page of one repository.
    pub fn repository(&self, name: &RepositoryName, query: &RepositoryQuery) -> String {
        compared(self.repository_path(name), query)
    }

    fn repository_path(&self, name: &RepositoryName) -> String {
        format!(
            "{}/r/{}/{}",
            self.home(),
            escaped(name.owner()),
            escaped(name.name())
        )
    }

    /// The page of one repository, whatever its name.
    pub fn repository_by_id(&self, id: RepositoryId, query: &RepositoryQuery) -> String {
        compared(format!("{}/{id}", self.repositories()), query)
    }

    /// The values of the overview's chart, a page of the table.
    pub fn values(&self, query: ReportQuery, filter: &RepositoryFilter, page: u32) -> String {
        let path = with_params(self.home() + "/values", query.params());
        paged(filtered(path, filter), page)
    }

    /// The overview's chart as an SVG file.
    pub fn chart_svg(&self, query: ReportQuery, filter: &RepositoryFilter) -> String {
        let path = self.home() + "/chart.svg";
        filtered(with_params(path, query.params()), filter)
    }

    /// A repository's chart as an SVG file.
    pub fn repository_chart_svg(&self, id: RepositoryId, query: ReportQuery) -> String {
        let path = format!("{}/{id}/chart.svg", self.repositories());
        with_params(path, query.params())
    }

    /// The values of a repository's chart, a page of the table.
    pub fn repository_values(&self, id: RepositoryId, query: ReportQuery, page: u32) -> String {
        let path = format!("{}/{id}/values", self.repositories());
        paged(with_params(path, query.params()), page)
    }

    /// A repository's subpage: `releases`, `stars`, `referrers`, `paths` or `answers`.
    pub fn history(&self, name: &RepositoryName, what: &str) -> String {
        format!("{}/{what}", self.repository_path(name))
    }

    /// The data sources of one day of a repository, or of its newest day.
    #[cfg(feature = "ssr")]
    pub fn answers(&self, name: &RepositoryName, day: Option<Day>) -> String {
        let day = day.map(|day| day.to_string());
        with_params(self.history(name, "answers"), [("day", day)])
    }

    /// A raw response from GitHub.
    #[cfg(feature = "ssr")]
    pub fn raw_answer(&self, name: &RepositoryName, id: ResponseId) -> String {
        format!("{}/{id}.json", self.answers(name, None))
    }

    /// All data quality anomalies.
    pub fn observations(&self) -> String {
        self.home() + "/observations"
    }

    /// The notes on the charts: of one repository, by name, or all; those before one, or the newest.
    pub fn notes(&self, repository: Option<&str>, before: Option<NoteId>) -> String {
        let before = before.map(|id| id.to_string());
        let repository = repository.map(ToOwned::to_owned);
        let path = self.home() + "/notes";
        with_params(path, [("repository", repository), ("before", before)])
    }

    /// The same page, editing one note.
    #[cfg(feature = "ssr")]
    pub fn edited_note(&self, id: NoteId) -> String {
        format!("{}/notes?note={id}#editor", self.home())
    }

    /// The same page over a range, which is always in its URL: its default is not the other pages’.
    #[cfg(feature = "ssr")]
    pub fn history_over(&self, name: &RepositoryName, what: &str, range: ReportRange) -> String {
        with_params(self.history(name, what), range.params())
    }

    /// The page of schedules and runs.
    pub fn collection(&self) -> String {
        self.home() + "/collection"
    }

    /// The run history: runs before a given one, or the newest.
    #[cfg(feature = "ssr")]
    pub fn runs(&self, before: Option<RunId>) -> String {
        let path = self.collection() + "/runs";
        with_params(path, [("before", before.map(|id| id.to_string()))])
    }

    /// One run.
    pub fn run(&self, id: RunId) -> String {
        format!("{}/runs/{id}", self.collection())
    }

    /// The same page, starting at one of its repositories that match a filter.
    #[cfg(feature = "ssr")]
    pub fn run_from(&self, id: RunId, filter: &str, from: u32) -> String {
        let filter = Some(filter.to_owned()).filter(|filter| !filter.is_empty());
        let from = (from > 0).then(|| from.to_string());
        with_params(self.run(id), [("filter", filter), ("from", from)]) + "#repositories"
    }

    /// The setup wizard: connect, choose repositories, schedule.
    pub fn start(&self) -> String {
        self.home() + "/start"
    }

    /// The wizard's second step for one connection.
    #[cfg(feature = "ssr")]
    pub fn start_repositories(&self, connection: Option<ConnectionId>) -> String {
        let connection = connection.map(|id| id.to_string());
        with_params(self.start() + "/repositories", [("connection", connection)])
    }

    /// The wizard's third step.
    #[cfg(feature = "ssr")]
    pub fn start_schedule(&self) -> String {
        self.start() + "/schedule"
    }

    /// The connections to GitHub, the first settings page.
    pub fn connections(&self) -> String {
        self.home() + "/settings/connections"
    }

    /// Where a GitHub App is created.
    #[cfg(feature = "ssr")]
    pub fn github_app(&self) -> String {
        self.home() + "/settings/github-app"
    }

    /// The schedules and their repositories.
    pub fn schedules(&self) -> String {
        self.home() + "/settings/schedules"
    }

    /// The same page, editing one schedule.
    pub fn edited_schedule(&self, id: ScheduleId) -> String {
        format!("{}?schedule={id}#editor", self.schedules())
    }

    /// The same page, with all repositories of one schedule checked.
    #[cfg(feature = "ssr")]
    pub fn select_all_of_schedule(&self, id: ScheduleId) -> String {
        format!("{}?tick={id}#schedule-{id}", self.schedules())
    }

    /// The members and invitations.
    #[cfg(feature = "ssr")]
    pub fn members(&self) -> String {
        self.home() + "/settings/members"
    }

    /// The same page, editing one member.
    #[cfg(feature = "ssr")]
    pub fn member(&self, user: UserId) -> String {
        format!("{}?member={user}#change", self.members())
    }

    /// The API tokens.
    #[cfg(feature = "ssr")]
    pub fn tokens(&self) -> String {
        self.home() + "/settings/tokens"
    }

    /// The list of repositories that a filter leaves, as CSV.
    pub fn repositories_csv(&self, filter: &RepositoryFilter) -> String {
        filtered(self.home() + "/repositories.csv", filter)
    }

    /// The traffic of the repositories that a filter leaves, as CSV.
    pub fn filtered_traffic_csv(&self, range: DayRange, filter: &RepositoryFilter) -> String {
        filtered(self.traffic_csv(range, None), filter)
    }

    /// The traffic as CSV, of one repository or of all.
    pub fn traffic_csv(&self, range: DayRange, repository: Option<RepositoryId>) -> String {
        let params = [
            ("from", Some(range.from.to_string())),
            ("to", Some(range.to.to_string())),
            ("repository", repository.map(|id| id.to_string())),
        ];
        with_params(self.home() + "/traffic.csv", params)
    }

    /// The event stream of changing runs.
    #[cfg(feature = "hydrate")]
    pub fn run_events(&self) -> String {
        self.home() + "/runs/events"
    }
}

/// The URL with those parameters that have a value.
pub fn with_params<const N: usize>(path: String, params: [(&str, Option<String>); N]) -> String {
    let params = params
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)));
    params.fold(path, |address, (name, value)| {
        let mark = if address.contains('?') { '&' } else { '?' };
        format!("{address}{mark}{name}={}", escaped(&value))
    })
}

/// The URL of a repository's page for this query.
fn compared(path: String, query: &RepositoryQuery) -> String {
    let with = query.with.as_ref().map(RepositoryName::to_string);
    with_params(with_params(path, query.report.params()), [("with", with)])
}

/// The URL of a page about the repositories that a filter leaves.
pub fn filtered(path: String, filter: &RepositoryFilter) -> String {
    with_params(path, filter.parameters())
}

/// The URL of a page of a list, from 1.
fn paged(path: String, page: u32) -> String {
    with_params(path, [("page", (page > 1).then(|| page.to_string()))])
}

/// Percent-encoded where necessary, and identical on both sides. The router's own encoder is the
/// browser's there and escapes hyphens and dots here.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' => {
                escaped.push(char::from(byte));
            }
            _ => {
                let hex = |digit: u8| char::from(b"0123456789ABCDEF"[usize::from(digit)]);
                escaped.extend(['%', hex(byte >> 4), hex(byte & 15)]);
            }
        }
    }
    escaped
}

/// Where an invitation is accepted.
#[cfg(feature = "ssr")]
pub fn invitation(token: &str) -> String {
    with_params(INVITATION.to_owned(), [("token", Some(token.to_owned()))])
}

/// A sign-in URL that accepts an invitation on the way back.
#[cfg(feature = "ssr")]
pub fn with_invitation(address: &str, token: &str) -> String {
    let next = invitation(token);
    with_params(
        address.to_owned(),
        [("invitation", Some(token.to_owned())), ("next", Some(next))],
    )
}

/// The sign-in page that then redirects to `next`.
pub fn sign_in(next: &str) -> String {
    with_params(SIGN_IN.to_owned(), [("next", Some(next.to_owned()))])
}

/// A URL that redirects to `next`, if given.
#[cfg(feature = "ssr")]
pub fn going_on(address: &str, next: &str) -> String {
    let next = Some(next.to_owned()).filter(|next| !next.is_empty());
    with_params(address.to_owned(), [("next", next)])
}

#[cfg(test)]
mod tests;
