//! Referrers or paths of GitHub's newest window, with a bar behind each row.

use domain::Day;
use domain::report::{Ranking, RankingRow};
use leptos::prelude::*;

use crate::chart::format;

/// A row's label and link.
pub struct Entry {
    /// Its label.
    pub label: String,
    /// Where it leads.
    pub href: Option<String>,
}

/// A card with the rows, most views first, and a link to them over time, if any. An empty list says that GitHub reported none; without a
/// list, `missing` says why.
pub fn ranking_card(
    title: &'static str,
    over_time: Option<String>,
    missing: String,
    ranking: Option<&Ranking>,
    entry: impl Fn(&RankingRow) -> Entry,
) -> AnyView {
    let window = ranking.map(|ranking| {
        format!(
            "{} days to {}",
            ranking.window.len(),
            format::short_day(ranking.window.to)
        )
    });
    let rows = ranking
        .map(|ranking| ranking.rows.as_slice())
        .unwrap_or_default();
    let most = rows.iter().map(|row| row.counts.count).max().unwrap_or(0);
    let body = if rows.is_empty() {
        let empty = match ranking {
            Some(ranking) => format!(
                "GitHub reported none on {}.",
                format::short_day(Day::of(ranking.captured_at))
            ),
            None => missing,
        };
        view! {
            <div class="empty">
                <p>{empty}</p>
            </div>
        }
        .into_any()
    } else {
        let rows: Vec<_> = rows.iter().map(|row| bar(row, most, entry(row))).collect();
        view! { <ol class="bars">{rows}</ol> }.into_any()
    };
    let over_time = over_time.map(|href| {
        let name = format!("{title} over time");
        view! { <a href=href rel="external" aria-label=name>"Over time"</a> }
    });
    view! {
        <section class="card">
            <div class="card-head">
                <h2>{title}</h2>
                <span class="muted">{window}</span>
                {over_time}
                <span class="spacer"></span>
                <span class="bars-head" aria-hidden="true">
                    <span class="num">"views"</span>
                    <span class="num">"unique"</span>
                </span>
            </div>
            {body}
        </section>
    }
    .into_any()
}

fn bar(row: &RankingRow, most: u32, entry: Entry) -> AnyView {
    let share = f64::from(row.counts.count) * 100.0 / f64::from(most.max(1));
    let Entry { label, href } = entry;
    // The full text if the label is short or truncated.
    let title = row.title.clone().unwrap_or_else(|| row.label.clone());
    let key = match href {
        Some(href) => {
            view! { <a class="key" href=href rel="external noreferrer" title=title><bdi>{label}</bdi></a> }
                .into_any()
        }
        None => view! { <span class="key" title=title><bdi>{label}</bdi></span> }.into_any(),
    };
    view! {
        <li style=format!("--share:{share:.1}%")>
            {key}
            <span class="num">
                {format::number(row.counts.count.into())}
                <span class="visually-hidden">" views,"</span>
            </span>
            <span class="num muted">
                {format::number(row.counts.uniques.get().into())}
                <span class="visually-hidden">" unique visitors"</span>
            </span>
        </li>
    }
    .into_any()
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use chrono::DateTime;
    use domain::{Counts, DayRange};

    use super::*;
    use crate::test_html::test_html;

    fn ranking(rows: Vec<RankingRow>) -> Ranking {
        Ranking {
            window: DayRange::ending("2026-08-21".parse().expect("a valid day"), 14),
            captured_at: DateTime::default(),
            rows,
        }
    }

    #[test]
    fn rows_tell_their_window_and_their_share() {
        let row = |label: &str, count| RankingRow {
            label: label.to_owned(),
            title: None,
            counts: Counts::new(count, 2),
        };
        let ranking = ranking(vec![row("github.com", 152), row("<b>", 38)]);
        let entry = |row: &RankingRow| Entry {
            label: row.label.clone(),
            href: None,
        };
        let html = test_html(|| {
            ranking_card(
                "Referrers",
                Some("/over-time".to_owned()),
                String::new(),
                Some(&ranking),
                entry,
            )
        });
        assert!(html.contains("14 days to 21 Aug"), "{html}");
        assert!(html.contains("--share:25.0%"), "{html}");
        assert!(html.contains(r#"href="/over-time""#), "{html}");
        assert!(
            html.contains("&lt;b&gt;") && !html.contains("<b>"),
            "{html}"
        );
    }

    #[test]
    fn an_empty_list_and_none_at_all_are_told_apart() {
        let card = |ranking: Option<Ranking>| {
            test_html(|| {
                let missing = "Not collected yet.".to_owned();
                ranking_card("Referrers", None, missing, ranking.as_ref(), |_| {
                    unreachable!("there is no row")
                })
            })
        };
        let html = card(None);
        assert!(html.contains("<p>Not collected yet.</p>"), "{html}");
        let mut empty = ranking(Vec::new());
        empty.captured_at = "2026-11-27T06:05:09Z".parse().expect("a valid moment");
        let html = card(Some(empty));
        assert!(
            html.contains("<p>GitHub reported none on 27 Nov.</p>"),
            "{html}"
        );
        assert!(!html.contains("Not collected"), "{html}");
    }
}
