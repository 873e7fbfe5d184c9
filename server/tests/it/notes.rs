//! Notes on the charts, by program, on the command line and with forms alone.

use domain::{Role, TokenScope};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::process::{sentence, with_input};
use crate::rest::fields;
use crate::service::{Service, header, location, problem};

#[tokio::test]
async fn programs_add_change_list_and_delete_notes() {
    let (service, lab) = Service::with_lab().await;
    let hello = service.collected(&lab).await;
    let program = service.program(&lab, TokenScope::Write).await;
    let send = async |method: &str, path: &str, body: Value| {
        let request = program.request(method, path).json(&body);
        request.send().await.unwrap()
    };
    let talk = json!({"repository_id": hello, "from": "2026-11-12", "text": " Talk at\nNavConf "});
    let added = send("POST", "/notes", talk).await;
    assert_eq!(added.status(), 201);
    let added: Value = added.json().await.unwrap();
    let all = [
        "author",
        "created_at",
        "from",
        "id",
        "repository",
        "repository_id",
        "text",
        "to",
    ];
    assert_eq!(fields(&added), all);
    assert_eq!(added["text"], json!("Talk at NavConf"));
    assert_eq!(
        (&added["from"], &added["to"]),
        (&json!("2026-11-12"), &json!("2026-11-12"))
    );
    assert_eq!(added["repository"], json!("octo/hello"));

    let moved = json!({"from": "2026-11-10", "to": "2026-11-14", "text": "Move to another host"});
    let moved: Value = send("POST", "/notes", moved).await.json().await.unwrap();
    assert_eq!(moved["repository_id"], Value::Null);

    let newest = program.get("/notes?limit=1").await;
    assert!(header(&newest, "link").contains("rel=\"next\""));
    let newest: Value = newest.json().await.unwrap();
    assert_eq!(newest["notes"][0]["id"], moved["id"]);
    let of_hello = program.json(&format!("/notes?repository={hello}")).await;
    assert_eq!(
        of_hello["notes"].as_array().unwrap().len(),
        2,
        "its own and the tenant’s"
    );

    let one = format!("/notes/{}", added["id"]);
    let changed: Value = send("PATCH", &one, json!({"to": "2026-11-13"}))
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(
        (&changed["from"], &changed["to"]),
        (&json!("2026-11-12"), &json!("2026-11-13"))
    );
    assert_eq!(changed["repository_id"], added["repository_id"]);
    let changed: Value = send("PATCH", &one, json!({"repository_id": null}))
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(changed["repository_id"], Value::Null);

    for (body, word) in [
        (
            json!({"from": "2026-11-12", "text": " "}),
            "1 to 250 characters",
        ),
        (
            json!({"from": "2026-11-12", "to": "2026-11-11", "text": "x"}),
            "“to” must not be earlier",
        ),
        (json!({"text": "x"}), "missing “from”"),
    ] {
        let refused = problem(send("POST", "/notes", body).await, 422).await;
        assert!(refused.contains(word), "{refused}");
    }
    let elsewhere = json!({"repository_id": 999, "from": "2026-11-12", "text": "x"});
    problem(send("POST", "/notes", elsewhere).await, 404).await;
    let gone = program.request("DELETE", &one).send().await.unwrap();
    assert_eq!(gone.status(), 204);
    problem(program.get(&one).await, 404).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_note_is_added_on_the_command_line() {
    let folder = TempDir::new().unwrap();
    let run = |args: &[&str], input: &str| {
        tokio::task::block_in_place(|| with_input(folder.path(), args, input))
    };
    let owner = "user create --email ada@example.org --name Ada --tenant lab --role owner";
    let owner: Vec<_> = owner.split(' ').collect();
    assert!(run(&owner, "a long enough passphrase").status.success());
    let note = [
        "note",
        "add",
        "--tenant",
        "lab",
        "--from",
        "2026-11-12",
        "Talk at NavConf",
    ];
    let added = run(&note, "");
    assert_eq!(String::from_utf8_lossy(&added.stdout), "Note 1 added.\n");
    let backwards = run(&[&note[..], &["--to", "2026-11-11"]].concat(), "");
    assert_eq!(backwards.status.code(), Some(2));
    assert!(
        sentence(&backwards).contains("not earlier than"),
        "{}",
        sentence(&backwards)
    );
    let unknown = run(&[&note[..], &["--repository", "octo/none"]].concat(), "");
    assert_eq!(unknown.status.code(), Some(1));
    assert!(sentence(&unknown).contains("does not track octo/none"));
}

#[tokio::test]
async fn a_note_is_added_changed_and_deleted_with_forms_alone() {
    let (service, lab) = Service::with_lab().await;
    service.collected(&lab).await;
    let browser = service.signed_in("ada@example.org").await;
    let text = async |answer: reqwest::Response| answer.text().await.unwrap().replace("<!>", "");
    let page = async |path: &str| text(browser.get(path).await).await;
    let repository = page("/t/lab/r/octo/hello").await;
    for part in [
        "Add note",
        r#"action="/t/lab/notes""#,
        r#"value="octo/hello""#,
    ] {
        assert!(repository.contains(part), "{part}: {repository}");
    }
    let note = [
        ("do", "add"),
        ("repository", "octo/hello"),
        ("text", "Talk at NavConf"),
        ("from", "2026-11-12"),
        ("to", ""),
    ];
    let added = browser.post("/t/lab/notes", &note).await;
    assert_eq!(location(&added), "/t/lab/notes?repository=octo/hello");
    let list = page("/t/lab/notes").await;
    for part in [
        "Note added.",
        "Talk at NavConf",
        "12 Nov 2026",
        "octo/hello",
        " by Somebody",
    ] {
        assert!(list.contains(part), "{part}: {list}");
    }
    let wrong = [
        ("do", "add"),
        ("text", "x"),
        ("from", "2026-11-12"),
        ("to", "2026-11-11"),
    ];
    let refused = browser.post("/t/lab/notes", &wrong).await;
    assert_eq!(refused.status(), 422);
    assert!(
        text(refused)
            .await
            .contains("Choose a first day before the last.")
    );
    let editor = page("/t/lab/notes?note=1").await;
    assert!(
        editor.contains("Edit note") && editor.contains(r#"value="2026-11-12""#),
        "{editor}"
    );
    let change = [
        ("do", "change"),
        ("note", "1"),
        ("text", "Keynote"),
        ("from", "2026-11-12"),
    ];
    let changed = browser.post("/t/lab/notes", &change).await;
    assert_eq!(location(&changed), "/t/lab/notes");
    let list = page("/t/lab/notes").await;
    assert!(
        list.contains("Keynote") && list.contains("Whole tenant"),
        "{list}"
    );

    // A viewer reads, and does not write.
    service
        .person("grace@example.org", false, Some(("lab", Role::Viewer)))
        .await;
    let viewer = service.signed_in("grace@example.org").await;
    let seen = text(viewer.get("/t/lab/notes").await).await;
    assert!(
        seen.contains("Keynote") && !seen.contains("Add a note"),
        "{seen}"
    );
    assert_eq!(viewer.post("/t/lab/notes", &note).await.status(), 403);

    let deleted = browser
        .post("/t/lab/notes", &[("do", "delete"), ("note", "1")])
        .await;
    assert_eq!(location(&deleted), "/t/lab/notes");
    assert!(page("/t/lab/notes").await.contains("No notes yet."));
}
