//! What is asked beside the traffic, and releases with their downloads.

use chrono::TimeDelta;
use domain::report::{Asset, ReleasesReport, StarsReport};
use domain::{RepositoryId, RunStatus, Trigger};
use engine::Clock;
use simulator::{Endpoint, Fault, Release, Scope};

use crate::databases::TestDatabase;
use crate::fixture::{Fixture, OPERATOR, day, repository, true_days};

pub const NAME: &str = "acme/anvil";

/// A release of a week ago with files of these names, ids and downloads.
fn release(id: u64, tag: &str, files: &[(u64, &str, u64)]) -> Release {
    let now: chrono::DateTime<chrono::Utc> = crate::fixture::NOW.parse().expect("a time");
    Release {
        id,
        tag: tag.to_owned(),
        published_at: now - TimeDelta::days(7),
        prerelease: false,
        assets: files.iter().map(|file| asset(*file)).collect(),
    }
}

fn asset((id, name, download_count): (u64, &str, u64)) -> simulator::Asset {
    simulator::Asset {
        id,
        name: name.to_owned(),
        size: 1_024,
        uploaded_at: None,
        download_count,
        daily: 0,
    }
}

/// GitHub with `acme/anvil` and its release `v1.0`, whose `anvil.zip` was downloaded 120 times.
pub async fn lab_with_release(database: TestDatabase) -> (Fixture, RepositoryId) {
    let fixture = Fixture::new(database, |github| {
        let release = release(1, "v1.0", &[(10, "anvil.zip", 120)]);
        github.repository(repository(1, NAME).release(release))
    })
    .await;
    let anvil = fixture.track(NAME).await;
    (fixture, anvil)
}

pub async fn releases(fixture: &Fixture, id: RepositoryId) -> ReleasesReport {
    let report = fixture
        .engine
        .releases(&OPERATOR, fixture.tenant, id, None, None);
    report.await.expect("a report")
}

pub async fn stars(fixture: &Fixture, id: RepositoryId) -> StarsReport {
    let report = fixture
        .engine
        .stars(&OPERATOR, fixture.tenant, id, None, None);
    report.await.expect("a report")
}

/// Collects as an event from outside does, on the next day.
pub async fn collect_next_day(fixture: &Fixture) -> domain::report::Run {
    fixture.clock.advance(TimeDelta::days(1));
    collect_by_api_trigger(fixture).await
}

pub async fn collect_by_api_trigger(fixture: &Fixture) -> domain::report::Run {
    fixture.github.control().forget_requests();
    let run = fixture
        .engine
        .start_run(&OPERATOR, fixture.tenant, Trigger::Api, None)
        .await;
    let run = fixture.wait(run.expect("started")).await;
    assert_eq!((run.status, &run.failures), (RunStatus::Succeeded, &vec![]));
    run
}

fn set_downloads(fixture: &Fixture, downloads: u64) {
    let set = fixture
        .github
        .control()
        .set_downloads(NAME, "anvil.zip", downloads);
    set.expect("the repository");
}

/// The only asset of the only release.
fn the_asset(report: &ReleasesReport) -> &Asset {
    assert_eq!(report.releases.len(), 1, "{:?}", report.releases);
    assert_eq!(report.releases[0].assets.len(), 1);
    &report.releases[0].assets[0]
}

/// Each reading's downloads.
fn by_day(report: &ReleasesReport) -> Vec<(String, Option<u64>)> {
    let readings = report.readings.iter();
    readings
        .map(|reading| (reading.day.to_string(), reading.downloads))
        .collect()
}

fn on(day: &str, downloads: impl Into<Option<u64>>) -> (String, Option<u64>) {
    (format!("2026-11-{day}"), downloads.into())
}

