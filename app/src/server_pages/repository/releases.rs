//! A repository's releases: their downloads by day and by asset.

use std::collections::BTreeMap;

use domain::report::{Asset, Marker, MarkerKind, Release, ReleasesReport};
use domain::{Day, Interval, Period, Problem};
use engine::{Error, TenantRequest};
use leptos::prelude::*;

use super::releases_table::table;
use super::{Subject, nothing};
use crate::chart::card::{chart_card, interval_of};
use crate::chart::{ChartSpec, Line, Remark, Series, Slot, format};
use crate::components::Stat;
use crate::server_pages::{PageContent, PageRequest, ServerPage};
use crate::text;

pub const PAGE: ServerPage =
    ServerPage::read_only("/t/{tenant}/r/{owner}/{name}/releases", |request| {
        Box::pin(view(request))
    });

/// The lines of the most downloaded assets, beside the line for all assets.
const LINES: [(Line, Slot); 3] = [
    (Line::Dashed, Slot::Two),
    (Line::Solid, Slot::Three),
    (Line::Dashed, Slot::Four),
];

async fn view(request: PageRequest) -> Result<PageContent, Problem> {
    let subject = Subject::new(&request, Period::Days90).await?;
    let TenantRequest {
        engine,
        viewer,
        tenant,
    } = &subject.context;
    let [from, to] = subject.days();
    let report = engine
        .releases(viewer, *tenant, subject.repository.id, from, to)
        .await
        .map_err(Error::into_problem)?;
    subject
        .page(&request, "Releases", "releases", report.range, move || {
            body(&report)
        })
        .await
}

fn body(report: &ReleasesReport) -> AnyView {
    let refused = (report.offered == Some(false)).then(|| {
        view! {
            <p class="notice warn">
                <b>"GitHub does not show these releases to the connection’s token. "</b>
                "Grant it the permission “Contents: read”, then choose “Collect now” on the Collection page."
            </p>
        }
    });
    let Some(downloads) = report.downloads else {
        let why = match report.offered {
            Some(false) => "Nothing was read before GitHub stopped showing them.",
            _ => "Tidemark reads releases once a day, after the traffic.",
        };
        return view! {
            {refused}
            {nothing("No releases read yet", why)}
        }
        .into_any();
    };
    if report.releases.is_empty() {
        return nothing(
            "No releases",
            "This repository hasn’t published any releases.",
        );
    }
    let cut = report.cut_at.map(|most| {
        view! {
            <p class="notice">
                {format!(
                    "Tidemark reads the newest {} releases. Older ones are not included.",
                    format::number(most.into()),
                )}
            </p>
        }
    });
    view! {
        {refused}
        {cut}
        <section class="stats" aria-label="Figures">
            <Stat label="Downloads" value=Some(downloads) note=since(report)/>
            <Stat label="New downloads" value=report.gained note=within(report)/>
            <Stat label="Releases" value=u64::try_from(release_count(report)).ok()/>
        </section>
        {chart_card(
            chart(report),
            "How much GitHub’s counts grew from one daily reading to the next. A day without a reading is unknown.",
        )}
        {table(report)}
    }
    .into_any()
}

fn since(report: &ReleasesReport) -> AnyView {
    let read = report.read_on.map(format::day).unwrap_or_default();
    view! {
        <div class="note muted">"all releases, read on " {read}</div>
    }
    .into_any()
}

fn within(report: &ReleasesReport) -> AnyView {
    view! { <div class="note muted">{format::days(report.range)}</div> }.into_any()
}

fn release_count(report: &ReleasesReport) -> usize {
    let releases = report.releases.iter();
    releases.filter(|release| release.gone_on.is_none()).count()
}

