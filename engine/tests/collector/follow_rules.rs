//! Rules that track new repositories.

use chrono::TimeDelta;
use domain::report::{
    AuditQuery, FollowOutcome, FollowPreview, FollowRule, History, LeftOutCount, ScheduleInput,
};
use domain::{
    AuditAction, FollowFilter, LeftOut, Limit, Limits, ProblemKind, RepositoryStatus, Role as Part,
    RunStatus, Trigger,
};
use engine::{Clock, Engine, RepositorySelection};
use simulator::{Endpoint, Repository, Role};

use crate::fixture::{
    Fixture, OPERATOR, REQUESTS, another_github, eventually, member, problem, repository, true_days,
};

pub fn filter(patterns: &str) -> FollowFilter {
    FollowFilter {
        patterns: patterns.parse().expect("patterns"),
        forks: false,
        archived: false,
        private: false,
    }
}

pub async fn create(fixture: &Fixture, filter: FollowFilter) -> FollowOutcome {
    let engine = &fixture.engine;
    let rule = engine.create_follow_rule(&OPERATOR, fixture.tenant, None, filter, None);
    rule.await.expect("a rule")
}

async fn preview(fixture: &Fixture, filter: &FollowFilter) -> FollowPreview {
    let engine = &fixture.engine;
    let preview = engine.preview_follow_rule(&OPERATOR, fixture.tenant, None, filter);
    preview.await.expect("a preview")
}

pub async fn rules(fixture: &Fixture) -> Vec<FollowRule> {
    let report = fixture.engine.follow_rules(&OPERATOR, fixture.tenant).await;
    report.expect("rules").rules
}

/// The names of what is tracked, in their order.
pub async fn tracked(fixture: &Fixture) -> Vec<String> {
    let report = fixture.engine.repositories(&OPERATOR, fixture.tenant).await;
    let all = report.expect("a report").repositories;
    all.into_iter()
        .filter(|found| found.status != RepositoryStatus::Archived)
        .map(|found| found.full_name.to_string())
        .collect()
}

/// The lines of the system log about repositories and rules, oldest first: who, what, and which.
async fn logged(fixture: &Fixture) -> Vec<(AuditAction, String, String)> {
    let log = fixture
        .engine
        .system_log(&OPERATOR, &AuditQuery::default())
        .await;
    let about_rules = [
        AuditAction::RepositoryTracked,
        AuditAction::RepositoryUnlisted,
        AuditAction::FollowRuleCreated,
        AuditAction::FollowRuleChanged,
        AuditAction::FollowRuleDeleted,
    ];
    let entries = log.expect("the log").entries.into_iter().rev();
    entries
        .filter(|entry| about_rules.contains(&entry.action))
        .map(|entry| (entry.action, entry.actor, entry.subject))
        .collect()
}

pub async fn delete_schedules(fixture: &Fixture) {
    let (engine, tenant) = (&fixture.engine, fixture.tenant);
    for schedule in engine
        .schedules(&OPERATOR, tenant)
        .await
        .expect("schedules")
    {
        let deleted = engine.delete_schedule(&OPERATOR, tenant, schedule.id).await;
        deleted.expect("deleted");
    }
}

/// How many repositories a schedule's or a manual run of this process had, newest run first.
pub async fn totals(engine: &Engine, fixture: &Fixture) -> Vec<(Trigger, RunStatus, u32)> {
    let runs = engine
        .runs(&OPERATOR, fixture.tenant, 20)
        .await
        .expect("runs");
    runs.iter()
        .map(|run| (run.trigger, run.status, run.repositories_total))
        .collect()
}

