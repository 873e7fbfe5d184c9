//! By when repositories must be collected, which schedule does it, and who is warned.

use domain::report::{
    AuditQuery, RepositoryFailure, RiskCause, RiskWarning, Schedule, ScheduleWithRepositories,
};
use domain::{AuditAction, Endpoint, FailureKind, ScheduleId};

use super::*;
use crate::store::{CollectionOutcome, Failed};

/// Everything known until yesterday: the next day is lost on the 7th of December.
const KNOWN: [(&str, &str); 1] = [("2026-11-01", "2026-11-22")];

fn warning(cause: RiskCause, repositories: usize, first: &str, deadline: &str) -> RiskWarning {
    RiskWarning {
        cause,
        repositories,
        first: first.parse().expect("a name"),
        deadline: day(deadline),
    }
}

impl Fixture {
    async fn schedule(&self, input: ScheduleInput) -> Schedule {
        let made = self.engine.create_schedule(&OPERATOR, self.tenant, input);
        made.await.expect("a schedule")
    }

    async fn monthly(&self) -> Schedule {
        let monthly = schedule("Monthly", "0 6 20 * *");
        let input = ScheduleInput {
            accept_loss: true,
            ..monthly
        };
        self.schedule(input).await
    }

    async fn daily(&self) -> Schedule {
        let schedules = self.engine.schedules(&OPERATOR, self.tenant).await;
        let mut schedules = schedules.expect("schedules").into_iter();
        let daily = schedules.find(|schedule| schedule.name == "Daily");
        daily.expect("the first schedule")
    }

    async fn follow(&self, ids: &[RepositoryId], schedule: ScheduleId) -> crate::Result<usize> {
        self.engine
            .follow_schedule(&OPERATOR, self.tenant, ids, schedule)
            .await
    }

    /// The schedules with the repositories that follow them, and those of a run of each, which
    /// are the same.
    async fn followed(&self) -> Vec<(String, Vec<RepositoryId>)> {
        let report = self.engine.schedules_report(&OPERATOR, self.tenant).await;
        let mut followed = Vec::new();
        for ScheduleWithRepositories {
            schedule,
            followers,
            ..
        } in report.expect("a report").schedules
        {
            let ids: Vec<_> = followers.iter().map(|it| it.id).collect();
            let store = &self.engine.0.store;
            let now = self.engine.0.clock.now();
            let mut targets = store.targets(self.tenant, schedule.id, now).await;
            targets.sort_unstable();
            assert_eq!(targets, ids, "{}", schedule.name);
            followed.push((schedule.name, ids));
        }
        followed
    }
}

#[tokio::test]
async fn a_schedule_that_loses_days_is_one_only_knowingly() {
    for fixture in fixtures().await {
        let monthly = schedule("Monthly", "0 6 1 * *");
        let made = |input| {
            let made = fixture
                .engine
                .create_schedule(&OPERATOR, fixture.tenant, input);
            async { made.await.map_err(crate::Error::into_problem) }
        };
        let refused = made(monthly.clone()).await.expect_err("refused");
        assert_eq!(refused.kind, ProblemKind::Invalid);
        assert!(refused.message.contains("31 days pass"), "{refused:?}");
        let preview =
            fixture
                .engine
                .preview_schedule(&OPERATOR, fixture.tenant, "0 6 1 * *", "UTC");
        let safety = preview.await.expect("a preview").safety;
        assert_eq!(
            (safety.to_string(), safety.loses()),
            (refused.message, true)
        );

        let weekly = schedule("Weekly", "0 6 * * 1");
        made(weekly).await.expect("warned of, not refused");
        let off = ScheduleInput {
            enabled: false,
            ..monthly.clone()
        };
        let id = made(off.clone()).await.expect("it does not run").id;
        let change = async |input| {
            let changed = fixture
                .engine
                .update_schedule(&OPERATOR, fixture.tenant, id, input);
            changed.await.map_err(crate::Error::into_problem)
        };
        let on = change(monthly.clone()).await.expect_err("refused");
        assert_eq!(on.kind, ProblemKind::Invalid);
        let knowingly = ScheduleInput {
            accept_loss: true,
            ..monthly
        };
        assert!(change(knowingly).await.expect("accepted").enabled);
    }
}

