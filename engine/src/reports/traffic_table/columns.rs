//! The values of the columns that sort, kept in memory.
//!
//! An index for each column would take more than the days themselves, and without one the database
//! reads all days of the range for each page. So the process keeps a column once it has sorted, two
//! bytes for a day. A repository's values are read again when its totals have changed, which every
//! change of a day does, so no page follows an older order.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use domain::{Day, RepositoryId, TenantId};

use crate::Result;
use crate::store::{FigureColumn, Store, TableRepository};

/// How many bytes the columns of all tenants may take. The least recently used are dropped first.
const MOST_BYTES: usize = 64 << 20;
/// How many repositories are read in one statement.
const REPOSITORIES_PER_READ: usize = 100;

/// The columns that have sorted, by tenant.
#[derive(Debug, Default)]
pub(crate) struct FigureColumns(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    columns: HashMap<(TenantId, FigureColumn), KeptColumn>,
    /// Counts the uses, to find the least recent one.
    uses: u64,
}

#[derive(Debug, Default)]
struct KeptColumn {
    used: u64,
    values: HashMap<RepositoryId, Arc<Values>>,
}

/// The values of one repository.
#[derive(Debug)]
pub(super) struct Values {
    version: ([i64; 6], Option<DateTime<Utc>>),
    /// The day of the first value, as a number, and the days from one value to the next.
    first: i32,
    step: i32,
    numbers: Numbers,
}

/// The largest number stands for an unknown value.
#[derive(Debug)]
enum Numbers {
    Narrow(Vec<u16>),
    Wide(Vec<u32>),
}

impl FigureColumns {
    /// The values of a column for each of these repositories, in their order.
    pub(super) async fn read(
        &self,
        store: &Store,
        tenant: TenantId,
        repositories: &[TableRepository],
        column: FigureColumn,
    ) -> Result<Vec<Arc<Values>>> {
        let mut values = self.kept(tenant, column, repositories);
        let changed: Vec<&TableRepository> = repositories
            .iter()
            .filter(|it| !values.contains_key(&it.id))
            .collect();
        for part in changed.chunks(REPOSITORIES_PER_READ) {
            let ids: Vec<RepositoryId> = part.iter().map(|it| it.id).collect();
            let read = store.figure_values(tenant, &ids, column).await?;
            let mut read: HashMap<_, _> = read.into_iter().collect();
            for repository in part {
                let numbers = read.remove(&repository.id).unwrap_or_default();
                let of_one = Values::new(repository, column, numbers);
                values.insert(repository.id, Arc::new(of_one));
            }
        }
        if !changed.is_empty() {
            self.keep(tenant, column, &values);
        }
        Ok(repositories
            .iter()
            .filter_map(|it| values.remove(&it.id))
            .collect())
    }

    /// The values that are kept and still true.
    fn kept(
        &self,
        tenant: TenantId,
        column: FigureColumn,
        repositories: &[TableRepository],
    ) -> HashMap<RepositoryId, Arc<Values>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.uses += 1;
        let uses = kept.uses;
        let Some(column) = kept.columns.get_mut(&(tenant, column)) else {
            return HashMap::new();
        };
        column.used = uses;
        let values = repositories.iter().filter_map(|repository| {
            let values = column.values.get(&repository.id)?;
            let is_true = values.version == repository.version;
            is_true.then(|| (repository.id, values.clone()))
        });
        values.collect()
    }

    fn keep(
        &self,
        tenant: TenantId,
        column: FigureColumn,
        values: &HashMap<RepositoryId, Arc<Values>>,
    ) {
        // A column that is larger would displace all others and then itself.
        if values.values().map(|values| values.bytes()).sum::<usize>() > MOST_BYTES {
            return;
        }
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let uses = kept.uses;
        let own = kept.columns.entry((tenant, column)).or_default();
        own.used = uses;
        let values = values.iter().map(|(id, values)| (*id, values.clone()));
        own.values.extend(values);
        while kept.bytes() > MOST_BYTES {
            let oldest = kept.columns.iter().min_by_key(|(_, column)| column.used);
            let Some(oldest) = oldest.map(|(key, _)| *key) else {
                break;
            };
            kept.columns.remove(&oldest);
        }
    }
}

impl Kept {
    fn bytes(&self) -> usize {
        let values = self.columns.values().flat_map(|it| it.values.values());
        values.map(|values| values.bytes()).sum()
    }
}

impl Values {
    pub(super) fn new(
        repository: &TableRepository,
        column: FigureColumn,
        known: Vec<(i32, u32)>,
    ) -> Self {
        let step = match column {
            FigureColumn::WeekViewUniques | FigureColumn::WeekCloneUniques => 7,
            _ => 1,
        };
        let first = known.iter().map(|(day, _)| *day).min().unwrap_or_default();
        let last = known.iter().map(|(day, _)| *day).max().unwrap_or(first - 1);
        let length = usize::try_from((last - first).div_euclid(step) + 1).unwrap_or_default();
        let place = |day: i32| usize::try_from((day - first) / step).unwrap_or_default();
        let is_narrow = known.iter().all(|(_, value)| *value < u32::from(u16::MAX));
        let numbers = if is_narrow {
            let mut numbers = vec![u16::MAX; length];
            for (day, value) in known {
                numbers[place(day)] = u16::try_from(value).unwrap_or(u16::MAX);
            }
            Numbers::Narrow(numbers)
        } else {
            let mut numbers = vec![u32::MAX; length];
            for (day, value) in known {
                numbers[place(day)] = value;
            }
            Numbers::Wide(numbers)
        };
        Self {
            version: repository.version,
            first,
            step,
            numbers,
        }
    }

    /// The value of one day, as a number.
    pub(super) fn at(&self, day: i32) -> Option<u64> {
        let place = usize::try_from(day - self.first).ok()?;
        match &self.numbers {
            Numbers::Narrow(numbers) => {
                let number = numbers.get(place).filter(|number| **number != u16::MAX);
                number.map(|number| u64::from(*number))
            }
            Numbers::Wide(numbers) => {
                let number = numbers.get(place).filter(|number| **number != u32::MAX);
                number.map(|number| u64::from(*number))
            }
        }
    }

    /// The sum of the known values of the days from one to another, as numbers.
    pub(super) fn sum(&self, from: i32, to: i32) -> Option<u64> {
        let place = |days: i32| usize::try_from(days.div_euclid(self.step) + 1).unwrap_or_default();
        // A value belongs to the day on which its week begins.
        let start = place(from - self.first + self.step - 1).saturating_sub(1);
        let end = place(to - self.first);
        match &self.numbers {
            Numbers::Narrow(numbers) => {
                let numbers = numbers.get(start..end.min(numbers.len()))?;
                let known = numbers.iter().filter(|number| **number != u16::MAX);
                known.map(|number| u64::from(*number)).reduce(|a, b| a + b)
            }
            Numbers::Wide(numbers) => {
                let numbers = numbers.get(start..end.min(numbers.len()))?;
                let known = numbers.iter().filter(|number| **number != u32::MAX);
                known.map(|number| u64::from(*number)).reduce(|a, b| a + b)
            }
        }
    }

    fn bytes(&self) -> usize {
        let numbers = match &self.numbers {
            Numbers::Narrow(numbers) => size_of_val(&**numbers),
            Numbers::Wide(numbers) => size_of_val(&**numbers),
        };
        numbers + size_of::<Self>()
    }
}

/// A day as a number, as the columns have it.
pub(super) fn day_number(day: Day) -> i32 {
    day.date().to_epoch_days()
}
