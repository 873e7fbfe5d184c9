//! Events below the charts: releases, tags, changes on GitHub, late publishing, lost days, notes.

use domain::report::{DatedEvent, DatedEventKind, Note, RepositoryEvent};
use domain::{Coverage, Day, DayRange, DayState, RepositoryId, RepositoryScope, TenantId};

use super::publishing::Published;
use crate::store::NoteFilter;
use crate::{Engine, Result};

/// How many releases and tags a repository's chart shows. More would hide the chart.
const MOST_MARKERS: u32 = 200;
/// How many changes on GitHub, and how many notes.
const MOST_OTHERS: u32 = 50;
/// How many releases and how many notes the chart of all repositories shows, which many share.
const MOST_OF_ALL: u32 = 20;

impl Engine {
    /// The events of a repository on these days, in their order.
    pub(super) async fn events_of_repository(
        &self,
        tenant: TenantId,
        id: RepositoryId,
        days: DayRange,
        coverage: &Coverage,
        published: Published,
    ) -> Result<Vec<DatedEvent>> {
        let store = &self.0.store;
        let markers = store.markers(tenant, id, days, MOST_MARKERS).await?;
        let changes = store.repository_events(tenant, id, MOST_OTHERS).await?;
        let only = RepositoryScope::Only(vec![id]);
        let filter = NoteFilter {
            repository: Some(id),
            days: Some(days),
        };
        let notes = store
            .notes(tenant, &only, filter, None, MOST_OTHERS)
            .await?;
        let lost = coverage.stretches_in(DayState::Lost).map(lost);
        let mut events: Vec<DatedEvent> = (markers.into_iter().map(DatedEvent::from))
            .chain(changes.iter().map(changed))
            .chain(lost)
            .chain(late(published, self.0.clock.today()))
            .chain(notes.into_iter().map(|note| noted(note, false)))
            .filter(|event| event.days.from <= days.to && days.from <= event.days.to)
            .collect();
        events.sort_by_key(|event| event.days.from);
        Ok(events)
    }

    /// The events of all repositories in scope on these days, in their order: releases, days that
    /// are lost for all, late publishing, and notes.
    pub(super) async fn events_of_tenant(
        &self,
        tenant: TenantId,
        scope: &RepositoryScope,
        days: DayRange,
        lost_days: &[DayRange],
        published: Published,
    ) -> Result<Vec<DatedEvent>> {
        let store = &self.0.store;
        let released = store.releases_in(tenant, scope, days, MOST_OF_ALL).await?;
        let filter = NoteFilter {
            repository: None,
            days: Some(days),
        };
        let notes = store
            .notes(tenant, scope, filter, None, MOST_OF_ALL)
            .await?;
        let released = released.into_iter().map(|release| DatedEvent {
            days: DayRange::ending(release.day, 1),
            kind: DatedEventKind::Release,
            label: release.tag,
            repository: Some(release.repository),
        });
        let mut events: Vec<DatedEvent> = released
            .chain(lost_days.iter().copied().map(lost))
            .chain(late(published, self.0.clock.today()))
            .chain(notes.into_iter().map(|note| noted(note, true)))
            .collect();
        events.sort_by_key(|event| event.days.from);
        Ok(events)
    }
}

fn changed(event: &RepositoryEvent) -> DatedEvent {
    DatedEvent {
        days: DayRange::ending(Day::of(event.at), 1),
        kind: DatedEventKind::Changed(event.kind),
        label: event.former_name.clone().unwrap_or_default(),
        repository: None,
    }
}

fn lost(days: DayRange) -> DatedEvent {
    DatedEvent {
        days,
        kind: DatedEventKind::LostDays,
        label: String::new(),
        repository: None,
    }
}

/// The days that GitHub should have published and has not.
fn late(published: Published, today: Day) -> Option<DatedEvent> {
    let newest = published.late(today).map(|late| late.newest).min()?;
    Some(DatedEvent {
        days: DayRange::new(newest.plus(1), today)?,
        kind: DatedEventKind::GithubLate,
        label: String::new(),
        repository: None,
    })
}

fn noted(note: Note, names_repository: bool) -> DatedEvent {
    DatedEvent {
        days: DayRange {
            from: note.from,
            to: note.to,
        },
        kind: DatedEventKind::Note,
        label: note.text.into(),
        repository: note.repository_name.filter(|_| names_repository),
    }
}
