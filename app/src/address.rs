//! The addresses of pages: what stands in them is what they show.

use domain::report::{OverviewQuery, OverviewSort};
use domain::{DayRange, Interval, Period, RepositoryId, RepositoryName};
use leptos_router::location::Url;
use leptos_router::params::ParamsMap;

/// The pages of one tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tenant(pub String);

impl Tenant {
    /// The overview, as it usually is.
    pub fn home(&self) -> String {
        format!("/t/{}", Url::escape(&self.0))
    }

    /// The overview, showing what was asked for.
    pub fn overview(&self, query: &OverviewQuery) -> String {
        let usual = OverviewQuery::default();
        let mut params = ParamsMap::new();
        if query.period != usual.period {
            params.insert("period", query.period.as_str().to_owned());
        }
        if query.sort != usual.sort {
            params.insert("sort", query.sort.as_str().to_owned());
        }
        if query.reversed {
            params.insert("reversed", "true".to_owned());
        }
        if !query.filter.is_empty() {
            params.insert("filter", query.filter.clone());
        }
        if query.page > 1 {
            params.insert("page", query.page.to_string());
        }
        self.home() + &params.to_query_string()
    }

    /// The page on which repositories are tracked.
    pub fn repositories(&self) -> String {
        self.home() + "/repositories"
    }

    /// The page of one repository.
    pub fn repository(&self, name: &RepositoryName, period: Period, interval: Interval) -> String {
        let mut params = ParamsMap::new();
        if period != Period::default() {
            params.insert("period", period.as_str().to_owned());
        }
        if interval != Interval::default() {
            params.insert("interval", interval.as_str().to_owned());
        }
        format!(
            "{}/r/{}/{}{}",
            self.home(),
            Url::escape(name.owner()),
            Url::escape(name.name()),
            params.to_query_string()
        )
    }

    /// The page of schedules and runs.
    pub fn collection(&self) -> String {
        self.home() + "/collection"
    }

    /// The same, with the editor open on a schedule.
    pub fn schedule(&self, id: domain::ScheduleId) -> String {
        format!("{}?schedule={id}", self.collection())
    }

    /// The list of repositories as CSV.
    pub fn repositories_csv(&self) -> String {
        self.home() + "/repositories.csv"
    }

    /// The traffic as CSV, of one repository or of all.
    pub fn traffic_csv(&self, range: DayRange, repository: Option<RepositoryId>) -> String {
        let mut params = ParamsMap::new();
        params.insert("from", range.from.to_string());
        params.insert("to", range.to.to_string());
        if let Some(id) = repository {
            params.insert("repository", id.to_string());
        }
        format!("{}/traffic.csv{}", self.home(), params.to_query_string())
    }

    /// Where the server tells of runs as they change.
    #[cfg(feature = "hydrate")]
    pub fn run_events(&self) -> String {
        self.home() + "/runs/events"
    }
}

/// Where a person signs in who then wants to go on to `next`.
pub fn sign_in(next: &str) -> String {
    let mut params = ParamsMap::new();
    params.insert("next", next.to_owned());
    format!("/sign-in{}", params.to_query_string())
}

/// What the overview's address asks for; what it does not say is as usual.
pub fn overview_query(params: &ParamsMap) -> OverviewQuery {
    OverviewQuery {
        period: period(params),
        sort: OverviewSort::parse(params.get_str("sort").unwrap_or_default()),
        reversed: params.get_str("reversed") == Some("true"),
        filter: params.get("filter").unwrap_or_default(),
        page: page(params),
    }
}

/// The period in the address.
pub fn period(params: &ParamsMap) -> Period {
    params
        .get_str("period")
        .and_then(|text| text.parse().ok())
        .unwrap_or_default()
}

/// The interval in the address.
pub fn interval(params: &ParamsMap) -> Interval {
    params
        .get_str("interval")
        .and_then(|text| text.parse().ok())
        .unwrap_or_default()
}

fn page(params: &ParamsMap) -> u32 {
    params
        .get_str("page")
        .and_then(|text| text.parse().ok())
        .unwrap_or(1)
        .max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lab() -> Tenant {
        Tenant("lab".to_owned())
    }

    fn params(address: &str) -> ParamsMap {
        let query = address.split_once('?').map_or("", |(_, query)| query);
        query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .map(|(key, value)| (key.to_owned(), Url::unescape(value)))
            .collect()
    }

    #[test]
    fn what_is_usual_does_not_stand_in_the_address() {
        assert_eq!(lab().overview(&OverviewQuery::default()), "/t/lab");
        let name: RepositoryName = "octocat/hello".parse().expect("a valid name");
        assert_eq!(
            lab().repository(&name, Period::Days30, Interval::Day),
            "/t/lab/r/octocat/hello"
        );
    }

    #[test]
    fn an_address_asks_for_what_it_was_made_of() {
        let query = OverviewQuery {
            period: Period::All,
            sort: OverviewSort::Change,
            reversed: true,
            filter: "a&b =ä".to_owned(),
            page: 3,
        };
        assert_eq!(overview_query(&params(&lab().overview(&query))), query);
    }

    #[test]
    fn what_an_address_says_wrongly_is_as_usual() {
        let query = overview_query(&params("?period=31d&sort=size&reversed=1&page=0"));
        assert_eq!(
            query,
            OverviewQuery {
                page: 1,
                ..OverviewQuery::default()
            }
        );
    }
}
