//! The binary itself: what it refuses, and how it says so.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;

use tempfile::TempDir;

use crate::process::{Serving, output, sentence, with_input};

#[test]
fn a_wrong_value_is_named_in_one_sentence() {
    let folder = TempDir::new().unwrap();
    for (name, value) in [
        ("TIDEMARK_DATABASE_URL", "mysql://root@localhost/x"),
        ("TIDEMARK_LISTEN", "everywhere"),
        ("TIDEMARK_PUBLIC_URL", "tidemark.example"),
        ("TIDEMARK_PUBLIC_URL", "https://tidemark.example/below"),
        ("TIDEMARK_SECRET_KEY", "too-short-and-secret"),
        ("TIDEMARK_SECRET_KEY_FILE", "nowhere/key"),
        ("TIDEMARK_GITHUB_API_URL", "ftp://api.github.com"),
        ("TIDEMARK_GITHUB_API_URL", "http://api.github.com"),
        ("TIDEMARK_COLLECT_CONCURRENCY", "0"),
        ("TIDEMARK_COLLECT_CONCURRENCY", "many"),
        ("TIDEMARK_TRUSTED_PROXIES", "10.0.0.0/8, office"),
        ("TIDEMARK_OIDC_CLIENT_SECRET", "only-this-and-secret"),
        ("TIDEMARK_GITHUB_CLIENT_ID", "only-this"),
        ("TIDEMARK_COLLECT_PATIENCE", "-1"),
        ("TIDEMARK_COLLECT_PATIENCE", "1441"),
        ("TIDEMARK_COLLECT_MAX_WAIT", "-1"),
        ("TIDEMARK_COLLECT_MAX_WAIT", "1441"),
        ("TIDEMARK_KEEP_ANSWERS_DAYS", "-1"),
        ("TIDEMARK_KEEP_ANSWERS_DAYS", "3651"),
        ("TIDEMARK_LOG", "loud=very"),
        ("TIDEMARK_LOG_FORMAT", "xml"),
    ] {
        let output = output(folder.path(), &["serve"], &[(name, value)]);
        assert_eq!(output.status.code(), Some(2), "{name}={value}");
        let sentence = sentence(&output);
        assert!(sentence.contains(name), "{sentence}");
        let secret = name.ends_with("_SECRET") || name.ends_with("_KEY");
        assert!(!(secret && sentence.contains(value)), "{sentence}");
    }
    assert!(!folder.path().join("data").exists(), "nothing was begun");
}

#[test]
fn the_longest_wait_has_a_former_name_which_may_not_contradict_it() {
    let folder = TempDir::new().unwrap();
    let (new, old) = ("TIDEMARK_COLLECT_MAX_WAIT", "TIDEMARK_COLLECT_PATIENCE");
    let refused = |variables: &[(&str, &str)]| {
        let output = output(folder.path(), &["serve"], variables);
        assert_eq!(output.status.code(), Some(2), "{variables:?}");
        sentence(&output)
    };
    let both = refused(&[(new, "60"), (old, "90")]);
    assert!(both.contains(new) && both.contains(old), "{both}");
    assert!(both.contains("“60”") && both.contains("“90”"), "{both}");
    // Alike, or one of them alone, they are read: the next setting is the one that is wrong.
    for named in [
        &[(new, "60"), (old, "60")][..],
        &[(new, "60")],
        &[(old, "60")],
        &[(new, "60"), (old, "")],
    ] {
        let next = refused(&[named, &[("TIDEMARK_KEEP_ANSWERS_DAYS", "-1")]].concat());
        assert!(next.contains("TIDEMARK_KEEP_ANSWERS_DAYS"), "{next}");
    }
    let flags = output(
        folder.path(),
        &[
            "serve",
            "--collect-max-wait",
            "60",
            "--collect-patience",
            "90",
        ],
        &[],
    );
    assert!(sentence(&flags).contains(old), "the flags, too");
}

#[test]
fn postgresql_asks_for_a_key() {
    let folder = TempDir::new().unwrap();
    let url = "postgres://tidemark:hunter2@127.0.0.1:1/tidemark";
    let output = output(
        folder.path(),
        &[],
        &[
            ("TIDEMARK_DATABASE_URL", url),
            ("TIDEMARK_LISTEN", "127.0.0.1:0"),
        ],
    );
    assert_eq!(output.status.code(), Some(2));
    let sentence = sentence(&output);
    assert!(sentence.contains("TIDEMARK_SECRET_KEY"), "{sentence}");
    assert!(!sentence.contains("hunter2"));
}

#[test]
fn a_flag_goes_before_the_environment_and_the_environment_before_the_file() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join(".env"), "TIDEMARK_LISTEN=from-file\n").unwrap();
    let from_file = output(folder.path(), &[], &[]);
    assert!(sentence(&from_file).contains("from-file"));
    let from_environment = output(
        folder.path(),
        &[],
        &[("TIDEMARK_LISTEN", "from-environment")],
    );
    assert!(sentence(&from_environment).contains("from-environment"));
    let from_flag = output(
        folder.path(),
        &["--listen", "from-flag"],
        &[("TIDEMARK_LISTEN", "from-environment")],
    );
    assert!(sentence(&from_flag).contains("from-flag"));

    fs::write(
        folder.path().join(".env"),
        "TIDEMARK_SECRET_KEY='unclosed\n",
    )
    .unwrap();
    let broken = output(folder.path(), &[], &[]);
    let sentence = sentence(&broken);
    assert!(
        sentence.contains(".env") && !sentence.contains("unclosed"),
        "{sentence}"
    );
}

