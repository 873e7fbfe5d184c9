//! When the rules that track new repositories are checked, and what a check takes.

use chrono::TimeDelta;
use domain::report::ScheduleInput;
use domain::{RunStatus, Trigger};
use engine::Clock;
use simulator::{Endpoint, Fault, Repository, Role, Scope};

use crate::fixture::{Fixture, OPERATOR, eventually, repository};
use crate::follow_rules::{create, delete_schedules, filter, rules, totals, tracked};

on_both! {
    async fn a_rule_of_two_thousand_repositories_takes_twenty_requests_a_check(database) {
        let fixture = Fixture::new(database, |github| github.synthetic_repositories(2_000, "acme", 1, "octocat")).await;
        delete_schedules(&fixture).await;
        let github = fixture.github.control();
        github.forget_requests();
        let rule = create(&fixture, filter("acme/*")).await;
        assert_eq!((rule.new, rule.rule.tracked, rule.rule.matching), (2_000, 2_000, Some(2_000)));
        assert_eq!((github.requests_to(Endpoint::UserRepositories), github.requests()), (20, 20));
        // However many rules look at the same list.
        create(&fixture, filter("acme/repository-1* !acme/repository-19*")).await;
        assert_eq!(github.requests(), 20, "the list is a moment old");

        // A day later every rule is checked, although no run began.
        github.forget_requests();
        github.add_repository(Repository::new(2_001, "elsewhere/anvil").access("octocat", Role::Admin));
        fixture.clock.advance(TimeDelta::hours(25));
        fixture.engine.start().await.expect("started");
        eventually("the rules are checked", async || {
            let checked = rules(&fixture).await;
            checked.iter().all(|rule| rule.checked_at == Some(fixture.clock.now()))
                && github.requests_to(Endpoint::UserRepositories) == 21
        }).await;
        assert_eq!(github.requests(), 21, "a page more for one repository more, and nothing is collected");
        assert_eq!(totals(&fixture.engine, &fixture).await, []);
        fixture.engine.shutdown().await;
    }

    async fn what_appears_is_collected_within_a_day_where_no_run_begins(database) {
        let (fixture, _) = Fixture::with_anvil(database).await;
        delete_schedules(&fixture).await;
        create(&fixture, filter("acme/*")).await;
        fixture.github.control().add_repository(repository(2, "acme/bellows"));
        fixture.engine.start().await.expect("started");
        assert_eq!(tracked(&fixture).await, ["acme/anvil"], "it was checked a moment ago");
        fixture.engine.shutdown().await;

        fixture.clock.advance(TimeDelta::hours(24));
        let second = fixture.process("lab:2").await;
        second.start().await.expect("started");
        let only_new = [(Trigger::Schedule, RunStatus::Succeeded, 1)];
        eventually("it is collected", async || totals(&second, &fixture).await == only_new).await;
        assert_eq!(tracked(&fixture).await, ["acme/anvil", "acme/bellows"]);
        second.shutdown().await;
    }

    async fn a_list_that_github_does_not_give_is_told_on_the_rule_and_stops_no_run(database) {
        let (fixture, _) = Fixture::with_anvil(database).await;
        create(&fixture, filter("acme/*")).await;
        let lists = || Scope::everywhere().endpoint(Endpoint::UserRepositories);
        fixture.github.control().fault(Fault::ServerError, lists());
        fixture.github.control().add_repository(repository(2, "acme/bellows"));
        assert_eq!(fixture.collect_well().await.repositories_total, 1);
        let refusal = rules(&fixture).await[0].refusal.clone().expect("a reason");
        assert!(refusal.contains("GitHub"), "{refusal}");
        assert_eq!(rules(&fixture).await[0].matching, Some(1), "what was known stays");
        fixture.github.control().stop_faults();
        assert_eq!(fixture.collect_well().await.repositories_total, 2);
        assert_eq!(rules(&fixture).await[0].refusal, None);
    }

    async fn a_run_that_is_due_after_days_collects_what_appeared_meanwhile(database) {
        let (fixture, _) = Fixture::with_anvil(database).await;
        delete_schedules(&fixture).await;
        let daily = ScheduleInput {
            name: "Daily".into(),
            cron: "0 12 * * *".into(),
            timezone: "UTC".into(),
            enabled: true,
            accept_loss: false,
        };
        fixture.engine.create_schedule(&OPERATOR, fixture.tenant, daily).await.expect("a schedule");
        create(&fixture, filter("acme/*")).await;
        fixture.github.control().forget_requests();
        fixture.github.control().add_repository(repository(2, "acme/bellows"));
        fixture.clock.advance(TimeDelta::days(3));
        fixture.engine.start().await.expect("started");
        let both = [(Trigger::Startup, RunStatus::Succeeded, 2)];
        eventually("both are collected", async || totals(&fixture.engine, &fixture).await == both).await;
        // The daily check leaves it to the run.
        assert_eq!(fixture.github.control().requests_to(Endpoint::UserRepositories), 1);
        fixture.engine.shutdown().await;
    }

    async fn what_github_leaves_out_of_a_list_is_told_on_the_rule(database) {
        let (fixture, _) = Fixture::with_anvil(database).await;
        let lists = Scope::everywhere().endpoint(Endpoint::UserRepositories);
        fixture.github.control().fault(Fault::PartialResults { organizations: 2 }, lists);
        fixture.github.control().add_repository(repository(2, "acme/bellows"));
        let rule = create(&fixture, filter("acme/*")).await;
        assert_eq!(rule.new, 1, "what it lists is tracked");
        let refusal = rule.rule.refusal.expect("a notice");
        assert!(refusal.contains("single sign-on"), "{refusal}");
    }
}
