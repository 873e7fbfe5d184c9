//! A client that calls the router in-process, and the simulator of most tests.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, Response};
use chrono::NaiveDate;
use serde_json::Value;
use simulator::{
    App, Bucket, Builder, Clock, Control, DayTraffic, Installation, Repository, Role, Simulator,
    SnapshotRow, Source, Token, User, test_keys,
};
use tower::ServiceExt;

/// A Friday morning; the window is 2026-11-06 to 2026-11-19.
pub const NOW: &str = "2026-11-20T06:00:00Z";

/// A simulator and the headers of the requests, such as a token.
#[derive(Clone)]
pub struct Client {
    pub control: Control,
    router: Router,
    headers: Vec<(String, String)>,
}

/// A complete response.
pub struct TestResponse {
    pub status: u16,
    pub body: Vec<u8>,
    headers: axum::http::HeaderMap,
}

impl Client {
    pub fn of(builder: Builder) -> Self {
        let simulator = builder.build();
        let headers = [("user-agent", "tests"), ("host", "github.test")];
        Self {
            control: simulator.control(),
            router: simulator.router(),
            headers: headers
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .to_vec(),
        }
    }

    /// A client with a classic token of the administrator.
    pub fn admin() -> Self {
        Self::of(builder()).token("ghp_octocat")
    }

    pub fn token(&self, secret: &str) -> Self {
        self.with("authorization", &format!("Bearer {secret}"))
    }

    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut client = self.without(name);
        client.headers.push((name.to_owned(), value.to_owned()));
        client
    }

    pub fn without(&self, name: &str) -> Self {
        let mut client = self.clone();
        client.headers.retain(|(known, _)| known != name);
        client
    }

    pub async fn get(&self, target: &str) -> TestResponse {
        self.request(Method::GET, target).await
    }

    pub async fn request(&self, method: Method, target: &str) -> TestResponse {
        TestResponse::read(self.send(method, target).await).await
    }

    /// Posts a body of this media type.
    pub async fn post(&self, target: &str, kind: &str, body: &str) -> TestResponse {
        let client = self.with("content-type", kind);
        let sent = client.send_with(Method::POST, target, Body::from(body.to_owned()));
        TestResponse::read(sent.await).await
    }

    /// The response with its body unread, for bodies that fail.
    pub async fn send(&self, method: Method, target: &str) -> Response<Body> {
        self.send_with(method, target, Body::empty()).await
    }

    async fn send_with(&self, method: Method, target: &str, body: Body) -> Response<Body> {
        let mut request = Request::builder().method(method).uri(target);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        self.router
            .clone()
            .oneshot(request.body(body).unwrap())
            .await
            .unwrap()
    }
}

impl TestResponse {
    async fn read(response: Response<Body>) -> Self {
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap().to_vec();
        Self {
            status: parts.status.as_u16(),
            body,
            headers: parts.headers,
        }
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    pub fn figure(&self, name: &str) -> u64 {
        self.header(name)
            .unwrap_or_else(|| panic!("no header {name}"))
            .parse()
            .unwrap()
    }

    /// The `message` of an error; checks its other fields too.
    pub fn message(&self) -> String {
        let body = self.json();
        assert!(
            body["documentation_url"]
                .as_str()
                .is_some_and(|url| url.starts_with("https://docs.github.com/"))
        );
        assert_eq!(body["status"], self.status.to_string());
        body["message"].as_str().unwrap().to_owned()
    }
}

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// 30 days until 2026-11-20: day n of the month has n×10 views by n people and, on
/// even days, n clones by n/2.
pub fn series() -> Source {
    use chrono::Datelike;
    let days = day("2026-10-22").iter_days().take(30).map(|on| {
        let n = u64::from(on.day());
        let clones = if n.is_multiple_of(2) {
            Bucket::new(n, n / 2)
        } else {
            Bucket::default()
        };
        (on, DayTraffic::new(Bucket::new(n * 10, n), clones))
    });
    Source::series(days)
        .with_referrers([
            SnapshotRow::new("Google", Bucket::new(40, 20)),
            SnapshotRow::new("t.co", Bucket::new(3, 3)),
        ])
        .with_paths([SnapshotRow::new(
            "/acme/anvil/blob/main/README.md",
            Bucket::new(9, 4),
        )])
}

/// An organization with a public and a private repository, its administrator, a reader, and every
/// kind of token.
pub fn builder() -> Builder {
    Simulator::builder(Clock::fixed(NOW.parse().unwrap()))
        .user(User::new(1, "octocat").name("The Octocat"))
        .user(User::new(2, "hubot"))
        .app(App::new(5, "tidemark", test_keys().public_pem).unwrap())
        .installation(Installation::new(71, "acme").administration())
        .installation(Installation::new(72, "acme").only(["acme/anvil"]))
        .token(Token::classic(
            "ghp_octocat",
            "octocat",
            ["repo", "read:org"],
        ))
        .token(Token::classic("ghp_octocat_too", "octocat", ["repo"]))
        .token(Token::classic("ghp_public", "octocat", ["public_repo"]))
        .token(Token::classic("ghp_hubot", "hubot", ["repo"]))
        .token(Token::fine_grained("github_pat_reads", "octocat").administration())
        .token(
            Token::fine_grained("github_pat_one", "octocat")
                .administration()
                .only(["acme/anvil"]),
        )
        .token(Token::fine_grained("github_pat_blind", "octocat"))
        .token(Token::installation("ghs_reads", 71))
        .token(Token::installation("ghs_blind", 72))
        .token(Token::actions("ghs_actions", "octocat", "acme/anvil"))
        .repository(
            Repository::new(101, "acme/anvil")
                .description("Drops.")
                .access("octocat", Role::Admin)
                .access("hubot", Role::Triage)
                .source(series())
                .stars(day("2026-11-02"), 30)
                .stars(day("2026-11-18"), 33)
                .forks(day("2026-11-02"), 4)
                .subscribers(7)
                .open_issues(5),
        )
        .repository(
            Repository::new(102, "acme/rocket")
                .private()
                .access("octocat", Role::Write)
                .source(series()),
        )
        .repository(Repository::new(103, "octocat/hello").source(series()))
        .repository(Repository::new(104, "hubot/gears").access("octocat", Role::Write))
}
