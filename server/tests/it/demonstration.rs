//! `tidemark demo`: years of recorded traffic, and the newest days by an ordinary run.

use std::io::Read;

use tempfile::TempDir;
use tokio::task::block_in_place;

use crate::process::Serving;
use crate::service::{Browser, location};

const REPOSITORY: &str = "jonescompneurolab,hnn-core";

async fn repositories(serving: &Serving) -> Vec<String> {
    let browser = Browser::at(&format!("http://{}", serving.address));
    let answer = browser
        .sign_in("demo@tidemark.local", "tidemark-demo", "")
        .await;
    assert_eq!(location(&answer), "/");
    assert_eq!(location(&browser.get("/").await), "/t/demo");
    let text = browser
        .get("/t/demo/repositories.csv")
        .await
        .text()
        .await
        .unwrap();
    text.lines().skip(1).map(str::to_owned).collect()
}

/// The first and the last day in a line of the list.
fn days(lines: &[String]) -> (String, String) {
    let line = lines.iter().find(|line| line.contains(REPOSITORY)).unwrap();
    let fields: Vec<&str> = line.split(',').collect();
    (fields[4].to_owned(), fields[5].to_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_starts_quickly_and_continues_where_it_stopped() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("kept");
    let args = [
        "demo",
        "--listen",
        "127.0.0.1:0",
        "--data-dir",
        data.to_str().unwrap(),
    ];
    let start = || block_in_place(|| Serving::start(folder.path(), &args));

    let mut serving = start();
    let lines = repositories(&serving).await;
    assert_eq!(lines.len(), 9);
    let first_start = days(&lines);
    let years = |(first, last): &(String, String)| {
        let [first, last] = [first, last].map(|day| day.parse::<domain::Day>().unwrap());
        last.days_since(first) / 365
    };
    assert!(years(&first_start) >= 3, "{first_start:?}");

    // Another one is there to be tracked, and the welcome names it.
    let mut welcome = vec![0; 400];
    let length = block_in_place(|| serving.output.read(&mut welcome)).unwrap();
    let mut welcome = String::from_utf8_lossy(&welcome[..length]).into_owned();
    while !welcome.contains("The data stays in") {
        let mut more = [0; 400];
        let length = block_in_place(|| serving.output.read(&mut more)).unwrap();
        welcome += &String::from_utf8_lossy(&more[..length]);
    }
    assert!(welcome.contains("demo@tidemark.local") && welcome.contains("tidemark-demo"));
    assert!(welcome.contains("harbourworks/buoy"), "{welcome}");
    assert!(!lines.iter().any(|line| line.contains("buoy")));

    block_in_place(|| serving.stop());
    let again = start();
    let lines = repositories(&again).await;
    assert_eq!((lines.len(), days(&lines)), (9, first_start));
    block_in_place(|| again.stop());
}
