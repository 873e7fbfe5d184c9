//! What a database holds beside days: windows, coverage, referrers, paths, stars, releases, runs.
//!
//! The busiest repositories have the whole history of it, all others the newest part.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};

use crate::BenchResult;
use crate::database::{Database, Value};
use crate::generator::{OWNER, repository_name};
use crate::traffic::{Portfolio, random};

/// How many of the busiest repositories have a long history of everything.
const BUSIEST: i64 = 20;
/// One in so many repositories publishes releases.
const RELEASING: i64 = 10;
const RELEASES: i64 = 6;
const RUNS: i64 = 60;

const REFERRERS: [&str; 8] = [
    "Google",
    "github.com",
    "Bing",
    "news.ycombinator.com",
    "DuckDuckGo",
    "stackoverflow.com",
    "reddit.com",
    "dev.to",
];
const PATHS: [&str; 8] = [
    "",
    "/issues",
    "/releases",
    "/pulls",
    "/actions",
    "/wiki",
    "/discussions",
    "/tree/main/src",
];

/// Writes all of it, for an empty database with repositories and days.
pub async fn write(
    database: &mut Database,
    portfolio: &Portfolio,
    now: DateTime<Utc>,
) -> BenchResult {
    write_windows(database, portfolio).await?;
    write_coverage(database, portfolio).await?;
    write_rankings(database, portfolio).await?;
    write_popularity(database, portfolio).await?;
    write_stars(database, portfolio).await?;
    write_releases(database, portfolio).await?;
    write_runs(database, portfolio, now).await
}

async fn write_windows(database: &mut Database, portfolio: &Portfolio) -> BenchResult {
    let rows = portfolio.collected().flat_map(|number| {
        (0..3).flat_map(move |ago| {
            ["views", "clones"].map(|measure| {
                let last = portfolio.last_day - Days::new(ago);
                let days = (0..14).filter_map(|ago| portfolio.on(number, last - Days::new(ago)));
                let total: i64 = days
                    .map(|day| match measure {
                        "views" => day.views.0,
                        _ => day.clones.map_or(0, |clones| clones.0),
                    })
                    .sum();
                [
                    Value::Number(number),
                    text(measure),
                    Value::Day(last),
                    Value::Day(last - Days::new(13)),
                    Value::Number(total),
                    Value::Number(total / 3),
                ]
            })
        })
    });
    let columns = [
        "repository_id",
        "measure",
        "last_day",
        "first_day",
        "total",
        "uniques",
    ];
    database
        .insert("traffic_windows", columns, rows.collect())
        .await
}

async fn write_coverage(database: &mut Database, portfolio: &Portfolio) -> BenchResult {
    let ranges = portfolio.collected().flat_map(|number| {
        let ranges = portfolio.collected_ranges(number).into_iter();
        ranges.flat_map(move |(from, to)| {
            ["views", "clones"].map(|measure| {
                [
                    Value::Number(number),
                    text(measure),
                    Value::Day(from),
                    Value::Day(to),
                ]
            })
        })
    });
    let columns = ["repository_id", "measure", "from_day", "to_day"];
    database
        .insert("answered_days", columns, ranges.collect())
        .await?;
    let responses = portfolio.collected().flat_map(|number| {
        ["views", "clones"].map(|measure| {
            [
                Value::Number(number),
                text(measure),
                Value::Day(portfolio.last_day + Days::new(1)),
                Value::Day(portfolio.last_day - Days::new(13)),
                Value::Day(portfolio.last_day),
            ]
        })
    });
    let columns = [
        "repository_id",
        "measure",
        "answered_on",
        "first_day",
        "last_day",
    ];
    database
        .insert("traffic_answers", columns, responses.collect())
        .await
}

/// The newest referrers and paths of each repository, and half a year of them of the busiest ones.
/// The database numbers labels and lists from 1, in the order of insertion.
async fn write_rankings(database: &mut Database, portfolio: &Portfolio) -> BenchResult {
    let mut labels: Vec<[Value; 1]> = REFERRERS.map(|label| [text(label)]).into();
    let (mut lists, mut rows) = (Vec::new(), Vec::new());
    for number in portfolio.collected() {
        let first_path = i64::try_from(labels.len())? + 1;
        let name = repository_name(number);
        labels.extend(PATHS.map(|path| [Value::Text(format!("/{OWNER}/{name}{path}"))]));
        let weeks = if number <= BUSIEST { 26 } else { 1 };
        for (week, (kind, first_label)) in
            (0..weeks).flat_map(|week| [(week, ("referrers", 1)), (week, ("paths", first_path))])
        {
            let last = portfolio.last_day - Days::new(7 * week);
            lists.push([
                Value::Number(number),
                text(kind),
                Value::Day(last),
                Value::Day(last - Days::new(13)),
                Value::Time(at_midnight(last + Days::new(1))),
            ]);
            let ranking = i64::try_from(lists.len())?;
            let most = 100 + 8_000 / (number + 1);
            rows.extend((0..8).map(|position| {
                let count = most / (position + 1) + 1;
                [
                    Value::Number(ranking),
                    Value::Number(position),
                    Value::Number(first_label + position),
                    Value::Number(count),
                    Value::Number(count / 2 + 1),
                ]
            }));
        }
    }
    database.insert("labels", ["label"], labels).await?;
    let columns = [
        "repository_id",
        "kind",
        "last_day",
        "first_day",
        "captured_at",
    ];
    database.insert("rankings", columns, lists).await?;
    let columns = ["ranking_id", "position", "label_id", "count", "uniques"];
    database.insert("ranking_rows", columns, rows).await
}

