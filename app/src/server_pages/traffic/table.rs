//! The table: its headings, the sums, and a row for each repository and period.

use chrono::Datelike;
use domain::report::{
    RepositoryQuery, RowRepository, TrafficRows, TrafficSort, TrafficTable, TrafficTableQuery,
    TrafficTableRow,
};
use domain::{Day, DayRange, Interval};
use leptos::prelude::*;

use super::address::{ColumnGroup, TableAddress};
use super::cells::{FigureColumn, figure, figure_columns, figures, source};
use super::controls::repositories;
use crate::chart::format;

pub fn table(address: &TableAddress, table: &TrafficTable) -> AnyView {
    let columns = figure_columns(address);
    let rows: Vec<_> = (table.rows.iter())
        .map(|row| table_row(address, row, &columns, table.range.to))
        .collect();
    let caption = format!(
        "{} traffic of {}, {}",
        match table.interval {
            Interval::Day => "Daily",
            Interval::Week => "Weekly",
            Interval::Month => "Monthly",
        },
        repositories(table.repositories),
        format::days(table.range),
    );
    view! {
        <div class="table-wrap">
            <table class="data-table">
                <caption class="visually-hidden">{caption}</caption>
                <thead>{head(address, &columns)}</thead>
                <tbody>{sums(address, table, &columns)} {rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// The headings. In weeks, GitHub's own count and the sum of days share one.
fn head(address: &TableAddress, columns: &[FigureColumn]) -> AnyView {
    let interval = address.query.interval();
    let is_double = columns.iter().any(|column| column.own);
    let span = is_double.then_some("2");
    let of_rows = (address.query.rows == TrafficRows::Repositories)
        .then(|| heading(address, TrafficSort::Repository, "Repository", "", span));
    let period = match interval {
        Interval::Day => "Day",
        Interval::Week => "ISO week",
        Interval::Month => "Month",
    };
    let groups = columns.chunk_by(|a, b| a.group == b.group);
    let top: Vec<_> = groups
        .map(|group| {
            let label = group[0].group.label(interval);
            if let [column] = group {
                let label = match column.sort {
                    TrafficSort::ViewUniquesDailySum => "Unique visitors, sum of days",
                    TrafficSort::CloneUniquesDailySum => "Unique cloners, sum of days",
                    _ => label,
                };
                return heading(address, column.sort, label, class(*column), span);
            }
            let wide = if group[0].wide {
                "both wide-only"
            } else {
                "both"
            };
            view! {
                <th scope="colgroup" class=wide colspan=group.len()>
                    {label}
                </th>
            }
            .into_any()
        })
        .collect();
    let below = is_double.then(|| {
        let groups = columns.chunk_by(|a, b| a.group == b.group);
        let below: Vec<_> = (groups.filter(|group| group.len() > 1).flatten())
            .map(|column| {
                let label = if column.own {
                    "GitHub’s week"
                } else {
                    "Sum of days"
                };
                heading(address, column.sort, label, class(*column), None)
            })
            .collect();
        view! { <tr>{below}</tr> }
    });
    let source = address.shows(ColumnGroup::Source).then(|| {
        let wide = address.columns.is_none().then_some("wide-only");
        view! {
            <th scope="col" class=wide rowspan=span>
                {ColumnGroup::Source.label(interval)}
            </th>
        }
    });
    view! {
        <tr>
            {heading(address, TrafficSort::Period, period, "", span)}
            {of_rows}
            {top}
            {source}
        </tr>
        {below}
    }
    .into_any()
}

const fn class(column: FigureColumn) -> &'static str {
    match (column.own, column.wide) {
        (true, true) => "num own wide-only",
        (true, false) => "num own",
        (false, true) => "num wide-only",
        (false, false) => "num",
    }
}

/// A heading that sorts: its natural order first, then reversed.
fn heading(
    address: &TableAddress,
    sort: TrafficSort,
    label: &'static str,
    class: &'static str,
    rows: Option<&'static str>,
) -> AnyView {
    let query = &address.query;
    let sorts = query.sort == sort;
    let to = address.with(TrafficTableQuery {
        sort,
        reversed: sorts && !query.reversed,
        ..query.clone()
    });
    let ascending = (sort == TrafficSort::Repository) != query.reversed;
    let direction = if ascending { "ascending" } else { "descending" };
    view! {
        <th scope="col" class=class rowspan=rows aria-sort=sorts.then_some(direction)>
            <a href=to.to_string()>{short_on_narrow(label)}</a>
        </th>
    }
    .into_any()
}

/// A label, of which narrow screens show a part.
fn short_on_narrow(label: &'static str) -> AnyView {
    match label {
        "Unique visitors" => view! {
            <span class="wide-only">"Unique visitors"</span>
            <span class="narrow-only">"Visitors"</span>
        }
        .into_any(),
        label => label.into_any(),
    }
}

/// The sums of all rows, and how many days are known.
fn sums(address: &TableAddress, table: &TrafficTable, columns: &[FigureColumn]) -> AnyView {
    let [known, days] = table.known;
    let sums: Vec<_> = columns
        .iter()
        .map(|column| {
            let (sum, label) = match column.sort {
                TrafficSort::ViewUniques if !column.own => {
                    (TrafficSort::ViewUniquesDailySum, "sum of daily uniques")
                }
                TrafficSort::CloneUniques if !column.own => {
                    (TrafficSort::CloneUniquesDailySum, "sum of daily uniques")
                }
                TrafficSort::ViewUniquesDailySum | TrafficSort::CloneUniquesDailySum => {
                    (column.sort, "sum of daily uniques")
                }
                sort => (sort, "sum"),
            };
            // Weeks do not add up: a person of two weeks is in both.
            let sum = figure(&table.sums, sum);
            let content = sum.map(|sum| {
                view! {
                    {format::number(sum)}
                    <span class="muted">{label}</span>
                }
            });
            view! { <td class=class(*column)>{content}</td> }
        })
        .collect();
    let span = match address.query.rows {
        TrafficRows::Repositories => Some("2"),
        TrafficRows::Total => None,
    };
    let source = address.shows(ColumnGroup::Source).then(|| {
        let wide = address.columns.is_none().then_some("wide-only");
        view! { <td class=wide></td> }
    });
    let what = format!(
        "{}, {}",
        format::days(table.range),
        repositories(table.repositories)
    );
    let known = format!(
        "{} of {} days known",
        format::number(known),
        format::number(days)
    );
    view! {
        <tr class="sums">
            <th scope="row" colspan=span>
                {what}
                <span class="muted">{known}</span>
            </th>
            {sums}
            {source}
        </tr>
    }
    .into_any()
}

fn table_row(
    address: &TableAddress,
    row: &TrafficTableRow,
    columns: &[FigureColumn],
    today: Day,
) -> AnyView {
    let interval = address.query.interval();
    let bucket = DayRange {
        from: row.bucket.start,
        to: row.bucket.end,
    };
    let period = period(interval, bucket, today);
    let source = (address.shows(ColumnGroup::Source)).then(|| source(address, row));
    let figures = figures(row, columns);
    match &row.repository {
        Some(repository) => view! {
            <tr>
                <td class="nowrap">{period}</td>
                {named(address, repository)}
                {figures}
                {source}
            </tr>
        }
        .into_any(),
        None => view! {
            <tr>
                <th scope="row" class="nowrap">
                    {period}
                </th>
                {figures}
                {source}
            </tr>
        }
        .into_any(),
    }
}

fn named(address: &TableAddress, repository: &RowRepository) -> AnyView {
    let name = &repository.full_name;
    let query = RepositoryQuery::from(address.query.report);
    view! {
        <th class="name" scope="row">
            <a href=address.tenant.repository(name, &query)>
                <span class="muted">{format!("{} / ", name.owner())}</span>
                {name.name().to_owned()}
            </a>
        </th>
    }
    .into_any()
}

/// A period: its day with the weekday, its ISO week with its days, or its month. The year only when
/// it is not that of the newest one.
fn period(interval: Interval, bucket: DayRange, newest: Day) -> AnyView {
    let day = bucket.from;
    let is_this_year = day.date().year() == newest.date().year();
    match interval {
        Interval::Day => {
            let text = if is_this_year {
                format::weekday_and_short_day(day)
            } else {
                format::weekday_and_day(day)
            };
            let (weekday, date) = text.split_once(' ').unwrap_or(("", &text));
            view! {
                <span class="wide-only">{format!("{weekday} ")}</span>
                {date.to_owned()}
            }
            .into_any()
        }
        Interval::Week => {
            let week = day.date().iso_week();
            let days = if bucket.from.date().month() == bucket.to.date().month() {
                format!("{}–{}", day.date().day(), format::short_day(bucket.to))
            } else {
                let (from, to) = (format::short_day(day), format::short_day(bucket.to));
                format!("{from} – {to}")
            };
            view! {
                <span class="muted wide-only">{format!("{}-", week.year())}</span>
                {format!("W{:02} ", week.week())}
                <span class="muted">{days}</span>
            }
            .into_any()
        }
        Interval::Month => format::month(day).into_any(),
    }
}
