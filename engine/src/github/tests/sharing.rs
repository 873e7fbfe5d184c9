//! Entity tags, which are one token's own, and allowances, which all of a user's share.

use super::*;
use crate::github::{Admission, ETag, RateLimiter};

#[tokio::test]
async fn what_has_not_changed_costs_nothing_and_a_tag_is_its_tokens_own() {
    let github = github("").await;
    let client = client_of(&github, TOKEN);
    let remaining = || client.rate_limit().expect("a budget").remaining;
    let ask = async |client: &Client, known: Option<&ETag>| {
        let value = client.traffic(ID, Measure::Views, Per::Day, known).await;
        value.expect("an answer")
    };
    let Conditional::Modified(window, Some(tag)) = ask(&client, None).await else {
        panic!("no tag")
    };
    let before = remaining();
    assert!(matches!(
        ask(&client, Some(&tag)).await,
        Conditional::NotModified(_)
    ));
    assert_eq!(
        (remaining(), github.control().answers_with(304)),
        (before, 1)
    );

    // Another token, of the same user or of another, gets the whole response.
    let renewed = Token::classic("ghp_renewed", "octocat", ["repo"]);
    github.control().add_token(renewed);
    for other in [
        client_of(&github, "ghp_renewed"),
        client_of(&github, "ghp_mona"),
    ] {
        let value = other
            .traffic(ID, Measure::Views, Per::Day, Some(&tag))
            .await;
        assert!(!matches!(value, Ok(Conditional::NotModified(_))));
    }
    assert_eq!(github.control().answers_with(304), 1);

    // Changed data comes with another `ETag`.
    let views = Scope::everywhere().endpoint(Endpoint::Views);
    github.control().fault(Fault::TruncatedOldest, views);
    match ask(&client, Some(&tag)).await {
        Conditional::Modified(changed, Some(new)) => {
            assert_ne!((changed, &new.etag), (window, &tag.etag));
            assert_eq!(new.credential, tag.credential);
        }
        value => panic!("{value:?}"),
    }
    assert!(!String::from_utf8_lossy(&tag.credential).contains("ghp_"));
}

#[tokio::test]
async fn clients_of_one_user_share_what_is_left_and_the_pauses() {
    let github = github("").await;
    let rate_limiter = Arc::new(RateLimiter::default());
    let one = client_of(&github, TOKEN).with_rate_limiter(Arc::clone(&rate_limiter));
    let other = client_of(&github, TOKEN).with_rate_limiter(rate_limiter);
    views(&one).await.expect("a window");
    assert_eq!(other.rate_limit(), one.rate_limit());
    let limit = Fault::SecondaryLimit {
        status: LimitStatus::TooManyRequests,
        retry_after: RetryAfter::Seconds(90),
    };
    github.control().fault(limit, Scope::everywhere().next(1));
    views(&other).await.expect_err("limited");
    let until = clock().now() + chrono::TimeDelta::seconds(90);
    let turn = one.rate_limiter().admit(clock().now());
    assert!(matches!(turn, Admission::RetryAt(moment, _) if moment == until));
    assert!(matches!(
        one.rate_limiter().admit(until),
        Admission::Granted(_)
    ));
}
