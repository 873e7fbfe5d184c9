//! What is chosen above and below the table: days, units, repositories, columns, pages, and what is
//! exported.

use domain::report::{TrafficRows, TrafficTable, TrafficTableQuery};
use domain::{Interval, RepositoryFilter};
use leptos::prelude::*;

use super::PAGE_SIZES;
use super::address::{ColumnGroup, TableAddress};
use crate::chart::format;
use crate::components::{kept_fields, range_control};

/// About how many bytes a line of the CSV has.
const LINE_BYTES: u64 = 72;

/// The choice of days.
pub fn controls(address: &TableAddress, table: &TrafficTable) -> AnyView {
    let to = address.clone();
    range_control(
        Signal::stored(address.query.report.range),
        Signal::stored(table.range),
        Box::new(move |range| to.over(range).to_string()),
    )
}

/// The units, the kind of rows, the filter and the columns; `export` beside them.
pub fn tools(address: &TableAddress, export: AnyView) -> AnyView {
    let current = address.query.interval();
    let units = Interval::ALL.map(|interval| {
        let label = match interval {
            Interval::Day => "Daily",
            Interval::Week => "Weekly",
            Interval::Month => "Monthly",
        };
        choice(label, address.by(interval).to_string(), interval == current)
    });
    let kinds = [
        ("Each repository", TrafficRows::Repositories),
        ("All together", TrafficRows::Total),
    ];
    let kinds = kinds.map(|(label, rows)| {
        let to = address.with(TrafficTableQuery {
            rows,
            ..address.query.clone()
        });
        choice(label, to.to_string(), rows == address.query.rows)
    });
    view! {
        <div class="tools">
            <nav class="segmented" aria-label="Unit">
                {units.collect_view()}
            </nav>
            <nav class="segmented" aria-label="Rows">
                {kinds.collect_view()}
            </nav>
            {search(address)}
            <span class="spacer"></span>
            {columns(address)}
            {export}
        </div>
    }
    .into_any()
}

fn choice(label: &'static str, href: String, is_current: bool) -> AnyView {
    view! { <a href=href aria-current=is_current.then_some("true")>{label}</a> }.into_any()
}

/// The search by name, owner or tag. Other parts of the filter are shown with the way out of them.
fn search(address: &TableAddress) -> AnyView {
    let filter = &address.query.filter;
    let without = |filter: RepositoryFilter| {
        address.with(TrafficTableQuery {
            filter,
            ..address.query.clone()
        })
    };
    let unsearched = without(RepositoryFilter {
        text: String::new(),
        ..filter.clone()
    });
    let (path, kept) = kept_fields(&unsearched.to_string());
    let others = [
        ("Owner", filter.owner.clone()),
        ("Tag", filter.tag.clone()),
        (
            "Status",
            filter.state.map_or("", |state| state.label()).to_owned(),
        ),
    ];
    let others: Vec<_> = (others.into_iter())
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| view! { <span class="chip">{format!("{name}: {value}")}</span> })
        .collect();
    let clear = (!filter.is_empty()).then(|| {
        let all = without(RepositoryFilter::default()).to_string();
        view! {
            <a class="button quiet" href=all>
                "Clear filter"
            </a>
        }
    });
    view! {
        <form role="search" method="get" action=path>
            {kept}
            <input
                type="search"
                name="filter"
                aria-label="Filter by name, owner or tag"
                placeholder="Name, owner or tag"
                maxlength="100"
                autocomplete="off"
                value=filter.text.clone()
            />
        </form>
        {others}
        {clear}
    }
    .into_any()
}

/// The choice of columns.
fn columns(address: &TableAddress) -> AnyView {
    let all = TableAddress {
        columns: None,
        ..address.page(1)
    };
    let (path, kept) = kept_fields(&all.to_string());
    let boxes: Vec<_> = (ColumnGroup::ALL.into_iter())
        .map(|column| {
            view! {
                <label class="checkbox">
                    <input
                        type="checkbox"
                        name="column"
                        value=column.as_str()
                        checked=address.shows(column)
                    />
                    <span>{column.label(address.query.interval())}</span>
                </label>
            }
        })
        .collect();
    view! {
        <details class="menu" name="menu">
            <summary>
                "Columns" <span aria-hidden="true">" ▾"</span>
            </summary>
            <div class="menu-items">
                <form method="get" action=path class="range-form">
                    {kept}
                    {boxes}
                    <button type="submit" class="button primary">
                        "Show columns"
                    </button>
                </form>
            </div>
        </details>
    }
    .into_any()
}

