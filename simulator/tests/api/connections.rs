//! Serving, stopping and broken connections over a real socket.

use std::io::ErrorKind;

use simulator::{Fault, Running, Scope};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::client::builder;

async fn serve() -> Running {
    builder().build().serve("127.0.0.1:0").await.unwrap()
}

/// Sends one request and reads until the server closes the connection.
async fn request(running: &Running, target: &str) -> (Vec<u8>, std::io::Result<usize>) {
    let mut stream = TcpStream::connect(running.address()).await.unwrap();
    let request = format!(
        "GET {target} HTTP/1.1\r\nHost: {}\r\nUser-Agent: tests\r\nAuthorization: token ghp_octocat\r\nConnection: close\r\n\r\n",
        running.address()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut response = Vec::new();
    let end = stream.read_to_end(&mut response).await;
    (response, end)
}

#[tokio::test]
async fn it_serves_on_any_free_port_under_its_own_address() {
    let running = serve().await;
    assert_eq!(running.url(), format!("http://{}", running.address()));
    let (response, end) = request(&running, "/repos/acme/anvil").await;
    assert!(end.is_ok());
    let text = String::from_utf8(response).unwrap();
    assert!(text.starts_with("HTTP/1.1 200 OK\r\n"), "{text}");
    assert!(
        text.contains("date: Fri, 20 Nov 2026 06:00:00 GMT\r\n"),
        "{text}"
    );
    assert!(
        text.contains(&format!("\"url\":\"{}/repos/acme/anvil\"", running.url())),
        "{text}"
    );
    assert_eq!(running.control().requests(), 1);
}

#[tokio::test]
async fn a_truncated_body_ends_before_its_announced_length() {
    let running = serve().await;
    running
        .control()
        .fault(Fault::TruncatedBody, Scope::everywhere());
    let (response, _) = request(&running, "/repos/acme/anvil/traffic/views").await;
    let text = String::from_utf8(response).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .unwrap();
    let length: usize = length.parse().unwrap();
    assert!(head.starts_with("HTTP/1.1 200 OK"));
    assert!(
        !body.is_empty() && body.len() == length / 2,
        "{} of {length}",
        body.len()
    );
}

#[tokio::test]
async fn a_reset_connection_is_reset_without_a_byte() {
    let running = serve().await;
    running
        .control()
        .fault(Fault::ConnectionReset, Scope::everywhere().next(1));
    let (response, end) = request(&running, "/repos/acme/anvil").await;
    assert_eq!(response, b"");
    assert_eq!(end.unwrap_err().kind(), ErrorKind::ConnectionReset);
    assert_eq!(running.control().answers_with(None), 1);
    assert!(request(&running, "/repos/acme/anvil").await.1.is_ok());
}

#[tokio::test]
async fn it_stops_on_request_and_when_dropped() {
    let running = serve().await;
    let address = running.address();
    running.stop().await.unwrap();
    assert!(TcpStream::connect(address).await.is_err());

    let running = serve().await;
    let address = running.address();
    drop(running);
    for _ in 0..1_000 {
        tokio::task::yield_now().await;
    }
    assert!(TcpStream::connect(address).await.is_err());
}
