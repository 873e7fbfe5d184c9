//! The figures: a bucket, a day, and which of the two series is meant.

/// How many, and how many different people.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bucket {
    /// Views or clones.
    pub count: u64,
    /// Visitors or cloners.
    pub uniques: u64,
}

/// What one day really was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DayTraffic {
    /// Views and visitors.
    pub views: Bucket,
    /// Clones and cloners.
    pub clones: Bucket,
}

/// Which of the two daily series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Metric {
    Views,
    Clones,
}

impl Bucket {
    /// A bucket of `count` by `uniques` people.
    #[must_use]
    pub const fn new(count: u64, uniques: u64) -> Self {
        Self { count, uniques }
    }

    /// The maximum of each field; a missing bucket loses to any.
    pub(crate) fn larger_of(left: Option<Self>, right: Option<Self>) -> Option<Self> {
        match (left, right) {
            (Some(left), Some(right)) => Some(Self {
                count: left.count.max(right.count),
                uniques: left.uniques.max(right.uniques),
            }),
            (one, other) => one.or(other),
        }
    }

    /// What of it has been counted when `percent` of it has: someone, if anyone was there.
    pub(crate) fn share(self, percent: u64) -> Self {
        let count = self.count * percent / 100;
        let uniques = (self.uniques * percent).div_ceil(100).min(count);
        Self { count, uniques }
    }
}

impl DayTraffic {
    /// A day of `views` and `clones`.
    #[must_use]
    pub const fn new(views: Bucket, clones: Bucket) -> Self {
        Self { views, clones }
    }

    pub(crate) const fn of(self, metric: Metric) -> Bucket {
        match metric {
            Metric::Views => self.views,
            Metric::Clones => self.clones,
        }
    }
}
