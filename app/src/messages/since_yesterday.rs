//! What changed since yesterday, in words. Coincidences are named as such and never as causes.

#[cfg(test)]
mod tests;

use chrono::{DateTime, Utc};
use domain::report::{Coincidence, DailyFact, NewestDay, SinceYesterday};
use domain::{Day, FailureKind, FixTarget, Measure, ObservedCount, TimeZone};

use super::overview::at_risk;
use crate::api::{DailyLine, SinceYesterdayText};
use crate::chart::format;
use crate::text;

/// The section's texts, for a reader in this time zone.
pub fn since_yesterday(news: &SinceYesterday, today: Day, zone: TimeZone) -> SinceYesterdayText {
    let mut lines: Vec<DailyLine> = news.facts.iter().map(|fact| line(fact, today)).collect();
    if lines.is_empty() {
        lines.push(quiet(news, zone));
    } else if news.other_unusual > 0 {
        let others = text::count(
            news.other_unusual.into(),
            "other repository is",
            "other repositories are",
        );
        let unusual = lines
            .iter_mut()
            .rfind(|line| line.mark == UP || line.mark == DOWN);
        if let Some(line) = unusual {
            line.text.push(' ');
            line.text.push_str(&others);
            line.text.push_str(" outside the usual range too.");
        }
    }
    SinceYesterdayText {
        views: (news.newest).map(|newest| format::number(newest.views)),
        below: below(news),
        lines,
    }
}

const UP: &str = "▲";
const DOWN: &str = "▼";

fn of(mark: &str, text: String) -> DailyLine {
    DailyLine {
        mark: mark.to_owned(),
        is_bad: false,
        repository: None,
        text,
        place: None,
    }
}

/// The words below the newest day's views.
fn below(news: &SinceYesterday) -> String {
    if let Some(first) = news.begins {
        // GitHub publishes a day a day later.
        return format!(
            "Your history begins {}. Changes appear from {}.",
            format::short_day(first),
            format::short_day(first.plus(8))
        );
    }
    let Some(NewestDay {
        day,
        change,
        usual,
        views,
    }) = news.newest
    else {
        return String::new();
    };
    let weekday = weekday(day);
    let date = format!("{weekday} {}", format::short_day(day));
    let compared = match change {
        Some(0) => format!("{date}: as many as the {weekday} before, like for like."),
        Some(change) => {
            let (many, word) = (
                change.unsigned_abs(),
                if change > 0 { "more" } else { "fewer" },
            );
            let many = format::number(many);
            format!("{date}: {many} {word} than the {weekday} before, like for like.")
        }
        None => format!("{date}."),
    };
    match usual.filter(|usual| !usual.contains(views)) {
        Some(usual) => format!(
            "{compared} Usual: {} to {}.",
            format::number(usual.low),
            format::number(usual.high)
        ),
        None => compared,
    }
}

/// That nothing needs to be told.
fn quiet(news: &SinceYesterday, zone: TimeZone) -> DailyLine {
    let (done, total) = (news.collected_today, news.repositories);
    let collected = match news.collected_at.filter(|_| done > 0) {
        Some(at) if done >= total => match total {
            1 => format!("The repository was collected at {}.", clock(at, zone)),
            _ => format!(
                "All {} repositories were collected at {}.",
                format::number(total.into()),
                clock(at, zone)
            ),
        },
        Some(_) => format!(
            "{} of {} were collected today.",
            format::number(done.into()),
            text::count(total.into(), "repository", "repositories")
        ),
        None => "Nothing was collected today yet.".to_owned(),
    };
    of("", format!("Nothing unusual. {collected}"))
}

/// `06:51`
fn clock(at: DateTime<Utc>, zone: TimeZone) -> String {
    at.with_timezone(&zone.tz()).format("%H:%M").to_string()
}

