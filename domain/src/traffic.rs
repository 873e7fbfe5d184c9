//! Views and clones of a day, their uniques, and how two reports of the same day merge.

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr};

use crate::unknown_value::UnknownValue;

/// Distinct people within one bucket, as GitHub counted them.
///
/// Uniques are not additive: the same person on two days is one unique visitor of the week.
/// So this type has no `Add`; sums are explicit as [`DailySum`].
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Uniques(u32);

impl Uniques {
    /// A number that GitHub reported.
    #[must_use]
    pub const fn new(uniques: u32) -> Self {
        Self(uniques)
    }

    /// The number, for showing and storing.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }
}

/// A sum of daily uniques: an upper bound of the people in the range, and always labelled so.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct DailySum(pub u64);

impl FromIterator<Uniques> for DailySum {
    fn from_iter<I: IntoIterator<Item = Uniques>>(days: I) -> Self {
        Self(days.into_iter().map(|day| u64::from(day.get())).sum())
    }
}

/// One of the two things GitHub counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[derive(EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
#[strum(parse_err_ty = UnknownValue, parse_err_fn = UnknownValue::new)]
pub enum Measure {
    /// Page views and unique visitors.
    Views,
    /// Full clones (not fetches) and unique cloners.
    Clones,
}

impl Measure {
    /// Both measures.
    pub const ALL: [Self; 2] = [Self::Views, Self::Clones];

    /// The name in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// GitHub's counts of one measure in one bucket.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Counts {
    /// All views or clones.
    pub count: u32,
    /// The distinct people among them.
    pub uniques: Uniques,
}

impl Counts {
    /// Counts from the two numbers of a response.
    #[must_use]
    pub const fn new(count: u32, uniques: u32) -> Self {
        Self {
            count,
            uniques: Uniques::new(uniques),
        }
    }

    /// Merges what GitHub reports now into what it reported before.
    ///
    /// A bucket only ever grows while GitHub still counts it, and shrinks only when GitHub
    /// truncates the window's oldest day or errs; so each field keeps its maximum.
    /// (Recorded: last-write-wins lost 16 % of a real repository's views.)
    #[must_use]
    pub fn merge(self, reported: Self) -> Self {
        Self {
            count: self.count.max(reported.count),
            uniques: self.uniques.max(reported.uniques),
        }
    }

    /// Whether GitHub now reports less for this bucket than before.
    #[must_use]
    pub fn is_revised_downward_by(self, reported: Self) -> bool {
        reported.count < self.count || reported.uniques < self.uniques
    }
}

/// The known counts of a repository's day; views and clones are known separately.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DayTraffic {
    /// Views, where GitHub reported them.
    pub views: Option<Counts>,
    /// Clones, where GitHub reported them.
    pub clones: Option<Counts>,
}

impl DayTraffic {
    /// The known counts of one measure.
    #[must_use]
    pub const fn of(self, measure: Measure) -> Option<Counts> {
        match measure {
            Measure::Views => self.views,
            Measure::Clones => self.clones,
        }
    }

    /// A day with only this measure known.
    #[must_use]
    pub const fn only(measure: Measure, counts: Counts) -> Self {
        match measure {
            Measure::Views => Self {
                views: Some(counts),
                clones: None,
            },
            Measure::Clones => Self {
                views: None,
                clones: Some(counts),
            },
        }
    }

    /// Merges field by field; unknown never overrides known.
    #[must_use]
    pub fn merge(self, reported: Self) -> Self {
        Self {
            views: merge_known(self.views, reported.views),
            clones: merge_known(self.clones, reported.clones),
        }
    }
}

fn merge_known(known: Option<Counts>, reported: Option<Counts>) -> Option<Counts> {
    match (known, reported) {
        (Some(known), Some(reported)) => Some(known.merge(reported)),
        (known, reported) => known.or(reported),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn counts() -> impl Strategy<Value = Counts> {
        (0..1_000_u32, 0..1_000_u32).prop_map(|(count, uniques)| Counts::new(count, uniques))
    }

    fn day() -> impl Strategy<Value = DayTraffic> {
        (
            proptest::option::of(counts()),
            proptest::option::of(counts()),
        )
            .prop_map(|(views, clones)| DayTraffic { views, clones })
    }

    fn at_most(small: Option<Counts>, large: Option<Counts>) -> bool {
        match (small, large) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(small), Some(large)) => {
                small.count <= large.count && small.uniques <= large.uniques
            }
        }
    }

    proptest! {
        #[test]
        fn merging_is_commutative(a in day(), b in day()) {
            prop_assert_eq!(a.merge(b), b.merge(a));
        }

        #[test]
        fn merging_is_associative(a in day(), b in day(), c in day()) {
            prop_assert_eq!(a.merge(b).merge(c), a.merge(b.merge(c)));
        }

        #[test]
        fn merging_again_changes_nothing(a in day(), b in day()) {
            prop_assert_eq!(a.merge(b).merge(b), a.merge(b));
            prop_assert_eq!(a.merge(a), a);
        }

        #[test]
        fn merging_never_takes_away(a in day(), b in day()) {
            let merged = a.merge(b);
            for before in [a, b] {
                prop_assert!(at_most(before.views, merged.views));
                prop_assert!(at_most(before.clones, merged.clones));
            }
        }

        #[test]
        fn a_downward_revision_is_what_merging_ignores(a in counts(), b in counts()) {
            prop_assert_eq!(a.is_revised_downward_by(b), a.merge(b) != b);
        }
    }

    #[test]
    fn what_is_unknown_stays_unknown() {
        let views = DayTraffic::only(Measure::Views, Counts::new(3, 2));
        assert_eq!(views.merge(DayTraffic::default()).clones, None);
    }
}
