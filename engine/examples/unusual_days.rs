//! Lists the days that “Since yesterday” would name for recorded repositories:
//! `cargo run --example unusual_days -- 30 RECORDING/windows.csv…` takes the newest 30 days of each.
//!
//! A recording has the columns `day,views,view_uniques,clones,clone_uniques` after the time of the
//! response. Of a day in several responses, the highest count is taken, as in the database.

#![expect(clippy::print_stdout, reason = "it prints a report")]

use std::collections::BTreeMap;
use std::error::Error;

use domain::{Day, Measure, ObservedCount};

type Counts = BTreeMap<Day, u64>;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let days: usize = arguments.next().ok_or("How many days?")?.parse()?;
    let (mut judged, mut named) = (0, 0);
    for path in arguments {
        let text = std::fs::read_to_string(&path)?;
        for (measure, column) in [(Measure::Views, 2), (Measure::Clones, 4)] {
            let counts = read(&text, column);
            let of = |day: Day| counts.get(&day).copied();
            for day in counts.keys().rev().take(days) {
                let Some(observed) = ObservedCount::on(*day, of) else {
                    continue;
                };
                let Some(usual) = observed.usual else {
                    continue;
                };
                judged += 1;
                if observed.is_notable(measure) {
                    named += 1;
                    println!(
                        "{path} {day} {}: {}, usual {} to {}, median {}",
                        measure.as_str(),
                        observed.count,
                        usual.low,
                        usual.high,
                        usual.median
                    );
                }
            }
        }
    }
    println!("{named} of {judged} days with a usual range");
    Ok(())
}

fn read(text: &str, column: usize) -> Counts {
    let mut counts = Counts::new();
    for line in text.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let day: Option<Day> = fields.get(1).and_then(|day| day.parse().ok());
        let count: Option<u64> = fields.get(column).and_then(|count| count.parse().ok());
        if let Some((day, count)) = day.zip(count) {
            let known: &mut u64 = counts.entry(day).or_default();
            *known = count.max(*known);
        }
    }
    counts
}
