//! Common schedules in plain English.

/// Names of the weekdays by their cron number; 7 is Sunday again.
const WEEKDAYS: [&str; 8] = [
    "Sunday",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];

/// More times than this are described as an interval.
const MOST_TIMES: usize = 4;

/// The expression in words, if it is a common one.
pub(super) fn describe(expression: &str) -> Option<String> {
    let fields: Vec<&str> = expression.split(' ').collect();
    let &[minute, hour, day, month, weekday] = fields.as_slice() else {
        return None;
    };
    if month != "*" {
        return None;
    }
    let daily = day == "*" && weekday == "*";
    if daily && hour == "*" {
        return every_hour(minute);
    }
    let minute = numbers(minute, 59).filter(|minutes| minutes.len() == 1)?[0];
    let hours = numbers(hour, 23)?;
    if daily && hours.len() > MOST_TIMES {
        let step = hour.strip_prefix("*/")?;
        return Some(format!("Every {step} hours, from 00:{minute:02}."));
    }
    if hours.len() > MOST_TIMES {
        return None;
    }
    let times = join_with_and(
        hours
            .iter()
            .map(|hour| format!("{hour:02}:{minute:02}"))
            .collect(),
    );
    match (day, weekday) {
        ("*", "*") => Some(format!("Every day at {times}.")),
        ("*", weekday) => {
            let names = numbers(weekday, 7)?
                .iter()
                .map(|day| WEEKDAYS[*day].to_owned())
                .collect();
            Some(format!("Every {} at {times}.", join_with_and(names)))
        }
        (day, "*") => {
            let days = numbers(day, 31)?;
            let word = if days.len() == 1 { "day" } else { "days" };
            let days = join_with_and(days.iter().map(usize::to_string).collect());
            Some(format!("On {word} {days} of the month, at {times}."))
        }
        _ => None,
    }
}

/// Whether the minute is restricted by nothing.
pub(super) fn every_minute(expression: &str) -> bool {
    let minute = expression.split(' ').next().unwrap_or_default();
    minute == "*" || numbers(minute, 59).is_some_and(|minutes| minutes.len() == 60)
}

fn every_hour(minute: &str) -> Option<String> {
    if minute == "*" {
        return Some("Every minute.".into());
    }
    if let Some(step) = minute
        .strip_prefix("*/")
        .and_then(|step| step.parse::<u8>().ok())
    {
        // A step that does not divide the hour is not a regular interval.
        return (step > 1 && 60 % step == 0).then(|| format!("Every {step} minutes."));
    }
    let minutes = numbers(minute, 59)?;
    (minutes.len() == 1).then(|| format!("Every hour at minute {}.", minutes[0]))
}

/// The values of a field: numbers, lists, ranges, and steps from zero that divide the field.
fn numbers(field: &str, largest: usize) -> Option<Vec<usize>> {
    if let Some(step) = field.strip_prefix("*/") {
        let step: usize = step.parse().ok()?;
        let steady = step > 0 && (largest + 1).is_multiple_of(step);
        return steady.then(|| (0..=largest).step_by(step).collect());
    }
    let mut values = Vec::new();
    for part in field.split(',') {
        match part.split_once('-') {
            Some((from, to)) => {
                values.extend(from.parse::<usize>().ok()?..=to.parse::<usize>().ok()?);
            }
            None => values.push(part.parse().ok()?),
        }
    }
    (!values.is_empty() && values.iter().all(|value| *value <= largest)).then_some(values)
}

/// “a”, “a and b”, “a, b and c”.
fn join_with_and(mut items: Vec<String>) -> String {
    match items.pop() {
        Some(last) if items.is_empty() => last,
        Some(last) => format!("{} and {last}", items.join(", ")),
        None => String::new(),
    }
}
