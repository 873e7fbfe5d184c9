//! A repository's referrers and paths over time: each 14-day window that GitHub listed.

use domain::report::{RankingHistory, RankingLine};
use domain::{Counts, Day, DayRange, LONGEST_RANGE, Period, Problem, RepositoryName};
use engine::{Error, TenantRequest};
use leptos::prelude::*;

use super::{Subject, nothing};
use crate::chart::{Sparkline, format};
use crate::components::Entry;
use crate::pages::{path_entry, referrer_entry};
use crate::server_pages::list_part::ListPart;
use crate::server_pages::table::{Column, TableLabel, data_table};
use crate::server_pages::{Fields, PageContent, PageRequest, ServerPage};

pub const REFERRERS: ServerPage =
    ServerPage::read_only("/t/{tenant}/r/{owner}/{name}/referrers", |request| {
        Box::pin(view(request, Kind::Referrers))
    });

pub const PATHS: ServerPage =
    ServerPage::read_only("/t/{tenant}/r/{owner}/{name}/paths", |request| {
        Box::pin(view(request, Kind::Paths))
    });

/// The width of a line, in CSS pixels.
const LINE: u32 = 160;

/// What the page lists.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Referrers,
    Paths,
}

impl Kind {
    /// The heading, and the last part of the address.
    const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Referrers => ("Referrers", "referrers"),
            Self::Paths => ("Paths", "paths"),
        }
    }

    const fn one(self) -> &'static str {
        match self {
            Self::Referrers => "Referrer",
            Self::Paths => "Path",
        }
    }

    fn entry(self, label: &str, repository: &RepositoryName) -> Entry {
        match self {
            Self::Referrers => referrer_entry(label),
            Self::Paths => path_entry(label, repository),
        }
    }
}

async fn view(request: PageRequest, kind: Kind) -> Result<PageContent, Problem> {
    let subject = Subject::new(&request, Period::Year).await?;
    let TenantRequest {
        engine,
        viewer,
        tenant,
    } = &subject.context;
    let today = engine.clock().today();
    let requested = subject.range.requested(today);
    let days = requested.unwrap_or_else(|| DayRange::ending(today, LONGEST_RANGE));
    let (id, from, to) = (subject.repository.id, Some(days.from), Some(days.to));
    let history = match kind {
        Kind::Referrers => engine.referrer_history(viewer, *tenant, id, from, to).await,
        Kind::Paths => engine.path_history(viewer, *tenant, id, from, to).await,
    }
    .map_err(Error::into_problem)?;
    let (title, what) = kind.names();
    let shown = requested.or_else(|| covered(&history));
    let shown = shown.unwrap_or_else(|| DayRange::ending(today, 1));
    let name = subject.repository.full_name.clone();
    let address = request.pages().history_over(&name, what, subject.range);
    let query = request.query.clone();
    subject
        .page(&request, title, what, shown, move || {
            body(kind, &history, &name, &query, address)
        })
        .await
}

/// From the first to the last day on which a window ends.
fn covered(history: &RankingHistory) -> Option<DayRange> {
    let (first, last) = (history.windows.first()?, history.windows.last()?);
    DayRange::new(first.window.to, last.window.to)
}

fn body(
    kind: Kind,
    history: &RankingHistory,
    repository: &RepositoryName,
    query: &Fields,
    address: String,
) -> AnyView {
    let (title, what) = kind.names();
    let Some((range, newest)) = covered(history).zip(history.windows.last()) else {
        let why = format!("Tidemark has no list of {what} from these days.");
        return nothing("Nothing collected in this range", &why);
    };
    if history.rows.is_empty() {
        let why = format!("GitHub listed no {what} in these days.");
        return nothing("None in this range", &why);
    }
    let text = |line: &RankingLine| line.label.clone();
    let (part, shown) = ListPart::of(query, (address, ""), &history.rows, text);
    let newest = newest.window;
    let row = |line: &&RankingLine| {
        let entry = kind.entry(&line.label, repository);
        row(line, entry, range, newest)
    };
    let columns = [
        Column(kind.one(), ""),
        Column("Views", "num"),
        Column("Unique visitors", "num"),
        Column("Most views", "num"),
        Column("First seen", ""),
        Column("Last seen", ""),
        Column("Each 14-day window", ""),
    ];
    let content = part.nothing_found().unwrap_or_else(|| {
        let rows: Vec<_> = shown.iter().map(row).collect();
        data_table("as-list", TableLabel::Heading("list"), &columns, rows)
    });
    view! {
        <p class="muted">
            "GitHub lists the 10 largest " {what}
            " of a 14-day window. Windows overlap, so their counts are never added up. A line ends where GitHub no longer lists one of the " {what} " or Tidemark collected no window. Its count is unknown then and not zero. Each line has its own scale."
        </p>
        <section class="card">
            <div class="card-head">
                <h2 id="list">{title} " by 14-day window"</h2>
                <span class="muted">"newest: " {format::days(newest)}</span>
                <span class="spacer"></span>
                {part.search(kind.one())}
            </div>
            {content}
            {part.pages()}
        </section>
    }
    .into_any()
}

