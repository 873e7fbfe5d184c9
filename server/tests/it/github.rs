//! The simulated GitHub that tests collect from and sign in with.

use chrono::NaiveDate;
use engine::SharedClock;
use server::auth::GithubSettings;
use simulator::{
    App, Bucket, DayTraffic, Installation, OAuthApp, Repository, Running, Simulator, Source, Token,
    User,
};
use url::Url;

/// A token of Octo's.
pub const GITHUB_TOKEN: &str = "ghp_octo";
/// A fine-grained token of the same user, without the permission that reads traffic.
pub const LACKING_TOKEN: &str = "github_pat_octo";

const CLIENT_ID: &str = "Ov23liTidemark";
const CLIENT_SECRET: &str = "0123456789abcdef";

/// The simulator's application that people sign in with.
pub fn github_app(github: &Running) -> GithubSettings {
    GithubSettings {
        url: Url::parse(github.url()).unwrap(),
        client_id: CLIENT_ID.to_owned(),
        client_secret: CLIENT_SECRET.into(),
    }
}

/// The days of `octo/hello`: (days before today, views, unique visitors, clones, unique cloners).
pub const DAYS: [(i64, u64, u64, u64, u64); 3] =
    [(1, 30, 12, 4, 3), (2, 0, 0, 5, 2), (9, 7, 5, 0, 0)];

pub async fn github(clock: SharedClock) -> Running {
    let today = clock.today().date();
    let day = |ago: i64| -> NaiveDate { today - chrono::TimeDelta::days(ago) };
    let series = DAYS.map(|(ago, views, visitors, clones, cloners)| {
        (
            day(ago),
            DayTraffic::new(Bucket::new(views, visitors), Bucket::new(clones, cloners)),
        )
    });
    let rows = |names: [&str; 2]| {
        names.map(|name| simulator::SnapshotRow {
            name: name.to_owned(),
            count: 9,
            uniques: 4,
        })
    };
    let hello = Repository::new(11, "octo/hello").source(
        Source::series(series)
            .with_referrers(rows(["github.com", "a, \"quoted\" site"]))
            .with_paths(rows(["/octo/hello", "/octo/hello/issues"])),
    );
    let hello = hello
        .stars(day(40), 5)
        .stars(day(3), 7)
        .release(simulator::Release {
            id: 1,
            tag: "v1.0".to_owned(),
            published_at: day(2).and_time(chrono::NaiveTime::MIN).and_utc(),
            prerelease: false,
            assets: vec![simulator::Asset {
                id: 10,
                name: "hello.zip".to_owned(),
                size: 2_048,
                uploaded_at: None,
                download_count: 120,
                daily: 0,
            }],
        });
    Simulator::builder(simulator::Clock::new(move || clock.now()))
        .user(User::new(1, "octo"))
        .oauth_app(OAuthApp::new(
            CLIENT_ID,
            CLIENT_SECRET,
            "http://127.0.0.1/sign-in/github/callback",
        ))
        .signed_in("octo")
        .token(Token::classic(GITHUB_TOKEN, "octo", ["repo"]))
        .token(Token::fine_grained(LACKING_TOKEN, "octo"))
        .repository(hello)
        .repository(Repository::new(12, "octo/world"))
        .repository(Repository::new(14, "octo/third"))
        .repository(Repository::new(13, "stranger/thing"))
        .app(App::new(1, "collector", simulator::test_keys().public_pem).unwrap())
        .installation(Installation::new(2, "octo").administration())
        .build()
        .serve("127.0.0.1:0")
        .await
        .unwrap()
}