fn line(fact: &DailyFact, today: Day) -> DailyLine {
    match fact {
        DailyFact::Failing {
            kind,
            repositories,
            first,
            lost_on,
            place,
        } => DailyLine {
            is_bad: true,
            repository: Some(first.clone()),
            place: place.filter(|place| *place != FixTarget::Github),
            ..of("!", failing(*kind, *repositories, *lost_on))
        },
        DailyFact::LosingDays(warnings) => {
            let sentences: Vec<String> = warnings.iter().map(at_risk).collect();
            DailyLine {
                is_bad: true,
                place: Some(FixTarget::Collection),
                ..of("!", sentences.join(" "))
            }
        }
        DailyFact::Unusual {
            repository,
            measure,
            day,
            observed,
            coincides,
        } => {
            let is_up = (observed.usual).is_none_or(|usual| observed.count > usual.high);
            let (count, with) = (unusual(*measure, *day, *observed), coinciding(coincides));
            DailyLine {
                repository: Some(repository.clone()),
                ..of(if is_up { UP } else { DOWN }, count + &with)
            }
        }
        DailyFact::Released {
            repository,
            tag,
            day,
            downloads,
            stars,
        } => {
            let counts = counted(*downloads, *stars);
            let when = when(*day, today);
            DailyLine {
                repository: Some(repository.clone()),
                ..of("◆", format!(" {tag} was released {when}{counts}."))
            }
        }
        DailyFact::StarJump {
            repository,
            gained,
            before,
        } => {
            let (gained, before) = (
                text::count(*gained, "star", "stars"),
                format::number(*before),
            );
            let text =
                format!(" gained {gained} since yesterday, and {before} in the 28 days before.");
            DailyLine {
                repository: Some(repository.clone()),
                ..of("+", text)
            }
        }
        DailyFact::Tracked {
            repositories,
            first,
            since,
        } => {
            let (many, since) = (
                format::number((*repositories).into()),
                format::short_day(*since),
            );
            let (repository, text) = if *repositories == 1 {
                let text = format!(" is new and tracked since {since}.");
                (Some(first.clone()), text)
            } else {
                (
                    None,
                    format!("{many} new repositories are tracked since {since}."),
                )
            };
            DailyLine {
                repository,
                place: Some(FixTarget::Repositories),
                ..of("+", text)
            }
        }
    }
}

/// ` and 2 others can’t be read (token refused). The first day is lost on 7 Dec.`
fn failing(kind: FailureKind, repositories: u32, lost_on: Option<Day>) -> String {
    let others = match repositories.saturating_sub(1) {
        0 => String::new(),
        1 => " and 1 other".to_owned(),
        many => format!(" and {} others", format::number(many.into())),
    };
    let lost = lost_on.map_or_else(String::new, |day| {
        format!(" The first day is lost on {}.", format::short_day(day))
    });
    format!("{others} can’t be read ({}).{lost}", kind.name())
}

/// `: 146 downloads, 9 new stars`
fn counted(downloads: Option<u64>, stars: u64) -> String {
    let downloads = downloads.map(|many| text::count(many, "download", "downloads"));
    let stars = (stars > 0).then(|| text::count(stars, "new star", "new stars"));
    let counts: Vec<String> = downloads.into_iter().chain(stars).collect();
    if counts.is_empty() {
        String::new()
    } else {
        format!(": {}", counts.join(", "))
    }
}

fn when(day: Day, today: Day) -> String {
    match today.days_since(day) {
        0 => "today".to_owned(),
        1 => "yesterday".to_owned(),
        _ => format!("on {}", format::short_day(day)),
    }
}

/// ` had 318 views, 3× its usual Thursday.`
fn unusual(measure: Measure, day: Day, observed: ObservedCount) -> String {
    let count = match measure {
        Measure::Views => text::count(observed.count, "view", "views"),
        Measure::Clones => text::count(observed.count, "clone", "clones"),
    };
    let weekday = weekday(day);
    let Some(usual) = observed.usual else {
        return format!(" had {count}.");
    };
    if observed.count > usual.high && usual.median > 0 {
        let tenths = observed.count.saturating_mul(10) / usual.median;
        let times = match (tenths / 10, tenths % 10) {
            (whole, 0) | (whole @ 10.., _) => format::number(whole),
            (whole, tenth) => format!("{whole}.{tenth}"),
        };
        return format!(" had {count}, {times}× its usual {weekday}.");
    }
    format!(
        " had {count}. Usual for a {weekday}: {} to {}.",
        format::number(usual.low),
        format::number(usual.high)
    )
}

/// ` Coincides with release 2.4.1 and 9 new stars.`
fn coinciding(coincides: &[Coincidence]) -> String {
    let words: Vec<String> = coincides
        .iter()
        .map(|coincidence| match coincidence {
            Coincidence::Release(tag) => format!("release {tag}"),
            Coincidence::Stars(gained) => text::count(*gained, "new star", "new stars"),
            Coincidence::NewReferrer(site) => {
                format!("{site}, a referrer not seen in the 90 days before")
            }
        })
        .collect();
    let Some((last, others)) = words.split_last() else {
        return String::new();
    };
    if others.is_empty() {
        format!(" Coincides with {last}.")
    } else {
        format!(" Coincides with {} and {last}.", others.join(", "))
    }
}

fn weekday(day: Day) -> String {
    day.date().format("%A").to_string()
}