#[test]
fn an_unknown_variable_earns_a_warning_without_its_value() {
    let folder = TempDir::new().unwrap();
    let output = output(
        folder.path(),
        &["collect", "--tenant", "nobody"],
        &[("TIDEMARK_LISTNE", "hunter2")],
    );
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.contains("TIDEMARK_LISTNE"), "{text}");
    assert!(!text.contains("hunter2"));
}

#[test]
fn a_taken_port_is_said_before_anything_is_touched() {
    let folder = TempDir::new().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let output = output(folder.path(), &["serve", "--listen", &address], &[]);
    assert_eq!(output.status.code(), Some(1));
    let sentence = sentence(&output);
    assert!(
        sentence.contains(&address) && sentence.contains("TIDEMARK_LISTEN"),
        "{sentence}"
    );
    assert!(!folder.path().join("data").exists());
}

#[test]
fn a_database_that_cannot_be_used_is_said() {
    let folder = TempDir::new().unwrap();
    fs::write(
        folder.path().join("data"),
        "a file where the folder should be",
    )
    .unwrap();
    let output = output(folder.path(), &["serve", "--listen", "127.0.0.1:0"], &[]);
    assert_ne!(output.status.code(), Some(0));
    assert!(sentence(&output).contains("data"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_of_a_newer_version_is_left_alone() {
    let folder = TempDir::new().unwrap();
    let serve = ["serve", "--listen", "127.0.0.1:0"];
    tokio::task::block_in_place(|| Serving::start(folder.path(), &serve).stop());
    let path = folder.path().join("data/tidemark.db");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path);
    let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
    let later =
        "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
        values (9999, 'from the future', true, x'00', 0)";
    sqlx::query(later).execute(&pool).await.unwrap();
    pool.close().await;

    let output = tokio::task::block_in_place(|| output(folder.path(), &serve, &[]));
    assert_eq!(output.status.code(), Some(1));
    assert!(sentence(&output).contains("newer Tidemark"));
}

#[test]
fn a_server_serves_from_nothing_and_ends_when_it_is_told_to() {
    let folder = TempDir::new().unwrap();
    let serving = Serving::start(folder.path(), &["serve", "--listen", "127.0.0.1:0"]);
    let key = folder.path().join("data/tidemark.key");
    assert_eq!(
        fs::metadata(&key).unwrap().permissions().mode() & 0o777,
        0o600
    );
    assert!(std::net::TcpStream::connect(&serving.address).is_ok());
    let first = fs::read(&key).unwrap();
    serving.stop();
    Serving::start(folder.path(), &["serve", "--listen", "127.0.0.1:0"]).stop();
    assert_eq!(fs::read(&key).unwrap(), first, "the key stays");

    fs::remove_file(&key).unwrap();
    let output = output(folder.path(), &["serve", "--listen", "127.0.0.1:0"], &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(sentence(&output).contains("tidemark.key"));
}

#[test]
fn accounts_and_tokens_are_made_on_the_command_line() {
    let folder = TempDir::new().unwrap();
    let create = [
        "user",
        "create",
        "--email",
        "ada@example.org",
        "--name",
        "Ada",
        "--tenant",
        "Lab",
        "--role",
        "owner",
        "--password-stdin",
    ];
    let created = with_input(folder.path(), &create, "a long enough passphrase\n");
    assert!(
        created.status.success(),
        "{}",
        String::from_utf8_lossy(&created.stderr)
    );
    let again = with_input(folder.path(), &create, "a long enough passphrase\n");
    assert_eq!(again.status.code(), Some(1));
    assert!(sentence(&again).contains("already exists"));
    let short = with_input(
        folder.path(),
        &[
            "user",
            "reset-password",
            "--email",
            "ada@example.org",
            "--password-stdin",
        ],
        "short",
    );
    assert_eq!(short.status.code(), Some(1));
    assert!(sentence(&short).contains("password"));

    let token = output(
        folder.path(),
        &[
            "token", "create", "--tenant", "lab", "--name", "ci", "--scope", "read",
        ],
        &[],
    );
    let token = String::from_utf8(token.stdout).unwrap();
    assert!(
        token.starts_with("tm_") && token.lines().count() == 1,
        "the token stands alone: {token}"
    );

    let unknown = output(folder.path(), &["collect", "--tenant", "nobody"], &[]);
    assert_eq!(unknown.status.code(), Some(1));
    assert!(sentence(&unknown).contains("“nobody”"));
    let unconnected = output(
        folder.path(),
        &["repository", "add", "--tenant", "lab", "octo/hello"],
        &[],
    );
    assert_eq!(unconnected.status.code(), Some(1));
    sentence(&unconnected);
}

#[test]
fn the_key_is_rotated_and_an_interrupted_rotation_is_finished() {
    let folder = TempDir::new().unwrap();
    let serve = ["serve", "--listen", "127.0.0.1:0"];
    let key = folder.path().join("data/tidemark.key");
    let next = folder.path().join("data/tidemark.key.new");
    Serving::start(folder.path(), &serve).stop();
    let first = fs::read_to_string(&key).unwrap();

    let rotated = output(folder.path(), &["rotate-key"], &[]);
    let stdout = String::from_utf8_lossy(&rotated.stdout).into_owned();
    assert!(
        rotated.status.success() && stdout.contains("0 secrets"),
        "{stdout}"
    );
    let second = fs::read_to_string(&key).unwrap();
    assert!(second != first && !next.exists());
    let mode = fs::metadata(&key).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    Serving::start(folder.path(), &serve).stop();

    // The process died after the database had the new key, and before the file had.
    fs::rename(&key, &next).unwrap();
    fs::write(&key, &first).unwrap();
    Serving::start(folder.path(), &serve).stop();
    assert_eq!(fs::read_to_string(&key).unwrap(), second);
    assert!(!next.exists());

    // It died before the database had it: the file's key is the right one, and stays.
    fs::write(&next, &first).unwrap();
    Serving::start(folder.path(), &serve).stop();
    assert_eq!(fs::read_to_string(&key).unwrap(), second);

    fs::remove_file(&next).unwrap();
    fs::write(&key, &first).unwrap();
    let wrong = output(folder.path(), &serve, &[]);
    assert_eq!(wrong.status.code(), Some(1));
    assert!(sentence(&wrong).contains("TIDEMARK_SECRET_KEY"));
}

#[test]
fn a_lost_key_file_is_replaced_where_that_is_asked_for() {
    let folder = TempDir::new().unwrap();
    let serve = ["serve", "--listen", "127.0.0.1:0"];
    let key = folder.path().join("data/tidemark.key");
    Serving::start(folder.path(), &serve).stop();
    fs::remove_file(&key).unwrap();
    let lost = output(folder.path(), &serve, &[]);
    assert!(sentence(&lost).contains("rotate-key --discard-secrets"));
    assert!(!key.exists());
    let other = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    let wrong = output(folder.path(), &serve, &[("TIDEMARK_SECRET_KEY", other)]);
    assert!(sentence(&wrong).contains("rotate-key --discard-secrets"));

    let found = output(folder.path(), &["rotate-key", "--discard-secrets"], &[]);
    let stdout = String::from_utf8_lossy(&found.stdout).into_owned();
    assert!(
        found.status.success() && stdout.contains("0 secrets"),
        "{stdout}"
    );
    Serving::start(folder.path(), &serve).stop();
}

#[test]
fn a_key_in_the_environment_is_rotated_to_the_one_that_is_piped_in() {
    let folder = TempDir::new().unwrap();
    let key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    let new = "Hx4dHBsaGRgXFhUUExIREA8ODQwLCgkIBwYFBAMCAQA=";
    let args = |key| ["rotate-key", "--new-key-stdin", "--secret-key", key];
    let made = output(folder.path(), &["rotate-key", "--secret-key", key], &[]);
    assert_eq!(made.status.code(), Some(2));
    assert!(sentence(&made).contains("--new-key-stdin"));
    let malformed = with_input(folder.path(), &args(key), "short\n");
    assert_eq!(malformed.status.code(), Some(2));

    let rotated = with_input(folder.path(), &args(key), &format!("{new}\n"));
    assert!(
        rotated.status.success(),
        "{}",
        String::from_utf8_lossy(&rotated.stderr)
    );
    assert!(!folder.path().join("data/tidemark.key").exists());
    let old = with_input(folder.path(), &args(key), &format!("{new}\n"));
    assert_eq!(old.status.code(), Some(1));
    let back = with_input(folder.path(), &args(new), &format!("{key}\n"));
    assert!(back.status.success());
}

#[test]
fn wrong_usage_has_its_own_exit_code() {
    let folder = TempDir::new().unwrap();
    for args in [
        &["fly"][..],
        &["serve", "--port", "1"],
        &["user", "create", "--email", "nobody", "--name", "N"],
        &[
            "user",
            "create",
            "--email",
            "n@example.org",
            "--name",
            "N",
            "--tenant",
            "Lab",
            "--role",
            "repository_viewer",
        ],
        &["repository", "add", "--tenant", "lab", "not-a-name"],
        &[
            "token", "create", "--tenant", "lab", "--name", "x", "--scope", "all",
        ],
        &["backup"],
    ] {
        let output = output(folder.path(), args, &[]);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(!output.stderr.is_empty());
    }
    for args in [&["--help"][..], &["collect", "--help"], &["--version"]] {
        let output = output(folder.path(), args, &[]);
        assert_eq!(output.status.code(), Some(0), "{args:?}");
        assert!(!output.stdout.is_empty());
    }
}
