//! Generated traffic, the same every time: a few busy repositories and many quiet ones, weekdays
//! and weekends, growth, peaks, gaps and repositories that were never collected.

use chrono::{Datelike, Days, NaiveDate};

use crate::options::Size;

/// One in so many repositories was never collected.
const NEVER_COLLECTED: i64 = 100;
/// One in so many repositories has a gap.
const GAPS: i64 = 33;
const GAP_DAYS: i64 = 20;

/// A count and its uniques.
pub type Counts = (i64, i64);

/// The traffic of one repository on one day or in one week.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Traffic {
    pub views: Counts,
    /// `None` if unknown.
    pub clones: Option<Counts>,
}

/// The traffic of all repositories.
pub struct Portfolio {
    pub size: Size,
    pub first_day: NaiveDate,
    pub last_day: NaiveDate,
    /// The usual views of each repository in a hundred days.
    levels: Vec<i64>,
}

impl Portfolio {
    /// The traffic of so many years until this day.
    pub fn new(size: Size, last_day: NaiveDate) -> Self {
        let days = size.years.unsigned_abs() * 365;
        Self {
            size,
            first_day: last_day - Days::new(days - 1),
            last_day,
            levels: (1..=size.repositories).map(level).collect(),
        }
    }

    /// All days, oldest first.
    pub fn days(&self) -> impl DoubleEndedIterator<Item = NaiveDate> + use<> {
        let first = self.first_day;
        (0..self.length()).map(move |offset| first + Days::new(offset.unsigned_abs()))
    }

    /// The repositories that were collected, by number from 1.
    pub fn collected(&self) -> impl Iterator<Item = i64> + use<> {
        (1..=self.size.repositories).filter(|number| number % NEVER_COLLECTED != 0)
    }

    /// The ranges of days in which a repository was collected.
    pub fn collected_ranges(&self, repository: i64) -> Vec<(NaiveDate, NaiveDate)> {
        match self.gap(repository) {
            None => vec![(self.first_day, self.last_day)],
            Some((from, to)) => vec![
                (self.first_day, self.day(from - 1)),
                (self.day(to + 1), self.last_day),
            ],
        }
    }

    /// The traffic of a collected repository on a day; `None` in a gap.
    pub fn on(&self, repository: i64, day: NaiveDate) -> Option<Traffic> {
        let offset = (day - self.first_day).num_days();
        if self
            .gap(repository)
            .is_some_and(|(from, to)| (from..=to).contains(&offset))
        {
            return None;
        }
        let random = |salt: i64, below: i64| random(repository, offset * 8 + salt, below);
        let weekday = if day.weekday().num_days_from_monday() < 5 {
            110
        } else {
            60
        };
        let peak = if random(0, 120) == 0 { 6 } else { 1 };
        // From half of the level to one and a half.
        let growth = 50 + 100 * offset / self.length();
        let level = self.levels[usize::try_from(repository - 1).unwrap_or_default()];
        let views = level * weekday / 100 * growth / 100 * (40 + random(1, 120)) / 100 * peak / 100;
        let clones = (views * random(2, 30) + random(3, 150)) / 100;
        Some(Traffic {
            views: (views, share(views, 25 + random(4, 30))),
            clones: (random(5, 400) != 0).then(|| (clones, share(clones, 40 + random(6, 40)))),
        })
    }

    /// The traffic of the seven days that end with this one.
    pub fn week_until(&self, repository: i64, sunday: NaiveDate) -> Option<Traffic> {
        let days = (0..7).filter_map(|ago| self.on(repository, sunday - Days::new(ago)));
        days.reduce(|week, day| Traffic {
            views: (week.views.0 + day.views.0, week.views.1 + day.views.1),
            clones: match (week.clones, day.clones) {
                (Some(week), Some(day)) => Some((week.0 + day.0, week.1 + day.1)),
                (week, day) => week.or(day),
            },
        })
    }

    /// The first and the last day of a repository's gap, counted from the first day.
    fn gap(&self, repository: i64) -> Option<(i64, i64)> {
        let from = 30 + random(repository, -1, self.length() - GAP_DAYS - 60);
        (repository % GAPS == 7).then_some((from, from + GAP_DAYS - 1))
    }

    fn length(&self) -> i64 {
        self.size.years * 365
    }

    fn day(&self, offset: i64) -> NaiveDate {
        self.first_day + Days::new(offset.unsigned_abs())
    }
}

/// The usual views of a repository in a hundred days: its rank decides.
fn level(repository: i64) -> i64 {
    200 + 400_000 / (repository + 1)
}

/// So many percent, rounded up.
fn share(count: i64, percent: i64) -> i64 {
    (count * percent + 99) / 100
}

/// A number below `below`, the same for the same repository and position (splitmix64).
pub fn random(repository: i64, position: i64, below: i64) -> i64 {
    let seed = repository
        .cast_unsigned()
        .wrapping_mul(0x9e37_79b9_7f4a_7c15)
        .wrapping_add(position.cast_unsigned().wrapping_mul(0xd1b5_4a32_d192_ed03));
    let mixed = (seed ^ (seed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((mixed ^ (mixed >> 31)) >> 1).cast_signed() % below.max(1)
}
