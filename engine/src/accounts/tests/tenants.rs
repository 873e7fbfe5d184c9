//! Tenants: created, renamed, suspended, deleted, without effect on others.

use domain::report::{AuditQuery, Overview, OverviewQuery, OverviewReport, SinceYesterday};
use domain::{
    Counts, Day, DayRange, ItemOutcome, Measure, ProblemKind, RepositoryScope, RunStatus, Trigger,
};

use super::invitations::as_a;
use super::*;
use crate::store::{NewRanking, RankingKind, WorkerId};

impl House {
    async fn administrator(&self) -> Viewer {
        let user = self.person("Addy", None).await;
        let mut transaction = self.engine.0.store.begin().await.expect("begun");
        let raised = transaction
            .unscoped_add_system_roles(user, true, false)
            .await;
        assert!(raised.expect("raised"));
        transaction.commit().await.expect("committed");
        self.viewer(user).await
    }

    /// An active run.
    async fn run(&self, tenant: TenantId) -> (domain::RunId, WorkerId) {
        let now = self.clock.now();
        let run = self.engine.0.store.begun(tenant, None, "another", now);
        run.await.expect("begun")
    }

    /// A repository with traffic, a ranking and a run.
    async fn fill(&self, tenant: TenantId, path: &str) -> RepositoryId {
        let store = &self.engine.0.store;
        let repository = self.repository(tenant, 1).await;
        let day: Day = "2026-11-20".parse().expect("a day");
        let days = [(day, Counts::new(5, 2))];
        store
            .merge_days(tenant, repository, Measure::Views, &days)
            .await
            .expect("merged");
        let row = domain::report::RankingRow {
            label: path.to_owned(),
            title: Some("A page".into()),
            counts: Counts::new(5, 2),
        };
        let window = DayRange { from: day, to: day };
        let ranking = NewRanking {
            kind: RankingKind::Paths,
            window,
            captured_at: self.clock.now(),
            rows: &[row],
            raw: None,
        };
        let saved = store.save_ranking(tenant, repository, &ranking).await;
        saved.expect("saved");
        repository
    }
}

#[tokio::test]
async fn a_tenant_is_its_makers_or_its_invited_owners() {
    for house in houses().await {
        let engine = &house.engine;
        let administrator = house.administrator().await;
        let own = engine
            .create_tenant(&administrator, " Neuro Lab ", None)
            .await;
        let own = own.expect("a tenant");
        assert_eq!(
            (own.slug.as_str(), own.invitation.is_none()),
            ("neuro-lab", true)
        );
        let user = super::super::members::user_of(&administrator).expect("a person");
        let administrator = house.viewer(user).await;
        engine
            .tenant(&administrator, "neuro-lab")
            .await
            .expect("their own");

        let sold = engine
            .create_tenant(&administrator, "Sold", Some(address("Ada")))
            .await;
        let sold = sold.expect("a tenant");
        let hidden_from_maker = engine.tenant(&administrator, sold.slug.as_str()).await;
        assert_eq!(refused(hidden_from_maker), hidden());
        let user = house.person("Ada", None).await;
        let ada = house.viewer(user).await;
        let token = sold.invitation.expect("an invitation");
        let slug = engine
            .accept_invitation(&ada, &token)
            .await
            .expect("accepted");
        assert_eq!(slug, Some(sold.slug));
        let ada = house.viewer(user).await;
        let tenant = engine.tenant(&ada, "sold").await.expect("their own");
        let schedules = engine.schedules(&ada, tenant).await.expect("schedules");
        assert_eq!(schedules.len(), 1, "no day is lost from the start");

        for name in ["neuro lab", "NEURO-LAB"] {
            let clash = engine.create_tenant(&administrator, name, None).await;
            assert_eq!(refused(clash).kind, ProblemKind::Conflict);
        }
        for name in ["", "…", &"x".repeat(101)] {
            let odd = engine.create_tenant(&administrator, name, None).await;
            assert_eq!(refused(odd).kind, ProblemKind::Invalid, "{name}");
        }
        let renamed = engine
            .rename_tenant(&administrator, tenant, "Sold on")
            .await;
        renamed.expect("renamed");
        engine.tenant(&ada, "sold").await.expect("links stay");
        let all = engine.tenants(&administrator).await.expect("tenants");
        let names: Vec<_> = all.iter().map(|tenant| tenant.name.as_str()).collect();
        assert_eq!(names, ["Lab", "Neuro Lab", "Rival", "Sold on"]);
        assert_eq!(
            (&all[3].owners, all[3].members),
            (&vec!["Ada".to_owned()], 1)
        );
    }
}