/// Downloads by day: of all assets, and of the most downloaded ones.
fn chart(report: &ReleasesReport) -> ChartSpec {
    let interval = interval_of(report.range);
    let last =
        ChartSpec::new("Downloads", interval, report.range.from, 1).index_of(report.range.to);
    let len = usize::try_from(last).unwrap_or_default() + 1;
    let mut spec = ChartSpec::new("Downloads", interval, report.range.from, len);
    let known = known_days(report);
    spec.series.push(Series {
        key: "all".to_owned(),
        label: "All assets".to_owned(),
        line: Line::Area,
        slot: Slot::One,
        values: by_bucket(&spec, &known),
        visible: true,
    });
    for ((release, asset), (line, slot)) in most_wanted(report).into_iter().zip(LINES) {
        let gained: BTreeMap<Day, u64> = asset
            .days
            .iter()
            .filter_map(|day| Some((day.day, day.gained?)))
            .collect();
        // An asset has no downloads before its release.
        let published = Day::of(release.published_at);
        let days = known
            .range(published..)
            .map(|(day, _)| (*day, gained.get(day).copied().unwrap_or_default()))
            .collect();
        spec.series.push(Series {
            key: format!("{}/{}", release.tag, asset.name),
            label: format!("{} {}", release.tag, asset.name),
            line,
            slot,
            values: by_bucket(&spec, &days),
            visible: true,
        });
    }
    spec.has_mean = true;
    spec.remarks = remarks(report, &spec);
    spec.with_markers(&markers(report))
}

/// The downloads of the days with a reading of their own.
fn known_days(report: &ReleasesReport) -> BTreeMap<Day, u64> {
    let readings = report.readings.iter();
    readings
        .filter_map(|reading| Some((reading.day, reading.of_its_day()?)))
        .collect()
}

/// The sum of each bucket's known days; `None` if none is known.
fn by_bucket(spec: &ChartSpec, days: &BTreeMap<Day, u64>) -> Vec<Option<u64>> {
    let mut values = vec![None; spec.len];
    for (day, downloads) in days {
        let place = usize::try_from(spec.index_of(*day)).ok();
        if let Some(value) = place.and_then(|place| values.get_mut(place)) {
            *value = Some(value.unwrap_or(0) + downloads);
        }
    }
    values
}

/// The most downloaded assets in the range; empty if there is only one.
fn most_wanted(report: &ReleasesReport) -> Vec<(&Release, &Asset)> {
    let mut assets: Vec<_> = report
        .releases
        .iter()
        .flat_map(|release| release.assets.iter().map(move |asset| (release, asset)))
        .collect();
    if assets.len() < 2 {
        return Vec::new();
    }
    assets.retain(|(_, asset)| asset.gained > 0);
    assets.sort_by_key(|(_, asset)| std::cmp::Reverse(asset.gained));
    assets.truncate(LINES.len());
    assets
}

fn markers(report: &ReleasesReport) -> Vec<Marker> {
    let mut markers: Vec<_> = report
        .releases
        .iter()
        .map(|release| Marker {
            day: Day::of(release.published_at),
            label: release.tag.clone(),
            kind: MarkerKind::Release,
        })
        .filter(|marker| report.range.contains(marker.day))
        .collect();
    markers.sort_by_key(|marker| marker.day);
    markers
}

/// The remarks on buckets: counts that restarted, and downloads shared by several days.
fn remarks(report: &ReleasesReport, spec: &ChartSpec) -> Vec<Remark> {
    let mut texts: BTreeMap<i64, Vec<String>> = BTreeMap::new();
    let mut say = |day: Day, text: String| texts.entry(spec.index_of(day)).or_default().push(text);
    for release in &report.releases {
        for asset in &release.assets {
            for day in asset.days.iter().filter(|day| day.reset) {
                let file = format!("{} of {}", asset.name, release.tag);
                say(day.day, format!("{file}: count starts over"));
            }
        }
    }
    for reading in &report.readings {
        match (reading.since, reading.downloads) {
            (None, _) => say(reading.day, "First reading".to_owned()),
            (Some(since), Some(downloads)) if reading.of_its_day().is_none() => {
                let days = text::day_count(reading.day.days_since(since));
                let downloads = format::number(downloads);
                say(reading.day, format!("{downloads} over {days}"));
            }
            _ => {}
        }
    }
    if spec.interval != Interval::Day {
        let known = known_days(report);
        for bucket in 0..spec.len {
            let days = spec.bucket_at(bucket);
            let count = known.range(days.from..=days.to).count();
            let whole = usize::try_from(days.len()).unwrap_or_default();
            if (1..whole).contains(&count) {
                say(days.from, format!("{count} of {whole} days known"));
            }
        }
    }
    texts
        .into_iter()
        .filter_map(|(bucket, texts)| {
            Some(Remark {
                bucket: usize::try_from(bucket).ok()?,
                text: texts.join(", "),
            })
        })
        .collect()
}

#[cfg(test)]
pub mod tests;
