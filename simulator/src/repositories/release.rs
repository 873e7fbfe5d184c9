//! Releases, the downloads of their files, and tags.

use chrono::{DateTime, NaiveDate, Utc};

use crate::random::{between, mix};

/// A release with its assets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    /// GitHub's id of the release.
    pub id: u64,
    /// The tag it was made from.
    pub tag: String,
    /// When it was published; before that, it is a draft.
    pub published_at: DateTime<Utc>,
    /// Whether it is marked as a pre-release.
    pub prerelease: bool,
    /// The files to download.
    pub assets: Vec<Asset>,
}

/// A file of a release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asset {
    /// GitHub's id of the asset; a new upload gets a new id.
    pub id: u64,
    /// The file name.
    pub name: String,
    /// Its size in bytes.
    pub size: u64,
    /// When it was uploaded; `None` if it was when the release was published.
    pub uploaded_at: Option<DateTime<Utc>>,
    /// Downloads before those that `daily` adds.
    pub download_count: u64,
    /// Average additional downloads per day since the upload: three times as many in the first two
    /// weeks, and fewer over the years. 0 keeps the count constant.
    pub daily: u64,
}

/// A tag and its commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GitTag {
    /// Its name.
    pub name: String,
    /// The commit's hash, in 40 hexadecimal digits.
    pub sha: String,
    /// When the commit was made.
    pub committed_at: DateTime<Utc>,
}

impl Release {
    /// Its tag, on a commit made when it was published.
    pub(crate) fn git_tag(&self) -> GitTag {
        GitTag::new(&self.tag, self.published_at)
    }

    /// The release as it is at this time; `None` before it is published.
    #[must_use]
    pub fn at(&self, now: DateTime<Utc>) -> Option<Self> {
        let mut release = self.clone();
        for asset in &mut release.assets {
            let since = asset.uploaded_at.unwrap_or(self.published_at);
            asset.download_count += asset.downloads_between(since, now);
            asset.daily = 0;
        }
        (self.published_at <= now).then_some(release)
    }
}

impl Asset {
    /// The downloads between the upload and now.
    fn downloads_between(&self, since: DateTime<Utc>, now: DateTime<Utc>) -> u64 {
        if self.daily == 0 || now < since {
            return 0;
        }
        let first = since.date_naive();
        let whole: u64 = first
            .iter_days()
            .take_while(|day| *day < now.date_naive())
            .map(|day| self.downloads_on(first, day))
            .sum();
        let today = self.downloads_on(first, now.date_naive());
        let second_of_day = now.timestamp().rem_euclid(86_400).unsigned_abs();
        whole + today * second_of_day / 86_400
    }

    fn downloads_on(&self, first: NaiveDate, day: NaiveDate) -> u64 {
        let age = (day - first).num_days().unsigned_abs();
        let average = match age {
            0..14 => self.daily * 3,
            age => self.daily * 365 / (365 + age),
        };
        // From 0 to twice the average, so that some days have no downloads.
        between(self.id, age, 0, 2 * average)
    }
}

impl GitTag {
    /// A tag on a commit with a hash derived from the name.
    #[must_use]
    pub fn new(name: &str, committed_at: DateTime<Utc>) -> Self {
        let seed = name.bytes().fold(7, |seed: u64, byte| {
            seed.wrapping_mul(31).wrapping_add(byte.into())
        });
        let (one, two, three) = (mix(seed, 1), mix(seed, 2), mix(seed, 3) >> 32);
        Self {
            name: name.to_owned(),
            sha: format!("{one:016x}{two:016x}{three:08x}"),
            committed_at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn downloads_grow_with_the_clock_and_never_fall() {
        let release = Release {
            id: 1,
            tag: "v1".to_owned(),
            published_at: at("2026-03-01T09:00:00Z"),
            prerelease: false,
            assets: vec![Asset {
                id: 10,
                name: "a.zip".to_owned(),
                size: 1,
                uploaded_at: None,
                download_count: 5,
                daily: 20,
            }],
        };
        assert_eq!(release.at(at("2026-03-01T08:59:59Z")), None);
        let count = |now| release.at(now).unwrap().assets[0].download_count;
        let mut before = 5;
        for hour in 0..2_400 {
            let count = count(release.published_at + chrono::TimeDelta::hours(hour));
            assert!(count >= before);
            before = count;
        }
        assert!((1_500..4_000).contains(&before), "{before}");
        assert_eq!(
            count(at("2026-06-01T00:00:00Z")),
            count(at("2026-06-01T00:00:00Z"))
        );
    }

    #[test]
    fn every_tag_names_a_commit_of_forty_digits() {
        let (one, two) = (
            GitTag::new("v1", at("2026-03-01T09:00:00Z")),
            GitTag::new("v2", at("2026-03-01T09:00:00Z")),
        );
        assert_eq!(one.sha.len(), 40);
        assert!(one.sha.bytes().all(|byte| byte.is_ascii_hexdigit()));
        assert_ne!(one.sha, two.sha);
    }
}
