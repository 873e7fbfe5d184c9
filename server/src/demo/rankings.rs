//! Invented referrers and paths for the repositories with invented names. None were recorded, and
//! repositories with real names get none.

use simulator::{Recording, SnapshotRow, Source};

/// A referrer or a path, its views, and its unique visitors.
type Row = (&'static str, u64, u64);

const LEADLINE: [&[Row]; 2] = [
    &[
        ("github.com", 96, 14),
        ("Google", 61, 11),
        ("harbourworks.example", 38, 6),
        ("chat.harbourworks.example", 17, 4),
        ("DuckDuckGo", 5, 2),
    ],
    &[
        ("", 142, 31),
        ("/pulls", 58, 9),
        ("/blob/main/README.md", 41, 12),
        ("/issues", 37, 8),
        ("/actions", 29, 5),
        ("/tree/main/src", 22, 6),
        ("/releases", 11, 4),
    ],
];
const TIDE_TABLES: [&[Row]; 2] = [
    &[
        ("Google", 132, 58),
        ("github.com", 87, 29),
        ("harbourworks.example", 44, 17),
        ("crates.io", 31, 12),
        ("Bing", 12, 6),
        ("DuckDuckGo", 9, 5),
    ],
    &[
        ("", 214, 83),
        ("/releases", 66, 34),
        ("/blob/main/README.md", 39, 21),
        ("/issues", 35, 13),
        ("/tree/main/examples", 24, 11),
        ("/blob/main/docs/harmonics.md", 18, 7),
    ],
];
const BUOY: [&[Row]; 2] = [
    &[("github.com", 12, 5), ("Google", 8, 4)],
    &[("", 21, 9), ("/releases", 7, 3)],
];

/// The traffic of a recording, with rankings if its name is invented.
pub(super) fn with_lists(recording: &Recording) -> Source {
    let source = Source::recorded(recording.clone());
    let full_name = recording.full_name();
    let [referrers, paths] = match full_name.as_str() {
        "harbourworks/leadline" => LEADLINE,
        "harbourworks/tide-tables" => TIDE_TABLES,
        "harbourworks/buoy" => BUOY,
        _ => return source,
    };
    let row = |name: String, count, uniques| SnapshotRow {
        name,
        count,
        uniques,
    };
    source
        .with_referrers(
            referrers
                .iter()
                .map(|(name, count, uniques)| row((*name).to_owned(), *count, *uniques)),
        )
        .with_paths(
            paths
                .iter()
                .map(|(path, count, uniques)| row(format!("/{full_name}{path}"), *count, *uniques)),
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_as_github_sorts_them_and_count_no_more_people_than_views() {
        for [referrers, paths] in [LEADLINE, TIDE_TABLES, BUOY] {
            for list in [referrers, paths] {
                assert!((1..=10).contains(&list.len()));
                assert!(list.iter().all(|(_, views, people)| people <= views));
                assert!(list.windows(2).all(|pair| pair[0].1 >= pair[1].1));
            }
        }
    }
}
