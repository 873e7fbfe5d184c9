//! Downloads of a release's asset: GitHub's count begins again when the asset is uploaded again,
//! and what was counted until then must not be forgotten.

use serde::{Deserialize, Serialize};

/// What is known of an asset's downloads over all of its uploads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// GitHub's id of the newest upload: uploading again makes a new one.
    pub upload: i64,
    /// What GitHub said last.
    pub downloads: u64,
    /// Everything that was counted; it never falls.
    pub total: u64,
    /// The most that GitHub ever said of this upload.
    pub height: u64,
    /// The total when it said so.
    pub total_at_height: u64,
}

/// What a reading added to what was known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// What is known now.
    pub tally: Tally,
    /// The downloads that are new.
    pub gained: u64,
    /// Whether GitHub began to count anew.
    pub reset: bool,
}

impl Tally {
    /// The first reading: what GitHub counted until then.
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
    ///
    /// Of the same upload, only what is more is new. Another upload counts from zero, so all of
    /// its downloads are new. A count of the same upload that falls is a reset, too, of which
    /// nobody knows where it began: nothing is added then, and what is counted from there on is.
    /// Where it comes back to its old height, it never was a reset, and only what is more than
    /// that height is new.
    #[must_use]
    pub fn read(self, upload: i64, downloads: u64) -> Step {
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
        Step {
            tally: Self {
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

    fn read_all(readings: &[(i64, u64)]) -> Vec<Step> {
        let mut tally: Option<Tally> = None;
        let mut steps = Vec::new();
        for (upload, downloads) in readings {
            let step = match tally {
                None => Step {
                    tally: Tally::first(*upload, *downloads),
                    gained: 0,
                    reset: false,
                },
                Some(tally) => tally.read(*upload, *downloads),
            };
            tally = Some(step.tally);
            steps.push(step);
        }
        steps
    }

    #[test]
    fn an_asset_that_is_uploaded_again_goes_on_where_it_was() {
        let steps = read_all(&[(7, 120), (7, 150), (8, 4), (8, 10)]);
        let told: Vec<_> = steps
            .iter()
            .map(|step| (step.tally.total, step.gained, step.reset))
            .collect();
        assert_eq!(
            told,
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
        let steps = read_all(&[(7, 100), (7, 3), (7, 5)]);
        let told: Vec<_> = steps
            .iter()
            .map(|step| (step.tally.total, step.gained, step.reset))
            .collect();
        assert_eq!(told, [(100, 0, false), (100, 0, true), (102, 2, false)]);
    }

    #[test]
    fn a_count_that_comes_back_to_its_old_height_was_no_reset() {
        let total = |readings: &[(i64, u64)]| read_all(readings).last().map(|it| it.tally.total);
        assert_eq!(total(&[(7, 422), (7, 0), (7, 4), (7, 500)]), Some(500));
        assert_eq!(total(&[(7, 422), (7, 0), (7, 422)]), Some(422));
        // What was counted meanwhile stays counted.
        assert_eq!(total(&[(7, 422), (7, 0), (7, 400), (7, 430)]), Some(822));
        assert_eq!(total(&[(7, 422), (8, 4), (8, 500)]), Some(922));
    }

    proptest! {
        #[test]
        fn the_total_never_falls_and_is_the_sum_of_what_was_gained(
            readings in proptest::collection::vec((0..3_i64, 0..1_000_u64), 1..40),
        ) {
            let steps = read_all(&readings);
            let first = steps[0].tally.total;
            let mut sum = first;
            let mut before = first;
            for (step, (upload, downloads)) in steps.iter().zip(&readings) {
                sum += step.gained;
                prop_assert!(step.tally.total >= before);
                prop_assert_eq!(step.tally.total, sum);
                prop_assert!(step.tally.total >= step.tally.downloads);
                prop_assert_eq!((step.tally.upload, step.tally.downloads), (*upload, *downloads));
                before = step.tally.total;
            }
        }

        #[test]
        fn a_reading_that_is_repeated_adds_nothing(
            known in (0..3_i64, 0..1_000_u64),
            reading in (0..3_i64, 0..1_000_u64),
        ) {
            let once = Tally::first(known.0, known.1).read(reading.0, reading.1);
            let twice = once.tally.read(reading.0, reading.1);
            prop_assert_eq!(twice, Step { gained: 0, reset: false, ..once });
        }

        #[test]
        fn uploads_without_a_reset_add_up_to_the_last_count(
            mut counts in proptest::collection::vec(0..1_000_u64, 1..40),
        ) {
            counts.sort_unstable();
            let readings: Vec<_> = counts.iter().map(|count| (1, *count)).collect();
            let steps = read_all(&readings);
            prop_assert!(steps.iter().all(|step| !step.reset));
            prop_assert_eq!(steps.last().map(|step| step.tally.total), counts.last().copied());
        }
    }
}
