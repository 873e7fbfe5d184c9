//! Downloads of a release asset. GitHub's count restarts with each upload, but earlier downloads
//! must stay counted.

use serde::{Deserialize, Serialize};

/// An asset's downloads over all of its uploads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DownloadCounter {
    /// GitHub's id of the newest upload; each upload gets a new one.
    pub upload: i64,
    /// GitHub's last count.
    pub downloads: u64,
    /// All downloads ever counted; never decreases.
    pub total: u64,
    /// GitHub's highest count for this upload.
    pub height: u64,
    /// The total at that time.
    pub total_at_height: u64,
}

/// The result of a reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CounterUpdate {
    /// The updated counter.
    pub counter: DownloadCounter,
    /// The new downloads.
    pub gained: u64,
    /// Whether GitHub's count restarted.
    pub reset: bool,
}

impl DownloadCounter {
    /// The first reading: GitHub's count so far.
    #[must_use]
    pub const fn first(upload: i64, downloads: u64) -> Self {
        Self {
            upload,
            downloads,
            total: downloads,
            height: downloads,
            total_at_height: downloads,
        }
    }

    /// A later reading.
    /// For the same upload, only the increase is new. Another upload counts from zero, so all of
    /// its downloads are new. A falling count of the same upload is a reset with an unknown start:
    /// nothing is added, and later increases are. If the count returns to its old height, it was no
    /// reset, and only the excess over that height is new.
    #[must_use]
    pub fn read(self, upload: i64, downloads: u64) -> CounterUpdate {
        let again = upload != self.upload;
        let gained = if again {
            downloads
        } else if let Some(above) = downloads.checked_sub(self.height) {
            (self.total_at_height.saturating_add(above)).saturating_sub(self.total)
        } else {
            downloads.saturating_sub(self.downloads)
        };
        let total = self.total.saturating_add(gained);
        let (height, total_at_height) = if again || downloads >= self.height {
            (downloads, total)
        } else {
            (self.height, self.total_at_height)
        };
        CounterUpdate {
            counter: Self {
                upload,
                downloads,
                total,
                height,
                total_at_height,
            },
            gained,
            reset: again || downloads < self.downloads,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read_all(readings: &[(i64, u64)]) -> Vec<CounterUpdate> {
        let mut counter: Option<DownloadCounter> = None;
        let mut updates = Vec::new();
        for (upload, downloads) in readings {
            let update = match counter {
                None => CounterUpdate {
                    counter: DownloadCounter::first(*upload, *downloads),
                    gained: 0,
                    reset: false,
                },
                Some(counter) => counter.read(*upload, *downloads),
            };
            counter = Some(update.counter);
            updates.push(update);
        }
        updates
    }

    #[test]
    fn an_asset_that_is_uploaded_again_goes_on_where_it_was() {
        let updates = read_all(&[(7, 120), (7, 150), (8, 4), (8, 10)]);
        let updates_seen: Vec<_> = updates
            .iter()
            .map(|update| (update.counter.total, update.gained, update.reset))
            .collect();
        assert_eq!(
            updates_seen,
            [
                (120, 0, false),
                (150, 30, false),
                (154, 4, true),
                (160, 6, false)
            ]
        );
    }

    #[test]
    fn a_count_that_falls_takes_nothing_away_and_counts_on_from_there() {
        let updates = read_all(&[(7, 100), (7, 3), (7, 5)]);
        let updates_seen: Vec<_> = updates
            .iter()
            .map(|update| (update.counter.total, update.gained, update.reset))
            .collect();
        assert_eq!(
            updates_seen,
            [(100, 0, false), (100, 0, true), (102, 2, false)]
        );
    }

    #[test]
    fn a_count_that_comes_back_to_its_old_height_was_no_reset() {
        let total = |readings: &[(i64, u64)]| read_all(readings).last().map(|it| it.counter.total);
        assert_eq!(total(&[(7, 422), (7, 0), (7, 4), (7, 500)]), Some(500));
        assert_eq!(total(&[(7, 422), (7, 0), (7, 422)]), Some(422));
        // Downloads counted meanwhile stay counted.
        assert_eq!(total(&[(7, 422), (7, 0), (7, 400), (7, 430)]), Some(822));
        assert_eq!(total(&[(7, 422), (8, 4), (8, 500)]), Some(922));
    }

    proptest! {
        #[test]
        fn the_total_never_falls_and_is_the_sum_of_what_was_gained(
            readings in proptest::collection::vec((0..3_i64, 0..1_000_u64), 1..40),
        ) {
            let updates = read_all(&readings);
            let first = updates[0].counter.total;
            let mut sum = first;
            let mut before = first;
            for (update, (upload, downloads)) in updates.iter().zip(&readings) {
                sum += update.gained;
                prop_assert!(update.counter.total >= before);
                prop_assert_eq!(update.counter.total, sum);
                prop_assert!(update.counter.total >= update.counter.downloads);
                prop_assert_eq!((update.counter.upload, update.counter.downloads), (*upload, *downloads));
                before = update.counter.total;
            }
        }

        #[test]
        fn a_reading_that_is_repeated_adds_nothing(
            known in (0..3_i64, 0..1_000_u64),
            reading in (0..3_i64, 0..1_000_u64),
        ) {
            let once = DownloadCounter::first(known.0, known.1).read(reading.0, reading.1);
            let twice = once.counter.read(reading.0, reading.1);
            prop_assert_eq!(twice, CounterUpdate { gained: 0, reset: false, ..once });
        }

        #[test]
        fn uploads_without_a_reset_add_up_to_the_last_count(
            mut counts in proptest::collection::vec(0..1_000_u64, 1..40),
        ) {
            counts.sort_unstable();
            let readings: Vec<_> = counts.iter().map(|count| (1, *count)).collect();
            let updates = read_all(&readings);
            prop_assert!(updates.iter().all(|update| !update.reset));
            prop_assert_eq!(updates.last().map(|update| update.counter.total), counts.last().copied());
        }
    }
}
