//! The cells of a row: its figures, and in place of unknown ones why they are unknown.

use domain::coverage::{USUAL_LAG, WINDOW_DAYS};
use domain::report::{Bucket, TrafficRows, TrafficSort, TrafficTableRow, UnknownReason};
use domain::{Interval, RepositoryName};
use leptos::prelude::*;

use super::address::{ColumnGroup, TableAddress};
use crate::chart::format;

/// A column of figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FigureColumn {
    pub sort: TrafficSort,
    pub group: ColumnGroup,
    /// Whether it is GitHub's own count of a week.
    pub own: bool,
    /// Whether it is hidden on narrow screens.
    pub wide: bool,
}

/// The columns of figures that an address shows.
pub fn figure_columns(address: &TableAddress) -> Vec<FigureColumn> {
    use ColumnGroup::{Cloners, Clones, Views, Visitors};
    use TrafficSort as Sort;
    let sums = [
        (Sort::Views, Views),
        (Sort::ViewUniquesDailySum, Visitors),
        (Sort::Clones, Clones),
        (Sort::CloneUniquesDailySum, Cloners),
    ];
    let columns = match (address.query.interval(), address.query.rows) {
        (Interval::Day, TrafficRows::Repositories) => vec![
            (Sort::Views, Views),
            (Sort::ViewUniques, Visitors),
            (Sort::Clones, Clones),
            (Sort::CloneUniques, Cloners),
        ],
        (Interval::Week, TrafficRows::Repositories) => vec![
            (Sort::Views, Views),
            (Sort::ViewUniques, Visitors),
            (Sort::ViewUniquesDailySum, Visitors),
            (Sort::Clones, Clones),
            (Sort::CloneUniques, Cloners),
            (Sort::CloneUniquesDailySum, Cloners),
        ],
        _ => sums.to_vec(),
    };
    let is_weekly = address.query.interval() == Interval::Week;
    let columns = columns.into_iter().map(|(sort, group)| FigureColumn {
        sort,
        group,
        own: is_weekly && matches!(sort, Sort::ViewUniques | Sort::CloneUniques),
        wide: address.columns.is_none() && matches!(group, Clones | Cloners),
    });
    columns.filter(|it| address.shows(it.group)).collect()
}

/// The figure of a column.
pub fn figure(bucket: &Bucket, sort: TrafficSort) -> Option<u64> {
    match sort {
        TrafficSort::Views => bucket.views,
        TrafficSort::ViewUniques => bucket.view_uniques.map(|it| it.get().into()),
        TrafficSort::ViewUniquesDailySum => bucket.view_uniques_daily_sum.map(|sum| sum.0),
        TrafficSort::Clones => bucket.clones,
        TrafficSort::CloneUniques => bucket.clone_uniques.map(|it| it.get().into()),
        TrafficSort::CloneUniquesDailySum => bucket.clone_uniques_daily_sum.map(|sum| sum.0),
        TrafficSort::Period | TrafficSort::Repository => None,
    }
}

/// The figures of a row. Unknown ones side by side are one cell with their reason.
pub fn figures(row: &TrafficTableRow, columns: &[FigureColumn]) -> Vec<AnyView> {
    let value = |column: &FigureColumn| figure(&row.bucket, column.sort);
    columns
        .chunk_by(|a, b| value(a).is_none() && value(b).is_none())
        .map(|run| match run {
            [column] if value(column).is_some() || column.own => one(row, *column, value(column)),
            unknown => {
                let span = (unknown.len() > 1).then_some(unknown.len());
                let wide = unknown.iter().all(|column| column.wide);
                let class = if wide {
                    "num none wide-only"
                } else {
                    "num none"
                };
                view! {
                    <td class=class colspan=span>
                        {state(row)}
                    </td>
                }
                .into_any()
            }
        })
        .collect()
}

fn one(row: &TrafficTableRow, column: FigureColumn, value: Option<u64>) -> AnyView {
    let class = [
        Some("num"),
        column.own.then_some("own"),
        column.wide.then_some("wide-only"),
        row.so_far.then_some("so-far"),
    ];
    let class: Vec<_> = class.into_iter().flatten().collect();
    let class = class.join(" ");
    match value {
        Some(value) => view! { <td class=class>{format::number(value)}</td> }.into_any(),
        None => view! {
            <td class=class>
                <span class="state-word">"unknown"</span>
            </td>
        }
        .into_any(),
    }
}

/// Why the figures are unknown, in a word.
fn state(row: &TrafficTableRow) -> AnyView {
    let class = match row.unknown {
        Some(UnknownReason::Lost) => "state lost",
        Some(UnknownReason::NotCollected) => "state failing",
        _ => "state",
    };
    view! { <span class=class>{word(row)}</span> }.into_any()
}

fn word(row: &TrafficTableRow) -> String {
    let word = match row.unknown {
        Some(UnknownReason::Lost) => "lost",
        Some(UnknownReason::NotPublished) => "not published yet",
        Some(UnknownReason::NothingListed) => "nothing listed",
        Some(UnknownReason::BeforeTracking) => "before tracking",
        Some(UnknownReason::NotCollected) => {
            return match row.failing_since {
                Some(since) => format!("not collected since {}", format::short_day(since)),
                None => "not collected".to_owned(),
            };
        }
        None => "unknown",
    };
    word.to_owned()
}

/// The last cell: where a day's figures come from, or what happens next; of a longer period, how
/// many of its days are known.
pub fn source(address: &TableAddress, row: &TrafficTableRow) -> AnyView {
    let wide = address.columns.is_none().then_some("wide-only");
    let content = match address.query.interval() {
        Interval::Day => of_day(address, row),
        Interval::Week | Interval::Month => known(row),
    };
    view! { <td class=wide>{content}</td> }.into_any()
}

fn of_day(address: &TableAddress, row: &TrafficTableRow) -> AnyView {
    let day = row.bucket.start;
    let link = |label: &'static str, name: &RepositoryName| {
        let to = address.tenant.answers(name, Some(day));
        view! {
            <a class="source" href=to>
                {label}
            </a>
        }
        .into_any()
    };
    let name = row.repository.as_ref().map(|it| &it.full_name);
    let next = match (row.unknown, name) {
        (None, Some(name)) => return link("Source", name),
        (Some(UnknownReason::Lost), Some(name)) => return link("Why", name),
        (Some(UnknownReason::NotPublished), _) => {
            format!("expected by {}", format::short_day(day.plus(USUAL_LAG)))
        }
        (Some(UnknownReason::NotCollected), _) => format!(
            "GitHub keeps it until {}",
            format::short_day(day.plus(WINDOW_DAYS - 1))
        ),
        (Some(UnknownReason::NothingListed), _) => "GitHub listed no figure".to_owned(),
        (Some(UnknownReason::BeforeTracking), _) => "Tidemark did not track it yet".to_owned(),
        _ => String::new(),
    };
    view! { <span class="muted">{next}</span> }.into_any()
}

fn known(row: &TrafficTableRow) -> AnyView {
    let Bucket {
        days_known,
        days_total,
        ..
    } = row.bucket;
    let days = format!("{days_known} of {days_total} days");
    if row.so_far {
        return view! { <b class="nowrap">{format!("{days} so far")}</b> }.into_any();
    }
    if days_known == days_total {
        return view! { <span class="muted">{days}</span> }.into_any();
    }
    view! {
        <span class="nowrap">{days}</span>
        " "
        <span class="muted">{word(row)}</span>
    }
    .into_any()
}
