//! `tidemark check`: one line for each thing, and the exit status says whether all is well.

use std::fs;
use std::path::Path;
use std::process::Output;
use std::sync::Arc;

use chrono::TimeDelta;
use engine::{Clock, SystemClock};
use simulator::Running;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection, SqliteConnection};
use tempfile::TempDir;

use crate::github::{GITHUB_TOKEN, github};
use crate::process::{Serving, output, with_input};

const NAMES: [&str; 8] = [
    "database",
    "migrations",
    "key",
    "connections",
    "clock",
    "disk",
    "schedules",
    "totals",
];

/// A folder with a database in which a tenant is connected to a simulated GitHub.
struct Installation {
    folder: TempDir,
    github: Running,
}

impl Installation {
    async fn new() -> Self {
        let installation = Self {
            folder: TempDir::new().unwrap(),
            github: github(Arc::new(SystemClock)).await,
        };
        let user = [
            "user",
            "create",
            "--email",
            "ada@example.org",
            "--name",
            "Ada",
        ];
        let rest = ["--tenant", "lab", "--role", "owner", "--password-stdin"];
        installation.command(&[&user[..], &rest].concat(), "correct horse battery");
        let add = ["connection", "add", "--tenant", "lab", "--name", "Main"];
        let rest = ["--api-url", installation.github.url(), "--token-stdin"];
        installation.command(&[&add[..], &rest].concat(), GITHUB_TOKEN);
        installation
    }

    fn command(&self, args: &[&str], input: &str) {
        // Only the configured server may be connected to without encryption.
        let url = ["--github-api-url", self.github.url()];
        let args = if args[0] == "connection" {
            [args, &url].concat()
        } else {
            args.to_vec()
        };
        let done = tokio::task::block_in_place(|| with_input(self.path(), &args, input));
        let error = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(done.status.success(), "{args:?}: {error}");
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn check(&self) -> Output {
        let variables = [("TIDEMARK_GITHUB_API_URL", self.github.url())];
        tokio::task::block_in_place(|| output(self.path(), &["check"], &variables))
    }

    async fn database(&self) -> SqliteConnection {
        let options = SqliteConnectOptions::new().filename(self.path().join("data/tidemark.db"));
        SqliteConnection::connect_with(&options).await.unwrap()
    }
}

/// The lines, in the order of [`NAMES`]: whether each is well, and its sentence.
fn lines(output: &Output) -> Vec<(bool, String)> {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), NAMES.len(), "{text}");
    let of = |(line, name): (&&str, &str)| {
        let (word, rest) = line.split_once(' ').unwrap();
        let sentence = rest.trim_start().strip_prefix(name);
        let sentence = sentence.unwrap_or_else(|| panic!("{name}: {line}"));
        assert!(sentence.ends_with('.'), "{line}");
        match word {
            "ok" => (true, sentence.trim().to_owned()),
            "failed" => (false, sentence.trim().to_owned()),
            _ => panic!("{line}"),
        }
    };
    let lines: Vec<_> = lines.iter().zip(NAMES).map(of).collect();
    let well = lines.iter().all(|(well, _)| *well);
    assert_eq!(output.status.code(), Some(i32::from(!well)), "{text}");
    lines
}

