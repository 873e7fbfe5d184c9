//! Traffic: every stored figure as a table by day, week or month, for each repository or for all of
//! them together. All of it is in the address.

mod address;
mod cells;
mod controls;
mod table;

use domain::Problem;
use domain::report::{TrafficTable, TrafficTableQuery};
use engine::Error;
use leptos::prelude::*;

use self::address::TableAddress;
use self::controls::{controls, export, key, pages, tools};
use super::layout::Layout;
use super::{PageContent, PageRequest, ServerPage};
use crate::components::{RangeAddress, late_start, nothing_matches, range_problem};

pub const PAGE: ServerPage =
    ServerPage::read_only("/t/{tenant}/traffic", |request| Box::pin(view(request)));

/// How many rows a page can have.
const PAGE_SIZES: [u32; 3] = [50, 100, 250];

async fn view(request: PageRequest) -> Result<PageContent, Problem> {
    let context = request.tenant().await?;
    let layout = Layout::tenant(&request, &context).await?;
    let address = match TableAddress::parse(&request) {
        Ok(address) => address,
        Err(message) => return refused(&context, &request, layout, message),
    };
    let first = u64::from(address.page - 1) * u64::from(address.limit);
    let limit = address.limit as usize;
    let (viewer, tenant) = (&context.viewer, context.tenant);
    let read = |first| {
        let query = address.query.clone();
        (context.engine).traffic_table(viewer, tenant, query, first, limit)
    };
    let mut read_table = read(first).await.map_err(Error::into_problem);
    // A page past the end is the last one.
    if let Ok(table) = &read_table
        && table.rows.is_empty()
        && table.matching > 0
    {
        let last = (table.matching - 1) / limit as u64 * limit as u64;
        read_table = read(last).await.map_err(Error::into_problem);
    }
    match read_table {
        Ok(table) => Ok(PageContent::new("Traffic", layout, move || {
            body(&address, &table)
        })),
        Err(problem) if problem.kind == domain::ProblemKind::Invalid => {
            refused(&context, &request, layout, problem.message)
        }
        Err(problem) => Err(problem),
    }
}

/// The page of an address that asks for no table.
fn refused(
    context: &engine::TenantRequest,
    request: &PageRequest,
    layout: Layout,
    message: String,
) -> Result<PageContent, Problem> {
    (context.require(domain::Permission::ViewTraffic)).map_err(Error::into_problem)?;
    let typed = ["from", "to"].map(|name| request.query.text(name).to_owned());
    let usual = TableAddress::usual(request.pages());
    let to: RangeAddress = Box::new(move |range| usual.over(range).to_string());
    Ok(PageContent::new("Traffic", layout, move || {
        view! {
            {head(().into_any())}
            {range_problem(&message, &typed, &to)}
        }
        .into_any()
    }))
}

fn body(address: &TableAddress, table: &TrafficTable) -> AnyView {
    let content = if table.rows.is_empty() {
        nothing(address)
    } else {
        view! {
            {table::table(address, table)}
            {pages(address, table)}
            {key(table.interval)}
        }
        .into_any()
    };
    view! {
        {head(controls(address, table))}
        {late_start(table.history_begins)}
        <section class="card traffic" aria-label="Traffic">
            {tools(address, export(address, table))}
            {content}
        </section>
    }
    .into_any()
}

fn head(controls: AnyView) -> AnyView {
    view! {
        <div class="page-head">
            <h1>"Traffic"</h1>
            <span class="muted wide-only">"every figure, as GitHub reported it"</span>
            <span class="spacer"></span>
            {controls}
        </div>
    }
    .into_any()
}

/// Why there is no row, and the way to some.
fn nothing(address: &TableAddress) -> AnyView {
    let filter = &address.query.filter;
    if !filter.is_empty() {
        let all = address.with(TrafficTableQuery {
            filter: domain::RepositoryFilter::default(),
            ..address.query.clone()
        });
        return nothing_matches(filter, all.to_string());
    }
    let all = address.over(domain::Period::All.into()).to_string();
    view! {
        <div class="empty" role="status">
            <p>"No figures in this range."</p>
            <a class="button" href=all>
                "Show all time"
            </a>
        </div>
    }
    .into_any()
}