async fn write_popularity(database: &mut Database, portfolio: &Portfolio) -> BenchResult {
    let rows = portfolio.collected().flat_map(|number| {
        let days = known_days(portfolio, number, 7);
        days.map(move |day| {
            let stars = 40_000 / (number + 1) + (day - portfolio.first_day).num_days() / 7;
            [
                Value::Number(number),
                Value::Day(day),
                Value::Number(stars),
                Value::Number(stars / 8),
                Value::Number(stars / 30),
                Value::Number(random(number, 2, 60)),
            ]
        })
    });
    let columns = [
        "repository_id",
        "day",
        "stars",
        "forks",
        "watchers",
        "open_issues",
    ];
    database
        .insert("popularity_days", columns, rows.collect())
        .await
}

async fn write_stars(database: &mut Database, portfolio: &Portfolio) -> BenchResult {
    let histories = portfolio.collected().map(|number| {
        [
            Value::Number(number),
            Value::Day(portfolio.first_day),
            Value::Day(portfolio.last_day),
            Value::Number(1),
            Value::Flag(true),
        ]
    });
    let columns = ["repository_id", "first_day", "last_day", "pages", "whole"];
    database
        .insert("star_histories", columns, histories.collect())
        .await?;
    let days = portfolio.collected().flat_map(|number| {
        let between = if number <= BUSIEST { 1 } else { 60 };
        portfolio
            .days()
            .step_by(between)
            .map(move |day| {
                let stars = 1 + random(number, day.to_epoch_days().into(), 5);
                [Value::Number(number), Value::Day(day), Value::Number(stars)]
            })
            .collect::<Vec<_>>()
    });
    let columns = ["repository_id", "day", "stars"];
    database.insert("star_days", columns, days.collect()).await
}

/// Releases with one asset each; the database numbers both from 1, in the order of insertion.
async fn write_releases(database: &mut Database, portfolio: &Portfolio) -> BenchResult {
    let (mut releases, mut assets, mut asset_days) = (Vec::new(), Vec::new(), Vec::new());
    let mut readings = Vec::new();
    let releasing = |number: &i64| *number <= BUSIEST || number % RELEASING == 0;
    for number in portfolio.collected().filter(releasing) {
        for release in 0..RELEASES {
            let age = (RELEASES - release) * portfolio.size.years * 365 / (RELEASES + 1);
            let published = portfolio.last_day - Days::new(age.unsigned_abs());
            releases.push([
                Value::Number(number),
                Value::Number(number * 100 + release),
                Value::Text(format!("v1.{release}")),
                Value::Flag(false),
                Value::Time(at_midnight(published)),
            ]);
            let asset = i64::try_from(releases.len())?;
            let days: Vec<NaiveDate> = known_days(portfolio, number, 3)
                .filter(|day| *day > published)
                .collect();
            let downloads = 5 * i64::try_from(days.len())?;
            assets.push([
                Value::Number(asset),
                Value::Number(asset),
                text("tidemark-linux.tar.gz"),
                Value::Number(12_000_000),
                Value::Time(at_midnight(published)),
                Value::Number(1),
                Value::Number(downloads),
                Value::Number(downloads),
            ]);
            asset_days.extend((1..).zip(days).map(|(index, day)| {
                [
                    Value::Number(asset),
                    Value::Day(day),
                    Value::Number(5 * index),
                    Value::Number(5),
                    Value::Flag(false),
                ]
            }));
        }
        readings.extend(
            known_days(portfolio, number, 3).map(|day| [Value::Number(number), Value::Day(day)]),
        );
    }
    let columns = [
        "repository_id",
        "github_id",
        "tag",
        "prerelease",
        "published_at",
    ];
    database.insert("releases", columns, releases).await?;
    let columns = [
        "release_id",
        "github_id",
        "name",
        "size",
        "uploaded_at",
        "uploads",
        "downloads",
        "total",
    ];
    database.insert("release_assets", columns, assets).await?;
    let columns = ["asset_id", "day", "downloads", "gained", "reset"];
    database.insert("asset_days", columns, asset_days).await?;
    let columns = ["repository_id", "day"];
    database.insert("release_days", columns, readings).await
}

async fn write_runs(
    database: &mut Database,
    portfolio: &Portfolio,
    now: DateTime<Utc>,
) -> BenchResult {
    let rows = (0..RUNS).map(|number| {
        let started = now - TimeDelta::hours(12 * (RUNS - number));
        [
            Value::Number(1),
            text("schedule"),
            text("succeeded"),
            Value::Time(started),
            Value::Time(started + TimeDelta::minutes(2)),
            Value::Number(portfolio.size.repositories),
            Value::Number(portfolio.size.repositories),
            Value::Number(0),
            Value::Number(4 * portfolio.size.repositories),
        ]
    });
    let columns = [
        "tenant_id",
        "trigger",
        "status",
        "started_at",
        "finished_at",
        "repositories_total",
        "repositories_done",
        "repositories_failed",
        "requests",
    ];
    database.insert("runs", columns, rows.collect()).await
}

/// All days of one of the busiest repositories, and the newest ones of another.
fn known_days(
    portfolio: &Portfolio,
    number: i64,
    newest: usize,
) -> impl Iterator<Item = NaiveDate> + use<> {
    let kept = if number <= BUSIEST {
        usize::MAX
    } else {
        newest
    };
    let mut days: Vec<NaiveDate> = portfolio.days().rev().take(kept).collect();
    days.reverse();
    days.into_iter()
}

fn at_midnight(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}
