//! The sentences of what changed since yesterday.

use domain::UsualRange;
use domain::report::{RiskCause, RiskWarning};

use super::*;

fn day(text: &str) -> Day {
    text.parse().expect("a valid day")
}

fn news(facts: Vec<DailyFact>) -> SinceYesterday {
    SinceYesterday {
        newest: Some(NewestDay {
            day: day("2026-11-26"),
            views: 1_590,
            change: Some(332),
            usual: None,
        }),
        facts,
        repositories: 48,
        collected_today: 48,
        collected_at: Some("2026-11-28T05:51:09Z".parse().expect("a moment")),
        ..SinceYesterday::default()
    }
}

fn worded(news: &SinceYesterday) -> SinceYesterdayText {
    let zone = "Europe/Berlin".parse().expect("a zone");
    since_yesterday(news, day("2026-11-28"), zone)
}

fn sentence(fact: DailyFact) -> String {
    let line = worded(&news(vec![fact])).lines.remove(0);
    let name = line.repository.map(|name| name.to_string());
    format!("{} {}{}", line.mark, name.unwrap_or_default(), line.text)
}

fn views(count: u64) -> DailyFact {
    DailyFact::Unusual {
        repository: "acme/tide-tables".parse().expect("a name"),
        measure: Measure::Views,
        day: day("2026-11-26"),
        observed: ObservedCount {
            count,
            week_before: Some(100),
            usual: Some(UsualRange {
                low: 60,
                median: 106,
                high: 170,
            }),
        },
        coincides: Vec::new(),
    }
}

#[test]
fn the_newest_day_is_compared_like_for_like() {
    let quiet = worded(&news(Vec::new()));
    assert_eq!(quiet.views.as_deref(), Some("1,590"));
    assert_eq!(
        quiet.below,
        "Thursday 26 Nov: 332 more than the Thursday before, like for like."
    );
    let mut busy = news(Vec::new());
    busy.newest = busy.newest.map(|newest| NewestDay {
        change: Some(-1),
        usual: Some(UsualRange {
            low: 1_600,
            median: 1_800,
            high: 2_000,
        }),
        ..newest
    });
    assert_eq!(
        worded(&busy).below,
        "Thursday 26 Nov: 1 fewer than the Thursday before, like for like. Usual: 1,600 to 2,000."
    );
}

#[test]
fn a_day_without_news_says_so() {
    let line = |news: &SinceYesterday| worded(news).lines.remove(0).text;
    assert_eq!(
        line(&news(Vec::new())),
        "Nothing unusual. All 48 repositories were collected at 06:51."
    );
    let some = SinceYesterday {
        collected_today: 45,
        ..news(Vec::new())
    };
    assert_eq!(
        line(&some),
        "Nothing unusual. 45 of 48 repositories were collected today."
    );
    let none = SinceYesterday {
        collected_today: 0,
        ..news(Vec::new())
    };
    assert_eq!(
        line(&none),
        "Nothing unusual. Nothing was collected today yet."
    );
}

#[test]
fn before_the_first_comparison_the_beginning_is_named() {
    let begins = SinceYesterday {
        begins: Some(day("2026-11-13")),
        ..news(Vec::new())
    };
    assert_eq!(
        worded(&begins).below,
        "Your history begins 13 Nov. Changes appear from 21 Nov."
    );
}

#[test]
fn what_stands_out_is_told_with_what_coincides() {
    assert_eq!(
        sentence(views(318)),
        "▲ acme/tide-tables had 318 views, 3× its usual Thursday."
    );
    assert_eq!(
        sentence(views(250)),
        "▲ acme/tide-tables had 250 views, 2.3× its usual Thursday."
    );
    assert_eq!(
        sentence(views(12)),
        "▼ acme/tide-tables had 12 views. Usual for a Thursday: 60 to 170."
    );
    let DailyFact::Unusual {
        repository,
        measure,
        day,
        observed,
        ..
    } = views(318)
    else {
        panic!("unusual");
    };
    let coincides = vec![
        Coincidence::Release("2.4.1".to_owned()),
        Coincidence::Stars(9),
        Coincidence::NewReferrer("news.ycombinator.com".to_owned()),
    ];
    let sentence_with_them = sentence(DailyFact::Unusual {
        repository,
        measure,
        day,
        observed,
        coincides,
    });
    assert!(
        sentence_with_them.ends_with(" Coincides with release 2.4.1, 9 new stars and news.ycombinator.com, a referrer not seen in the 90 days before."),
        "{sentence_with_them}"
    );
    assert!(
        !sentence_with_them.contains("because"),
        "{sentence_with_them}"
    );
}

#[test]
fn every_fact_is_a_sentence() {
    let name = || "acme/sextant".parse().expect("a name");
    for (fact, expected) in [
        (
            DailyFact::Failing {
                kind: FailureKind::TokenRefused,
                repositories: 3,
                first: name(),
                lost_on: Some(day("2026-12-07")),
                place: Some(FixTarget::Connections),
            },
            "! acme/sextant and 2 others can’t be read (token refused). The first day is lost on 7 Dec.",
        ),
        (
            DailyFact::LosingDays(vec![RiskWarning {
                cause: RiskCause::NoSchedule,
                repositories: 1,
                first: name(),
                deadline: day("2026-12-07"),
            }]),
            "! acme/sextant will lose data on 7 Dec 2026 because no schedule collects it. Collect now, or schedule more frequent collections.",
        ),
        (
            DailyFact::Released {
                repository: name(),
                tag: "2.4.1".to_owned(),
                day: day("2026-11-27"),
                downloads: Some(146),
                stars: 9,
            },
            "◆ acme/sextant 2.4.1 was released yesterday: 146 downloads, 9 new stars.",
        ),
        (
            DailyFact::StarJump {
                repository: name(),
                gained: 38,
                before: 56,
            },
            "+ acme/sextant gained 38 stars since yesterday, and 56 in the 28 days before.",
        ),
        (
            DailyFact::Tracked {
                repositories: 5,
                first: name(),
                since: day("2026-11-19"),
            },
            "+ 5 new repositories are tracked since 19 Nov.",
        ),
        (
            DailyFact::Tracked {
                repositories: 1,
                first: name(),
                since: day("2026-11-19"),
            },
            "+ acme/sextant is new and tracked since 19 Nov.",
        ),
    ] {
        assert_eq!(sentence(fact), expected);
    }
}

#[test]
fn further_unusual_repositories_are_counted() {
    let many = SinceYesterday {
        other_unusual: 3,
        ..news(vec![views(318)])
    };
    assert_eq!(
        worded(&many).lines[0].text,
        " had 318 views, 3× its usual Thursday. 3 other repositories are outside the usual range too."
    );
}
