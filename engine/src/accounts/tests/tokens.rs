//! API tokens: listed, used and revoked.

use domain::{ProblemKind, TokenScope};
use secrecy::ExposeSecret;

use super::*;

#[tokio::test]
async fn a_token_tells_who_made_it_and_when_it_was_used_to_the_minute() {
    for house in houses().await {
        let (engine, lab) = (&house.engine, house.lab);
        let owner = house.owner().await;
        let made_at = house.clock.now();
        let token = engine
            .create_token(&owner, lab, "ci", TokenScope::Read)
            .await;
        let token = token.expect("a token");
        let clash = engine
            .create_token(&owner, lab, "ci", TokenScope::Write)
            .await;
        assert_eq!(refused(clash).kind, ProblemKind::Conflict);
        let by_hand = engine
            .create_token(&OPERATOR, lab, "backup", TokenScope::Write)
            .await;
        by_hand.expect("a token");
        let tokens = engine.tokens(&owner, lab).await.expect("tokens");
        let made: Vec<_> = tokens
            .iter()
            .map(|t| (t.name.as_str(), t.created_by.as_str()))
            .collect();
        assert_eq!(made, [("backup", "command line"), ("ci", "Olga")]);
        assert_eq!(
            (tokens[1].created_at, tokens[1].last_used_at),
            (made_at, None)
        );

        let use_it = async || {
            let viewer = engine.token_viewer(&token, Origin::default()).await;
            assert!(viewer.expect("looked up").is_some());
            let tokens = engine.tokens(&owner, lab).await.expect("tokens");
            tokens[1].last_used_at.expect("used")
        };
        house.clock.pass(TimeDelta::hours(1));
        let first = use_it().await;
        assert_eq!(first, made_at + TimeDelta::hours(1));
        house.clock.pass(TimeDelta::seconds(59));
        assert_eq!(use_it().await, first, "not every request writes");
        house.clock.pass(TimeDelta::seconds(1));
        assert_eq!(use_it().await, first + TimeDelta::minutes(1));
        let other = engine.tokens(&owner, lab).await.expect("tokens");
        assert_eq!(other[0].last_used_at, None);
    }
}

#[tokio::test]
async fn a_revoked_token_opens_nothing() {
    for house in houses().await {
        let (engine, lab) = (&house.engine, house.lab);
        let owner = house.owner().await;
        let token = engine
            .create_token(&owner, lab, "ci", TokenScope::Write)
            .await;
        let token = token.expect("a token");
        let id = engine.tokens(&owner, lab).await.expect("tokens")[0].id;
        let presented = engine.token_viewer(&token, Origin::default()).await;
        let program = presented.expect("looked up").expect("a program");

        // Neither a program nor another tenant's owner reaches it.
        assert_eq!(refused(engine.tokens(&program, lab).await), hidden());
        let revoked = engine.revoke_token(&program, lab, id).await;
        assert_eq!(refused(revoked), hidden());
        let elsewhere = engine.revoke_token(&OPERATOR, house.rival, id).await;
        assert_eq!(refused(elsewhere), hidden());
        let vera = house.person("Vera", Some(Role::Viewer)).await;
        let vera = house.viewer(vera).await;
        assert_eq!(refused(engine.tokens(&vera, lab).await), hidden());

        engine.revoke_token(&owner, lab, id).await.expect("revoked");
        let presented = engine.token_viewer(&token, Origin::default()).await;
        assert_eq!(presented.expect("looked up"), None);
        let again = engine.revoke_token(&owner, lab, id).await;
        assert_eq!(refused(again), hidden());
        assert!(token.expose_secret().starts_with("tm_"));
    }
}
