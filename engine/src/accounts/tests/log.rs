//! Every change leaves a line that says who did what, and none tells a secret.

use domain::TokenScope;
use domain::report::{AuditEntry, AuditQuery, History, ScheduleInput};
use secrecy::ExposeSecret;

use super::invitations::as_a;
use super::*;
use crate::NewAccount;

#[tokio::test]
async fn each_change_is_told_with_who_made_it_and_no_secret() {
    for house in houses().await {
        let (engine, lab) = (&house.engine, house.lab);
        let owner = house.owner().await;
        let repository = house.repository(lab, 1).await;
        let input = |name: &str| ScheduleInput {
            name: name.into(),
            cron: "0 6 * * *".into(),
            timezone: "UTC".into(),
            enabled: true,
            accept_loss: false,
        };
        let schedule = engine.create_schedule(&owner, lab, input("Daily")).await;
        let schedule = schedule.expect("a schedule").id;
        let changed = engine.update_schedule(&owner, lab, schedule, input("Nightly"));
        changed.await.expect("changed");
        let deleted = engine.delete_schedule(&owner, lab, schedule).await;
        deleted.expect("deleted");
        let untracked = engine.untrack(&owner, lab, repository, History::Keep).await;
        untracked.expect("kept");
        let started = engine
            .start_run(&owner, lab, domain::Trigger::Manual, None)
            .await;
        started.expect("started");
        let token = engine
            .create_token(&owner, lab, "ci", TokenScope::Read)
            .await;
        let token = token.expect("a token");
        let id = engine.tokens(&owner, lab).await.expect("tokens")[0].id;
        engine.revoke_token(&owner, lab, id).await.expect("revoked");
        let taken_back = house.invite(&owner, Role::Viewer).await;
        let open = engine
            .members(&owner, lab)
            .await
            .expect("members")
            .invitations;
        let withdrawn = engine
            .withdraw_invitation(&owner, Some(lab), open[0].id)
            .await;
        withdrawn.expect("withdrawn");
        let invited = house.invite(&owner, Role::Viewer).await;
        let account = NewAccount {
            name: "Ada".into(),
            email: "ada@example.org".into(),
            password: PASSWORD.into(),
        };
        let joined = engine.register(&invited, account, Origin::default()).await;
        let ada = joined.expect("registered").0;
        let promoted =
            engine.set_member(&owner, lab, ada, Role::RepositoryViewer, vec![repository]);
        promoted.await.expect("changed");
        let ada = house.viewer(ada).await;
        engine.leave(&ada, lab).await.expect("left");
        let refusal = engine.invite(&ada, lab, as_a(Role::Owner)).await;
        assert_eq!(refused(refusal), hidden());

        let log = engine.system_log(&OPERATOR, &AuditQuery::default()).await;
        let mut lines = log.expect("the log").entries;
        lines.reverse();
        let lines: Vec<String> = lines.iter().map(describe).collect();
        let expected = [
            "schedule_created by Olga in Lab: Daily: 0 6 * * * UTC",
            "schedule_changed by Olga in Lab: Nightly: 0 6 * * * UTC",
            "schedule_deleted by Olga in Lab: Nightly",
            "repository_untracked by Olga in Lab: mona/r1, history kept",
            "collection_started by Olga in Lab: All repositories",
            "token_created by Olga in Lab: “ci”, scope read",
            "token_revoked by Olga in Lab: “ci”",
            "invited by Olga in Lab: Viewer, for anyone with the link",
            "invitation_withdrawn by Olga in Lab: Invitation, for anyone with the link",
            "invited by Olga in Lab: Viewer, for anyone with the link",
            "account_created by Ada: Ada: no system role",
            "joined by Ada in Lab: Viewer",
            "role_changed by Olga in Lab: Ada: Repository viewer of 1 repository (was Viewer)",
            "member_removed by Ada in Lab: Ada (was Repository viewer)",
        ];
        let first = lines
            .iter()
            .position(|line| line.starts_with("schedule_created"));
        assert_eq!(lines[first.expect("told")..], expected);
        let all = lines.join("\n");
        for secret in [&token, &taken_back, &invited, &PASSWORD.into()] {
            assert!(!all.contains(secret.expose_secret()));
        }
    }
}

