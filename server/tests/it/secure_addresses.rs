//! Tokens go to GitHub over https, or to this machine; setting, form and command say so alike.

use tempfile::TempDir;

use crate::process::{output, sentence, with_input};
use crate::service::Service;

const OPEN: &str = "http://github.example.org/api/v3";
const SENTENCE: &str =
    "use https:// (http:// is allowed only for this machine, such as http://localhost:3000).";

#[tokio::test]
async fn no_token_is_sent_in_the_clear_to_another_machine() {
    let folder = TempDir::new().unwrap();
    let variable = [("TIDEMARK_GITHUB_API_URL", OPEN)];
    let refused = output(folder.path(), &["serve"], &variable);
    let expected = format!("TIDEMARK_GITHUB_API_URL is “{OPEN}”; {SENTENCE}");
    assert!(
        sentence(&refused).contains(&expected),
        "{}",
        sentence(&refused)
    );

    let account = [
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
        "--password-stdin",
    ];
    let made = with_input(folder.path(), &account, "a long enough passphrase");
    assert!(made.status.success(), "{made:?}");
    let connect = [
        "connection",
        "add",
        "--tenant",
        "lab",
        "--name",
        "clear",
        "--api-url",
        OPEN,
        "--token-stdin",
    ];
    let refused = with_input(folder.path(), &connect, "ghp_secret");
    assert_eq!(refused.status.code(), Some(1));
    assert!(
        sentence(&refused).contains(SENTENCE),
        "{}",
        sentence(&refused)
    );

    let (service, _lab) = Service::with_lab().await;
    let browser = service.signed_in("ada@example.org").await;
    let fields = [("do", "add"), ("api_url", OPEN)];
    let refused = browser.post("/system/servers", &fields).await;
    assert_eq!(refused.status(), 422);
    let page = refused.text().await.unwrap();
    assert!(page.contains(SENTENCE), "{page}");
}
