//! The data folder: what lies in it after a stop, what a copy holds, and what is refused.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, Connection, SqliteConnection};
use tempfile::TempDir;

use crate::process::{Serving, output, sentence};
use crate::service::Service;

const SERVE: [&str; 3] = ["serve", "--listen", "127.0.0.1:0"];
const PAIRS: &str = "create table pairs (id integer primary key, value text not null unique)";
const PAIR: &str = "insert into pairs (value) values (hex(randomblob(60)))";

fn names(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).unwrap();
    entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

async fn connect(path: &Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .busy_timeout(Duration::from_secs(30));
    SqliteConnection::connect_with(&options).await.unwrap()
}

async fn count(path: &Path, table: &str) -> i64 {
    let mut connection = connect(path).await;
    let sql = format!("select count(*) from {table}");
    let counted = sqlx::query_scalar(AssertSqlSafe(sql))
        .fetch_one(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
    counted
}

#[test]
fn after_a_stop_and_after_a_command_only_the_database_and_its_key_are_left() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("data");
    let alone = BTreeSet::from(["tidemark.db".to_owned(), "tidemark.key".to_owned()]);
    Serving::start(folder.path(), &SERVE).stop();
    assert_eq!(names(&data), alone);
    assert!(fs::metadata(data.join("tidemark.db")).unwrap().len() > 100_000);

    let refused = output(folder.path(), &["collect", "--tenant", "nobody"], &[]);
    assert_eq!(refused.status.code(), Some(1));
    assert_eq!(names(&data), alone, "after a command that failed");
    let collected = output(folder.path(), &["collect"], &[]);
    assert!(collected.status.success());
    assert_eq!(names(&data), alone, "after a command that succeeded");
}

