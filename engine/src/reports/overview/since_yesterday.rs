//! What changed since yesterday: the newest published day, what needs action, and what stands out.
//!
//! The statements are few, and each reads one short row for every repository at most; what was
//! usual is kept with the days (`store/traffic/usual_days.rs`).

use std::collections::{HashMap, HashSet};

use domain::report::{
    Coincidence, DailyFact, NewestDay, RiskCause, RiskWarning, SinceYesterday, most_important,
};
use domain::{
    Day, DayRange, FixTarget, Measure, ObservedCount, RepositoryId, RepositoryScope,
    RepositoryStatus, UsualRange,
};

use super::Selection;
use crate::reports::usual;
use crate::store::{DatedRelease, ObservedDay, RecentlyTracked, StarGain};
use crate::{Engine, Result, count};

/// How many stars are a jump.
const LEAST_STARS: u64 = 10;
/// How many unusual repositories are looked at more closely.
const MOST_UNUSUAL: usize = 4;
/// How many releases are considered.
const MOST_RELEASES: u32 = 20;

/// A repository that stands out.
struct Unusual {
    id: RepositoryId,
    measure: Measure,
    observed: ObservedCount,
}

impl Engine {
    /// What changed since yesterday among the repositories in scope. `last` is the last day that
    /// GitHub has published for all of them, and `first` the first known one.
    pub(super) async fn since_yesterday_of(
        &self,
        all: &Selection<'_>,
        (first, last): (Option<Day>, Day),
        at_risk: &[RiskWarning],
        may_go: impl Fn(FixTarget) -> bool,
    ) -> Result<SinceYesterday> {
        let store = &self.0.store;
        let (tenant, scope, today) = (all.tenant, all.scope, self.0.clock.today());
        let since = DayRange {
            from: last.min(today),
            to: today,
        };
        let yesterday = today.plus(-1).begins_at();
        let (observed, failing, released, gains, tracked) = tokio::try_join!(
            store.observed_on(tenant, scope, last),
            store.failing_by_kind(tenant, scope),
            store.releases_in(tenant, scope, since, MOST_RELEASES),
            store.star_gains(tenant, scope, today),
            store.recently_tracked(tenant, scope, yesterday),
        )?;
        let newest = self.newest_day(all, last, &observed).await?;

        let mut unusual = unusual(&observed);
        let other_unusual = unusual.len();
        unusual.truncate(MOST_UNUSUAL);
        let mut facts: Vec<DailyFact> = failing
            .iter()
            .filter(|it| it.kind.is_permanent() || it.kind.is_of_connection())
            .map(|it| DailyFact::Failing {
                kind: it.kind,
                repositories: it.repositories,
                first: it.first.clone(),
                lost_on: lost_on(at_risk, it.kind),
                place: it.kind.remedy().place.filter(|place| may_go(*place)),
            })
            .collect();
        facts.extend(losing_days(at_risk));
        let listed: HashSet<RepositoryId> = unusual.iter().map(|it| it.id).collect();
        facts.extend(
            self.unusual_facts(all, last, unusual, &released, &gains)
                .await?,
        );
        facts.extend(news(&listed, released, &gains, &tracked));
        let facts = most_important(facts);
        let is_unusual = |fact: &&DailyFact| matches!(fact, DailyFact::Unusual { .. });
        let shown = facts.iter().filter(is_unusual).count();
        let is_tracked = |status| status != RepositoryStatus::Archived;
        let tracked_facts = all
            .facts
            .iter()
            .filter(|it| is_tracked(it.freshness.status));
        Ok(SinceYesterday {
            begins: first.filter(|first| newest.is_none() || first.plus(7) > last),
            newest,
            facts,
            other_unusual: count(other_unusual - shown),
            repositories: count(tracked_facts.clone().count()),
            collected_today: count(tracked_facts.filter(|it| it.is_collected).count()),
            collected_at: tracked.collected_at,
        })
    }

    async fn newest_day(
        &self,
        all: &Selection<'_>,
        day: Day,
        observed: &HashMap<RepositoryId, ObservedDay>,
    ) -> Result<Option<NewestDay>> {
        let history = DayRange::ending(day, usual::HISTORY + 1);
        let sums = (self.0.store)
            .day_sums(all.tenant, all.scope, history)
            .await?;
        let views: HashMap<Day, u64> = sums
            .iter()
            .filter_map(|sums| Some((sums.day, sums.views?)))
            .collect();
        let of = |day: Day| views.get(&day).copied();
        Ok(of(day).map(|views| NewestDay {
            day,
            views,
            change: change(observed),
            usual: UsualRange::on(day, of),
        }))
    }

