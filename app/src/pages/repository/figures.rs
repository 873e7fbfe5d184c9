//! A repository's figures, and the uniques that only GitHub can count.

use domain::report::{Bucket, Popularity, RepositoryReport, WindowCounts};
use leptos::prelude::*;

use crate::chart::format;
use crate::components::{Stat, compared};

/// The four figures of the period, each with its change and trend.
pub fn figures(report: &RepositoryReport) -> AnyView {
    let trend = |of: fn(&Bucket) -> Option<u64>| -> Vec<Option<u64>> {
        let counted = |bucket: &&Bucket| bucket.start <= report.range.to;
        report.buckets.iter().filter(counted).map(of).collect()
    };
    let below = |figure| compared(figure, &report.query.report, report.range);
    view! {
        <Stat
            label="Views"
            value=report.views.total
            note=below(report.views)
            trend=trend(|bucket| bucket.views)
        />
        <Stat
            label="Unique visitors"
            daily_sum=true
            value=report.view_uniques_daily_sum.total
            note=below(report.view_uniques_daily_sum)
            trend=trend(|bucket| bucket.view_uniques_daily_sum.map(|sum| sum.0))
        />
        <Stat
            label="Clones"
            value=report.clones.total
            note=below(report.clones)
            trend=trend(|bucket| bucket.clones)
        />
        <Stat
            label="Unique cloners"
            daily_sum=true
            value=report.clone_uniques_daily_sum.total
            note=below(report.clone_uniques_daily_sum)
            trend=trend(|bucket| bucket.clone_uniques_daily_sum.map(|sum| sum.0))
        />
    }
    .into_any()
}

/// The true uniques of GitHub's newest window, and stars and similar counts.
pub fn people(report: &RepositoryReport) -> Option<AnyView> {
    let visitors = report
        .window_views
        .map(|counts| window(counts, "unique visitors", "views"));
    let cloners = report
        .window_clones
        .map(|counts| window(counts, "unique cloners", "clones"));
    let days = report.window_views.or(report.window_clones).map(|counts| {
        view! {
            <span class="muted" title="Counted by GitHub over the whole window. Someone who visits on two days counts once.">
                {counts.window.len()} " days to " {format::short_day(counts.window.to)}
                " (GitHub’s own count):"
            </span>
        }
    });
    if days.is_none() && report.popularity.is_none() {
        return None;
    }
    Some(
        view! {
            <section class="card">
                <div class="card-body row">
                    {days}
                    {visitors}
                    {cloners}
                    <span class="spacer"></span>
                    <span class="row">{report.popularity.map(popularity)}</span>
                </div>
            </section>
        }
        .into_any(),
    )
}

fn window(counts: WindowCounts, people: &'static str, things: &'static str) -> AnyView {
    let WindowCounts { counts, .. } = counts;
    view! {
        <span>
            <b>{format::number(counts.uniques.get().into())}</b>
            " " {people}
            <span class="muted">" in " {format::number(counts.count.into())} " " {things}</span>
        </span>
    }
    .into_any()
}

fn popularity(seen: Popularity) -> AnyView {
    let one = |number: Option<u32>, one: &'static str, many: &'static str| {
        number.map(|number| {
            let label = if number == 1 { one } else { many };
            view! {
                <span>
                    <b>{format::number(number.into())}</b>
                    <span class="muted">" " {label}</span>
                </span>
            }
        })
    };
    view! {
        {one(seen.stars, "star", "stars")}
        {one(seen.forks, "fork", "forks")}
        {one(seen.watchers, "watcher", "watchers")}
        {one(seen.open_issues, "open issue", "open issues")}
    }
    .into_any()
}