#[tokio::test]
async fn a_copy_of_the_file_alone_holds_all_days_of_the_last_run() {
    let (service, lab) = Service::with_lab().await;
    service.collected(&lab).await;
    let copy = TempDir::new().unwrap();
    let copied = copy.path().join("tidemark.db");
    let days = count(&service.database_path(), "traffic_days").await;
    assert!(days >= 14);
    // The run is over a moment before the file holds it.
    let began = Instant::now();
    loop {
        fs::copy(service.database_path(), &copied).unwrap();
        if count(&copied, "traffic_days").await == days {
            break;
        }
        assert!(
            began.elapsed() < Duration::from_secs(10),
            "days are missing"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[test]
fn a_key_beside_a_database_without_tables_is_refused_and_a_first_start_is_not() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("data");
    Serving::start(folder.path(), &SERVE).stop();
    let database = data.join("tidemark.db");
    fs::remove_file(&database).unwrap();
    for content in [None, Some("")] {
        if let Some(content) = content {
            fs::write(&database, content).unwrap();
        }
        let refused = output(folder.path(), &SERVE, &[]);
        assert_eq!(refused.status.code(), Some(1));
        let sentence = sentence(&refused);
        assert!(sentence.contains("move the key file away"), "{sentence}");
    }
    // The process died after it made the key and before it made the tables.
    fs::write(data.join("tidemark.first-start"), "").unwrap();
    Serving::start(folder.path(), &SERVE).stop();
    assert!(!data.join("tidemark.first-start").exists());
    Serving::start(folder.path(), &SERVE).stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn damage_and_an_older_file_beside_a_newer_log_are_refused_and_left_as_they_are() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("data");
    let database = data.join("tidemark.db");
    let wal = data.join("tidemark.db-wal");
    tokio::task::block_in_place(|| Serving::start(folder.path(), &SERVE).stop());
    let mut connection = connect(&database).await;
    sqlx::query(PAIRS).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    let older = fs::read(&database).unwrap();

    // A day's work that is in the file, and some more that is in the log alone.
    let mut connection = connect(&database).await;
    for _ in 0..300 {
        sqlx::query(PAIR).execute(&mut connection).await.unwrap();
    }
    connection.close().await.unwrap();
    let mut connection = connect(&database).await;
    for _ in 0..20 {
        sqlx::query(PAIR).execute(&mut connection).await.unwrap();
    }
    let log = fs::read(&wal).unwrap();
    assert!(!log.is_empty());
    connection.close().await.unwrap();

    fs::write(&database, &older).unwrap();
    fs::write(&wal, &log).unwrap();
    let refused = tokio::task::block_in_place(|| output(folder.path(), &SERVE, &[]));
    assert_eq!(refused.status.code(), Some(1));
    let stdout = sentence(&refused);
    assert!(stdout.contains("do not match"), "{stdout}");
    assert!(fs::read(&database).unwrap() == older && fs::read(&wal).unwrap() == log);

    fs::remove_file(&database).unwrap();
    let refused = tokio::task::block_in_place(|| output(folder.path(), &SERVE, &[]));
    assert_eq!(refused.status.code(), Some(1));
    assert!(fs::read(&wal).unwrap() == log, "SQLite would delete it");

    fs::remove_file(&wal).unwrap();
    let _ = fs::remove_file(data.join("tidemark.db-shm"));
    let mut broken = older.clone();
    broken[4096..65_536].fill(0x5a);
    fs::write(&database, &broken).unwrap();
    let refused = tokio::task::block_in_place(|| output(folder.path(), &SERVE, &[]));
    assert_eq!(refused.status.code(), Some(1));
    assert!(sentence(&refused).contains("restore a backup"));

    fs::write(&database, &older).unwrap();
    tokio::task::block_in_place(|| Serving::start(folder.path(), &SERVE).stop());
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_backups_under_write_load_are_whole_and_start() {
    let folder = TempDir::new().unwrap();
    let database = folder.path().join("data/tidemark.db");
    let serving = tokio::task::block_in_place(|| Serving::start(folder.path(), &SERVE));
    let mut connection = connect(&database).await;
    sqlx::query(PAIRS).execute(&mut connection).await.unwrap();
    let over = Arc::new(AtomicBool::new(false));
    let load = tokio::spawn({
        let over = Arc::clone(&over);
        async move {
            let mut written = 0_i64;
            while !over.load(Ordering::Relaxed) && written < 60_000 {
                // Two rows each time: a copy that is torn holds an odd number.
                let mut both = connection.begin().await.unwrap();
                sqlx::query(PAIR).execute(&mut *both).await.unwrap();
                sqlx::query(PAIR).execute(&mut *both).await.unwrap();
                both.commit().await.unwrap();
                written += 2;
            }
            connection.close().await.unwrap();
        }
    });
    let mut before = 0;
    for number in 0..20 {
        let file = folder.path().join(format!("{number}.db"));
        let name = file.to_str().unwrap();
        let written = tokio::task::block_in_place(|| output(folder.path(), &["backup", name], &[]));
        let stdout = String::from_utf8_lossy(&written.stdout).into_owned();
        assert!(
            written.status.success() && stdout.contains("tidemark.key"),
            "{stdout}"
        );
        assert_eq!(
            fs::metadata(&file).unwrap().permissions().mode() & 0o777,
            0o600
        );
        let pairs = count(&file, "pairs").await;
        assert!(pairs % 2 == 0 && pairs > before, "{before}, then {pairs}");
        before = pairs;
        thread::sleep(Duration::from_millis(5));
    }
    over.store(true, Ordering::Relaxed);
    load.await.unwrap();
    tokio::task::block_in_place(|| {
        let again = output(folder.path(), &["backup", "0.db"], &[]);
        assert_eq!(again.status.code(), Some(1));
        assert!(sentence(&again).contains("already exists"));
        serving.stop();
        for number in 0..20 {
            let restored = TempDir::new().unwrap();
            let data = restored.path().join("data");
            fs::create_dir(&data).unwrap();
            let copy = folder.path().join(format!("{number}.db"));
            fs::copy(copy, data.join("tidemark.db")).unwrap();
            let key = folder.path().join("data/tidemark.key");
            fs::copy(key, data.join("tidemark.key")).unwrap();
            Serving::start(restored.path(), &SERVE).stop();
        }
    });
}

#[test]
fn a_backup_makes_no_database_and_points_to_pg_dump() {
    let folder = TempDir::new().unwrap();
    let missing = output(folder.path(), &["backup", "copy.db"], &[]);
    assert_eq!(missing.status.code(), Some(1));
    assert!(sentence(&missing).contains("there is no database"));
    assert!(names(folder.path()).is_empty(), "nothing is made");
    let url = "postgres://tidemark:hunter2@127.0.0.1:1/tidemark";
    let variables = [("TIDEMARK_DATABASE_URL", url)];
    let refused = output(folder.path(), &["backup", "copy.db"], &variables);
    assert_eq!(refused.status.code(), Some(2));
    assert!(sentence(&refused).contains("pg_dump"));
}

#[test]
fn a_folder_as_the_database_is_told_as_what_it_is() {
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("data")).unwrap();
    for command in ["serve", "check"] {
        let args = [command, "--database-url", "sqlite:data"];
        let refused = output(folder.path(), &args, &[]);
        assert_eq!(refused.status.code(), Some(2));
        assert_eq!(
            sentence(&refused),
            "tidemark: TIDEMARK_DATABASE_URL points to the folder data; add a file name, for example sqlite:data/tidemark.db."
        );
    }
    assert!(names(&folder.path().join("data")).is_empty());
}
