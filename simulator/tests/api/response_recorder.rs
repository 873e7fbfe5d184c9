//! The response recorder gets every complete response, and nothing else.

use simulator::{Endpoint, Fault, Scope};

use crate::client::Client;

const VIEWS: &str = "/repos/acme/anvil/traffic/views";

#[tokio::test]
async fn the_recorder_gets_every_complete_response_and_nothing_else() {
    let client = Client::admin();
    client.get(VIEWS).await;
    let receiver = client.control.record_responses();
    let response = client.get(VIEWS).await;
    let unchanged = client.with("if-none-match", response.header("etag").unwrap());
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
    let recorded: Vec<_> = receiver.try_iter().collect();
    // The response, and the 304 that confirms it.
    let [first, again] = recorded.as_slice() else {
        panic!("{recorded:?}")
    };
    assert_eq!(first, again);
    assert_eq!(
        (first.endpoint, first.target.as_str()),
        (Endpoint::Views, VIEWS)
    );
    assert_eq!(first.body.as_ref(), response.body);
}