/// What the export writes: how many rows, of which days, and about how large it is.
pub fn export(address: &TableAddress, table: &TrafficTable) -> AnyView {
    let unit = match table.interval {
        Interval::Day => "daily",
        Interval::Week => "weekly",
        Interval::Month => "monthly",
    };
    let what = format!(
        "{}: {}, {}, {unit}",
        counted(table.matching, "row"),
        format::days(table.range),
        repositories(table.repositories),
    );
    let size = (table.matching * LINE_BYTES).div_ceil(1_000);
    let file = address.rows_at(address.tenant.traffic() + "/rows.csv");
    let script = address.rows_at("/api/v1/traffic".to_owned());
    view! {
        <details class="menu" name="menu">
            <summary>
                "Export" <span aria-hidden="true">" ▾"</span>
            </summary>
            <div class="menu-items export">
                <p class="menu-note">{what}</p>
                <a href=file download="traffic.csv">
                    <span>"CSV"</span>
                    <span class="muted">{format!("about {} KB", format::number(size))}</span>
                </a>
                <hr/>
                <p class="menu-note">
                    "Link for scripts, needs a token" <br/> <code>{script}</code>
                </p>
                <p class="menu-note">"An unknown figure is an empty cell in CSV, never 0."</p>
            </div>
        </details>
    }
    .into_any()
}

/// The position of the rows, how many a page has, and links to the other pages.
pub fn pages(address: &TableAddress, table: &TrafficTable) -> AnyView {
    let limit = u64::from(address.limit);
    let last = u32::try_from(table.matching.div_ceil(limit)).unwrap_or(u32::MAX);
    let page = u32::try_from(table.first / limit + 1).unwrap_or(u32::MAX);
    let end = table.first + table.rows.len() as u64;
    let shown = format!(
        "{}–{} of {}",
        format::number(table.first + 1),
        format::number(end),
        format::number(table.matching),
    );
    let sizes = PAGE_SIZES.map(|limit| {
        let to = TableAddress {
            limit,
            ..address.page(1)
        };
        let current = (limit == address.limit).then_some("true");
        view! { <a href=to.to_string() aria-current=current>{limit}</a> }
    });
    let near =
        (page.saturating_sub(1)..=page.saturating_add(1)).filter(|it| (1..=last).contains(it));
    let mut numbers: Vec<u32> = [1].into_iter().chain(near).chain([last]).collect();
    numbers.dedup();
    let mut before = 0;
    let numbers: Vec<_> = numbers
        .into_iter()
        .map(|number| {
            let gap = (number > before + 1).then(|| view! { <span aria-hidden="true">"…"</span> });
            before = number;
            let current = (number == page).then_some("page");
            let label = format!("Page {}", format::number(number.into()));
            view! {
                {gap}
                <a href=address.page(number).to_string() aria-current=current aria-label=label>
                    {format::number(number.into())}
                </a>
            }
        })
        .collect();
    let step = |to: u32, label: &'static str, sign: &'static str| {
        let href = (1..=last)
            .contains(&to)
            .then(|| address.page(to).to_string());
        let disabled = href.is_none().then_some("true");
        view! { <a href=href role="link" aria-disabled=disabled aria-label=label>{sign}</a> }
    };
    view! {
        <div class="pages">
            <span class="muted">{shown}</span>
            <nav class="segmented small wide-only" aria-label="Rows on a page">
                {sizes.collect_view()}
            </nav>
            <span class="spacer"></span>
            <nav class="segmented small" aria-label="Table pages">
                {step(page - 1, "Previous page", "‹")}
                {numbers}
                {step(page.saturating_add(1), "Next page", "›")}
            </nav>
        </div>
    }
    .into_any()
}

/// What the cells mean.
pub fn key(interval: Interval) -> AnyView {
    let weekly = (interval == Interval::Week).then(|| {
        view! {
            <li>
                <span class="cell own">"544"</span>
                "each person once in the week"
            </li>
            <li>
                <span class="cell muted">"700"</span>
                "each person once a day, so up to 7 times"
            </li>
        }
    });
    view! {
        <ul class="cell-key">
            <li>
                <span class="cell">"0"</span>
                "GitHub counted none"
            </li>
            <li>
                <span class="state">"not published yet"</span>
                "GitHub will report it"
            </li>
            <li>
                <span class="state lost">"lost"</span>
                "cannot be recovered"
            </li>
            {weekly}
        </ul>
    }
    .into_any()
}

pub fn repositories(count: u32) -> String {
    match count {
        1 => "1 repository".to_owned(),
        count => format!("{} repositories", format::number(count.into())),
    }
}

fn counted(count: u64, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        count => format!("{} {what}s", format::number(count)),
    }
}
