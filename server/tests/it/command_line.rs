//! The binary itself: what it refuses, and how it says so.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use tempfile::TempDir;

/// The binary in an empty folder with an empty environment.
fn tidemark(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tidemark"));
    command
        .args(args)
        .current_dir(folder)
        .env_clear()
        .stdin(Stdio::null());
    command
}

fn output(folder: &Path, args: &[&str], variables: &[(&str, &str)]) -> Output {
    tidemark(folder, args)
        .envs(variables.iter().copied())
        .output()
        .unwrap()
}

fn with_input(folder: &Path, args: &[&str], input: &str) -> Output {
    let mut command = tidemark(folder, args);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    child.wait_with_output().unwrap()
}

/// The one sentence on standard error.
fn sentence(output: &Output) -> String {
    let text = String::from_utf8(output.stderr.clone()).unwrap();
    let sentence = text.strip_suffix('\n').unwrap_or(&text).to_owned();
    assert_eq!(sentence.lines().count(), 1, "{text}");
    assert!(
        sentence.starts_with("tidemark: ") && sentence.ends_with('.'),
        "{sentence}"
    );
    assert!(output.stdout.is_empty());
    sentence
}

/// A server that is stopped with this value.
struct Serving {
    child: Child,
    address: String,
}

impl Serving {
    fn start(folder: &Path, variables: &[(&str, &str)]) -> Self {
        let mut command = tidemark(folder, &["serve", "--listen", "127.0.0.1:0"]);
        command
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let address = line
            .trim()
            .strip_prefix("Tidemark is served at http://")
            .unwrap()
            .to_owned();
        Self { child, address }
    }

    /// Asks it to end, as a service manager does.
    fn stop(mut self) {
        let kill = Command::new("kill")
            .arg(self.child.id().to_string())
            .status()
            .unwrap();
        assert!(kill.success());
        assert_eq!(self.child.wait().unwrap().code(), Some(0));
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

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
        ("TIDEMARK_COLLECT_CONCURRENCY", "0"),
        ("TIDEMARK_COLLECT_CONCURRENCY", "many"),
        ("TIDEMARK_LOG", "loud=very"),
        ("TIDEMARK_LOG_FORMAT", "xml"),
    ] {
        let output = output(folder.path(), &["serve"], &[(name, value)]);
        assert_eq!(output.status.code(), Some(2), "{name}={value}");
        let sentence = sentence(&output);
        assert!(sentence.contains(name), "{sentence}");
        let secret = name == "TIDEMARK_SECRET_KEY";
        assert!(!(secret && sentence.contains(value)), "{sentence}");
    }
    assert!(!folder.path().join("data").exists(), "nothing was begun");
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
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
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

#[test]
fn a_server_serves_from_nothing_and_ends_when_it_is_told_to() {
    let folder = TempDir::new().unwrap();
    let serving = Serving::start(folder.path(), &[]);
    let key = folder.path().join("data/tidemark.key");
    assert_eq!(
        fs::metadata(&key).unwrap().permissions().mode() & 0o777,
        0o600
    );
    assert!(std::net::TcpStream::connect(&serving.address).is_ok());
    let first = fs::read(&key).unwrap();
    serving.stop();
    Serving::start(folder.path(), &[]).stop();
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
    assert!(sentence(&again).contains("exists already"));
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
fn wrong_usage_is_told_from_failure() {
    let folder = TempDir::new().unwrap();
    for args in [
        &["fly"][..],
        &["serve", "--port", "1"],
        &["user", "create", "--email", "nobody", "--name", "N"],
        &["repository", "add", "--tenant", "lab", "not-a-name"],
        &[
            "token", "create", "--tenant", "lab", "--name", "x", "--scope", "all",
        ],
        &["backup", "file"],
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