#[tokio::test]
async fn a_repository_follows_its_schedule_or_else_the_first_that_is_on() {
    for fixture in fixtures().await {
        let a = fixture.repository("lab/a", 1, &KNOWN).await;
        let b = fixture.repository("lab/b", 1, &KNOWN).await;
        let daily = fixture.daily().await;
        let other = fixture.schedule(schedule("Hourly", "0 * * * *")).await;
        let third = fixture.schedule(schedule("Third", "0 7 * * *")).await;
        let named = |daily: &[_], hourly: &[_], third: &[_]| {
            [("Daily", daily), ("Hourly", hourly), ("Third", third)]
                .map(|(name, ids)| (name.to_owned(), ids.to_vec()))
        };
        assert_eq!(fixture.followed().await, named(&[a, b], &[], &[]));

        assert_eq!(fixture.follow(&[b, b], third.id).await.expect("moved"), 1);
        assert_eq!(fixture.followed().await, named(&[a], &[], &[b]));
        let all = AuditQuery::default();
        let log = fixture.engine.system_log(&OPERATOR, &all);
        let line = log.await.expect("a log").entries.remove(0);
        assert_eq!(line.action, AuditAction::RepositoriesScheduled);
        assert_eq!(line.subject, "lab/b to Third");

        let off = ScheduleInput {
            enabled: false,
            ..schedule("Daily", "0 6 * * *")
        };
        let engine = &fixture.engine;
        let changed = engine.update_schedule(&OPERATOR, fixture.tenant, daily.id, off);
        changed.await.expect("switched off");
        assert_eq!(fixture.followed().await, named(&[], &[a], &[b]));

        let delete = async |id| {
            let deleted = engine.delete_schedule(&OPERATOR, fixture.tenant, id);
            deleted.await.expect("deleted");
        };
        delete(third.id).await;
        assert_eq!(fixture.followed().await, named(&[], &[a, b], &[])[..2]);
        delete(other.id).await;
        assert_eq!(fixture.followed().await, named(&[a, b], &[], &[])[..1]);
        delete(daily.id).await;
        let report = engine.schedules_report(&OPERATOR, fixture.tenant).await;
        assert_eq!(report.expect("a report").unscheduled.len(), 2);
    }
}

#[tokio::test]
async fn what_is_not_the_tenants_is_not_moved_and_nothing_with_it() {
    for fixture in fixtures().await {
        let mine = fixture.repository("lab/a", 1, &KNOWN).await;
        let other = fixture.schedule(schedule("Hourly", "0 * * * *")).await;
        let made = fixture.engine.create_tenant(&OPERATOR, "Rival", None).await;
        let slug = made.expect("a tenant").slug;
        let rival = fixture.engine.tenant(&OPERATOR, slug.as_str()).await;
        let rival = rival.expect("the tenant");
        let theirs = fixture.repository_of(rival, "rival/b", 1, &KNOWN).await;
        let schedules = fixture.engine.schedules(&OPERATOR, rival).await;
        let their_schedule = schedules.expect("schedules")[0].id;
        let kind = |result: crate::Result<usize>| {
            let refused = result.expect_err("refused");
            refused.into_problem().kind
        };
        let moved = fixture.follow(&[mine, theirs], other.id).await;
        assert_eq!(kind(moved), ProblemKind::NotFound);
        let moved = fixture.follow(&[mine], their_schedule).await;
        assert_eq!(kind(moved), ProblemKind::NotFound);
        let moved = fixture.follow(&[], other.id).await;
        assert_eq!(kind(moved), ProblemKind::Invalid);
        assert_eq!(fixture.followed().await[0].1, [mine]);
    }
}

