//! The figures, in a table that can be copied into a page.

use std::fs;
use std::time::Duration;

use crate::ipc::say;
use crate::result::{CONCURRENCY, Day, Took};

/// The databases, in the order in which they are measured.
pub const KINDS: [&str; 2] = ["SQLite", "PostgreSQL"];

/// All that was measured on one database.
pub struct Row {
    pub kind: &'static str,
    pub day: Day,
    /// With how many repositories the sequential loop ran, and what it took.
    pub baseline: (u32, Took),
    pub memory: Option<Memory>,
}

/// The most memory with few and with many repositories.
pub struct Memory {
    pub few: (u32, Took),
    pub many: (u32, Took),
}

/// Prints everything.
pub fn print(repositories: u32, latency: Duration, rows: &[Row]) -> std::io::Result<()> {
    let milliseconds = latency.as_millis();
    say(&format!(
        "{repositories} repositories, {milliseconds} ms per response, {CONCURRENCY} concurrent requests; {}",
        machine()
    ))?;
    let kinds: Vec<String> = rows.iter().map(|row| row.kind.to_owned()).collect();
    line("", &kinds)?;
    line("---", &vec!["---:".to_owned(); rows.len()])?;
    let cells = |cell: &dyn Fn(&Row) -> String| rows.iter().map(cell).collect::<Vec<_>>();
    let ideal = |took: &Took| latency.as_secs_f64() * f64::from(took.requests) / concurrency();
    let first = |row: &Row| ideal(&row.day.first);
    line(
        "First run, requests",
        &cells(&|row| row.day.first.requests.to_string()),
    )?;
    line(
        "First run, most concurrent requests",
        &cells(&|row| row.day.at_once.to_string()),
    )?;
    line("First run, ideal", &cells(&|row| seconds(first(row))))?;
    line(
        "First run, duration",
        &cells(&|row| seconds(row.day.first.elapsed.as_secs_f64())),
    )?;
    line(
        "**First run, ratio to ideal**",
        &cells(&|row| {
            format!(
                "**{:.2}**",
                row.day.first.elapsed.as_secs_f64() / first(row)
            )
        }),
    )?;
    line(
        "First run, CPU time",
        &cells(&|row| seconds(row.day.first.computed.as_secs_f64())),
    )?;
    line(
        "Second run, requests",
        &cells(&|row| row.day.second.requests.to_string()),
    )?;
    line(
        "Second run, charged to the rate limit",
        &cells(&|row| row.day.charged.to_string()),
    )?;
    line(
        "**Second run, share charged**",
        &cells(&|row| {
            format!(
                "**{:.1} %**",
                share(row.day.charged, row.day.second.requests)
            )
        }),
    )?;
    line(
        "Second run, duration",
        &cells(&|row| seconds(row.day.second.elapsed.as_secs_f64())),
    )?;
    baseline(repositories, rows)?;
    if rows.iter().any(|row| row.memory.is_some()) {
        memory(rows)?;
    }
    Ok(())
}

/// The sequential loop, and how long it would take with as many repositories.
fn baseline(repositories: u32, rows: &[Row]) -> std::io::Result<()> {
    let whole = |row: &Row| {
        let (measured, took) = &row.baseline;
        took.elapsed.as_secs_f64() * f64::from(repositories) / f64::from(*measured)
    };
    let cells = |cell: &dyn Fn(&Row) -> String| rows.iter().map(cell).collect::<Vec<_>>();
    let measured = rows.first().map_or(0, |row| row.baseline.0);
    let took = &cells(&|row| seconds(row.baseline.1.elapsed.as_secs_f64()));
    line(
        &format!("Sequential loop, {measured} repositories, duration"),
        took,
    )?;
    let scaled = &cells(&|row| seconds(whole(row)));
    line(
        &format!("Sequential loop, scaled to {repositories}"),
        scaled,
    )?;
    // It asks four questions where Tidemark asks more, so requests in a second are compared.
    let rate = |took: &Took| f64::from(took.requests) / took.elapsed.as_secs_f64();
    line(
        "Requests per second, sequential loop",
        &cells(&|row| format!("{:.0}", rate(&row.baseline.1))),
    )?;
    line(
        "Requests per second, Tidemark",
        &cells(&|row| format!("{:.0}", rate(&row.day.first))),
    )
}

fn memory(rows: &[Row]) -> std::io::Result<()> {
    let figures = |of: &dyn Fn(&Memory) -> &(u32, Took)| -> Vec<String> {
        let told = |memory: &Memory| {
            let (_, took) = of(memory);
            format!("{} MB", took.peak_kb.div_ceil(1_024))
        };
        rows.iter()
            .map(|row| row.memory.as_ref().map_or_else(String::new, told))
            .collect()
    };
    let number = |of: &dyn Fn(&Memory) -> u32| {
        rows.iter()
            .find_map(|row| row.memory.as_ref().map(of))
            .unwrap_or_default()
    };
    let (few, many) = (
        number(&|memory| memory.few.0),
        number(&|memory| memory.many.0),
    );
    line(
        &format!("Peak memory, {few} repositories"),
        &figures(&|memory| &memory.few),
    )?;
    line(
        &format!("Peak memory, {many} repositories"),
        &figures(&|memory| &memory.many),
    )?;
    let times: Vec<String> = rows
        .iter()
        .filter_map(|row| row.memory.as_ref())
        .map(|memory| seconds(memory.many.1.elapsed.as_secs_f64()))
        .collect();
    line(
        &format!("Duration for {many} repositories without latency"),
        &times,
    )
}

fn line(name: &str, cells: &[String]) -> std::io::Result<()> {
    say(&format!("| {name} | {} |", cells.join(" | ")))
}

fn seconds(seconds: f64) -> String {
    format!("{seconds:.1} s")
}

fn share(part: u32, whole: u32) -> f64 {
    f64::from(part) * 100.0 / f64::from(whole.max(1))
}

fn concurrency() -> f64 {
    u32::try_from(CONCURRENCY).map_or(f64::INFINITY, f64::from)
}

/// What it was measured on.
fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let told = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = told
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let model = model.map_or("unknown", |(_, model)| model);
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or_default();
    format!("{cores} cores ({model}), load {load} at the end")
}
