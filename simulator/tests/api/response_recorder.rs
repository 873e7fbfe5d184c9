//! What a witness is told: what left whole, and nothing else.

use simulator::{Endpoint, Fault, Scope};

use crate::client::Client;

const VIEWS: &str = "/repos/acme/anvil/traffic/views";

#[tokio::test]
async fn a_witness_hears_what_left_whole_and_nothing_else() {
    let client = Client::usual();
    client.get(VIEWS).await;
    let shown = client.control.record_responses();
    let answer = client.get(VIEWS).await;
    let unchanged = client.with("if-none-match", answer.header("etag").unwrap());
    assert_eq!(unchanged.get(VIEWS).await.status, 304);
    for fault in [
        Fault::MalformedJson,
        Fault::TruncatedBody,
        Fault::BadGateway,
    ] {
        client.control.fault(fault, Scope::everywhere().next(1));
        drop(client.send(axum::http::Method::GET, VIEWS).await);
    }
    assert_eq!(client.get("/repos/acme/nothing").await.status, 404);
    let heard: Vec<_> = shown.try_iter().collect();
    // The answer, and that it is still the same.
    let [told, again] = heard.as_slice() else {
        panic!("{heard:?}")
    };
    assert_eq!(told, again);
    assert_eq!(
        (told.endpoint, told.target.as_str()),
        (Endpoint::Views, VIEWS)
    );
    assert_eq!(told.body.as_ref(), answer.body);
}
