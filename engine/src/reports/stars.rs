//! The history of a repository's stars.

use std::collections::BTreeMap;

use domain::report::{Gained, StarDay, StarsReport};
use domain::{Day, DayRange, Endpoint, Permission, RepositoryId, TenantId, Viewer};

use super::releases::range;
use crate::store::StarHistory;
use crate::{Engine, Result, authorize};

/// How many days “recently” means.
const RECENT: i64 = 30;

/// What is known of a repository's stars.
struct Known {
    history: Option<StarHistory>,
    /// The stars given on each day that had any, without withdrawn ones.
    given: BTreeMap<Day, u64>,
    /// The star count of each counted day.
    counted: BTreeMap<Day, u64>,
}

impl Engine {
    /// A repository's stars over a range of days; by default from the first known one until today.
    ///
    /// # Errors
    /// When there is no such repository, the viewer may not see it, or `to` is before `from`.
    pub async fn stars(
        &self,
        viewer: &Viewer,
        tenant: TenantId,
        id: RepositoryId,
        from: Option<Day>,
        to: Option<Day>,
    ) -> Result<StarsReport> {
        authorize(viewer, tenant, Permission::ViewTraffic)?;
        let repository = self.one_repository(viewer, tenant, id).await?;
        let store = &self.0.store;
        let known = Known {
            history: store.star_history(tenant, id).await?,
            given: store.star_days(tenant, id).await?.into_iter().collect(),
            counted: store.counted_stars(tenant, id).await?.into_iter().collect(),
        };
        let to = to.unwrap_or_else(|| self.0.clock.today());
        let from = from.or_else(|| known.first_day()).unwrap_or(to);
        let range = range(from, to)?;
        let newest = known.counted.last_key_value();
        Ok(StarsReport {
            repository,
            offered: store
                .is_available(tenant, id, Endpoint::StarHistory)
                .await?,
            whole: known.history.is_some_and(|history| history.whole),
            history: known.history.map(|history| history.days),
            stars: newest.map(|(_, stars)| *stars),
            counted_on: newest.map(|(day, _)| *day),
            recent: known.recent(),
            range,
            days: known.days(range),
        })
    }
}

impl Known {
    /// Of the history, only days from the first star on matter.
    fn first_day(&self) -> Option<Day> {
        let given = self.given.keys().next().copied();
        let counted = self.counted.keys().next().copied();
        given.into_iter().chain(counted).min()
    }

    /// The days of a range, oldest first.
    fn days(&self, range: DayRange) -> Vec<StarDay> {
        let mut total = self.total_before(range.from);
        range
            .days()
            .map(|day| {
                let given = self
                    .history
                    .filter(|history| history.days.contains(day) || self.is_before_all(day))
                    .map(|_| self.given.get(&day).copied().unwrap_or_default());
                total = total.map(|stars| stars + given.unwrap_or_default());
                StarDay {
                    day,
                    given,
                    total: total.filter(|_| given.is_some()),
                    counted: self.counted.get(&day).copied(),
                }
            })
            .collect()
    }

    /// Whether the day lies before a complete history, so that no star was given then.
    fn is_before_all(&self, day: Day) -> bool {
        self.history
            .is_some_and(|history| history.whole && day < history.days.from)
    }

    /// The stars given before a day, without withdrawn ones. An incomplete history is counted back
    /// from the current star count.
    fn total_before(&self, day: Day) -> Option<u64> {
        let history = self.history?;
        if history.whole {
            return Some(self.given.range(..day).map(|(_, stars)| stars).sum());
        }
        let (_, stars) = self.counted.last_key_value()?;
        let since: u64 = self.given.range(day..).map(|(_, stars)| stars).sum();
        Some(stars.saturating_sub(since))
    }

    /// The stars of the last thirty days: from GitHub's history, otherwise the difference of two
    /// counts.
    fn recent(&self) -> Option<Gained> {
        if let Some(history) = self.history {
            let days = DayRange::ending(history.days.to, RECENT);
            if history.whole || history.days.contains(days.from) {
                let given = self.given.range(days.from..=days.to);
                let stars: u64 = given.map(|(_, stars)| stars).sum();
                return Some(Gained {
                    days,
                    stars: signed(stars),
                });
            }
        }
        let (last, stars) = self.counted.last_key_value()?;
        let (first, before) = self.counted.range(..=last.plus(-RECENT)).next_back()?;
        Some(Gained {
            days: DayRange::new(first.plus(1), *last)?,
            stars: signed(*stars) - signed(*before),
        })
    }
}

fn signed(stars: u64) -> i64 {
    i64::try_from(stars).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    fn known(whole: bool) -> Known {
        let days = DayRange::new(day("2026-10-01"), day("2026-11-20")).expect("a range");
        Known {
            history: Some(StarHistory {
                days,
                pages: 1,
                whole,
            }),
            given: BTreeMap::from([(day("2026-10-01"), 5), (day("2026-11-10"), 3)]),
            counted: BTreeMap::from([(day("2026-10-20"), 50), (day("2026-11-20"), 48)]),
        }
    }

    #[test]
    fn a_whole_history_is_added_up_and_another_counted_back() {
        let range = DayRange::new(day("2026-11-09"), day("2026-11-21")).expect("a range");
        let total = |whole| {
            let days = known(whole).days(range);
            (days[0].total, days[1].total, days[12].total)
        };
        assert_eq!(total(true), (Some(5), Some(8), None));
        assert_eq!(total(false), (Some(45), Some(48), None));
    }

    #[test]
    fn an_unknown_day_is_not_zero() {
        let range = DayRange::new(day("2026-09-30"), day("2026-10-02")).expect("a range");
        let given = |whole| -> Vec<_> {
            let days = known(whole).days(range);
            days.into_iter().map(|day| day.given).collect()
        };
        assert_eq!(given(true), [Some(0), Some(5), Some(0)]);
        assert_eq!(given(false), [None, Some(5), Some(0)]);
    }

    #[test]
    fn recent_stars_come_from_the_history_or_from_two_counts() {
        assert_eq!(known(false).recent().map(|gained| gained.stars), Some(3));
        let without = Known {
            history: None,
            ..known(false)
        };
        let gained = without.recent().expect("two counts");
        assert_eq!((gained.days.from, gained.stars), (day("2026-10-21"), -2));
    }
}
