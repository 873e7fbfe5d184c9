//! A repository is no longer tracked, and its history is deleted only once its name is typed.

use domain::ProblemKind;
use domain::report::History;

use super::*;

#[tokio::test]
async fn a_history_is_deleted_only_once_its_repositorys_name_is_typed() {
    for house in houses().await {
        let (engine, lab) = (&house.engine, house.lab);
        let owner = house.owner().await;
        let id = house.repository(lab, 1).await;
        let untrack = async |history, typed: &str| {
            engine
                .untrack_confirmed(&owner, lab, id, history, typed)
                .await
        };
        for typed in ["", " ", "r1", "mona/r2", "mona / r1", "mona/r1/"] {
            let problem = refused(untrack(History::Delete, typed).await);
            assert_eq!(problem.kind, ProblemKind::Invalid, "{typed}");
            assert_eq!(
                problem.message,
                "Nothing was deleted. Type the repository’s name, “mona/r1”, to confirm."
            );
        }
        assert!(engine.repository(&owner, lab, id).await.is_ok());
        assert_eq!(house.logged(AuditAction::RepositoryUntracked).await, 0);

        // To keep it, nothing is typed.
        untrack(History::Keep, "").await.expect("kept");
        assert!(engine.repository(&owner, lab, id).await.is_ok());
        // As on GitHub, names are the same in any case.
        let deleted = untrack(History::Delete, " Mona/R1 ").await;
        deleted.expect("deleted");
        assert_eq!(refused(untrack(History::Delete, "mona/r1").await), hidden());
    }
}

#[tokio::test]
async fn who_may_not_stop_tracking_learns_no_name() {
    for house in houses().await {
        let engine = &house.engine;
        let id = house.repository(house.lab, 1).await;
        let foreign = house.repository(house.rival, 2).await;
        let viewer = house.person("Vera", Some(Role::Viewer)).await;
        let viewer = house.viewer(viewer).await;
        let tried = engine.untrack_confirmed(&viewer, house.lab, id, History::Delete, "");
        assert_eq!(refused(tried.await).kind, ProblemKind::Forbidden);
        let owner = house.owner().await;
        for (tenant, id) in [(house.rival, foreign), (house.lab, foreign)] {
            let tried = engine.untrack_confirmed(&owner, tenant, id, History::Delete, "");
            assert_eq!(refused(tried.await), hidden());
        }
    }
}
