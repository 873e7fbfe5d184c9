//! Data sources: the responses behind a day's numbers.

use domain::coverage::{LONGEST_LAG, PUBLICATION_LAG, WINDOW_DAYS};
use domain::report::{DaySource, StoredResponse, TraceReport};
use domain::{
    Day, DayRange, DayTraffic, Endpoint, Measure, Permission, RepositoryName, ResponseId, TenantId,
    Viewer,
};

use crate::collector::days_of;
use crate::github::{Body, Calendar, Per, parse_window};
use crate::store::AnomalyFilter;
use crate::{Engine, Error, Result, authorize};

/// How many responses are read at most; hourly runs yield about 400 per day.
const MOST_ANSWERS: u32 = 2_000;
/// How many anomalies of the repository are listed at most, newest first.
const MAX_ANOMALIES: u32 = 100;

impl Engine {
    /// What is stored of a repository's day (the newest one by default), and every stored response
    /// that covers it.
    ///
    /// # Errors
    /// When there is no such repository, or the viewer may not see it.
    pub async fn trace(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        name: &RepositoryName,
        day: Option<Day>,
    ) -> Result<TraceReport> {
        authorize(viewer, tenant, Permission::ViewTraffic)?;
        let repository = self.find_repository(viewer, tenant, name).await?;
        let store = &self.0.store;
        let today = self.0.clock.today();
        let newest = || {
            repository
                .last_day
                .unwrap_or_else(|| today.plus(-PUBLICATION_LAG))
        };
        let day = day.unwrap_or_else(newest);
        let range = DayRange { from: day, to: day };
        let traffic = store.days(tenant, repository.id, range).await?;
        let traffic = traffic
            .first()
            .map_or_else(DayTraffic::default, |(_, it)| *it);

        // GitHub may publish a day late, and then shows it that much longer.
        let until = day.plus(WINDOW_DAYS + LONGEST_LAG + 1);
        let time = day.begins_at()..until.begins_at();
        let mut sources = Vec::new();
        let mut others = Vec::new();
        let of_each = |answer: StoredResponse, body| match by_day(answer.endpoint) {
            Some(measure) => sources.extend(said_of(day, traffic, measure, answer, body)),
            None => others.push(answer),
        };
        store
            .map_responses(tenant, repository.id, time, MOST_ANSWERS, of_each)
            .await?;
        let filter = AnomalyFilter {
            repository: Some(repository.id),
            open: None,
            after: None,
        };
        Ok(TraceReport {
            day,
            traffic,
            sources,
            others,
            observations: store
                .anomalies(
                    tenant,
                    &viewer.repository_scope(tenant),
                    filter,
                    MAX_ANOMALIES,
                )
                .await?,
            kept_days: self.0.collector.keep_responses_days(),
            repository,
        })
    }

    /// A response about a repository, as received.
    ///
    /// # Errors
    /// When there is no such repository or response, or the viewer may not see it.
    pub async fn raw_answer(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        name: &RepositoryName,
        id: ResponseId,
    ) -> Result<Vec<u8>> {
        authorize(viewer, tenant, Permission::ViewTraffic)?;
        let repository = self.find_repository(viewer, tenant, name).await?;
        let answer = self.0.store.response(tenant, repository.id, id).await?;
        Ok(answer.ok_or_else(Error::not_found)?.1)
    }
}

/// The measure of a response by day.
const fn by_day(endpoint: Endpoint) -> Option<Measure> {
    match endpoint {
        Endpoint::Views => Some(Measure::Views),
        Endpoint::Clones => Some(Measure::Clones),
        _ => None,
    }
}

/// What a response says about a day, if anything.
fn said_of(
    day: Day,
    traffic: DayTraffic,
    measure: Measure,
    answer: StoredResponse,
    body: Vec<u8>,
) -> Option<DaySource> {
    // Only the readable part was stored.
    let given_at = Calendar::at(answer.captured_at);
    let window = parse_window(&Body::new(body), Per::Day, given_at).ok()?;
    let (listed, days) = (&window.buckets, days_of(&window));
    let (_, counts) = days.into_iter().find(|(it, _)| *it == day)?;
    let stored = traffic.of(measure);
    Some(DaySource {
        answer,
        measure,
        window: DayRange::spanning(listed.iter().map(|(day, _)| *day))?,
        counts,
        listed: listed.iter().any(|(it, _)| *it == day),
        holds_count: stored.is_some_and(|stored| stored.count == counts.count),
        holds_uniques: stored.is_some_and(|stored| stored.uniques == counts.uniques),
    })
}
