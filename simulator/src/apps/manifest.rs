//! The manifests that GitHub Apps are registered from, and the codes to exchange for their keys.
//!
//! <https://docs.github.com/apps/sharing-github-apps/registering-a-github-app-from-a-manifest>

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;

use crate::apps::installation::Permissions;
use crate::random::mix;

/// How long a code can be exchanged.
const CODE_LIFETIME: TimeDelta = TimeDelta::hours(1);

/// The fields of a manifest.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Manifest {
    #[serde(default)]
    pub(crate) name: String,
    url: Option<String>,
    pub(crate) redirect_url: Option<String>,
    pub(crate) setup_url: Option<String>,
    #[serde(default)]
    pub(crate) default_permissions: Permissions,
    hook_attributes: Option<HookAttributes>,
}

#[derive(Clone, Debug, Deserialize)]
struct HookAttributes {
    url: Option<String>,
}

/// The codes that have not been exchanged yet, each with its app.
#[derive(Debug, Default)]
pub(crate) struct Registrations {
    by_code: HashMap<String, (u64, DateTime<Utc>)>,
    made: u64,
}

impl Manifest {
    /// Reads a manifest as GitHub does.
    ///
    /// # Errors
    /// GitHub's message. A webhook block must have a URL even if the webhook is off; GitHub calls
    /// that field `url`, too.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let missing = |field: &str| Err(format!("Error: \"{field}\" wasn't supplied."));
        let Ok(manifest) = serde_json::from_str::<Self>(text) else {
            return Err("Error: the manifest is not valid JSON.".to_owned());
        };
        if manifest.url.is_none() {
            return missing("url");
        }
        if manifest.redirect_url.is_none() {
            return missing("redirect_url");
        }
        match &manifest.hook_attributes {
            Some(HookAttributes { url: None }) => missing("url"),
            Some(HookAttributes { url: Some(url) }) if url.contains("//127.0.0.1") => Err(
                "Error: Hook url is not supported because it isn't reachable over the public Internet (127.0.0.1)"
                    .to_owned(),
            ),
            _ => Ok(manifest),
        }
    }

    /// The name as it appears in URLs.
    pub(crate) fn slug(&self) -> String {
        let lower = self.name.to_lowercase();
        let words = lower.split(|c: char| !c.is_ascii_alphanumeric());
        let words: Vec<_> = words.filter(|word| !word.is_empty()).collect();
        words.join("-")
    }
}

impl Registrations {
    /// Stores a new app, and returns the code to exchange for its keys.
    pub(crate) fn grant(&mut self, app: u64, now: DateTime<Utc>) -> String {
        self.made += 1;
        let parts = (0..3).map(|part| format!("{:016x}", mix(self.made, 7 + part)));
        let code = parts.collect::<String>()[..40].to_owned();
        self.by_code.insert(code.clone(), (app, now));
        code
    }

    /// The app of a code: once, and within the hour.
    pub(crate) fn redeem(&mut self, code: &str, now: DateTime<Utc>) -> Option<u64> {
        let (app, granted_at) = self.by_code.remove(code)?;
        (now < granted_at + CODE_LIFETIME).then_some(app)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = r#"{"name": "Tidemark of acme", "url": "https://t.example",
        "redirect_url": "https://t.example/created"}"#;

    #[test]
    fn a_manifest_names_its_addresses_and_a_webhook_block_needs_one_of_its_own() {
        assert_eq!(Manifest::read(MANIFEST).unwrap().slug(), "tidemark-of-acme");
        for (more, wrong) in [
            (r#""hook_attributes": {"active": false}"#, "\"url\""),
            (
                r#""hook_attributes": {"url": "http://127.0.0.1:3000", "active": false}"#,
                "public Internet",
            ),
        ] {
            let manifest = format!("{}, {more}}}", MANIFEST.trim_end_matches('}'));
            assert!(Manifest::read(&manifest).unwrap_err().contains(wrong));
        }
        for text in ["", "{}", r#"{"url": "https://t.example"}"#] {
            assert!(Manifest::read(text).is_err(), "{text}");
        }
    }
}