on_both! {
    async fn a_count_that_comes_back_to_its_old_height_was_no_new_upload(database) {
        let (fixture, anvil) = lab_with_release(database).await;
        set_downloads(&fixture, 422);
        fixture.collect_well().await;
        for downloads in [0, 4, 500] {
            set_downloads(&fixture, downloads);
            collect_next_day(&fixture).await;
        }
        assert_eq!(releases(&fixture, anvil).await.downloads, Some(500));
        assert_eq!(releases(&fixture, anvil).await.cut_at, None);
    }

    async fn downloads_are_known_by_asset_and_day_and_survive_a_new_upload(database) {
        let (fixture, anvil) = lab_with_release(database).await;
        fixture.collect_well().await;
        let report = releases(&fixture, anvil).await;
        assert_eq!((report.offered, report.downloads, report.gained), (Some(true), Some(120), None));
        assert_eq!(by_day(&report), [on("20", None)]);

        set_downloads(&fixture, 150);
        collect_next_day(&fixture).await;
        // Nothing new on the 22nd; the file is uploaded again on the 23rd.
        collect_next_day(&fixture).await;
        let again = asset((11, "anvil.zip", 4));
        fixture.github.control().upload_asset(NAME, "v1.0", &again).expect("uploaded");
        collect_next_day(&fixture).await;
        set_downloads(&fixture, 9);
        collect_next_day(&fixture).await;

        let report = releases(&fixture, anvil).await;
        let days = [on("20", None), on("21", 30), on("22", 0), on("23", 4), on("24", 5)];
        assert_eq!(by_day(&report), days);
        assert_eq!((report.downloads, report.gained), (Some(159), Some(39)));
        let asset = the_asset(&report);
        assert_eq!((asset.downloads_of_upload, asset.downloads, asset.uploads), (9, 159, 2));
        let resets: Vec<_> = asset.days.iter().filter(|day| day.reset).map(|day| day.day).collect();
        assert_eq!(resets, [day("2026-11-23")]);
    }

    async fn a_count_that_falls_takes_nothing_away(database) {
        let (fixture, anvil) = lab_with_release(database).await;
        fixture.collect_well().await;
        set_downloads(&fixture, 3);
        collect_next_day(&fixture).await;
        set_downloads(&fixture, 5);
        collect_next_day(&fixture).await;
        let report = releases(&fixture, anvil).await;
        assert_eq!(by_day(&report)[1..], [on("21", 0), on("22", 2)]);
        let asset = the_asset(&report);
        assert_eq!((asset.downloads_of_upload, asset.downloads, asset.uploads), (5, 122, 2));
    }

    async fn several_readings_of_a_day_are_one_and_repeating_one_changes_nothing(database) {
        let (fixture, anvil) = lab_with_release(database).await;
        fixture.collect_well().await;
        fixture.clock.advance(TimeDelta::days(1));
        for (downloads, total) in [(130, 130), (130, 130), (141, 141)] {
            set_downloads(&fixture, downloads);
            fixture.collect_well().await;
            assert_eq!(the_asset(&releases(&fixture, anvil).await).downloads, total);
        }
        assert_eq!(by_day(&releases(&fixture, anvil).await)[1..], [on("21", 21)]);
    }

    async fn days_without_a_reading_are_unknown_and_their_downloads_are_not_lost(database) {
        let (fixture, anvil) = lab_with_release(database).await;
        fixture.collect_well().await;
        set_downloads(&fixture, 150);
        fixture.clock.advance(TimeDelta::days(2));
        collect_next_day(&fixture).await;
        let report = releases(&fixture, anvil).await;
        let reading = report.readings[1];
        assert_eq!((reading.since, reading.downloads), (Some(day("2026-11-20")), Some(30)));
        assert_eq!(reading.of_its_day(), None, "of three days together");
        assert_eq!(report.gained, Some(30));
    }

    async fn what_comes_and_goes_is_kept(database) {
        let (fixture, anvil) = lab_with_release(database).await;
        let github = fixture.github.control();
        fixture.collect_well().await;
        github.add_release(NAME, release(2, "v1.1", &[(20, "anvil.zip", 7)])).expect("released");
        github.delete_release(NAME, "v1.0").expect("deleted");
        collect_next_day(&fixture).await;
        let report = releases(&fixture, anvil).await;
        assert_eq!(by_day(&report)[1..], [on("21", 7)], "all of a new release is new");
        let gone: Vec<_> = report
            .releases
            .iter()
            .map(|release| (release.tag.as_str(), release.gone_on, release.downloads))
            .collect();
        let deleted = Some(day("2026-11-21"));
        assert_eq!(gone, [("v1.1", None, 7), ("v1.0", deleted, 120)]);
        assert_eq!(report.downloads, Some(127));

        // Made again for the same tag, as nightly builds are: the same release, uploaded again.
        github.delete_release(NAME, "v1.1").expect("deleted");
        github.add_release(NAME, release(3, "v1.1", &[(30, "anvil.zip", 2)])).expect("released");
        github.add_release(NAME, release(1, "v1.0", &[(10, "anvil.zip", 121)])).expect("back");
        collect_next_day(&fixture).await;
        let report = releases(&fixture, anvil).await;
        assert_eq!(by_day(&report)[2..], [on("22", 3)]);
        let listed_assets: Vec<_> = report
            .releases
            .iter()
            .map(|it| (it.tag.as_str(), it.gone_on, it.downloads, it.assets[0].uploads))
            .collect();
        assert_eq!(listed_assets, [("v1.1", None, 9, 2), ("v1.0", None, 121, 1)]);
    }

    async fn what_did_not_change_costs_nothing(database) {
        let (fixture, anvil) = lab_with_release(database).await;
        fixture.collect_well().await;
        let run = collect_next_day(&fixture).await;
        // The star history holds a week; the repository, four of traffic, releases and tags the
        // same as yesterday, and views and clones by day with a new one.
        let github = fixture.github.control();
        assert_eq!(run.requests, 9);
        for endpoint in [Endpoint::Releases, Endpoint::Tags] {
            assert_eq!(github.requests_to(endpoint), 1);
        }
        assert_eq!(github.answers_with(304), 5);
        assert_eq!(by_day(&releases(&fixture, anvil).await)[1..], [on("21", 0)]);
        // Later on the same day they are not asked at all.
        fixture.clock.advance(TimeDelta::hours(6));
        assert_eq!(collect_by_api_trigger(&fixture).await.requests, 2);
    }

    async fn all_pages_are_read(database) {
        let (fixture, anvil) = lab_with_release(database).await;
        let github = fixture.github.control();
        for number in 2..=205 {
            let file = (number * 10, "anvil.zip", number);
            github.add_release(NAME, release(number, &format!("n{number}"), &[file])).expect("released");
        }
        fixture.collect_well().await;
        assert_eq!((github.requests_to(Endpoint::Releases), github.requests_to(Endpoint::Tags)), (3, 3));
        let report = releases(&fixture, anvil).await;
        assert_eq!(report.releases.len(), 205);
        assert_eq!(report.downloads, Some(120 + (2..=205).sum::<u64>()));
        // The tag of one page says nothing of the others.
        github.set_downloads(NAME, "anvil.zip", 1_000).expect("downloaded");
        collect_next_day(&fixture).await;
        assert_eq!(github.requests_to(Endpoint::Releases), 3);
        assert_eq!(releases(&fixture, anvil).await.downloads, Some(205_000));
    }

    async fn what_github_does_not_show_is_a_fact_and_no_failure(database) {
        let (fixture, anvil) = lab_with_release(database).await;
        let github = fixture.github.control();
        for (endpoint, fault) in [
            (Endpoint::Releases, Fault::NotFound),
            (Endpoint::Tags, Fault::Blocked),
            (Endpoint::StarHistory, Fault::NotFound),
        ] {
            github.fault(fault, Scope::everywhere().endpoint(endpoint));
        }
        fixture.collect_well().await;
        assert_eq!(fixture.repository(anvil).await.failure, None);
        assert_eq!(fixture.repository(anvil).await.last_collected_at, Some(fixture.clock.now()));
        let (of_releases, of_stars) = (releases(&fixture, anvil).await, stars(&fixture, anvil).await);
        assert_eq!((of_releases.offered, of_releases.downloads), (Some(false), None));
        // The stars of today come with the repository itself.
        assert_eq!((of_stars.offered, of_stars.stars), (Some(false), Some(42)));
        // Not asked again on the same day, but by hand, which a better token would make worth while.
        assert_eq!(collect_by_api_trigger(&fixture).await.requests, 2);
        github.stop_faults();
        fixture.collect_well().await;
        assert_eq!(releases(&fixture, anvil).await.offered, Some(true));
        assert_eq!(stars(&fixture, anvil).await.offered, Some(true));
    }

    async fn traffic_comes_first_and_the_rest_waits_until_there_is_plenty(database) {
        let (fixture, anvil) = lab_with_release(database).await;
        let github = fixture.github.control();
        github.leave_budget("octocat", 400_000).expect("a user");
        let run = collect_by_api_trigger(&fixture).await;
        assert_eq!(run.requests, 7);
        assert_eq!(fixture.days(anvil).await, true_days("2026-11-06", "2026-11-19"));
        assert_eq!(releases(&fixture, anvil).await.offered, None, "nobody asked");
        // In the next hour there is plenty again, and it is still due.
        fixture.clock.advance(TimeDelta::hours(1));
        let run = collect_by_api_trigger(&fixture).await;
        assert_eq!(run.requests, 5);
        assert_eq!(releases(&fixture, anvil).await.downloads, Some(120));
    }

    async fn nothing_more_is_asked_of_a_repository_whose_traffic_failed(database) {
        let (fixture, _) = lab_with_release(database).await;
        let github = fixture.github.control();
        github.fault(Fault::MissingPushAccess, Scope::everywhere().endpoint(Endpoint::Paths));
        let run = fixture.collect().await;
        assert_eq!((run.status, run.requests), (RunStatus::Partial, 7));
        github.stop_faults();
        fixture.collect_well().await;
        assert_eq!(github.requests_to(Endpoint::Releases), 1);
    }

    async fn trouble_beside_the_traffic_is_told_and_tried_again(database) {
        let (fixture, anvil) = lab_with_release(database).await;
        let github = fixture.github.control();
        github.fault(Fault::BadGateway, Scope::everywhere().endpoint(Endpoint::Releases));
        let run = fixture.collect().await;
        assert_eq!(run.status, RunStatus::Partial);
        assert_eq!(crate::fixture::failed(&run), [domain::Endpoint::Releases]);
        assert_eq!(fixture.days(anvil).await, true_days("2026-11-06", "2026-11-19"));
        github.stop_faults();
        collect_by_api_trigger(&fixture).await;
        assert_eq!(releases(&fixture, anvil).await.downloads, Some(120));
    }

    async fn what_is_deleted_takes_its_releases_tags_and_stars_along(database) {
        let (fixture, anvil) = lab_with_release(database).await;
        fixture.collect_well().await;
        let deleted = fixture
            .engine
            .untrack(&OPERATOR, fixture.tenant, anvil, domain::report::History::Delete)
            .await;
        deleted.expect("deleted");
        let anvil = fixture.track(NAME).await;
        assert_eq!(releases(&fixture, anvil).await.downloads, None);
        collect_by_api_trigger(&fixture).await;
        assert_eq!(releases(&fixture, anvil).await.downloads, Some(120));
    }
}
