//! The system log: finding lines, exporting them, and who may read them; the runs of all tenants.

use domain::report::{AuditEntry, AuditQuery};
use domain::{AuditTopic, ProblemKind, RunStatus, TokenId, TokenScope};
use futures::TryStreamExt;

use super::sign_in::from;
use super::*;

impl House {
    async fn lines(&self, query: AuditQuery) -> Vec<AuditEntry> {
        let log = self.engine.system_log(&OPERATOR, &query).await;
        log.expect("the log").entries
    }

    async fn subjects(&self, query: AuditQuery) -> Vec<String> {
        let lines = self.lines(query).await;
        lines.into_iter().map(|line| line.subject).collect()
    }

    async fn note(&self, viewer: &Viewer, what: &str) {
        let noted = self.engine.note_refused_access(viewer, what).await;
        noted.expect("noted");
    }
}

fn search(text: &str) -> AuditQuery {
    AuditQuery {
        search: text.into(),
        ..AuditQuery::default()
    }
}

#[tokio::test]
async fn lines_are_found_by_topic_words_and_day() {
    for house in houses().await {
        let zoe = house.person("ZOË", Some(Role::Viewer)).await;
        let zoe = house.viewer(zoe).await;
        house.clock.pass(TimeDelta::days(1));
        house.note(&zoe, "/t/rival/100%").await;
        house.clock.pass(TimeDelta::days(1));
        house.note(&zoe, "/t/rival/b_c").await;

        assert_eq!(
            house.lines(search("rival")).await.len(),
            3,
            "one is a tenant"
        );
        assert_eq!(house.subjects(search("100%")).await, ["/t/rival/100%"]);
        assert_eq!(house.subjects(search("b_C")).await, ["/t/rival/b_c"]);
        assert_eq!(house.subjects(search("%_")).await, [""; 0]);
        let by_name = house.lines(search("zoë")).await;
        assert_eq!(by_name.len(), 3, "as actor twice, as account once");
        assert_eq!(house.subjects(search("zoe")).await, [""; 0]);
        let topic = AuditQuery {
            topic: Some(AuditTopic::SignIn),
            ..AuditQuery::default()
        };
        assert_eq!(
            house.subjects(topic).await,
            ["/t/rival/b_c", "/t/rival/100%"]
        );
        let day = |text: &str| Some(text.parse().expect("a day"));
        let second = AuditQuery {
            from: day("2026-11-24"),
            to: day("2026-11-24"),
            ..AuditQuery::default()
        };
        assert_eq!(house.subjects(second).await, ["/t/rival/100%"]);
        for (from, to, some) in [
            (None, day("2026-11-22"), false),
            (None, day("2026-11-23"), true),
            (day("2026-11-25"), None, true),
            (day("2026-11-26"), None, false),
            (day("-0044-03-15"), day("+250000-01-01"), true),
            (day("+250000-01-01"), None, false),
        ] {
            let query = AuditQuery {
                from,
                to,
                ..AuditQuery::default()
            };
            assert_eq!(
                !house.lines(query).await.is_empty(),
                some,
                "{from:?} {to:?}"
            );
        }
    }
}

