//! The notices of the overview.

use domain::report::{
    LatePublishing, OpenAnomalies, OverviewWarnings, PublishingLoss, RiskCause, RiskWarning,
};

use crate::api::OverviewNotices;
use crate::chart::format;

/// The warnings as sentences.
pub fn overview_notices(warnings: &OverviewWarnings) -> OverviewNotices {
    OverviewNotices {
        publishing: joined(warnings.publishing.iter().map(late_publishing)),
        unsafe_schedules: warnings.unsafe_schedules.as_ref().map(ToString::to_string),
        clock: warnings.clock.as_ref().map(ToString::to_string),
        anomalies: warnings.anomalies.map(anomalies),
    }
}

/// The sentences as one text; `None` without any.
fn joined(sentences: impl Iterator<Item = String>) -> Option<String> {
    let sentences: Vec<_> = sentences.collect();
    (!sentences.is_empty()).then(|| sentences.join(" "))
}

/// Which repositories will lose a day, why, and what to do.
pub(super) fn at_risk(warning: &RiskWarning) -> String {
    let (many, first) = (warning.repositories, &warning.first);
    let day = format::day(warning.deadline);
    match (warning.cause, many) {
        (RiskCause::NoSchedule, 1) => {
            format!("{first} will lose data on {day} because no schedule collects it. {MORE_OFTEN}")
        }
        (RiskCause::NoSchedule, _) => format!(
            "No schedule collects {many} repositories. The first, {first}, will lose data on {day}. {MORE_OFTEN}"
        ),
        (RiskCause::RunsTooLate { next_run }, 1) => format!(
            "{first} will lose data on {day}; its next collection is not until {}. {MORE_OFTEN}",
            format::day(next_run)
        ),
        (RiskCause::RunsTooLate { .. }, _) => format!(
            "The next collections of {many} repositories are too late. The first, {first}, will lose data on {day}. {MORE_OFTEN}"
        ),
        // Failures have names, and the repository's page says what to do.
        (RiskCause::Failing { kind }, 1) => format!(
            "{first} will lose data on {day} because its collection is failing ({}). See its page for what to do.",
            kind.name()
        ),
        (RiskCause::Failing { kind }, _) => format!(
            "{many} repositories will lose data because their collection is failing, the first, {first} ({}), on {day}. See their pages for what to do.",
            kind.name()
        ),
        (RiskCause::Overdue, 1) => format!(
            "{first} will lose data on {day} unless a collection succeeds first. {FIND_OUT_WHY}"
        ),
        (RiskCause::Overdue, _) => format!(
            "{many} repositories will lose data unless a collection succeeds first, starting with {first} on {day}. {FIND_OUT_WHY}"
        ),
    }
}

const MORE_OFTEN: &str = "Collect now, or schedule more frequent collections.";
const FIND_OUT_WHY: &str = "Check why it isn’t being collected, then collect now.";

/// That GitHub is late, and the consequence.
fn late_publishing(late: &LatePublishing) -> String {
    let kind = if late.is_public { "public" } else { "private" };
    let follows = match late.loss {
        PublishingLoss::NotBefore(day) => format!(
            "Nothing is lost yet. The first day would be lost on {}.",
            format::short_day(day)
        ),
        PublishingLoss::Since(day) => {
            format!("Days since {} may be lost.", format::short_day(day))
        }
    };
    format!(
        "GitHub has published nothing since {} for {kind} repositories. {follows}",
        format::short_day(late.newest)
    )
}

/// How many data quality issues there are, and that no figure is lost by them.
fn anomalies(open: OpenAnomalies) -> String {
    let issues = match open.issues {
        1 => "1 data quality issue".to_owned(),
        many => format!("{many} data quality issues"),
    };
    let repositories = match open.repositories {
        1 => "1 repository".to_owned(),
        many => format!("{many} repositories"),
    };
    format!("GitHub’s reports have {issues} in {repositories}. The highest values were kept.")
}

#[cfg(test)]
mod tests {
    use domain::{Day, FailureKind};

    use super::*;

    fn day(text: &str) -> Day {
        text.parse().expect("a valid day")
    }

    #[test]
    fn each_risk_says_who_loses_what_when_and_what_to_do() {
        let next_run = day("2026-12-20");
        let kind = FailureKind::GithubDown;
        for (cause, repositories, expected) in [
            (
                RiskCause::NoSchedule,
                1,
                "lab/a will lose data on 7 Dec 2026 because no schedule collects it. Collect now, or schedule more frequent collections.",
            ),
            (
                RiskCause::NoSchedule,
                2,
                "No schedule collects 2 repositories. The first, lab/a, will lose data on 7 Dec 2026. Collect now, or schedule more frequent collections.",
            ),
            (
                RiskCause::RunsTooLate { next_run },
                1,
                "lab/a will lose data on 7 Dec 2026; its next collection is not until 20 Dec 2026. Collect now, or schedule more frequent collections.",
            ),
            (
                RiskCause::RunsTooLate { next_run },
                3,
                "The next collections of 3 repositories are too late. The first, lab/a, will lose data on 7 Dec 2026. Collect now, or schedule more frequent collections.",
            ),
            (
                RiskCause::Failing { kind },
                1,
                "lab/a will lose data on 7 Dec 2026 because its collection is failing (GitHub down). See its page for what to do.",
            ),
            (
                RiskCause::Failing { kind },
                2,
                "2 repositories will lose data because their collection is failing, the first, lab/a (GitHub down), on 7 Dec 2026. See their pages for what to do.",
            ),
            (
                RiskCause::Overdue,
                1,
                "lab/a will lose data on 7 Dec 2026 unless a collection succeeds first. Check why it isn’t being collected, then collect now.",
            ),
            (
                RiskCause::Overdue,
                2,
                "2 repositories will lose data unless a collection succeeds first, starting with lab/a on 7 Dec 2026. Check why it isn’t being collected, then collect now.",
            ),
        ] {
            let warning = RiskWarning {
                cause,
                repositories,
                first: "lab/a".parse().expect("a valid name"),
                deadline: day("2026-12-07"),
            };
            assert_eq!(at_risk(&warning), expected);
        }
    }

    #[test]
    fn late_publishing_is_a_sentence_for_each_kind_of_repository() {
        let late = |is_public, loss| LatePublishing {
            is_public,
            newest: day("2026-11-19"),
            loss,
        };
        let notices = overview_notices(&OverviewWarnings {
            publishing: vec![
                late(true, PublishingLoss::NotBefore(day("2026-12-04"))),
                late(false, PublishingLoss::Since(day("2026-11-20"))),
            ],
            ..OverviewWarnings::default()
        });
        assert_eq!(
            notices.publishing.as_deref(),
            Some(
                "GitHub has published nothing since 19 Nov for public repositories. Nothing is lost yet. The first day would be lost on 4 Dec. GitHub has published nothing since 19 Nov for private repositories. Days since 20 Nov may be lost."
            )
        );
    }

    #[test]
    fn issues_and_repositories_are_counted_in_words() {
        let words = |issues, repositories| {
            anomalies(OpenAnomalies {
                issues,
                repositories,
            })
        };
        assert_eq!(
            words(14, 7),
            "GitHub’s reports have 14 data quality issues in 7 repositories. The highest values were kept."
        );
        assert_eq!(
            words(1, 1),
            "GitHub’s reports have 1 data quality issue in 1 repository. The highest values were kept."
        );
    }

    #[test]
    fn without_a_warning_there_is_no_notice() {
        let notices = overview_notices(&OverviewWarnings::default());
        assert_eq!(notices, OverviewNotices::default());
    }
}
