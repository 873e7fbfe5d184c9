//! What a tenant may have: no more than its limits, however many are added at once.

use domain::report::ScheduleInput;
use domain::{Limit, Limits, ProblemKind, TokenScope, Trigger};
use futures::future::join_all;

use super::invitations::as_a;
use super::*;
use crate::limits::listed_ids;

fn schedule(name: &str, cron: &str) -> ScheduleInput {
    ScheduleInput {
        name: name.into(),
        cron: cron.into(),
        timezone: "UTC".into(),
        enabled: true,
        accept_loss: false,
    }
}

fn limits(limit: Limit, value: u32) -> Limits {
    let limits = Limits::default().with(limit, Some(value));
    limits.expect("within bounds")
}

impl House {
    async fn limit(&self, limit: Limit, value: u32) {
        let limits = limits(limit, value);
        let set = (self.engine).set_tenant_limits(&OPERATOR, self.lab, &limits);
        set.await.expect("set");
    }
}

/// Of these attempts, as many as the limit succeed, and the others are told of it.
fn kept_within<T: std::fmt::Debug>(
    attempts: Vec<Result<T>>,
    limit: Limit,
    value: u32,
    room: usize,
) {
    let (done, refusals): (Vec<_>, Vec<_>) = attempts.into_iter().partition(Result::is_ok);
    assert_eq!(done.len(), room, "{limit}: {refusals:?}");
    for refusal in refusals {
        assert_eq!(refused(refusal), limit.exceeded(value));
    }
}

#[tokio::test]
async fn of_many_who_add_at_once_as_many_succeed_as_there_is_room_for() {
    for house in houses().await {
        let (engine, lab) = (&house.engine, house.lab);
        let owner = house.owner().await;
        let names: Vec<_> = (0..8).map(|n| format!("n{n}")).collect();

        // One is there: the schedule that every tenant begins with.
        house.limit(Limit::Schedules, 3).await;
        let added = names
            .iter()
            .map(|name| engine.create_schedule(&owner, lab, schedule(name, "0 6 * * *")));
        kept_within(join_all(added).await, Limit::Schedules, 3, 2);

        house.limit(Limit::ApiTokens, 4).await;
        let added = names
            .iter()
            .map(|name| engine.create_token(&owner, lab, name, TokenScope::Read));
        kept_within(join_all(added).await, Limit::ApiTokens, 4, 4);

        house.limit(Limit::Invitations, 5).await;
        let added = names
            .iter()
            .map(|_| engine.invite(&owner, lab, as_a(Role::Viewer)));
        kept_within(join_all(added).await, Limit::Invitations, 5, 5);

        // Others are not concerned, and what has expired is no longer open.
        let rival = engine.create_schedule(&OPERATOR, house.rival, schedule("n", "0 6 * * *"));
        rival.await.expect("room in the other tenant");
        house.clock.pass(TimeDelta::days(8));
        let again = engine.invite(&owner, lab, as_a(Role::Viewer)).await;
        again.expect("room again");
    }
}

#[tokio::test]
async fn a_limit_that_is_lowered_takes_nothing_away_and_one_that_is_raised_gives_room() {
    for house in houses().await {
        let (engine, lab) = (&house.engine, house.lab);
        let owner = house.owner().await;
        let add = async |name: &str| {
            engine
                .create_schedule(&owner, lab, schedule(name, "0 6 * * *"))
                .await
        };
        let second = add("Second").await.expect("room").id;
        house.limit(Limit::Schedules, 1).await;
        assert_eq!(
            engine
                .schedules(&owner, lab)
                .await
                .expect("schedules")
                .len(),
            2
        );
        assert_eq!(refused(add("Third").await), Limit::Schedules.exceeded(1));
        let renamed = engine.update_schedule(&owner, lab, second, schedule("2nd", "0 7 * * *"));
        renamed.await.expect("what is there may change");
        house.limit(Limit::Schedules, 3).await;
        add("Third").await.expect("room");
        let line = house.last_line_of(AuditAction::TenantLimitsChanged).await;
        assert_eq!(line, "Schedules: 3 (was 1)");
        let changed = engine.tenant_limits(&OPERATOR).await.expect("limits");
        assert_eq!(changed.get(&lab), Some(&limits(Limit::Schedules, 3)));
        assert_eq!(changed.get(&house.rival), None);
        let none = Limits::default();
        let refusal = engine.set_tenant_limits(&owner, lab, &none);
        assert_eq!(refused(refusal.await), hidden());
    }
}