#[tokio::test]
async fn the_log_is_read_in_pages_and_exported_whole() {
    for house in houses().await {
        let engine = &house.engine;
        let mut transaction = engine.0.store.begin().await.expect("begun");
        for n in 0..2_050 {
            // Every other line has a letter whose case no database need fold.
            let subject = format!("{} {n}", if n % 2 == 0 { "Ünde" } else { "Ande" });
            engine
                .log(
                    &mut transaction,
                    &OPERATOR,
                    AuditAction::Invited,
                    Some(house.lab),
                    &subject,
                )
                .await
                .expect("added");
        }
        transaction.commit().await.expect("committed");
        let query = AuditQuery {
            topic: Some(AuditTopic::People),
            ..search("ünde")
        };
        let rows = engine.system_log_rows(&OPERATOR, query.clone());
        let rows: Vec<AuditEntry> = rows
            .expect("the rows")
            .try_collect()
            .await
            .expect("all of them");
        assert_eq!(rows.len(), 1_025);
        assert!(rows.is_sorted_by(|a, b| a.id > b.id));
        assert_eq!(rows[0].subject, "Ünde 2048");
        assert_eq!(rows[0].tenant.as_deref(), Some("Lab"));

        let mut paged = Vec::new();
        let mut next = None;
        loop {
            let page = AuditQuery {
                before: next,
                ..query.clone()
            };
            let page = engine.system_log(&OPERATOR, &page).await.expect("a page");
            paged.extend(page.entries);
            next = page.next;
            if next.is_none() {
                break;
            }
            assert_eq!(paged.len() % 100, 0);
        }
        assert_eq!(paged, rows);
        let everything = engine.system_log_rows(&OPERATOR, AuditQuery::default());
        let everything = everything.expect("the rows").try_collect::<Vec<_>>();
        assert!(everything.await.expect("all").len() > 2_050);
    }
}

#[tokio::test]
async fn lines_say_who_from_where_and_keep_names_that_are_gone() {
    for house in houses().await {
        let engine = &house.engine;
        let ada = house.person("Ada", Some(Role::Owner)).await;
        let person = engine.person(ada, from("2001:db8::7")).await;
        let person = Viewer::Person(person.expect("looked up").expect("an account"));
        let token = Viewer::Token {
            id: TokenId::new(1),
            name: "ci".into(),
            tenant: house.rival,
            scope: TokenScope::Read,
            origin: from("192.0.2.7"),
        };
        house.note(&person, &"long\u{7}\n".repeat(100)).await;
        let line = house.last_line().await;
        assert_eq!(line.subject, "long".repeat(50), "cut, and without controls");
        assert_eq!((line.actor.as_str(), line.tenant), ("Ada", None));
        assert_eq!(line.address.as_deref(), Some("2001:db8::7"));
        house.note(&token, "/api").await;
        let line = house.last_line().await;
        assert_eq!(line.actor, "API token “ci”");
        assert_eq!(line.address.as_deref(), Some("192.0.2.7"));
        assert_eq!(
            (line.action, line.at),
            (AuditAction::AccessRefused, house.clock.now())
        );

        let untold = engine.log_alone(&token, AuditAction::Invited, Some(house.rival), "x");
        untold.await.expect("told");
        let deleted = engine.delete_tenant(&OPERATOR, house.rival, "Rival").await;
        deleted.expect("deleted");
        let line = house.last_line().await;
        assert_eq!(
            (
                line.action,
                line.actor.as_str(),
                line.tenant.as_deref(),
                line.address
            ),
            (
                AuditAction::TenantDeleted,
                "command line",
                Some("Rival"),
                None
            )
        );
        let before = &house.lines(search("x")).await[0];
        assert_eq!(before.tenant.as_deref(), Some("Rival"));
    }
}

#[tokio::test]
async fn only_those_who_look_after_the_system_read_its_log() {
    for house in houses().await {
        let engine = &house.engine;
        let owner = house.owner().await;
        let (ada, mai) = (
            house.staff("Ada", true, false).await,
            house.staff("Mai", false, true).await,
        );
        for user in [ada, mai] {
            let viewer = house.viewer(user).await;
            let log = engine.system_log(&viewer, &AuditQuery::default()).await;
            assert!(!log.expect("the log").entries.is_empty());
            engine.system_runs(&viewer, None).await.expect("the runs");
        }
        let log = engine.system_log(&owner, &AuditQuery::default()).await;
        assert_eq!(refused(log), hidden());
        let rows = engine.system_log_rows(&owner, AuditQuery::default());
        assert_eq!(rows.err().map(crate::Error::into_problem), Some(hidden()));
        assert_eq!(refused(engine.system_runs(&owner, None).await), hidden());
        let started = engine.collect_tenant(&owner, house.lab).await;
        assert_eq!(refused(started), hidden());
    }
}

