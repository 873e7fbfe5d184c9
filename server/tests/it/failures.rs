//! What fails is told by name, to people and to programs.

use domain::{Role, TokenScope, Viewer};
use serde_json::{Value, json};
use simulator::{Fault, Scope};

use crate::service::Service;

#[tokio::test]
async fn programs_and_people_are_told_what_is_wrong_and_what_to_do() {
    let (service, lab) = Service::with_lab().await;
    let id = service.collected(&lab).await;
    let program = service.program(&lab, TokenScope::Read).await;
    let failures = async || {
        let listed = program.json("/repositories").await;
        listed["repositories"][0].clone()
    };
    let whole = failures().await;
    let fields = ["failure", "failure_kind", "failing_since", "rest_until"];
    for field in fields {
        assert_eq!(whole.get(field), Some(&Value::Null), "{field}");
    }
    assert_eq!(
        (&whole["visibility"], &whole["archived_on_github"]),
        (&json!("public"), &json!(false))
    );

    let github = service.github().control();
    github.fault(Fault::ResourceNotAccessible, Scope::everywhere());
    let run = service.collect(&lab).await;
    let run = program.json(&format!("/runs/{}", run.id)).await;
    assert_eq!(run["failures"][0]["kind"], "permission_missing");
    let failing = failures().await;
    assert_eq!(failing["id"], id.get());
    assert_eq!(failing["failure"], run["failures"][0]["reason"]);
    assert_eq!(failing["failure_kind"], "permission_missing");
    assert!(failing["failing_since"].as_str().unwrap().ends_with('Z'));
    assert!(
        failing["rest_until"]
            .as_str()
            .unwrap()
            .ends_with("T00:00:00Z")
    );

    // The page says it, and leads to where it is mended who may go there.
    let viewer = Some(("Lab", Role::Viewer));
    service.person("vera@example.org", false, viewer).await;
    let settings = r#"<a href="/t/lab/settings/connections""#;
    for (email, led) in [("ada@example.org", true), ("vera@example.org", false)] {
        let browser = service.signed_in(email).await;
        let page = browser.get("/t/lab/r/octo/hello").await;
        assert_eq!(page.status(), 200);
        // Without the marks that the browser takes the page over by.
        let html = page.text().await.unwrap().replace("<!>", "");
        let notice = html.split("aria-label=\"Problem\"").nth(1).unwrap();
        let notice = notice.split("</section>").next().unwrap();
        for words in [
            "<b>Permission missing</b>",
            "“Administration: read”",
            "Grant the permission on GitHub, then check the connection.",
        ] {
            assert!(notice.contains(words), "{words}: {notice}");
        }
        assert_eq!(notice.contains(settings), led, "{email}: {notice}");
    }
}

#[tokio::test]
async fn a_former_name_leads_to_the_repository() {
    let (service, lab) = Service::with_lab().await;
    let id = service.collected(&lab).await;
    let github = service.github().control();
    github
        .rename_repository("octo/hello", "octo/goodbye")
        .unwrap();
    service.collect(&lab).await;
    let repository = service
        .engine
        .repository(&Viewer::Operator, lab.id, id)
        .await;
    assert_eq!(repository.unwrap().full_name.to_string(), "octo/goodbye");
    let browser = service.signed_in("ada@example.org").await;
    for address in ["/t/lab/r/octo/hello", "/t/lab/r/Octo/Goodbye"] {
        let page = browser.get(address).await;
        assert_eq!(page.status(), 200, "{address}");
        // Without the marks that the browser takes the page over by.
        let html = page.text().await.unwrap().replace("<!>", "");
        assert!(html.contains("<h1>goodbye</h1>"), "{address}");
        assert!(html.contains("Renamed from octo/hello"), "{address}");
    }
}