#[tokio::test]
async fn runs_of_a_schedule_are_a_quarter_of_an_hour_apart_unless_an_administrator_says_otherwise()
{
    for house in houses().await {
        let (engine, lab) = (&house.engine, house.lab);
        let add = async |name: &str, cron: &str| {
            engine
                .create_schedule(&OPERATOR, lab, schedule(name, cron))
                .await
        };
        let refusal = refused(add("Often", "* * * * *").await);
        assert_eq!(refusal, Limit::ScheduleInterval.exceeded(15));
        let quarter = add("Often", "*/15 * * * *").await.expect("often enough").id;
        let changed =
            engine.update_schedule(&OPERATOR, lab, quarter, schedule("Often", "*/14 * * * *"));
        assert_eq!(refused(changed.await).kind, refusal.kind);
        house.limit(Limit::ScheduleInterval, 1).await;
        add("Each minute", "* * * * *").await.expect("allowed now");

        let list = (0..60)
            .map(|minute| minute.to_string())
            .collect::<Vec<_>>()
            .join(",");
        let long = add("Long", &format!("{list} {list} * * *")).await;
        let long = refused(long);
        assert_eq!(long.kind, ProblemKind::Invalid);
        assert!(long.message.contains("at most 200 characters"), "{long}");
    }
}

#[tokio::test]
async fn a_request_names_a_thousand_ids_and_each_counts_once() {
    for house in houses().await {
        let (engine, lab) = (&house.engine, house.lab);
        let owner = house.owner().await;
        let repository = house.repository(lab, 1).await;
        let foreign = house.repository(house.rival, 2).await;
        let many: Vec<_> = (1..=1_001).map(RepositoryId::new).collect();
        let too_many = Limit::RequestIds.exceeded(1_000);
        let start = async |ids| engine.start_run(&owner, lab, Trigger::Api, Some(ids)).await;
        assert_eq!(refused(start(many.clone()).await), too_many);
        assert_eq!(refused(start(many[..1_000].to_vec()).await), hidden());
        assert_eq!(refused(start(vec![repository, foreign]).await), hidden());
        assert!(start(vec![repository; 1_000]).await.is_ok());
        let line = house.last_line_of(AuditAction::CollectionStarted).await;
        assert!(line.starts_with("1 "), "{line}");

        let mut invitation = as_a(Role::RepositoryViewer);
        invitation.granted = many.clone();
        assert_eq!(
            refused(engine.invite(&owner, lab, invitation).await),
            too_many
        );
        let schedules = engine.schedules(&owner, lab).await.expect("schedules");
        let moved = engine.follow_schedule(&owner, lab, &many, schedules[0].id);
        assert_eq!(refused(moved.await), too_many);
        let ada = house.person("Ada", Some(Role::Viewer)).await;
        let granted = engine.set_member(&owner, lab, ada, Role::RepositoryViewer, many);
        assert_eq!(refused(granted.await), too_many);
    }
    assert_eq!(listed_ids(vec![3, 1, 3]).expect("few"), [1, 3]);
}

impl House {
    /// The subject of the newest line of an action.
    async fn last_line_of(&self, action: AuditAction) -> String {
        let query = AuditQuery::default();
        let log = self.engine.system_log(&OPERATOR, &query).await;
        let lines = log.expect("the log").entries;
        let line = lines.into_iter().find(|line| line.action == action);
        line.expect("a line").subject
    }
}