on_both! {
    async fn a_repository_that_appears_is_collected_in_the_same_run(database) {
        let (fixture, anvil) = Fixture::with_anvil(database).await;
        let rule = create(&fixture, filter("acme/*")).await;
        assert_eq!((rule.new, rule.rule.matching, rule.rule.tracked), (0, Some(1), 0));
        fixture.collect_well().await;

        fixture.github.control().add_repository(repository(2, "acme/bellows"));
        fixture.github.control().forget_requests();
        let run = fixture.collect_well().await;
        assert_eq!((run.repositories_total, run.repositories_done), (2, 2));
        assert_eq!(u64::from(run.requests), fixture.github.control().requests());
        assert_eq!(fixture.github.control().requests_to(Endpoint::UserRepositories), 1);
        assert_eq!(tracked(&fixture).await, ["acme/anvil", "acme/bellows"]);
        let bellows = fixture.ids().await[1];
        assert_eq!(fixture.days(bellows).await, true_days("2026-11-06", "2026-11-19"));
        // The pages name the rule that tracks it, and the log says that no person did.
        assert_eq!(fixture.repository(bellows).await.followed_by, Some(rule.rule.id));
        assert_eq!(fixture.repository(anvil).await.followed_by, None);
        assert_eq!(rules(&fixture).await[0].tracked, 1);
        let log = logged(&fixture).await;
        let line = "acme/bellows, by rule acme/*".to_owned();
        assert_eq!(log.last(), Some(&(AuditAction::RepositoryTracked, "follow rule".into(), line)));
    }

    async fn what_github_no_longer_lists_is_logged_once_and_shown_until_it_is_back(database) {
        let (fixture, _) = Fixture::with_anvil(database).await;
        create(&fixture, filter("acme/*")).await;
        fixture.github.control().add_repository(repository(2, "acme/bellows"));
        fixture.collect_well().await;
        let bellows = fixture.ids().await[1];
        let unlisted = async || fixture.repository(bellows).await.unlisted_since.is_some();
        assert!(!unlisted().await);

        fixture.github.control().hide_repository("acme/bellows", true).expect("hidden");
        for _ in 0..2 {
            fixture.clock.advance(TimeDelta::days(1));
            fixture.collect().await;
            assert!(unlisted().await);
        }
        let line = (AuditAction::RepositoryUnlisted, "follow rule".into(), "acme/bellows".to_owned());
        assert_eq!(logged(&fixture).await.iter().filter(|entry| **entry == line).count(), 1);

        fixture.github.control().hide_repository("acme/bellows", false).expect("shown");
        fixture.clock.advance(TimeDelta::days(1));
        fixture.collect().await;
        assert!(!unlisted().await);
    }

    async fn a_run_of_a_tenant_that_tracks_nothing_yet_collects_what_appears(database) {
        let fixture = Fixture::new(database, |github| github).await;
        create(&fixture, filter("*")).await;
        fixture.github.control().add_repository(repository(1, "acme/anvil"));
        let run = fixture.collect_well().await;
        assert_eq!((run.repositories_total, run.requests), (1, REQUESTS + 1));
    }

    async fn a_scheduled_run_collects_what_appears_although_it_follows_another_schedule(database) {
        let (fixture, anvil) = Fixture::with_anvil(database).await;
        delete_schedules(&fixture).await;
        let schedule = |name: &str, cron: &str| ScheduleInput {
            name: name.into(),
            cron: cron.into(),
            timezone: "UTC".into(),
            enabled: true,
            accept_loss: false,
        };
        let (engine, tenant) = (&fixture.engine, fixture.tenant);
        let weekday = schedule("Default", "0 23 * * *");
        engine.create_schedule(&OPERATOR, tenant, weekday).await.expect("a schedule");
        let noon = schedule("At noon", "0 12 * * *");
        let noon = engine.create_schedule(&OPERATOR, tenant, noon).await.expect("a schedule");
        let moved = engine.follow_schedule(&OPERATOR, tenant, &[anvil], noon.id).await;
        moved.expect("moved");
        create(&fixture, filter("acme/*")).await;
        fixture.github.control().add_repository(repository(2, "acme/bellows"));
        fixture.clock.advance(TimeDelta::hours(7));
        engine.start().await.expect("started");
        let both = [
            (Trigger::Schedule, RunStatus::Succeeded, 1),
            (Trigger::Startup, RunStatus::Succeeded, 1),
        ];
        eventually("both are collected", async || totals(engine, &fixture).await == both).await;
        let bellows = fixture.ids().await[1];
        assert_eq!(fixture.repository(bellows).await.last_collected_at, Some(fixture.clock.now()));
        engine.shutdown().await;
    }

    async fn forks_archived_private_and_unreadable_repositories_are_left_out_and_counted(database) {
        let fixture = Fixture::new(database, |github| {
            github
                .repository(repository(1, "acme/anvil"))
                .repository(repository(2, "acme/bolt-archive"))
                .repository(repository(3, "acme/cog").fork())
                .repository(repository(4, "acme/dial").archived())
                .repository(repository(5, "acme/engine").private())
                .repository(Repository::new(6, "acme/flange").access("octocat", Role::Triage))
                .repository(repository(7, "octo/gear"))
        }).await;
        let careful = filter("acme/* !acme/*-archive");
        let left_out = |why| LeftOutCount { why, count: 1 };
        let seen = preview(&fixture, &careful).await;
        assert_eq!((seen.listed, seen.matching, seen.already_tracked, seen.new), (7, 5, 0, 1));
        assert_eq!(seen.names, ["acme/anvil".parse().expect("a name")]);
        assert_eq!(
            seen.left_out,
            [LeftOut::Fork, LeftOut::Archived, LeftOut::Private, LeftOut::Unreadable].map(left_out)
        );
        assert_eq!((tracked(&fixture).await, rules(&fixture).await), (vec![], vec![]), "nothing is stored");

        let rule = create(&fixture, careful.clone()).await;
        assert_eq!((rule.new, rule.rule.matching), (1, Some(5)));
        assert_eq!(tracked(&fixture).await, ["acme/anvil"]);
        let refusal = rule.rule.refusal.expect("one cannot be read");
        assert!(refusal.starts_with("1 matching repository was skipped because octocat cannot read"), "{refusal}");

        // The rule is made wider, and what it tracked stays tracked when it is made narrower.
        let change = async |filter| {
            let (engine, id) = (&fixture.engine, rule.rule.id);
            let changed = engine.change_follow_rule(&OPERATOR, fixture.tenant, id, filter, None);
            changed.await.expect("changed")
        };
        let wide = FollowFilter { forks: true, archived: true, private: true, ..careful };
        assert_eq!(change(wide).await.new, 3);
        let all = ["acme/anvil", "acme/cog", "acme/dial", "acme/engine"];
        assert_eq!(tracked(&fixture).await, all);
        assert_eq!(change(filter("acme/anvil")).await.new, 0);
        assert_eq!(tracked(&fixture).await, all);
        let deleted = fixture.engine.delete_follow_rule(&OPERATOR, fixture.tenant, rule.rule.id).await;
        deleted.expect("deleted");
        assert_eq!(tracked(&fixture).await, all);
        let log_lines: Vec<_> = logged(&fixture).await;
        let by_hand = |action, subject: &str| (action, "command line".to_owned(), subject.to_owned());
        let by_rule = |subject: &str| (AuditAction::RepositoryTracked, "follow rule".to_owned(), subject.to_owned());
        assert_eq!(log_lines, [
            by_hand(AuditAction::FollowRuleCreated, "acme/* !acme/*-archive"),
            by_rule("acme/anvil, by rule acme/* !acme/*-archive"),
            by_hand(AuditAction::FollowRuleChanged, "acme/* !acme/*-archive, with forks, archived, private repositories"),
            by_rule("acme/cog, acme/dial, acme/engine, by rule acme/* !acme/*-archive"),
            by_hand(AuditAction::FollowRuleChanged, "acme/anvil"),
            by_hand(AuditAction::FollowRuleDeleted, "acme/anvil"),
        ]);
    }

    async fn an_untracked_repository_stays_untracked_until_it_is_tracked_again(database) {
        let (fixture, anvil) = Fixture::with_anvil(database).await;
        let bolt = {
            fixture.github.control().add_repository(repository(2, "acme/bolt"));
            fixture.track("acme/bolt").await
        };
        create(&fixture, filter("acme/*")).await;
        let untrack = async |id, history| {
            let untracked = fixture.engine.untrack(&OPERATOR, fixture.tenant, id, history).await;
            untracked.expect("untracked");
        };
        untrack(anvil, History::Keep).await;
        untrack(bolt, History::Delete).await;
        let seen = preview(&fixture, &filter("*")).await;
        assert_eq!(seen.left_out, [LeftOutCount { why: LeftOut::Removed, count: 2 }]);
        assert_eq!(fixture.collect_well().await.repositories_total, 0);
        assert_eq!(tracked(&fixture).await, Vec::<String>::new());

        // Two ways to track them again; then the rule may have them like any other.
        fixture.track("acme/bolt").await;
        let connection = fixture.connection().await.id;
        let again = RepositorySelection::These(vec!["acme/anvil".parse().expect("a name")]);
        let again = fixture.engine.track_many(&OPERATOR, fixture.tenant, connection, again).await;
        assert_eq!(again.expect("tracked").tracked, 1);
        let seen = preview(&fixture, &filter("*")).await;
        assert_eq!((seen.already_tracked, seen.left_out), (2, vec![]));
    }

    async fn a_rule_for_new_repositories_only_leaves_out_what_is_there(database) {
        let (fixture, _) = Fixture::with_anvil(database).await;
        fixture.github.control().add_repository(repository(2, "acme/bolt"));
        let (connection, any) = (fixture.connection().await.id, filter("*"));
        for _ in 0..2 {
            let added = fixture.engine.follow_only_new(&OPERATOR, fixture.tenant, connection, any.clone()).await;
            added.expect("added");
        }
        assert_eq!(rules(&fixture).await.len(), 1, "the same rule is added once");
        fixture.github.control().add_repository(repository(3, "acme/cog"));
        assert_eq!(fixture.collect_well().await.repositories_total, 2);
        assert_eq!(tracked(&fixture).await, ["acme/anvil", "acme/cog"]);
        fixture.track("acme/bolt").await;
        assert_eq!(tracked(&fixture).await, ["acme/anvil", "acme/bolt", "acme/cog"]);
    }

    async fn as_many_are_tracked_as_the_tenant_may_have_and_the_rule_says_how_many_are_not(database) {
        let fixture = Fixture::new(database, |github| github.synthetic_repositories(12, "acme", 1, "octocat")).await;
        let limits = Limits::default().with(Limit::Repositories, Some(10)).expect("a limit");
        fixture.engine.set_tenant_limits(&OPERATOR, fixture.tenant, &limits).await.expect("set");
        let seen = preview(&fixture, &filter("acme/*")).await;
        assert_eq!((seen.new, seen.left_out), (10, vec![LeftOutCount { why: LeftOut::Limit, count: 2 }]));
        let rule = create(&fixture, filter("acme/*")).await;
        assert_eq!((rule.new, tracked(&fixture).await.len()), (10, 10));
        assert_eq!(
            rule.rule.refusal.as_deref(),
            Some("2 matching repositories were skipped because this tenant can have 10 repositories. Delete some with their history, or ask your administrator to raise the limit.")
        );
    }

    async fn a_tenant_has_no_more_rules_than_its_limit(database) {
        let (fixture, _) = Fixture::with_anvil(database).await;
        for number in 0..20 {
            create(&fixture, filter(&format!("acme/{number}"))).await;
        }
        let more = fixture.engine.create_follow_rule(&OPERATOR, fixture.tenant, None, filter("acme/*"), None);
        assert_eq!(problem(more.await), Limit::FollowRules.exceeded(20));
        assert_eq!(rules(&fixture).await.len(), 20);
    }

    async fn rules_go_with_their_connection_or_move_with_its_repositories(database) {
        let fixture = Fixture::new(database, |github| github.repository(repository(1, "acme/anvil"))).await;
        let first = fixture.connection().await.id;
        let (engine, tenant) = (&fixture.engine, fixture.tenant);
        let connect = async |name: &str, url: Option<&str>| {
            let connection = engine::NewConnection {
                name: name.into(),
                api_url: url.map(|url| url.parse().expect("an address")),
                credential: engine::Credential::Token(crate::fixture::TOKEN.into()),
            };
            engine.connect(&OPERATOR, tenant, connection).await.expect("connected").id
        };
        let rule = create(&fixture, filter("acme/*")).await;
        let second = connect("second", None).await;
        let unnamed = engine.create_follow_rule(&OPERATOR, tenant, None, filter("*"), None).await;
        assert!(problem(unnamed).message.contains("several connections"));
        engine.disconnect(&OPERATOR, tenant, first, Some(second)).await.expect("moved");
        assert_eq!(rules(&fixture).await[0].connection_id, second);
        let anvil = fixture.ids().await[0];
        assert_eq!(fixture.repository(anvil).await.followed_by, Some(rule.rule.id));

        let other = another_github(&fixture, |github| github.repository(repository(9, "octo/ox"))).await;
        let third = connect("third", Some(other.url())).await;
        let on_third = engine.create_follow_rule(&OPERATOR, tenant, Some(third), filter("nobody/*"), None);
        assert_eq!(on_third.await.expect("a rule").new, 0);
        engine.disconnect(&OPERATOR, tenant, third, None).await.expect("gone");
        assert_eq!(rules(&fixture).await.len(), 1);
    }

    async fn only_who_manages_repositories_has_to_do_with_rules(database) {
        let (fixture, _) = Fixture::with_anvil(database).await;
        let rule = create(&fixture, filter("acme/*")).await.rule;
        let viewer = member(fixture.tenant, Part::Viewer);
        let (engine, tenant) = (&fixture.engine, fixture.tenant);
        let kinds = [
            problem(engine.follow_rules(&viewer, tenant).await).kind,
            problem(engine.follow_rule(&viewer, tenant, rule.id).await).kind,
            problem(engine.preview_follow_rule(&viewer, tenant, None, &rule.filter).await).kind,
            problem(engine.create_follow_rule(&viewer, tenant, None, filter("*"), None).await).kind,
            problem(engine.follow_only_new(&viewer, tenant, rule.connection_id, filter("*")).await).kind,
            problem(engine.change_follow_rule(&viewer, tenant, rule.id, filter("*"), None).await).kind,
            problem(engine.delete_follow_rule(&viewer, tenant, rule.id).await).kind,
        ];
        assert_eq!(kinds, [ProblemKind::Forbidden; 7]);
        assert_eq!(rules(&fixture).await[0].filter, filter("acme/*"));
    }
}