#[tokio::test]
async fn tenants_are_the_administrators_business_alone() {
    for house in houses().await {
        let (engine, lab) = (&house.engine, house.lab);
        let owner = house.owner().await;
        assert_eq!(refused(engine.tenants(&owner).await), hidden());
        let made = engine.create_tenant(&owner, "Mine", None).await;
        assert_eq!(refused(made), hidden());
        let renamed = engine.rename_tenant(&owner, lab, "Mine").await;
        assert_eq!(refused(renamed), hidden());
        let halted = engine.suspend_tenant(&owner, lab, true).await;
        assert_eq!(refused(halted), hidden());
        let deleted = engine.delete_tenant(&owner, lab, "Lab").await;
        assert_eq!(refused(deleted), hidden());
        let nowhere = TenantId::new(house.rival.get() + 1);
        let deleted = engine.delete_tenant(&OPERATOR, nowhere, "").await;
        assert_eq!(refused(deleted), hidden());
        let halted = engine.suspend_tenant(&OPERATOR, nowhere, true).await;
        assert_eq!(refused(halted), hidden());
    }
}

#[tokio::test]
async fn a_suspended_tenant_is_neither_reached_nor_collected_and_loses_nothing() {
    for house in houses().await {
        let (engine, lab) = (&house.engine, house.lab);
        house.fill(lab, "/lab").await;
        let owner = house.owner().await;
        let before = engine
            .overview_page(&owner, lab, OverviewQuery::default())
            .await;
        let before = before.expect("an overview").overview;
        let token = engine
            .create_token(&owner, lab, "ci", domain::TokenScope::Write)
            .await;
        let token = token.expect("a token");
        let going_on = house.run(lab).await;

        for _ in 0..2 {
            let halted = engine.suspend_tenant(&OPERATOR, lab, true).await;
            halted.expect("suspended");
        }
        assert_eq!(house.logged(AuditAction::TenantSuspended).await, 1);
        let user = super::super::members::user_of(&owner).expect("a person");
        let shut_out = house.viewer(user).await;
        assert_eq!(refused(engine.tenant(&shut_out, "lab").await), hidden());
        let overview = engine
            .overview_page(&shut_out, lab, OverviewQuery::default())
            .await;
        assert_eq!(refused(overview), hidden());
        let invited = engine.invite(&shut_out, lab, as_a(Role::Viewer)).await;
        assert_eq!(refused(invited), hidden());
        let presented = engine.token_viewer(&token, Origin::default()).await;
        assert_eq!(refused(presented).kind, ProblemKind::Forbidden);
        let run = engine
            .start_run(&OPERATOR, lab, Trigger::Manual, None)
            .await;
        let refusal = refused(run);
        assert_eq!(refusal.kind, ProblemKind::Conflict);
        assert!(refusal.message.contains("suspended"), "{refusal}");
        assert_eq!(house.logged(AuditAction::CollectionStarted).await, 0);
        // An active run may end.
        let outcome = ItemOutcome::Succeeded;
        let store = &engine.0.store;
        store
            .complete_all(lab, going_on, outcome, &[], house.clock.now())
            .await;
        let run = engine
            .run(&OPERATOR, lab, going_on.0)
            .await
            .expect("the run");
        assert_eq!(run.status, RunStatus::Succeeded);
        let other = engine
            .start_run(&OPERATOR, house.rival, Trigger::Manual, None)
            .await;
        other.expect("the other tenant is collected");

        let goes_on = engine.suspend_tenant(&OPERATOR, lab, false).await;
        goes_on.expect("resumed");
        let owner = house.viewer(user).await;
        let after = engine
            .overview_page(&owner, lab, OverviewQuery::default())
            .await;
        // The run that went on collected the repository.
        let collected = Overview {
            report: OverviewReport {
                collected_today: 1,
                ..before.report
            },
            since_yesterday: SinceYesterday {
                collected_today: 1,
                collected_at: Some(house.clock.now()),
                ..before.since_yesterday
            },
            ..before
        };
        assert_eq!(after.expect("an overview").overview, collected);
        let presented = engine.token_viewer(&token, Origin::default()).await;
        assert!(presented.expect("looked up").is_some());
    }
}