#[tokio::test]
async fn a_repository_whose_schedule_comes_too_late_is_at_risk_though_all_is_known() {
    for fixture in fixtures().await {
        let late = fixture.repository("lab/late", 1, &KNOWN).await;
        fixture.repository("lab/safe", 9, &KNOWN).await;
        // Not collected for long, but tomorrow.
        fixture
            .repository("lab/soon", 5, &[("2026-11-01", "2026-11-12")])
            .await;
        fixture.repository("lab/new", 0, &[]).await;
        let overview = fixture.overview(OverviewQuery::default()).await;
        assert_eq!(
            overview.warnings.at_risk,
            [warning(RiskCause::Overdue, 1, "lab/soon", "2026-11-27")]
        );

        let monthly = fixture.monthly().await;
        fixture.follow(&[late], monthly.id).await.expect("moved");
        let sorted = async |reversed| {
            let query = OverviewQuery {
                sort: OverviewSort::Risk,
                reversed,
                ..OverviewQuery::default()
            };
            fixture.overview(query).await
        };
        let overview = sorted(false).await;
        let rows: Vec<_> = overview
            .rows
            .iter()
            .map(|row| (row.full_name.name(), row.data.clone()))
            .collect();
        assert_eq!(
            rows,
            [
                ("late", DataState::AtRisk(14)),
                ("soon", DataState::AtRisk(4)),
                ("new", DataState::Empty),
                ("safe", DataState::Complete),
            ]
        );
        let late = RiskCause::RunsTooLate {
            next_run: day("2026-12-20"),
        };
        assert_eq!(sorted(true).await.rows[0].full_name.name(), "safe");
        assert_eq!(
            overview.warnings.at_risk,
            [warning(late, 1, "lab/late", "2026-12-07")]
        );
        let report = fixture
            .engine
            .schedules_report(&OPERATOR, fixture.tenant)
            .await;
        let report = report.expect("a report").schedules;
        let follower = &report[1].followers[0];
        assert_eq!(
            (follower.at_risk, follower.deadline),
            (true, Some(day("2026-12-07")))
        );

        let name = "lab/late".parse().expect("a name");
        let page = fixture
            .engine
            .repository_page(&OPERATOR, fixture.tenant, &name, Period::All.into())
            .await;
        assert_eq!(page.expect("a page").data, DataState::AtRisk(14));
    }
}

#[tokio::test]
async fn without_a_schedule_everything_is_at_risk_and_what_is_kept_is_not() {
    for fixture in fixtures().await {
        let a = fixture.repository("lab/a", 1, &KNOWN).await;
        fixture
            .repository("lab/b", 1, &[("2026-11-01", "2026-11-20")])
            .await;
        let daily = fixture.daily().await;
        let engine = &fixture.engine;
        let deleted = engine.delete_schedule(&OPERATOR, fixture.tenant, daily.id);
        deleted.await.expect("deleted");
        let overview = fixture.overview(OverviewQuery::default()).await;
        assert_eq!(
            overview.warnings.at_risk,
            [warning(RiskCause::NoSchedule, 2, "lab/b", "2026-12-05")]
        );
        let store = &engine.0.store;
        let failed = "The token expired: enter a new one.";
        let failure = Failed {
            endpoint: Endpoint::Repository,
            kind: FailureKind::TokenRefused,
            reason: failed.to_owned(),
        };
        let outcome = CollectionOutcome {
            failure: Some(&failure),
            pause_reason: Some(FailureKind::TokenRefused),
            reachable: None,
        };
        let now = engine.0.clock.now();
        let mut transaction = store.begin().await.expect("begun");
        transaction
            .save_outcome(fixture.tenant, a, &outcome, now)
            .await
            .expect("recorded");
        transaction.commit().await.expect("committed");
        let overview = fixture.overview(OverviewQuery::default()).await;
        let row = overview.rows.iter().find(|row| row.id == a).expect("a row");
        let failing = RepositoryFailure {
            kind: FailureKind::TokenRefused,
            reason: failed.to_owned(),
            lost_on: Some(day("2026-12-07")),
        };
        assert_eq!(row.data, DataState::Failing(failing));

        for row in overview.rows {
            let history = domain::report::History::Keep;
            let kept = engine.untrack(&OPERATOR, fixture.tenant, row.id, history);
            kept.await.expect("kept");
        }
        let overview = fixture.overview(OverviewQuery::default()).await;
        assert_eq!(overview.warnings.at_risk, []);
    }
}
