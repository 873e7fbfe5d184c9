//! Prints the measurements as Markdown.

use std::fs;
use std::io::{self, Write};
use std::time::Duration;

use crate::BenchResult;
use crate::measurement::Row;
use crate::readers::{READERS, Reading};
use crate::run::{Results, total};
use crate::server::PROGRAM;

/// Tables with at least this share of all bytes, in percent, are listed.
const LISTED_SHARE: i64 = 1;

/// Prints all measurements of one database.
pub fn print(results: &Results) -> BenchResult {
    let mut out = io::stdout().lock();
    let (size, kind) = (results.size, results.kind);
    writeln!(
        out,
        "\n### {} repositories × {} years on {kind}\n",
        grouped(size.repositories.unsigned_abs()),
        size.years
    )?;
    writeln!(out, "{}\n", machine())?;
    facts(&mut out, results)?;
    storage(&mut out, results)?;
    writeln!(
        out,
        "| Page | Period | Median | p95 | × scan | Size | Compressed |"
    )?;
    writeln!(out, "| --- | --- | ---: | ---: | ---: | ---: | ---: |")?;
    for row in &results.rows {
        requested(&mut out, row, results.scan.median())?;
    }
    writeln!(out)?;
    Ok(out.flush()?)
}

fn facts(out: &mut impl Write, results: &Results) -> BenchResult {
    let program = fs::metadata(PROGRAM)?.len();
    let mut facts = vec![
        ("Known days", grouped(results.days.unsigned_abs())),
        ("Generation, or a copy of it", seconds(results.generation)),
        (
            "First start, with the migrations",
            seconds(results.first_start),
        ),
        ("Next start", seconds(results.next_start)),
        (
            "Scan of all days (the yardstick), median",
            milliseconds(results.scan.median()),
        ),
        (
            "Memory of the server in the end",
            megabytes(results.memory.now_kb * 1_024),
        ),
        (
            "Memory of the server, peak",
            megabytes(results.memory.peak_kb * 1_024),
        ),
        ("Program", megabytes(program)),
    ];
    let readers = |reading: &Reading| {
        let failed = match reading.failed {
            0 => String::new(),
            failed => format!(", {failed} failed"),
        };
        format!(
            "{:.0} per second, median {}, p95 {}{failed}",
            reading.per_second,
            milliseconds(reading.times.median()),
            milliseconds(reading.times.percentile(95))
        )
    };
    let alone = format!("Overview, {READERS} readers");
    let collecting = format!("Overview, {READERS} readers during a collection");
    if let Some(reading) = &results.reading {
        facts.push((&alone, readers(reading)));
    }
    if let Some(collection) = &results.collection {
        facts.push((&collecting, readers(&collection.reading)));
        facts.push((
            "Repositories collected meanwhile",
            grouped(collection.repositories),
        ));
    }
    writeln!(out, "| | |\n| --- | ---: |")?;
    for (name, value) in facts {
        writeln!(out, "| {name} | {value} |")?;
    }
    Ok(writeln!(out)?)
}

/// The size of the database, in total and for each repository-day.
fn storage(out: &mut impl Write, results: &Results) -> BenchResult {
    let per_day = |bytes: i64| {
        format!(
            "{:.1}",
            ratio(bytes.unsigned_abs(), results.days.unsigned_abs())
        )
    };
    let all = total(&results.tables);
    writeln!(
        out,
        "| Table with its indexes | Size | Bytes per repository-day |"
    )?;
    writeln!(out, "| --- | ---: | ---: |")?;
    let generated = results.generated_bytes;
    let mut line = |name: &str, bytes: i64| {
        let size = megabytes(bytes.unsigned_abs());
        writeln!(out, "| {name} | {size} | {} |", per_day(bytes))
    };
    line("All, as generated", generated)?;
    line("All, as served", all)?;
    line("All, with free pages", results.database_bytes)?;
    for (table, bytes) in &results.tables {
        if bytes * 100 >= all * LISTED_SHARE {
            line(&format!("`{table}`"), *bytes)?;
        }
    }
    Ok(writeln!(out)?)
}

fn requested(out: &mut impl Write, row: &Row, scan: Duration) -> BenchResult {
    let median = row.times.median();
    let kilobytes = |bytes: u64| match bytes {
        0..10_000 => format!("{:.1} KB", ratio(bytes, 1_000)),
        _ => format!("{:.0} KB", ratio(bytes, 1_000)),
    };
    writeln!(
        out,
        "| {} | {} | {} | {} | {:.2} | {} | {} |",
        row.name,
        row.variant,
        milliseconds(median),
        // One request has no distribution.
        if row.times.len() > 1 {
            milliseconds(row.times.percentile(95))
        } else {
            String::new()
        },
        median.as_secs_f64() / scan.as_secs_f64(),
        kilobytes(row.bytes),
        kilobytes(row.compressed),
    )?;
    Ok(())
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
    format!("{cores} cores ({model}), load {load} at the end.")
}

fn milliseconds(time: Duration) -> String {
    let milliseconds = time.as_secs_f64() * 1_000.0;
    if milliseconds < 100.0 {
        format!("{milliseconds:.1} ms")
    } else {
        format!("{milliseconds:.0} ms")
    }
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", ratio(bytes, 1_000_000))
}

#[expect(clippy::cast_precision_loss, reason = "sizes are far below 2^52")]
fn ratio(bytes: u64, unit: u64) -> f64 {
    bytes as f64 / unit as f64
}

/// A number with its digits in groups of three.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