fn describe(line: &AuditEntry) -> String {
    let tenant = line
        .tenant
        .as_ref()
        .map_or(String::new(), |name| format!(" in {name}"));
    let (action, actor, subject) = (line.action.as_str(), &line.actor, &line.subject);
    format!("{action} by {actor}{tenant}: {subject}")
}

/// The database holds nothing that grants access.
#[tokio::test]
async fn a_copy_of_the_database_holds_no_invitation_and_no_token() {
    for house in houses().await {
        let (engine, lab) = (&house.engine, house.lab);
        let owner = house.owner().await;
        let token = engine
            .create_token(&owner, lab, "ci", TokenScope::Read)
            .await;
        let secrets = [
            house.invite(&owner, Role::Viewer).await,
            token.expect("a token"),
            PASSWORD.into(),
        ];
        let dump = engine.0.store.unscoped_texts().await;
        assert!(
            dump.contains("olga@example.org"),
            "the dump has what is stored"
        );
        for secret in &secrets {
            let secret = secret.expose_secret();
            let bare = secret.trim_start_matches("tmi_").trim_start_matches("tm_");
            assert!(!dump.contains(bare));
        }
    }
}

/// Who reads the log sees who got power, by whom, and what they were before.
#[tokio::test]
async fn who_got_power_is_told_and_what_changed_nothing_is_not() {
    for house in houses().await {
        let (engine, lab) = (&house.engine, house.lab);
        let owner = house.owner().await;
        let ada = house.staff("Ada", true, false).await;
        let administrator = house.viewer(ada).await;
        let bob = NewUser {
            email: address("Bob"),
            name: "Bob".into(),
            password: PASSWORD.into(),
            administrator: false,
            maintainer: true,
            membership: Some(("Brand new".into(), Role::Owner)),
        };
        let bob = engine.create_user(&OPERATOR, bob).await.expect("made");
        let link = engine.invite_to_installation(&administrator, None, true, false);
        let link = link.await.expect("invited");
        let viewer = house.viewer(bob).await;
        let accepted = engine.accept_invitation(&viewer, &link).await;
        accepted.expect("accepted");
        refused(engine.accept_invitation(&viewer, &link).await);
        let forged = NewAccount {
            name: "Eve".into(),
            email: "eve@example.org".into(),
            password: PASSWORD.into(),
        };
        refused(engine.register(&link, forged, Origin::default()).await);
        let wrong = engine.change_password(&viewer, Some("wrong".into()), PASSWORD.into(), "");
        refused(wrong.await);
        let eve = house.person("Eve", Some(Role::Viewer)).await;
        let same = engine.set_member(&owner, lab, eve, Role::Viewer, Vec::new());
        same.await.expect("as before");

        let log = engine.system_log(&OPERATOR, &AuditQuery::default()).await;
        let mut lines = log.expect("the log").entries;
        lines.reverse();
        let lines: Vec<String> = lines.iter().map(describe).collect();
        let first = lines.iter().position(|line| line.contains("Brand new"));
        let expected = [
            "tenant_created by command line in Brand new: Brand new",
            "account_created by command line in Brand new: Bob: Owner, maintainer",
            "invited by Ada: Administrator, for anyone with the link",
            "joined by Bob: Installation: administrator",
            "system_roles_changed by Bob: Bob: administrator and maintainer (was maintainer)",
            "access_refused by Bob: an invalid invitation",
            "access_refused by not signed in: an invalid invitation",
            "access_refused by Bob: wrong password in the profile",
            "account_created by command line in Lab: Eve: Viewer, no system role",
        ];
        assert_eq!(lines[first.expect("told")..], expected);
    }
}
