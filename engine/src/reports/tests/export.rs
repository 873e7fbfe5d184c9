//! The stream of known days, read while others write and delete.

use futures::{Stream, StreamExt};

use super::*;
use crate::{RepositoryDays, TrafficFilter};

/// As many days as a chunk holds at most.
const DAYS_PER_CHUNK: usize = 8_192;

impl Fixture {
    async fn chunks(
        &self,
        filter: TrafficFilter,
    ) -> impl Stream<Item = Vec<RepositoryDays>> + Unpin + use<> {
        let chunks = self
            .engine
            .traffic_days(&OPERATOR, self.tenant, filter)
            .await;
        Box::pin(
            chunks
                .expect("a stream")
                .map(|chunk| chunk.expect("a chunk")),
        )
    }
}

fn lines(chunks: impl IntoIterator<Item = Vec<RepositoryDays>>) -> Vec<String> {
    let parts = chunks.into_iter().flatten();
    parts
        .flat_map(|part| {
            let name = part.name;
            (part.days.into_iter()).map(move |(day, _)| format!("{name} {day}"))
        })
        .collect()
}

#[tokio::test]
async fn an_export_holds_the_known_days_and_no_others() {
    for fixture in fixtures().await {
        let id = fixture
            .repository("lab/b", 1, &[("2026-11-01", "2026-11-03")])
            .await;
        fixture
            .repository("lab/a", 2, &[("2026-11-02", "2026-11-02")])
            .await;
        fixture.repository("lab/unknown", 2, &[]).await;
        let read = async |filter| lines(fixture.chunks(filter).await.collect::<Vec<_>>().await);
        assert_eq!(
            read(TrafficFilter::default()).await,
            [
                "a 2026-11-02",
                "b 2026-11-01",
                "b 2026-11-02",
                "b 2026-11-03"
            ]
        );
        let filter = TrafficFilter {
            from: Some(day("2026-11-02")),
            to: None,
            repository: Some(id),
            ..TrafficFilter::default()
        };
        assert_eq!(read(filter).await, ["b 2026-11-02", "b 2026-11-03"]);
        let filter = TrafficFilter {
            from: Some(day("2026-11-04")),
            ..TrafficFilter::default()
        };
        assert_eq!(read(filter).await, Vec::<String>::new());
    }
}

/// The statement returns days as numbers; the other reports read them as dates.
#[tokio::test]
async fn an_export_has_the_days_and_figures_of_the_reports() {
    for fixture in fixtures().await {
        let ranges = [
            ("1969-12-30", "1970-01-02"),
            ("2024-02-28", "2024-03-01"),
            ("2026-11-20", "2026-11-22"),
        ];
        let id = fixture.repository("lab/a", 7, &ranges).await;
        let store = &fixture.engine.0.store;
        let views = [(day("2026-11-23"), Counts::new(4_000_000_000, 0))];
        let merged = store.merge_days(fixture.tenant, id, Measure::Views, &views);
        merged.await.expect("merged");
        let all = DayRange {
            from: day("1900-01-01"),
            to: day("2100-01-01"),
        };
        let expected = store.days(fixture.tenant, id, all).await.expect("days");
        assert_eq!(expected.len(), 11);
        assert_eq!(expected[10].1.clones, None, "unknown");
        let chunks = fixture.chunks(TrafficFilter::default()).await;
        let parts: Vec<_> = chunks.flat_map(futures::stream::iter).collect().await;
        for part in &parts {
            assert_eq!(part.repository_id, id);
            assert_eq!((part.owner.as_str(), part.name.as_str()), ("lab", "a"));
        }
        let days: Vec<_> = parts.into_iter().flat_map(|part| part.days).collect();
        assert_eq!(days, expected);
    }
}

/// Two repositories with more days than one chunk holds: what is written or deleted meanwhile
/// neither repeats a day nor skips one.
#[tokio::test]
async fn no_day_comes_twice_and_none_is_skipped_while_others_write() {
    for fixture in fixtures().await {
        let (first, last) = (day("2001-01-01"), day("2026-11-22"));
        let texts = (first.to_string(), last.to_string());
        let range = [(texts.0.as_str(), texts.1.as_str())];
        let a = fixture.repository("lab/a", 1, &range).await;
        fixture.repository("lab/b", 1, &range).await;
        let c = fixture.repository("lab/c", 1, &range).await;
        let mut chunks = fixture.chunks(TrafficFilter::default()).await;
        let start = chunks.next().await.expect("a chunk");
        let days =
            |chunk: &[RepositoryDays]| chunk.iter().map(|part| part.days.len()).sum::<usize>();
        assert_eq!(days(&start), DAYS_PER_CHUNK);

        let store = &fixture.engine.0.store;
        let earlier: Vec<_> = (1..50)
            .map(|ago| (first.plus(-ago), Counts::new(9, 9)))
            .collect();
        let merged = store.merge_days(fixture.tenant, a, Measure::Views, &earlier);
        merged.await.expect("merged");
        let mut transaction = store.begin().await.expect("begun");
        let deleted = transaction.delete_repository(fixture.tenant, c).await;
        assert!(deleted.expect("deleted"));
        transaction.commit().await.expect("committed");

        let rest: Vec<_> = chunks.collect().await;
        assert!(rest.iter().all(|chunk| days(chunk) <= DAYS_PER_CHUNK));
        let range = DayRange {
            from: first,
            to: last,
        };
        let expected: Vec<_> = ["a", "b"]
            .into_iter()
            .flat_map(|name| range.days().map(move |day| format!("{name} {day}")))
            .collect();
        let read = lines(std::iter::once(start).chain(rest));
        assert!(
            read == expected,
            "{} of {} days",
            read.len(),
            expected.len()
        );
    }
}

/// More downloads than the pool has connections, none of them read to its end.
#[tokio::test]
async fn a_slow_download_holds_no_connection() {
    for fixture in fixtures().await {
        let id = fixture
            .repository("lab/a", 1, &[("2001-01-01", "2026-11-22")])
            .await;
        let mut slow = Vec::new();
        for _ in 0..40 {
            let mut chunks = fixture.chunks(TrafficFilter::default()).await;
            assert!(chunks.next().await.is_some());
            slow.push(chunks);
        }
        let views = [(day("2026-11-23"), Counts::new(1, 1))];
        let store = &fixture.engine.0.store;
        let merged = store.merge_days(fixture.tenant, id, Measure::Views, &views);
        merged.await.expect("merged");
        for mut chunks in slow {
            assert!(chunks.next().await.is_some());
            assert!(chunks.next().await.is_none());
        }
    }
}
