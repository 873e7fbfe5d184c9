//! Fills a database as years of collections would have: day by day, all repositories each day.

use chrono::{DateTime, Datelike, Days, NaiveDate, Utc, Weekday};

use crate::BenchResult;
use crate::database::{Database, Value};
use crate::details;
use crate::options::Size;
use crate::traffic::{Portfolio, Traffic};

/// The last migration of the schema before the program's own.
pub const PREVIOUS_SCHEMA: i64 = 30;
/// The owner of all repositories.
pub const OWNER: &str = "acme";
/// The address and the name of the tenant.
pub const TENANT: &str = "lab";
pub const TENANT_NAME: &str = "Lab";

/// A table of the program's own schema with a row for each repository, which the program fills.
pub const SUMMARIES: &str = "repository_summaries";

/// The days of one transaction, about a month.
const DAYS_AT_ONCE: usize = 30;

/// Fills an empty database that has its tables.
pub async fn fill(database: &mut Database, size: Size, now: DateTime<Utc>) -> BenchResult {
    let portfolio = Portfolio::new(size, last_day(now));
    // A crash here costs nothing.
    database
        .execute_on_sqlite("pragma journal_mode = off")
        .await?;
    database
        .execute_on_sqlite("pragma synchronous = off")
        .await?;
    database
        .execute_on_sqlite("pragma cache_size = -1000000")
        .await?;
    write_tenant(database, &portfolio, now).await?;
    write_days(database, &portfolio).await?;
    database.execute("begin").await?;
    details::write(database, &portfolio, now).await?;
    database.execute("commit").await
}

/// The newest generated day: yesterday.
pub fn last_day(now: DateTime<Utc>) -> NaiveDate {
    now.date_naive() - Days::new(1)
}

/// The name of a repository, as the simulator names it.
pub fn repository_name(number: i64) -> String {
    format!("repository-{number:04}")
}

async fn write_tenant(
    database: &mut Database,
    portfolio: &Portfolio,
    now: DateTime<Utc>,
) -> BenchResult {
    let text = |text: &str| Value::Text(text.to_owned());
    database.execute("begin").await?;
    database
        .insert(
            "tenants",
            ["slug", "name", "created_at"],
            vec![[text(TENANT), text(TENANT_NAME), Value::Time(now)]],
        )
        .await?;
    // A connection without a secret. The set-up replaces it.
    database
        .insert(
            "connections",
            [
                "tenant_id",
                "name",
                "api_url",
                "sealed_token",
                "login",
                "github_user_id",
                "created_at",
                "removed_at",
            ],
            vec![[
                Value::Number(1),
                text("Generated"),
                text("http://127.0.0.1"),
                Value::Bytes(Vec::new()),
                text("octocat"),
                Value::Number(1),
                Value::Time(now),
                Value::Time(now),
            ]],
        )
        .await?;
    let added_at = portfolio
        .first_day
        .and_time(chrono::NaiveTime::MIN)
        .and_utc();
    let repositories = (1..=portfolio.size.repositories).map(|number| {
        [
            Value::Number(1),
            Value::Number(1),
            Value::Number(number),
            text(OWNER),
            Value::Text(repository_name(number)),
            text("active"),
            text("public"),
            Value::Time(added_at),
        ]
    });
    database
        .insert(
            "repositories",
            [
                "tenant_id",
                "connection_id",
                "github_id",
                "owner",
                "name",
                "status",
                "visibility",
                "added_at",
            ],
            repositories.collect(),
        )
        .await?;
    database
        .execute("update repositories set last_collected_at = (select created_at from tenants) where id % 100 <> 0")
        .await?;
    if database.has_table(SUMMARIES).await? {
        let rows = (1..=portfolio.size.repositories).map(|number| [Value::Number(number)]);
        let rows = rows.collect();
        database.insert(SUMMARIES, ["repository_id"], rows).await?;
    }
    database.execute("commit").await
}

/// Writes the days and the weeks that have ended. On SQLite, days are text or numbers, as the table
/// says.
async fn write_days(database: &mut Database, portfolio: &Portfolio) -> BenchResult {
    let days: Vec<NaiveDate> = portfolio.days().collect();
    for days in days.chunks(DAYS_AT_ONCE) {
        let (mut day_rows, mut week_rows) = (Vec::new(), Vec::new());
        for day in days {
            day_rows.extend(portfolio.collected().filter_map(|repository| {
                Some(row(repository, *day, portfolio.on(repository, *day)?))
            }));
            let monday = *day - Days::new(6);
            if day.weekday() == Weekday::Sun && monday >= portfolio.first_day {
                week_rows.extend(portfolio.collected().filter_map(|repository| {
                    let week = portfolio.week_until(repository, *day)?;
                    Some(row(repository, monday, week))
                }));
            }
        }
        database.execute("begin").await?;
        database
            .insert("traffic_days", columns("day"), day_rows)
            .await?;
        database
            .insert("traffic_weeks", columns("week"), week_rows)
            .await?;
        database.execute("commit").await?;
    }
    Ok(())
}

fn columns(key: &str) -> [&str; 6] {
    [
        "repository_id",
        key,
        "views",
        "view_uniques",
        "clones",
        "clone_uniques",
    ]
}

fn row(repository: i64, day: NaiveDate, traffic: Traffic) -> [Value; 6] {
    let (views, view_uniques) = traffic.views;
    let (clones, clone_uniques) = traffic
        .clones
        .map_or((Value::Null, Value::Null), |(clones, uniques)| {
            (Value::Number(clones), Value::Number(uniques))
        });
    [
        Value::Number(repository),
        Value::Day(day),
        Value::Number(views),
        Value::Number(view_uniques),
        clones,
        clone_uniques,
    ]
}
