//! Invented releases for the repositories with invented names, so that the demo has downloads. None
//! were recorded, and repositories with real names get none.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{Day, RepositoryId, TenantId, Viewer};
use engine::{Engine, ListedAsset, ListedRelease, RecordedReleases};
use simulator::{Asset, GitTag, Release};

use crate::cli_error::CliError;

/// The days of readings that exist from the start.
const DAYS: i64 = 120;

/// A release: its tag, its age in days when the demo was created, its files, and about how many
/// downloads each has in a day.
type Sample = (&'static str, i64, &'static [&'static str], u64);

const TIDE_TABLES: &[Sample] = &[
    ("v1.0.0", 410, &["tide-tables-linux.tar.gz"], 2),
    (
        "v1.1.0",
        260,
        &["tide-tables-linux.tar.gz", "tide-tables-windows.zip"],
        3,
    ),
    (
        "v1.2.0",
        101,
        &["tide-tables-linux.tar.gz", "tide-tables-windows.zip"],
        6,
    ),
    (
        "v1.2.1",
        64,
        &["tide-tables-linux.tar.gz", "tide-tables-windows.zip"],
        14,
    ),
    ("v2.0.0-rc.1", 27, &["tide-tables-linux.tar.gz"], 3),
    (
        "v2.0.0",
        12,
        &["tide-tables-linux.tar.gz", "tide-tables-windows.zip"],
        19,
    ),
];
const LEADLINE: &[Sample] = &[
    ("v0.1.0", 83, &["leadline.deb"], 1),
    ("v0.2.0", 24, &["leadline.deb"], 2),
];
const BUOY: &[Sample] = &[("v3.0.0", 45, &["buoy.bin"], 5)];

/// The file that was uploaded again, and how many days before the demo was created.
const REUPLOAD: (&str, &str, i64) = ("v1.2.1", "tide-tables-windows.zip", 20);

/// The releases of a repository, and its tags without one.
pub(super) struct Releases {
    created_on: Day,
    samples: &'static [Sample],
    /// The first of the ids on GitHub.
    first_id: u64,
}

impl Releases {
    /// The releases of the repository of this name, in a demo that was created on this day.
    pub(super) fn new(full_name: &str, created_on: Day) -> Self {
        let (samples, first_id) = match full_name {
            "harbourworks/tide-tables" => (TIDE_TABLES, 1_000),
            "harbourworks/leadline" => (LEADLINE, 2_000),
            "harbourworks/buoy" => (BUOY, 3_000),
            _ => (&[][..], 0),
        };
        Self {
            created_on,
            samples,
            first_id,
        }
    }

    /// The releases as GitHub lists them at a moment. Their downloads grow from then on.
    pub(super) fn at(&self, now: DateTime<Utc>) -> Vec<Release> {
        let releases = (1..).zip(self.samples);
        releases
            .map(|(number, sample)| self.release(self.first_id + 10 * number, sample, now))
            .collect()
    }

    /// The tags without a release.
    pub(super) fn tags(&self) -> Option<GitTag> {
        let (first, before, ..) = self.samples.first()?;
        let name = format!("{first}-beta");
        Some(GitTag::new(&name, noon(self.created_on.plus(-before - 18))))
    }

    fn release(&self, id: u64, sample: &Sample, now: DateTime<Utc>) -> Release {
        let (tag, before, files, daily) = *sample;
        let assets = (1..).zip(files).map(|(number, file)| {
            let again = noon(self.created_on.plus(-REUPLOAD.2));
            let is_again = (tag, *file) == (REUPLOAD.0, REUPLOAD.1) && now >= again;
            Asset {
                id: id + number + if is_again { 5 } else { 0 },
                name: (*file).to_owned(),
                size: 400_000 * (daily + 3),
                uploaded_at: is_again.then_some(again),
                download_count: 0,
                daily: daily + u64::from(number == 1),
            }
        });
        Release {
            id,
            tag: tag.to_owned(),
            published_at: noon(self.created_on.plus(-before)),
            prerelease: tag.contains('-'),
            assets: assets.collect(),
        }
    }

    /// Loads the readings of the days before the demo was created, unless they exist.
    pub(super) async fn load(
        &self,
        engine: &Engine,
        tenant: TenantId,
        id: RepositoryId,
    ) -> Result<(), CliError> {
        let viewer = &Viewer::Operator;
        let known = engine.releases(viewer, tenant, id, None, None).await?;
        if self.samples.is_empty() || known.read_on.is_some() {
            return Ok(());
        }
        let readings = (1..=DAYS).map(|before| {
            let captured_at = noon(self.created_on.plus(-before)) - TimeDelta::hours(6);
            let published = self.at(captured_at).into_iter();
            RecordedReleases {
                captured_at,
                releases: published
                    .filter_map(|release| release.at(captured_at))
                    .map(as_listed)
                    .collect(),
            }
        });
        engine
            .load_releases(viewer, tenant, id, readings.collect())
            .await?;
        Ok(())
    }
}

fn noon(day: Day) -> DateTime<Utc> {
    day.date().and_time(chrono::NaiveTime::MIN).and_utc() + TimeDelta::hours(12)
}

/// As GitHub lists it.
fn as_listed(release: Release) -> ListedRelease {
    let published_at = release.published_at;
    ListedRelease {
        github_id: number(release.id),
        tag: release.tag,
        name: None,
        prerelease: release.prerelease,
        published_at,
        assets: release
            .assets
            .into_iter()
            .map(|asset| ListedAsset {
                github_id: number(asset.id),
                name: asset.name,
                size: asset.size,
                uploaded_at: asset.uploaded_at.unwrap_or(published_at),
                downloads: asset.download_count,
            })
            .collect(),
    }
}

fn number(id: u64) -> i64 {
    i64::try_from(id).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readings_show_growth_a_new_release_and_a_new_upload() {
        let created_on: Day = "2026-11-20".parse().unwrap();
        let releases = Releases::new("harbourworks/tide-tables", created_on);
        let at = |before: i64| -> Vec<ListedRelease> {
            let moment = noon(created_on.plus(-before));
            let published = releases.at(moment).into_iter();
            published
                .filter_map(|release| release.at(moment))
                .map(as_listed)
                .collect()
        };
        let windows = |before| {
            let release = at(before)
                .into_iter()
                .find(|it| it.tag == REUPLOAD.0)
                .unwrap();
            let mut assets = release.assets.into_iter();
            let asset = assets.find(|asset| asset.name == REUPLOAD.1).unwrap();
            (asset.github_id, asset.downloads)
        };
        assert_eq!((at(13).len(), at(12).len()), (5, 6));
        let (before, after) = (windows(21), windows(19));
        assert!(
            before.0 != after.0 && before.1 > after.1 + 100,
            "{before:?} {after:?}"
        );
        assert!(windows(1).1 > after.1);
        assert!(
            Releases::new("jonescompneurolab/hnn-core", created_on)
                .at(noon(created_on))
                .is_empty()
        );
    }
}
