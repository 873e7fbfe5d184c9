//! When the rules that track new repositories are checked, and what a check takes.

use chrono::TimeDelta;
use domain::report::ScheduleInput;
use domain::{RunStatus, Trigger};
use engine::Clock;
use simulator::{Endpoint, Fault, Repository, Role, Scope};

use crate::follow_rules::{create, delete_schedules, filter, rules, totals, tracked};
use crate::lab::{Lab, OPERATOR, eventually, repository};

on_both! {
    async fn a_rule_of_two_thousand_repositories_takes_twenty_requests_a_check(database) {
        let lab = Lab::new(database, |github| github.synthetic_repositories(2_000, "acme", 1, "octocat")).await;
        delete_schedules(&lab).await;
        let github = lab.github.control();
        github.forget_requests();
        let rule = create(&lab, filter("acme/*")).await;
        assert_eq!((rule.new, rule.rule.tracked, rule.rule.matching), (2_000, 2_000, Some(2_000)));
        assert_eq!((github.requests_to(Endpoint::UserRepositories), github.requests()), (20, 20));
        // However many rules look at the same list.
        create(&lab, filter("acme/repository-1* !acme/repository-19*")).await;
        assert_eq!(github.requests(), 20, "the list is a moment old");

        // A day later every rule is checked, although no run began.
        github.forget_requests();
        github.add_repository(Repository::new(2_001, "elsewhere/anvil").access("octocat", Role::Admin));
        lab.clock.advance(TimeDelta::hours(25));
        lab.engine.start().await.expect("started");
        eventually("the rules are checked", async || {
            let checked = rules(&lab).await;
            checked.iter().all(|rule| rule.checked_at == Some(lab.clock.now()))
                && github.requests_to(Endpoint::UserRepositories) == 21
        }).await;
        assert_eq!(github.requests(), 21, "a page more for one repository more, and nothing is collected");
        assert_eq!(totals(&lab.engine, &lab).await, []);
        lab.engine.shutdown().await;
    }

    async fn what_appears_is_collected_within_a_day_where_no_run_begins(database) {
        let (lab, _) = Lab::with_anvil(database).await;
        delete_schedules(&lab).await;
        create(&lab, filter("acme/*")).await;
        lab.github.control().add_repository(repository(2, "acme/bellows"));
        lab.engine.start().await.expect("started");
        assert_eq!(tracked(&lab).await, ["acme/anvil"], "it was checked a moment ago");
        lab.engine.shutdown().await;

        lab.clock.advance(TimeDelta::hours(24));
        let second = lab.process("lab:2").await;
        second.start().await.expect("started");
        let only_new = [(Trigger::Schedule, RunStatus::Succeeded, 1)];
        eventually("it is collected", async || totals(&second, &lab).await == only_new).await;
        assert_eq!(tracked(&lab).await, ["acme/anvil", "acme/bellows"]);
        second.shutdown().await;
    }

    async fn a_list_that_github_does_not_give_is_told_on_the_rule_and_stops_no_run(database) {
        let (lab, _) = Lab::with_anvil(database).await;
        create(&lab, filter("acme/*")).await;
        let lists = || Scope::everywhere().endpoint(Endpoint::UserRepositories);
        lab.github.control().fault(Fault::ServerError, lists());
        lab.github.control().add_repository(repository(2, "acme/bellows"));
        assert_eq!(lab.collect_well().await.repositories_total, 1);
        let told = rules(&lab).await[0].refusal.clone().expect("a reason");
        assert!(told.contains("GitHub"), "{told}");
        assert_eq!(rules(&lab).await[0].matching, Some(1), "what was known stays");
        lab.github.control().stop_faults();
        assert_eq!(lab.collect_well().await.repositories_total, 2);
        assert_eq!(rules(&lab).await[0].refusal, None);
    }

    async fn a_run_that_is_due_after_days_collects_what_appeared_meanwhile(database) {
        let (lab, _) = Lab::with_anvil(database).await;
        delete_schedules(&lab).await;
        let daily = ScheduleInput {
            name: "Daily".into(),
            cron: "0 12 * * *".into(),
            timezone: "UTC".into(),
            enabled: true,
            accept_loss: false,
        };
        lab.engine.create_schedule(&OPERATOR, lab.tenant, daily).await.expect("a schedule");
        create(&lab, filter("acme/*")).await;
        lab.github.control().forget_requests();
        lab.github.control().add_repository(repository(2, "acme/bellows"));
        lab.clock.advance(TimeDelta::days(3));
        lab.engine.start().await.expect("started");
        let both = [(Trigger::Startup, RunStatus::Succeeded, 2)];
        eventually("both are collected", async || totals(&lab.engine, &lab).await == both).await;
        // The daily check leaves it to the run.
        assert_eq!(lab.github.control().requests_to(Endpoint::UserRepositories), 1);
        lab.engine.shutdown().await;
    }

    async fn what_github_leaves_out_of_a_list_is_told_on_the_rule(database) {
        let (lab, _) = Lab::with_anvil(database).await;
        let lists = Scope::everywhere().endpoint(Endpoint::UserRepositories);
        lab.github.control().fault(Fault::PartialResults { organizations: 2 }, lists);
        lab.github.control().add_repository(repository(2, "acme/bellows"));
        let rule = create(&lab, filter("acme/*")).await;
        assert_eq!(rule.new, 1, "what it lists is tracked");
        let told = rule.rule.refusal.expect("a notice");
        assert!(told.contains("single sign-on"), "{told}");
    }
}
