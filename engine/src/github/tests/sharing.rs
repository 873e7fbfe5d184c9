//! Entity tags, which are one token's own, and allowances, which all of a user's share.

use super::*;
use crate::github::{Allowance, Tag, Turn};

#[tokio::test]
async fn what_has_not_changed_costs_nothing_and_a_tag_is_its_tokens_own() {
    let github = github("").await;
    let client = client_of(&github, TOKEN);
    let remaining = || client.budget().expect("a budget").remaining;
    let ask = async |client: &Client, known: Option<&Tag>| {
        let told = client.traffic(ID, Measure::Views, Per::Day, known).await;
        told.expect("an answer")
    };
    let Told::News(window, Some(tag)) = ask(&client, None).await else {
        panic!("no tag")
    };
    let before = remaining();
    assert!(matches!(ask(&client, Some(&tag)).await, Told::Same(_)));
    assert_eq!(
        (remaining(), github.control().answers_with(304)),
        (before, 1)
    );

    // Another token of the same user, and the same one in another place, are told everything.
    let renewed = Token::classic("ghp_renewed", "octocat", ["repo"]);
    github.control().add_token(renewed);
    for other in [
        client_of(&github, "ghp_renewed"),
        client_of(&github, "ghp_mona"),
    ] {
        let told = other
            .traffic(ID, Measure::Views, Per::Day, Some(&tag))
            .await;
        assert!(!matches!(told, Ok(Told::Same(_))));
    }
    assert_eq!(github.control().answers_with(304), 1);

    // What changed is told, and by another tag.
    let views = Scope::everywhere().endpoint(Endpoint::Views);
    github.control().fault(Fault::TruncatedOldest, views);
    match ask(&client, Some(&tag)).await {
        Told::News(changed, Some(new)) => {
            assert_ne!((changed, &new.etag), (window, &tag.etag));
            assert_eq!(new.credential, tag.credential);
        }
        told => panic!("{told:?}"),
    }
    assert!(!String::from_utf8_lossy(&tag.credential).contains("ghp_"));
}

#[tokio::test]
async fn clients_of_one_user_share_what_is_left_and_the_pauses() {
    let github = github("").await;
    let allowance = Arc::new(Allowance::default());
    let one = client_of(&github, TOKEN).sharing(Arc::clone(&allowance));
    let other = client_of(&github, TOKEN).sharing(allowance);
    views(&one).await.expect("a window");
    assert_eq!(other.budget(), one.budget());
    let limit = Fault::SecondaryLimit {
        status: LimitStatus::TooManyRequests,
        retry_after: RetryAfter::Seconds(90),
    };
    github.control().fault(limit, Scope::everywhere().next(1));
    views(&other).await.expect_err("limited");
    let until = clock().now() + chrono::TimeDelta::seconds(90);
    let turn = one.allowance().turn(clock().now());
    assert!(matches!(turn, Turn::At(moment, _) if moment == until));
    assert!(matches!(one.allowance().turn(until), Turn::Now(_)));
}
