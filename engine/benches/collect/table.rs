//! Prints the measurements as a Markdown table.

use std::fs;
use std::time::Duration;

use crate::ipc::write_line;
use crate::measurement::{CONCURRENCY, DatabaseResults, Measurement, Memory};

/// Prints the table.
pub fn print(
    repositories: u32,
    latency: Duration,
    rows: &[DatabaseResults],
) -> std::io::Result<()> {
    let milliseconds = latency.as_millis();
    write_line(&format!(
        "{repositories} repositories, {milliseconds} ms per response, {CONCURRENCY} concurrent requests; {}",
        machine()
    ))?;
    let kinds: Vec<String> = rows
        .iter()
        .map(|row| row.database_kind.to_owned())
        .collect();
    line("", &kinds)?;
    line("---", &vec!["---:".to_owned(); rows.len()])?;
    let cells =
        |cell: &dyn Fn(&DatabaseResults) -> String| rows.iter().map(cell).collect::<Vec<_>>();
    let ideal = |measurement: &Measurement| {
        latency.as_secs_f64() * f64::from(measurement.requests) / concurrency()
    };
    let first = |row: &DatabaseResults| ideal(&row.day.first);
    line(
        "First run, requests",
        &cells(&|row| row.day.first.requests.to_string()),
    )?;
    line(
        "First run, most concurrent requests",
        &cells(&|row| row.day.max_concurrent.to_string()),
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
        &cells(&|row| seconds(row.day.first.cpu_time.as_secs_f64())),
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

/// The sequential loop, and its duration scaled to all repositories.
fn baseline(repositories: u32, rows: &[DatabaseResults]) -> std::io::Result<()> {
    let scaled_duration = |row: &DatabaseResults| {
        let (measured, measurement) = &row.baseline;
        measurement.elapsed.as_secs_f64() * f64::from(repositories) / f64::from(*measured)
    };
    let cells =
        |cell: &dyn Fn(&DatabaseResults) -> String| rows.iter().map(cell).collect::<Vec<_>>();
    let measured = rows.first().map_or(0, |row| row.baseline.0);
    let durations = &cells(&|row| seconds(row.baseline.1.elapsed.as_secs_f64()));
    line(
        &format!("Sequential loop, {measured} repositories, duration"),
        durations,
    )?;
    let scaled = &cells(&|row| seconds(scaled_duration(row)));
    line(
        &format!("Sequential loop, scaled to {repositories}"),
        scaled,
    )?;
    // Tidemark makes more requests per repository, so requests per second are compared.
    let rate = |measurement: &Measurement| {
        f64::from(measurement.requests) / measurement.elapsed.as_secs_f64()
    };
    line(
        "Requests per second, sequential loop",
        &cells(&|row| format!("{:.0}", rate(&row.baseline.1))),
    )?;
    line(
        "Requests per second, Tidemark",
        &cells(&|row| format!("{:.0}", rate(&row.day.first))),
    )
}

fn memory(rows: &[DatabaseResults]) -> std::io::Result<()> {
    let peaks = |of: &dyn Fn(&Memory) -> &(u32, Measurement)| -> Vec<String> {
        let peak = |memory: &Memory| {
            let (_, measurement) = of(memory);
            format!("{} MB", measurement.peak_kb.div_ceil(1_024))
        };
        rows.iter()
            .map(|row| row.memory.as_ref().map_or_else(String::new, peak))
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
        &peaks(&|memory| &memory.few),
    )?;
    line(
        &format!("Peak memory, {many} repositories"),
        &peaks(&|memory| &memory.many),
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
    write_line(&format!("| {name} | {} |", cells.join(" | ")))
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

/// The machine of the measurement.
fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let cpu_info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu_info
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let model = model.map_or("unknown", |(_, model)| model);
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or_default();
    format!("{cores} cores ({model}), load {load} at the end")
}