#[tokio::test]
async fn maintainers_collect_any_tenant_and_see_all_runs_but_no_numbers() {
    for house in houses().await {
        let engine = &house.engine;
        let (ada, mai) = (
            house.staff("Ada", true, false).await,
            house.staff("Mai", false, true).await,
        );
        let (ada, mai) = (house.viewer(ada).await, house.viewer(mai).await);
        let by_ada = engine.collect_tenant(&ada, house.lab).await;
        assert_eq!(refused(by_ada), hidden());
        let mut started = Vec::new();
        for tenant in [house.lab, house.rival] {
            let run = engine.collect_tenant(&mai, tenant).await.expect("started");
            let ended = engine.wait_for_run(&OPERATOR, tenant, run).await;
            assert_eq!(ended.expect("ended").status, RunStatus::Succeeded);
            started.push(run);
        }
        let line = house.last_line().await;
        assert_eq!(
            (line.action, line.actor.as_str(), line.tenant.as_deref()),
            (AuditAction::CollectionStarted, "Mai", Some("Rival"))
        );
        let report = engine.system_runs(&mai, None).await.expect("the runs");
        let runs: Vec<_> = report
            .runs
            .iter()
            .map(|run| (run.id, run.tenant.as_str()))
            .collect();
        assert_eq!(runs, [(started[1], "Rival"), (started[0], "Lab")]);
        assert_eq!(report.next, None);
        let older = engine.system_runs(&mai, Some(started[1])).await;
        assert_eq!(older.expect("the runs").runs.len(), 1);
        let names: Vec<_> = report.collectable.iter().map(|it| it.1.as_str()).collect();
        assert_eq!(names, ["Lab", "Rival"]);
        let by_ada = engine.system_runs(&ada, None).await.expect("the runs");
        assert_eq!((by_ada.runs, by_ada.collectable), (report.runs, vec![]));

        let suspended = engine.suspend_tenant(&OPERATOR, house.lab, true).await;
        suspended.expect("suspended");
        let shut = refused(engine.collect_tenant(&mai, house.lab).await);
        assert_ne!(shut.kind, ProblemKind::Internal, "{shut}");
        let report = engine.system_runs(&mai, None).await.expect("the runs");
        assert_eq!(report.collectable, [(house.rival, "Rival".to_owned())]);
        let missing = engine.collect_tenant(&mai, TenantId::new(4_711)).await;
        assert_eq!(refused(missing), hidden());
    }
}

#[tokio::test]
async fn old_lines_are_deleted_and_long_searches_cut() {
    for house in houses().await {
        let long = "long".repeat(25);
        house.note(&OPERATOR, &long).await;
        let longer = format!("{long}er");
        let found = house.subjects(search(&longer)).await;
        assert_eq!(found, [long.as_str()]);
        assert_eq!(house.subjects(search("longer")).await, [""; 0]);
        let user = NewUser {
            email: address("long"),
            name: long,
            password: PASSWORD.into(),
            administrator: false,
            maintainer: false,
            membership: None,
        };
        let made = house.engine.create_user(&OPERATOR, user).await;
        made.expect("an account");
        let people = house.engine.people(&OPERATOR, &longer, 1);
        assert_eq!(people.await.expect("the people").matching, 1);

        house.clock.pass(TimeDelta::days(400));
        house.note(&OPERATOR, "today").await;
        let deleted = house.engine.delete_old_log_lines().await;
        assert_eq!(deleted.expect("deleted"), 0);
        house.clock.pass(TimeDelta::seconds(1));
        let deleted = house.engine.delete_old_log_lines().await;
        assert!(deleted.expect("deleted") > 0);
        assert_eq!(house.subjects(AuditQuery::default()).await, ["today"]);
    }
}
