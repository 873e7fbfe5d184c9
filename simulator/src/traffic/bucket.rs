//! The counts of a bucket and of a day, for views and clones.

/// A count and its unique people.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bucket {
    /// Views or clones.
    pub count: u64,
    /// Visitors or cloners.
    pub uniques: u64,
}

/// The actual traffic of one day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DayTraffic {
    /// Views and visitors.
    pub views: Bucket,
    /// Clones and cloners.
    pub clones: Bucket,
}

/// One of the two daily series.
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

    /// The maximum of each field; any bucket is larger than none.
    pub(crate) fn larger_of(left: Option<Self>, right: Option<Self>) -> Option<Self> {
        match (left, right) {
            (Some(left), Some(right)) => Some(Self {
                count: left.count.max(right.count),
                uniques: left.uniques.max(right.uniques),
            }),
            (one, other) => one.or(other),
        }
    }

    /// The part counted so far, in percent; at least one unique if there are any.
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
