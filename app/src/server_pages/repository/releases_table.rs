//! The table of releases and their assets.

use domain::report::{Asset, Release, ReleasesReport};
use domain::{Day, DayRange};
use leptos::prelude::*;

use crate::chart::format;
use crate::server_pages::table::{Column, TableLabel, data_table};
use crate::text;

const COLUMNS: [Column; 5] = [
    Column("Release and file", ""),
    Column("Published or uploaded", ""),
    Column("Size", "num"),
    Column("New", "num"),
    Column("Downloads", "num"),
];

/// The releases with their assets, newest first.
pub fn table(report: &ReleasesReport) -> AnyView {
    let rows: Vec<_> = report
        .releases
        .iter()
        .map(|release| of_release(release, report.range))
        .collect();
    view! {
        <section class="card">
            <div class="card-head">
                <h2 id="by-asset">"By release and file"</h2>
                <span class="muted">"new: " {format::days(report.range)}</span>
            </div>
            {data_table("as-list", TableLabel::Heading("by-asset"), &COLUMNS, rows)}
        </section>
    }
    .into_any()
}

fn of_release(release: &Release, range: DayRange) -> AnyView {
    let prerelease = release
        .prerelease
        .then(|| view! { <span class="pill">"pre-release"</span> });
    let title = release.name.clone().map(|name| {
        view! { <span class="muted">" " {name}</span> }
    });
    let gained: u64 = release.assets.iter().map(|asset| asset.gained).sum();
    let assets: Vec<_> = release
        .assets
        .iter()
        .map(|asset| of_asset(asset, range))
        .collect();
    view! {
        <tr>
            <th scope="row" class="name">
                <b>{release.tag.clone()}</b>
                {title}
                " "
                {prerelease}
                {gone(release.gone_on)}
            </th>
            <td class="nowrap">{format::day(Day::of(release.published_at))}</td>
            <td class="num"></td>
            <td class="num" data-label="New">
                {format::number(gained)}
            </td>
            <td class="num" data-label="Downloads">
                <b>{format::number(release.downloads)}</b>
            </td>
        </tr>
        {assets}
    }
    .into_any()
}

fn of_asset(asset: &Asset, range: DayRange) -> AnyView {
    view! {
        <tr class="within">
            <td class="name">{asset.name.clone()} {gone(asset.gone_on)} {again(asset, range)}</td>
            <td class="nowrap muted">{format::day(Day::of(asset.uploaded_at))}</td>
            <td class="num muted" data-label="Size">
                {size(asset.size)}
            </td>
            <td class="num" data-label="New">
                {format::number(asset.gained)}
            </td>
            <td class="num" data-label="Downloads">
                {format::number(asset.downloads)}
            </td>
        </tr>
    }
    .into_any()
}

/// A pill for what GitHub no longer lists, with the day.
fn gone(on: Option<Day>) -> Option<AnyView> {
    let on = on?;
    let title = format!("Not listed since {}. Its counts are kept.", format::day(on));
    Some(
        view! {
            " "
            <span class="pill" title=title>
                "no longer on GitHub"
            </span>
        }
        .into_any(),
    )
}

/// A pill for a count that restarted on GitHub, with the days.
fn again(asset: &Asset, range: DayRange) -> Option<AnyView> {
    if asset.uploads < 2 {
        return None;
    }
    let count = format::number(asset.downloads_of_upload);
    let days: Vec<_> = asset
        .days
        .iter()
        .filter(|day| day.reset && range.contains(day.day))
        .map(|day| format::short_day(day.day))
        .collect();
    let when = if days.is_empty() {
        String::new()
    } else {
        format!(" ({})", days.join(", "))
    };
    let times = text::count(u64::from(asset.uploads - 1), "time", "times");
    let title = format!("GitHub has counted {count} since then. Earlier downloads are added.");
    Some(
        view! {
            " "
            <span class="pill warn" title=title>
                "count restarted " {times} {when}
            </span>
        }
        .into_any(),
    )
}

/// A size as people read it: `512 B`, `1.2 MB`.
fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if bytes < 1_000 {
        return format!("{bytes} B");
    }
    // In tenths of the unit, the precision shown.
    let mut tenths = bytes / 100;
    let mut unit = 0;
    while tenths >= 10_000 && unit + 1 < UNITS.len() {
        tenths /= 1_000;
        unit += 1;
    }
    let unit = UNITS[unit];
    match (tenths / 10, tenths % 10) {
        (whole @ 100.., _) => format!("{} {unit}", format::number(whole)),
        (whole, tenth) => format!("{whole}.{tenth} {unit}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_told_in_three_digits() {
        for (bytes, expected) in [
            (0, "0 B"),
            (999, "999 B"),
            (1_000, "1.0 kB"),
            (12_345, "12.3 kB"),
            (999_999, "999 kB"),
            (1_000_000, "1.0 MB"),
            (2_500_000_000, "2.5 GB"),
            (7_000_000_000_000_000, "7,000 TB"),
        ] {
            assert_eq!(size(bytes), expected);
        }
    }
}
