//! The chart of the overview as data.

use domain::report::OverviewReport;

use crate::chart::{ChartEvent, ChartSpec, compared_lines, usual_band};

/// The chart of all repositories.
pub fn chart(report: &OverviewReport) -> ChartSpec {
    let title = match (report.matching, report.facets.total) {
        (matching, total) if matching == total => "All repositories".to_owned(),
        (matching, total) => format!("{matching} of {total} repositories"),
    };
    let mut spec =
        ChartSpec::traffic(title, report.interval, &report.buckets).with_lost(&report.lost);
    if report.range.to < report.shown.to {
        spec = spec.with_unpublished_end(report.github_is_late);
    }
    let mut spec = spec
        .with_growing_end(report.today)
        .with_comparison(
            (report.compared.as_ref())
                .and_then(|compared| compared_lines(compared, &report.buckets)),
        )
        .with_events(report.events.iter().filter_map(ChartEvent::of))
        .with_usual(usual_band("views", &report.usual.views, report.usual.from));
    spec.series.retain(|series| series.key != "cloners");
    spec
}
