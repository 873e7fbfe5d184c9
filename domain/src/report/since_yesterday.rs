//! What changed since yesterday, as facts. The app words them on the server.

use chrono::{DateTime, Utc};

use super::RiskWarning;
use crate::day::Day;
use crate::failure::{FailureKind, FixTarget};
use crate::repository_name::RepositoryName;
use crate::traffic::Measure;
use crate::usual::{ObservedCount, UsualRange};

/// How many facts are shown.
pub const MOST_FACTS: usize = 4;

/// What changed since yesterday.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SinceYesterday {
    /// The newest day that GitHub has published for all repositories.
    pub newest: Option<NewestDay>,
    /// The first known day, while no day can be compared yet.
    pub begins: Option<Day>,
    /// The most important facts, in the order of their kinds; at most [`MOST_FACTS`].
    pub facts: Vec<DailyFact>,
    /// How many further repositories are outside their usual range.
    pub other_unusual: u32,
    /// How many repositories are tracked.
    pub repositories: u32,
    /// How many of them were collected since midnight UTC.
    pub collected_today: u32,
    /// When the last of them was.
    pub collected_at: Option<DateTime<Utc>>,
}

/// The newest published day of all repositories together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewestDay {
    /// The day.
    pub day: Day,
    /// Its views.
    pub views: u64,
    /// How many more than a week before, of the repositories that know both days; `None` where less
    /// than nine tenths do.
    pub change: Option<i64>,
    /// What is usual for its weekday.
    pub usual: Option<UsualRange>,
}

/// A fact to tell. The variants are in the order of their importance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DailyFact {
    /// Repositories cannot be collected until someone fixes the cause.
    Failing {
        /// Why.
        kind: FailureKind,
        /// How many; at least one.
        repositories: u32,
        /// The first by name.
        first: RepositoryName,
        /// When the first day is lost, if that is near.
        lost_on: Option<Day>,
        /// Where to fix it; `None` if the viewer may not.
        place: Option<FixTarget>,
    },
    /// Repositories will lose days.
    LosingDays(Vec<RiskWarning>),
    /// A repository is far outside its usual range.
    Unusual {
        /// The repository.
        repository: RepositoryName,
        /// Of what.
        measure: Measure,
        /// The day.
        day: Day,
        /// Its count and what is usual.
        observed: ObservedCount,
        /// What happened at the same time. It need not be the cause.
        coincides: Vec<Coincidence>,
    },
    /// A release was published.
    Released {
        /// The repository.
        repository: RepositoryName,
        /// Its tag.
        tag: String,
        /// When.
        day: Day,
        /// The downloads of its files so far; `None` if it has no files.
        downloads: Option<u64>,
        /// The stars gained since yesterday.
        stars: u64,
    },
    /// A repository gained many more stars than usual.
    StarJump {
        /// The repository.
        repository: RepositoryName,
        /// The stars gained since yesterday.
        gained: u64,
        /// The stars gained in the 28 days before.
        before: u64,
    },
    /// Follow rules tracked new repositories.
    Tracked {
        /// How many; at least one.
        repositories: u32,
        /// The first by name.
        first: RepositoryName,
        /// Since when.
        since: Day,
    },
}

/// Something that happened at the same time as unusual traffic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Coincidence {
    /// A release with this tag.
    Release(String),
    /// Stars gained since yesterday.
    Stars(u64),
    /// A referrer that was in no list of the 90 days before.
    NewReferrer(String),
}

impl DailyFact {
    const fn importance(&self) -> u8 {
        match self {
            Self::Failing { .. } => 0,
            Self::LosingDays(_) => 1,
            Self::Unusual { .. } => 2,
            Self::Released { .. } => 3,
            Self::StarJump { .. } => 4,
            Self::Tracked { .. } => 5,
        }
    }
}

/// The facts to show of these, whose order within a kind is kept. Each kind has its first fact
/// before another has its second, so that many exceptions of one kind do not hide the others.
#[must_use]
pub fn most_important(facts: Vec<DailyFact>) -> Vec<DailyFact> {
    let mut of_kind = [0_usize; 6];
    let mut placed: Vec<(usize, u8, DailyFact)> = facts
        .into_iter()
        .map(|fact| {
            let importance = fact.importance();
            let place = &mut of_kind[usize::from(importance)];
            *place += 1;
            (*place, importance, fact)
        })
        .collect();
    placed.sort_by_key(|(place, importance, _)| (*place, *importance));
    placed.truncate(MOST_FACTS);
    placed.sort_by_key(|(place, importance, _)| (*importance, *place));
    placed.into_iter().map(|(_, _, fact)| fact).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(name: &str) -> RepositoryName {
        format!("acme/{name}").parse().expect("a name")
    }

    fn unusual(repository: &str) -> DailyFact {
        DailyFact::Unusual {
            repository: name(repository),
            measure: Measure::Views,
            day: "2026-11-26".parse().expect("a day"),
            observed: ObservedCount {
                count: 300,
                week_before: None,
                usual: None,
            },
            coincides: Vec::new(),
        }
    }

    fn failing(kind: FailureKind) -> DailyFact {
        DailyFact::Failing {
            kind,
            repositories: 1,
            first: name("a"),
            lost_on: None,
            place: None,
        }
    }

    fn tracked() -> DailyFact {
        DailyFact::Tracked {
            repositories: 5,
            first: name("new"),
            since: "2026-11-19".parse().expect("a day"),
        }
    }

    #[test]
    fn many_facts_of_a_kind_do_not_hide_the_others() {
        let facts = vec![
            failing(FailureKind::TokenRefused),
            failing(FailureKind::Gone),
            unusual("a"),
            unusual("b"),
            unusual("c"),
            tracked(),
        ];
        let expected = [
            failing(FailureKind::TokenRefused),
            failing(FailureKind::Gone),
            unusual("a"),
            tracked(),
        ];
        assert_eq!(most_important(facts), expected);
    }

    #[test]
    fn few_facts_are_all_shown_in_the_order_of_their_kinds() {
        let facts = vec![tracked(), unusual("a"), unusual("b")];
        let expected = [unusual("a"), unusual("b"), tracked()];
        assert_eq!(most_important(facts), expected);
    }
}