/// That one check fails and no other, with these words in its sentence.
fn only_fails(output: &Output, name: &str, words: &str) {
    let lines = lines(output);
    for ((well, sentence), of) in lines.iter().zip(NAMES) {
        assert_eq!(*well, of != name, "{of}: {sentence}");
        if of == name {
            assert!(sentence.contains(words), "{sentence}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn all_is_well_where_it_is() {
    let installation = Installation::new().await;
    let lines = lines(&installation.check());
    assert!(lines.iter().all(|(well, _)| *well), "{lines:?}");
    assert_eq!(lines[3].1, "GitHub accepts 1 connection.");
    assert_eq!(lines[6].1, "Enabled and on time: 1 schedule.");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_token_a_wrong_clock_and_an_overdue_schedule_fail_their_lines() {
    const WRONG: &str = "
        insert into tenant_days (tenant_id, day, views, view_uniques, clones, clone_uniques,
            views_known, clones_known)
        select id, 20000, 1, 0, 0, 0, 1, 0 from tenants";
    let installation = Installation::new().await;
    let control = installation.github.control();
    control.set_clock(SystemClock.now() - TimeDelta::minutes(20));
    only_fails(
        &installation.check(),
        "clock",
        "20 minutes ahead of GitHub’s",
    );
    control.set_clock(SystemClock.now());

    let mut database = installation.database().await;
    let long_ago = SystemClock.now() - TimeDelta::days(3);
    sqlx::query("update schedules set changed_at = $1")
        .bind(long_ago)
        .execute(&mut database)
        .await
        .unwrap();
    only_fails(
        &installation.check(),
        "schedules",
        "but has not run. Check that “tidemark serve” is running",
    );
    sqlx::query("update schedules set changed_at = $1")
        .bind(SystemClock.now())
        .execute(&mut database)
        .await
        .unwrap();
    sqlx::query(WRONG).execute(&mut database).await.unwrap();
    only_fails(
        &installation.check(),
        "totals",
        "do not match the stored days. Run “tidemark rebuild-totals”",
    );
    database.close().await.unwrap();
    let rebuilt =
        tokio::task::block_in_place(|| output(installation.path(), &["rebuild-totals"], &[]));
    assert!(rebuilt.status.success());
    assert!(lines(&installation.check()).iter().all(|(well, _)| *well));

    assert!(control.revoke_token(GITHUB_TOKEN));
    only_fails(&installation.check(), "connections", "“Main” of lab: ");
}

#[tokio::test(flavor = "multi_thread")]
async fn missing_migrations_another_key_and_damage_are_told_and_nothing_is_changed() {
    let installation = Installation::new().await;
    let data = installation.path().join("data");
    let mut database = installation.database().await;
    let newest = "delete from _sqlx_migrations
        where version = (select max(version) from _sqlx_migrations) returning *";
    let undone = sqlx::query(newest).fetch_one(&mut database).await.unwrap();
    database.close().await.unwrap();
    let results = lines(&installation.check());
    assert!(
        results[0].0 && !results[1].0 && results[1].1.starts_with("1 of "),
        "{results:?}"
    );
    assert!(!results[2].0 && results[5].0, "{results:?}");
    let mut database = installation.database().await;
    let again = sqlx::query(newest).fetch_one(&mut database).await.unwrap();
    let version = |row: &sqlx::sqlite::SqliteRow| sqlx::Row::get::<i64, _>(row, "version");
    assert!(version(&again) < version(&undone), "check applied nothing");
    database.close().await.unwrap();

    let other = Installation::new().await;
    let keys = ["tidemark.key"].map(|name| (data.join(name), other.path().join("data").join(name)));
    for (from, to) in keys {
        fs::copy(from, to).unwrap();
    }
    let results = lines(&other.check());
    assert!(results[1].0 && !results[2].0, "{results:?}");
    assert!(
        results[2].1.contains("secret key does not match"),
        "{results:?}"
    );

    let file = other.path().join("data/tidemark.db");
    let mut bytes = fs::read(&file).unwrap();
    bytes[4096..65_536].fill(0x5a);
    fs::write(&file, &bytes).unwrap();
    let results = lines(&other.check());
    assert!(
        !results[0].0 && results[0].1.contains("restore a backup"),
        "{results:?}"
    );
    assert!(fs::read(&file).unwrap() == bytes);
}

#[test]
fn where_there_is_nothing_it_says_so_and_makes_nothing() {
    let folder = TempDir::new().unwrap();
    let results = lines(&output(folder.path(), &["check"], &[]));
    assert!(results[0].1.contains("there is no database"), "{results:?}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_checks_while_a_server_serves() {
    let installation = Installation::new().await;
    let serving = tokio::task::block_in_place(|| {
        Serving::start(installation.path(), &["serve", "--listen", "127.0.0.1:0"])
    });
    let results = lines(&installation.check());
    assert!(results.iter().all(|(well, _)| *well), "{results:?}");
    tokio::task::block_in_place(|| serving.stop());
}
