//! A tenant from nothing to its first numbers, on the command line alone.

use std::sync::Arc;

use engine::{SharedClock, SystemClock};
use simulator::{Endpoint, Fault, Scope};
use tempfile::TempDir;
use tokio::task::block_in_place;

use crate::process::{output, sentence, with_input};
use crate::service::{GITHUB_TOKEN, github};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tenant_is_connected_tracked_and_collected() {
    let clock: SharedClock = Arc::new(SystemClock);
    let github = github(clock).await;
    let folder = TempDir::new().unwrap();
    let run =
        |args: &[&str], input: &str| block_in_place(|| with_input(folder.path(), args, input));
    let owner = [
        "user",
        "create",
        "--email",
        "ada@example.org",
        "--name",
        "Ada",
        "--tenant",
        "lab",
        "--role",
        "owner",
    ];
    assert!(run(&owner, "a long enough passphrase").status.success());

    let connect = [
        "connection",
        "add",
        "--tenant",
        "lab",
        "--name",
        "github",
        "--api-url",
        github.url(),
        "--token-stdin",
    ];
    let refused = run(&connect, "ghp_wrong\n");
    assert_eq!(refused.status.code(), Some(1));
    assert!(!sentence(&refused).contains("ghp_wrong"));
    let connected = run(&connect, &format!("{GITHUB_TOKEN}\n"));
    assert!(
        connected.status.success(),
        "{}",
        String::from_utf8_lossy(&connected.stderr)
    );

    // The one that cannot be tracked keeps no other out.
    let some = run(
        &[
            "repository",
            "add",
            "--tenant",
            "lab",
            "stranger/thing",
            "octo/hello",
        ],
        "",
    );
    assert_eq!(some.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&some.stderr).contains("stranger/thing"));
    assert_eq!(
        String::from_utf8_lossy(&some.stdout),
        "Tracking octo/hello.\n"
    );

    let collected = run(&["collect"], "");
    assert!(
        collected.status.success(),
        "{}",
        String::from_utf8_lossy(&collected.stderr)
    );
    let stdout = String::from_utf8_lossy(&collected.stdout).into_owned();
    assert!(
        stdout.starts_with("lab: 1 of 1 repositories, ") && stdout.ends_with("succeeded.\n"),
        "{stdout}"
    );

    let views = Scope::everywhere().endpoint(Endpoint::Views);
    github.control().fault(Fault::BadGateway, views);
    let partly = block_in_place(|| output(folder.path(), &["collect", "--tenant", "lab"], &[]));
    assert_eq!(partly.status.code(), Some(1));
    let reasons = String::from_utf8_lossy(&partly.stderr).into_owned();
    assert!(reasons.contains("octo/hello, views: "), "{reasons}");
}