fn row(line: &RankingLine, entry: Entry, range: DayRange, newest: DayRange) -> AnyView {
    let latest = (line.counts.last()).filter(|(window, _)| *window == newest);
    let figure = |value: fn(&Counts) -> u64| {
        latest.map_or_else(
            || "not listed".to_owned(),
            |(_, counts)| format::number(value(counts)),
        )
    };
    let most = (line.counts.iter()).max_by_key(|(window, counts)| (counts.count, window.to));
    let most = most.map(|(window, counts)| {
        let days = format!("{} days to {}", window.len(), format::day(window.to));
        view! { <span title=days>{format::number(counts.count.into())}</span> }
    });
    let Entry { label, href } = entry;
    let title = line.label.clone();
    let name = match href {
        Some(href) => view! {
            <a href=href rel="external noreferrer" title=title>
                <bdi>{label}</bdi>
            </a>
        }
        .into_any(),
        None => view! { <bdi title=title>{label}</bdi> }.into_any(),
    };
    view! {
        <tr>
            <th scope="row" class="name">
                {name}
            </th>
            <td class="num" data-label="Views">{figure(|counts| counts.count.into())}</td>
            <td class="num" data-label="Unique visitors">
                {figure(|counts| counts.uniques.get().into())}
            </td>
            <td class="num" data-label="Most views">{most}</td>
            <td class="nowrap" data-label="First seen">{format::day(line.first_seen)}</td>
            <td class="nowrap" data-label="Last seen">{format::day(line.last_seen)}</td>
            <td>
                <Sparkline values=values(line, range) width=LINE/>
            </td>
        </tr>
    }
    .into_any()
}

/// The count of the window that ends on each day; `None` where none lists it.
fn values(line: &RankingLine, range: DayRange) -> Vec<Option<u64>> {
    let mut counts = line.counts.iter().peekable();
    let count_of = |day: Day| {
        let (_, counts) = counts.next_if(|(window, _)| window.to == day)?;
        Some(counts.count.into())
    };
    range.days().map(count_of).collect()
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use domain::report::RankingWindow;

    use super::*;
    use crate::test_html::test_html;

    fn window(last: &str) -> DayRange {
        DayRange::ending(last.parse().expect("a day"), 14)
    }

    /// Three windows; the last does not list the second referrer.
    fn history() -> RankingHistory {
        let windows = ["2026-11-20", "2026-11-22", "2026-11-23"].map(window);
        let line = |label: &str, counts: &[u32]| {
            let counts = windows.iter().zip(counts);
            let counts: Vec<_> = counts
                .map(|(window, count)| (*window, Counts::new(*count, 7)))
                .collect();
            RankingLine {
                label: label.to_owned(),
                first_seen: "2026-03-01".parse().expect("a day"),
                last_seen: counts.last().expect("a window").0.to,
                counts,
            }
        };
        RankingHistory {
            windows: windows
                .map(|window| RankingWindow {
                    window,
                    captured_at: DateTime::default(),
                })
                .to_vec(),
            rows: vec![
                line("github.com", &[1_200, 1_400, 1_300]),
                line("news.ycombinator.com", &[90, 80]),
            ],
        }
    }

    fn html(history: &RankingHistory, query: &str) -> String {
        let repository = "octocat/hello".parse().expect("a name");
        let query = Fields::parse(query.as_bytes());
        let address = "/list?period=90d".to_owned();
        test_html(|| body(Kind::Referrers, history, &repository, &query, address))
    }

    #[test]
    fn a_line_has_each_window_and_no_sum_of_them() {
        let html = html(&history(), "");
        for part in [
            ">newest: 10 Nov – 23 Nov 2026<",
            ">1,300<",
            r#"title="14 days to 22 Nov 2026">1,400<"#,
            ">1 Mar 2026<",
            "never added up",
            r#"href="https://news.ycombinator.com""#,
        ] {
            assert!(html.contains(part), "{part}: {html}");
        }
        assert!(!html.contains("3,900"), "{html}");
    }

    #[test]
    fn what_the_newest_window_does_not_list_is_not_zero() {
        let history = history();
        let gone = &history.rows[1];
        let range = covered(&history).expect("windows");
        assert_eq!(
            values(gone, range),
            [Some(90), None, Some(80), None],
            "the day between two windows is unknown too"
        );
        let html = html(&history, "search=ycombinator");
        assert!(html.contains("not listed"), "{html}");
        assert!(!html.contains(">github.com<"), "{html}");
    }

    #[test]
    fn a_search_stays_in_the_range() {
        let html = html(&history(), "search=nowhere");
        assert!(
            html.contains(r#"<input type="hidden" name="period" value="90d""#),
            "{html}"
        );
        assert!(html.contains("Nothing matches “"), "{html}");
    }

    #[test]
    fn no_window_and_no_row_are_told_apart() {
        let mut history = history();
        history.rows.clear();
        assert!(html(&history, "").contains("GitHub listed no referrers"));
        history.windows.clear();
        assert!(html(&history, "").contains("Tidemark has no list of referrers"));
    }
}