#[tokio::test]
async fn deleting_a_tenant_asks_for_its_name_and_takes_all_of_it_and_nothing_else() {
    for house in houses().await {
        let (engine, lab, rival) = (&house.engine, house.lab, house.rival);
        let store = &engine.0.store;
        house.fill(lab, "/lab").await;
        let kept = house.fill(rival, "/rival").await;
        let owner = house.owner().await;
        let invitation = house.invite(&owner, Role::Viewer).await;
        let token = engine
            .create_token(&owner, lab, "ci", domain::TokenScope::Read)
            .await;
        let token = token.expect("a token");
        let run = house.run(lab).await;

        let mistyped = engine.delete_tenant(&OPERATOR, lab, "lab").await;
        assert_eq!(refused(mistyped).kind, ProblemKind::Invalid);
        let busy = engine.delete_tenant(&OPERATOR, lab, "Lab").await;
        assert_eq!(refused(busy).kind, ProblemKind::Conflict);
        store
            .complete_all(lab, run, ItemOutcome::Failed, &[], house.clock.now())
            .await;
        let deleted = engine.delete_tenant(&OPERATOR, lab, " Lab ").await;
        deleted.expect("deleted");

        assert!(engine.invitation(&invitation).await.is_err());
        let presented = engine.token_viewer(&token, Origin::default()).await;
        assert_eq!(presented.expect("looked up"), None);
        let left = store.repositories(lab, &RepositoryScope::All).await;
        assert!(left.expect("repositories").is_empty());
        assert!(store.runs(lab, None, 9).await.expect("runs").is_empty());
        assert_eq!(refused(engine.tenant(&OPERATOR, "lab").await), hidden());
        let log = engine.system_log(&OPERATOR, &AuditQuery::default()).await;
        let line = &log.expect("the log").entries[0];
        assert_eq!(line.action, AuditAction::TenantDeleted);
        assert_eq!(line.tenant.as_deref(), Some("Lab"), "as it was called");
        let strings = store.unscoped_texts().await;
        assert!(!strings.contains("/lab"), "its paths are gone");
        assert!(strings.contains("/rival") && strings.contains("A page"));
        let paths = engine
            .paths(&OPERATOR, rival, kept, None)
            .await
            .expect("paths");
        assert_eq!(paths.expect("a list").rows[0].label, "/rival");
        let user = super::super::members::user_of(&owner).expect("a person");
        let Viewer::Person(person) = house.viewer(user).await else {
            unreachable!("the account outlives the tenant");
        };
        assert!(person.memberships.is_empty());
    }
}

/// The link of the invitation is shown this once: it is not lost because the scheduler fails.
#[tokio::test]
async fn what_the_scheduler_cannot_read_takes_no_invitation_away() {
    for house in houses().await {
        let engine = &house.engine;
        engine.0.scheduler.start().await.expect("started");
        if !engine.0.store.unscoped_spoil_schedules().await {
            continue;
        }
        assert!(engine.0.store.unscoped_enabled_schedules().await.is_err());
        let made = engine.create_tenant(&OPERATOR, "New", Some(address("Ada")));
        let token = made.await.expect("made").invitation.expect("a token");
        assert!(engine.invitation(&token).await.is_ok());
        let halted = engine.suspend_tenant(&OPERATOR, house.lab, true).await;
        halted.expect("suspended");
        engine.0.scheduler.stop().await;
    }
}