    async fn unusual_facts(
        &self,
        all: &Selection<'_>,
        day: Day,
        unusual: Vec<Unusual>,
        released: &[DatedRelease],
        gains: &[StarGain],
    ) -> Result<Vec<DailyFact>> {
        if unusual.is_empty() {
            return Ok(Vec::new());
        }
        let store = &self.0.store;
        let only = RepositoryScope::Only(unusual.iter().map(|it| it.id).collect());
        let records = store.repositories(all.tenant, &only).await?;
        let names: HashMap<RepositoryId, _> = records
            .into_iter()
            .map(|record| (record.repository.id, record.repository.full_name))
            .collect();
        let mut referrers = store.new_referrers(all.tenant, &only, day).await?;
        let facts = unusual.into_iter().filter_map(|it| {
            let released = released.iter().filter(|release| release.id == it.id);
            let gained = gains.iter().find(|gain| gain.id == it.id);
            let referrer = referrers.remove(&it.id);
            let coincides = released
                .map(|release| Coincidence::Release(release.tag.clone()))
                .take(1)
                .chain(gained.map(|gain| Coincidence::Stars(gain.gained)))
                .chain(referrer.map(Coincidence::NewReferrer));
            Some(DailyFact::Unusual {
                repository: names.get(&it.id)?.clone(),
                measure: it.measure,
                day,
                observed: it.observed,
                coincides: coincides.collect(),
            })
        });
        Ok(facts.collect())
    }
}

/// The repositories that stand out, the farthest from usual first; each once.
fn unusual(observed: &HashMap<RepositoryId, ObservedDay>) -> Vec<Unusual> {
    let mut unusual: Vec<Unusual> = observed
        .iter()
        .filter_map(|(id, day)| {
            let notable = |measure, observed: Option<ObservedCount>| {
                let observed = observed.filter(|it| it.is_notable(measure))?;
                Some(Unusual {
                    id: *id,
                    measure,
                    observed,
                })
            };
            notable(Measure::Views, day.views).or_else(|| notable(Measure::Clones, day.clones))
        })
        .collect();
    // Views are people; they come before clones.
    unusual.sort_by_key(|it| {
        let median = it.observed.usual.map_or(0, |usual| usual.median);
        let distance = it.observed.count.abs_diff(median);
        (it.measure, std::cmp::Reverse(distance), it.id)
    });
    unusual
}

/// How many more views than a week before, of the repositories that know both days.
fn change(observed: &HashMap<RepositoryId, ObservedDay>) -> Option<i64> {
    let views: Vec<ObservedCount> = observed.values().filter_map(|day| day.views).collect();
    let both: Vec<(u64, u64)> = views
        .iter()
        .filter_map(|views| Some((views.count, views.week_before?)))
        .collect();
    if both.is_empty() || both.len() * 10 < views.len() * 9 {
        return None;
    }
    let (now, before) = both
        .into_iter()
        .fold((0, 0), |(now, before), (a, b)| (now + a, before + b));
    i64::try_from(now)
        .ok()?
        .checked_sub(i64::try_from(before).ok()?)
}

/// When repositories that fail like this lose their first day, if that is near.
fn lost_on(at_risk: &[RiskWarning], kind: domain::FailureKind) -> Option<Day> {
    let cause = RiskCause::Failing { kind };
    let warning = at_risk.iter().find(|warning| warning.cause == cause);
    warning.map(|warning| warning.deadline)
}

/// The warnings that no failing repository says already.
fn losing_days(at_risk: &[RiskWarning]) -> Option<DailyFact> {
    let is_listed = |cause: RiskCause| match cause {
        RiskCause::Failing { kind } => kind.is_permanent() || kind.is_of_connection(),
        _ => false,
    };
    let others = at_risk.iter().filter(|warning| !is_listed(warning.cause));
    let others: Vec<RiskWarning> = others.cloned().collect();
    (!others.is_empty()).then_some(DailyFact::LosingDays(others))
}

/// Releases, star jumps and new repositories, except of repositories listed already.
fn news(
    listed: &HashSet<RepositoryId>,
    released: Vec<DatedRelease>,
    gains: &[StarGain],
    tracked: &RecentlyTracked,
) -> Vec<DailyFact> {
    let gained = |id| gains.iter().find(|gain| gain.id == id);
    let mut listed = listed.clone();
    let mut news = Vec::new();
    for release in released {
        if listed.insert(release.id) {
            news.push(DailyFact::Released {
                stars: gained(release.id).map_or(0, |gain| gain.gained),
                repository: release.repository,
                tag: release.tag,
                day: release.day,
                downloads: release.downloads,
            });
        }
    }
    news.extend(gains.iter().filter_map(|gain| {
        let before = gain.before?;
        // Three times what 28 days bring in a day.
        let is_jump = gain.gained >= LEAST_STARS && gain.gained * 28 >= 3 * before;
        (is_jump && !listed.contains(&gain.id)).then(|| DailyFact::StarJump {
            repository: gain.repository.clone(),
            gained: gain.gained,
            before,
        })
    }));
    if let Some((first, since)) = &tracked.first {
        news.push(DailyFact::Tracked {
            repositories: tracked.repositories,
            first: first.clone(),
            since: Day::of(*since),
        });
    }
    news
}
