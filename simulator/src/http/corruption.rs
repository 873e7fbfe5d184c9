//! Corrupts parts of an answer that is whole: an entry, a day, a text.

use axum::body::Bytes;
use chrono::NaiveDate;
use serde_json::{Map, Value, json};

use crate::faults::fault::{BadValue, Fault, OddText};
use crate::http::call::Call;
use crate::requests::endpoint::Endpoint;

/// Stands for a lone surrogate, which no Rust string can hold.
const PLACEHOLDER: char = '\u{f8ff}';
/// The lone surrogate as GitHub's JSON spells it.
const LONE_SURROGATE: &[u8] = br"\ud83d";
/// More than an index row of PostgreSQL holds.
const LONG: usize = 3_000;

/// The body with everything that the call's faults do to it; `None` where they do nothing.
pub(crate) fn corrupt(call: &Call, body: &Bytes) -> Option<Bytes> {
    if !call.faults.iter().any(Fault::corrupts) {
        return None;
    }
    let mut answer: Value = serde_json::from_slice(body).ok()?;
    for fault in call.faults.iter() {
        match fault {
            Fault::EmptySeries => empty(&mut answer),
            Fault::StrayDay { day } => list_day(&mut answer, *day),
            Fault::BadEntry { entry, value } => {
                spoil_entry(call.endpoint, &mut answer, *entry, *value);
            }
            Fault::UnknownName { entry, full_name } => rename(&mut answer, *entry, full_name),
            Fault::OddText(odd) => spoil_texts(call.endpoint, &mut answer, *odd),
            _ => {}
        }
    }
    let text = answer.to_string();
    Some(spell_surrogates(&text).into())
}

fn empty(answer: &mut Value) {
    if let Some(entries) = entries(answer) {
        entries.clear();
    }
    answer["count"] = 0.into();
    answer["uniques"] = 0.into();
}

fn list_day(answer: &mut Value, day: NaiveDate) {
    let Some(entries) = entries(answer) else {
        return;
    };
    let timestamp = day.format("%Y-%m-%dT00:00:00Z").to_string();
    let place = entries.partition_point(|it| it["timestamp"].as_str() < Some(&timestamp));
    let bucket = json!({ "timestamp": timestamp, "count": 7, "uniques": 3 });
    entries.insert(place, bucket);
}

fn spoil_entry(endpoint: Endpoint, answer: &mut Value, entry: u8, value: BadValue) {
    // A repository's own answer is no list: it is the entry.
    if endpoint == Endpoint::Repository {
        if let Value::Object(repository) = answer {
            spoil_field(repository, "stargazers_count", value);
        }
        return;
    }
    let Some((entries, at)) = chosen(answer, entry) else {
        return;
    };
    match value {
        BadValue::NoEntry => entries[at] = Value::Null,
        BadValue::Twice => {
            let mut again = entries[at].clone();
            if let Some(count) = again["count"].as_u64() {
                again["count"] = (count + 1).into();
            }
            entries.insert(at, again);
        }
        _ => {
            let size = entries[at].pointer_mut("/assets/0");
            if let Some(Value::Object(asset)) = size {
                spoil_field(asset, "size", value);
            } else if let Value::Object(entry) = &mut entries[at] {
                spoil_field(entry, field(endpoint, value), value);
            }
        }
    }
}

/// The field that was seen to be wrong.
fn field(endpoint: Endpoint, value: BadValue) -> &'static str {
    let is_gone = matches!(value, BadValue::Null | BadValue::Missing);
    match endpoint {
        Endpoint::Referrers if is_gone => "referrer",
        Endpoint::Paths if is_gone => "path",
        Endpoint::Tags => "commit",
        Endpoint::StarHistory => "days",
        Endpoint::UserRepositories
        | Endpoint::OrganizationRepositories
        | Endpoint::InstallationRepositories
            if is_gone =>
        {
            "permissions"
        }
        Endpoint::Views | Endpoint::Clones | Endpoint::Referrers | Endpoint::Paths => "count",
        _ => "id",
    }
}

fn spoil_field(entry: &mut Map<String, Value>, field: &str, value: BadValue) {
    let number = entry.get(field).and_then(Value::as_u64).unwrap_or(1);
    let spoilt = match value {
        BadValue::Null => Value::Null,
        BadValue::Negative => (-1).into(),
        BadValue::TooLarge => 4_294_967_296_u64.into(),
        BadValue::Text => number.to_string().into(),
        // As text and back: every number that the simulator tells is exact as a float.
        BadValue::Float => format!("{number}.0").parse::<f64>().unwrap_or(1.0).into(),
        BadValue::Missing => {
            entry.remove(field);
            return;
        }
        BadValue::NoEntry | BadValue::Twice => return,
    };
    entry.insert(field.to_owned(), spoilt);
}

fn rename(answer: &mut Value, entry: u8, full_name: &str) {
    if let Some((entries, at)) = chosen(answer, entry) {
        let (owner, name) = full_name.split_once('/').unwrap_or(("", full_name));
        entries[at]["owner"]["login"] = owner.into();
        entries[at]["name"] = name.into();
        entries[at]["full_name"] = full_name.into();
    }
}

fn spoil_texts(endpoint: Endpoint, answer: &mut Value, odd: OddText) {
    let field = match endpoint {
        Endpoint::Referrers => "referrer",
        Endpoint::Paths => "title",
        Endpoint::Releases | Endpoint::Tags => "name",
        Endpoint::Commit => "message",
        Endpoint::User => "login",
        _ => "description",
    };
    match entries(answer) {
        Some(entries) => {
            for entry in entries {
                spoil_text(&mut entry[field], odd);
            }
        }
        None => spoil_text(&mut answer[field], odd),
    }
}

fn spoil_text(value: &mut Value, odd: OddText) {
    let text = value.as_str().unwrap_or("text");
    let middle = text.chars().count() / 2;
    let begin: String = text.chars().take(middle).collect();
    let end: String = text.chars().skip(middle).collect();
    let odd = match odd {
        OddText::Nul => "\0".to_owned(),
        OddText::LoneSurrogate => PLACEHOLDER.to_string(),
        OddText::DirectionMark => "\u{202e}".to_owned(),
        OddText::Long => "x".repeat(LONG),
    };
    *value = format!("{begin}{odd}{end}").into();
}

/// The list of an answer, which may lie in an object.
fn entries(answer: &mut Value) -> Option<&mut Vec<Value>> {
    match answer {
        Value::Array(entries) => Some(entries),
        Value::Object(object) => ["views", "clones", "repositories"]
            .into_iter()
            .find(|field| object.contains_key(*field))
            .and_then(|field| object.get_mut(field)?.as_array_mut()),
        _ => None,
    }
}

/// The list and the entry that a number names, counted round and round.
fn chosen(answer: &mut Value, entry: u8) -> Option<(&mut Vec<Value>, usize)> {
    let entries = entries(answer)?;
    let at = usize::from(entry).checked_rem(entries.len())?;
    Some((entries, at))
}

fn spell_surrogates(text: &str) -> Vec<u8> {
    let mut spelt = Vec::with_capacity(text.len());
    for (n, part) in text.split(PLACEHOLDER).enumerate() {
        if n > 0 {
            spelt.extend_from_slice(LONE_SURROGATE);
        }
        spelt.extend_from_slice(part.as_bytes());
    }
    spelt
}
