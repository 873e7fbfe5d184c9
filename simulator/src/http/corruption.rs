//! Corrupts parts of a complete response: an entry, a day, a text.

use axum::body::Bytes;
use chrono::NaiveDate;
use serde_json::{Map, Value, json};

use crate::faults::fault::{BadValue, Fault, OddText};
use crate::http::call::Call;
use crate::requests::endpoint::Endpoint;

/// Represents a lone surrogate, which a Rust string cannot hold.
const PLACEHOLDER: char = '\u{f8ff}';
/// The lone surrogate as GitHub's JSON encodes it.
const LONE_SURROGATE: &[u8] = br"\ud83d";
/// Longer than an index row of PostgreSQL allows.
const LONG_TEXT_LENGTH: usize = 3_000;

/// The body as the call's faults change it; `None` if they change nothing.
pub(crate) fn corrupt(call: &Call, body: &Bytes) -> Option<Bytes> {
    if !call.faults.iter().any(Fault::corrupts) {
        return None;
    }
    let mut response: Value = serde_json::from_slice(body).ok()?;
    for fault in call.faults.iter() {
        match fault {
            Fault::EmptySeries => empty(&mut response),
            Fault::StrayDay { day } => insert_day(&mut response, *day),
            Fault::BadEntry { entry, value } => {
                corrupt_entry(call.endpoint, &mut response, *entry, *value);
            }
            Fault::UnknownName { entry, full_name } => rename(&mut response, *entry, full_name),
            Fault::OddText(odd) => corrupt_texts(call.endpoint, &mut response, *odd),
            _ => {}
        }
    }
    let text = response.to_string();
    Some(encode_surrogates(&text).into())
}

fn empty(response: &mut Value) {
    if let Some(entries) = entries(response) {
        entries.clear();
    }
    response["count"] = 0.into();
    response["uniques"] = 0.into();
}

fn insert_day(response: &mut Value, day: NaiveDate) {
    let Some(entries) = entries(response) else {
        return;
    };
    let timestamp = day.format("%Y-%m-%dT00:00:00Z").to_string();
    let place = entries.partition_point(|it| it["timestamp"].as_str() < Some(&timestamp));
    let bucket = json!({ "timestamp": timestamp, "count": 7, "uniques": 3 });
    entries.insert(place, bucket);
}

fn corrupt_entry(endpoint: Endpoint, response: &mut Value, entry: u8, value: BadValue) {
    // The response for a single repository is the entry itself, not a list.
    if endpoint == Endpoint::Repository {
        if let Value::Object(repository) = response {
            corrupt_field(repository, "stargazers_count", value);
        }
        return;
    }
    let Some((entries, at)) = entry_at(response, entry) else {
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
                corrupt_field(asset, "size", value);
            } else if let Value::Object(entry) = &mut entries[at] {
                corrupt_field(entry, field(endpoint, value), value);
            }
        }
    }
}

/// The field to corrupt: one that real responses had wrong.
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

fn corrupt_field(entry: &mut Map<String, Value>, field: &str, value: BadValue) {
    let number = entry.get(field).and_then(Value::as_u64).unwrap_or(1);
    let corrupted = match value {
        BadValue::Null => Value::Null,
        BadValue::Negative => (-1).into(),
        BadValue::TooLarge => 4_294_967_296_u64.into(),
        BadValue::Text => number.to_string().into(),
        // Through text: every number of the simulator is exact as a float.
        BadValue::Float => format!("{number}.0").parse::<f64>().unwrap_or(1.0).into(),
        BadValue::Missing => {
            entry.remove(field);
            return;
        }
        BadValue::NoEntry | BadValue::Twice => return,
    };
    entry.insert(field.to_owned(), corrupted);
}

fn rename(response: &mut Value, entry: u8, full_name: &str) {
    if let Some((entries, at)) = entry_at(response, entry) {
        let (owner, name) = full_name.split_once('/').unwrap_or(("", full_name));
        entries[at]["owner"]["login"] = owner.into();
        entries[at]["name"] = name.into();
        entries[at]["full_name"] = full_name.into();
    }
}

fn corrupt_texts(endpoint: Endpoint, response: &mut Value, odd: OddText) {
    let field = match endpoint {
        Endpoint::Referrers => "referrer",
        Endpoint::Paths => "title",
        Endpoint::Releases | Endpoint::Tags => "name",
        Endpoint::Commit => "message",
        Endpoint::User => "login",
        _ => "description",
    };
    match entries(response) {
        Some(entries) => {
            for entry in entries {
                corrupt_text(&mut entry[field], odd);
            }
        }
        None => corrupt_text(&mut response[field], odd),
    }
}

fn corrupt_text(value: &mut Value, odd: OddText) {
    let text = value.as_str().unwrap_or("text");
    let middle = text.chars().count() / 2;
    let begin: String = text.chars().take(middle).collect();
    let end: String = text.chars().skip(middle).collect();
    let odd = match odd {
        OddText::Nul => "\0".to_owned(),
        OddText::LoneSurrogate => PLACEHOLDER.to_string(),
        OddText::DirectionMark => "\u{202e}".to_owned(),
        OddText::Long => "x".repeat(LONG_TEXT_LENGTH),
    };
    *value = format!("{begin}{odd}{end}").into();
}

/// The list of a response, which may be a field of an object.
fn entries(response: &mut Value) -> Option<&mut Vec<Value>> {
    match response {
        Value::Array(entries) => Some(entries),
        Value::Object(object) => ["views", "clones", "repositories"]
            .into_iter()
            .find(|field| object.contains_key(*field))
            .and_then(|field| object.get_mut(field)?.as_array_mut()),
        _ => None,
    }
}

/// The list and the index of an entry; the number wraps around.
fn entry_at(response: &mut Value, entry: u8) -> Option<(&mut Vec<Value>, usize)> {
    let entries = entries(response)?;
    let at = usize::from(entry).checked_rem(entries.len())?;
    Some((entries, at))
}

fn encode_surrogates(text: &str) -> Vec<u8> {
    let mut encoded = Vec::with_capacity(text.len());
    for (n, part) in text.split(PLACEHOLDER).enumerate() {
        if n > 0 {
            encoded.extend_from_slice(LONE_SURROGATE);
        }
        encoded.extend_from_slice(part.as_bytes());
    }
    encoded
}
