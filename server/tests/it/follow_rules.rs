//! Rules that track new repositories, as programs and the command line make them.

use std::sync::Arc;

use domain::{RunId, TokenScope, Viewer};
use engine::{SharedClock, SystemClock};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::task::block_in_place;

use crate::process::{sentence, with_input};
use crate::rest::fields;
use crate::service::{GITHUB_TOKEN, Service, github, location, problem};

#[tokio::test]
async fn programs_preview_create_change_and_delete_a_rule() {
    let (service, lab) = Service::with_lab().await;
    let program = service.program(&lab, TokenScope::Write).await;
    let send = async |method: &str, path: &str, body: Value| {
        let request = program.request(method, path).json(&body);
        request.send().await.unwrap()
    };
    let input = json!({"patterns": ["octo/*", "!octo/w*"]});
    let preview = send("POST", "/follow-rules?dry_run=true", input.clone()).await;
    assert_eq!(preview.status(), 200);
    let expected = json!({
        "listed": 3, "matching": 2, "already_tracked": 0, "new": 2,
        "names": ["octo/hello", "octo/third"], "left_out": [],
    });
    assert_eq!(preview.json::<Value>().await.unwrap(), expected);
    let nothing = program.json("/follow-rules").await;
    assert_eq!(
        nothing,
        json!({"follow_rules": []}),
        "a preview stores nothing"
    );

    let created = send("POST", "/follow-rules", input).await;
    assert_eq!(created.status(), 201);
    let created: Value = created.json().await.unwrap();
    assert_eq!(
        fields(&created),
        [
            "archived",
            "checked_at",
            "connection",
            "connection_id",
            "created_at",
            "forks",
            "id",
            "matching",
            "new",
            "patterns",
            "private",
            "refusal",
            "run",
            "tracked"
        ]
    );
    assert_eq!(
        (&created["new"], &created["tracked"]),
        (&json!(2), &json!(2))
    );
    // What it tracks is collected at once.
    let run = RunId::new(created["run"].as_i64().unwrap());
    let run = service.engine.wait_for_run(&Viewer::Operator, lab.id, run);
    assert_eq!(run.await.unwrap().repositories_total, 2);
    let tracked = program.json("/repositories").await;
    assert_eq!(tracked["repositories"][0]["followed_by"], created["id"]);

    let one = format!("/follow-rules/{}", created["id"]);
    let wide = json!({"patterns": ["octo/*"]});
    let preview: Value = send("PATCH", &format!("{one}?dry_run=true"), wide.clone())
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(
        (&preview["already_tracked"], &preview["new"]),
        (&json!(2), &json!(1))
    );
    let changed: Value = send("PATCH", &one, wide).await.json().await.unwrap();
    assert_eq!(
        (&changed["new"], &changed["forks"]),
        (&json!(1), &json!(false))
    );
    let changed: Value = send("PATCH", &one, json!({"forks": true}))
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(
        (&changed["patterns"], &changed["forks"]),
        (&json!(["octo/*"]), &json!(true))
    );
    assert_eq!(program.json(&one).await["tracked"], json!(3));

    for (body, word) in [
        (
            json!({"patterns": ["octo"]}),
            "“octo” is not a valid pattern",
        ),
        (json!({"patterns": ["!octo/*"]}), "at least one pattern"),
        (json!({"forks": true}), "missing “patterns”"),
        (json!({"patterns": ["*"], "branches": true}), "“branches”"),
    ] {
        let refused = problem(send("POST", "/follow-rules", body).await, 422).await;
        assert!(refused.contains(word), "{refused}");
    }
    let gone = program.request("DELETE", &one).send().await.unwrap();
    assert_eq!(gone.status(), 204);
    problem(program.get(&one).await, 404).await;
    assert_eq!(
        program.json("/repositories").await["repositories"]
            .as_array()
            .unwrap()
            .len(),
        3
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rule_is_previewed_and_created_on_the_command_line() {
    let clock: SharedClock = Arc::new(SystemClock);
    let github = github(clock).await;
    let folder = TempDir::new().unwrap();
    let run = |args: &[&str], input: &str| {
        let words: Vec<_> = args.iter().flat_map(|words| words.split(' ')).collect();
        block_in_place(|| with_input(folder.path(), &words, input))
    };
    let stdout = |args: &[&str]| {
        let output = run(args, "");
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{errors}");
        String::from_utf8(output.stdout).unwrap()
    };
    let owner = "user create --email ada@example.org --name Ada --tenant lab --role owner";
    assert!(run(&[owner], "a long enough passphrase").status.success());
    let connect = [
        "connection add --tenant lab --name Main --token-stdin --api-url",
        github.url(),
    ];
    assert!(run(&connect, GITHUB_TOKEN).status.success());

    let follow = "follow --tenant lab octo/* !octo/w*";
    assert_eq!(
        stdout(&[follow, "--dry-run"]),
        "octo/hello\nocto/third\nThe rule would track 2 repositories (2 of 3 listed match, 0 already tracked).\n"
    );
    assert_eq!(
        stdout(&[follow, "--forks --connection Main"]),
        "Rule 1 now tracks new repositories matching octo/* !octo/w*. It currently tracks 2 repositories (2 of 3 listed match, 0 already tracked).\n"
    );
    let collected = stdout(&["collect"]);
    assert!(
        collected.starts_with("lab: 2 of 2 repositories, "),
        "{collected}"
    );

    let unknown = run(&[follow, "--connection Other"], "");
    assert_eq!(unknown.status.code(), Some(1));
    assert!(sentence(&unknown).contains("no connection “Other”"));
    let wrong = run(&["follow --tenant lab octo"], "");
    assert_eq!(wrong.status.code(), Some(2));
    assert!(sentence(&wrong).contains("“octo” is not a valid pattern"));
}

#[tokio::test]
async fn a_rule_is_previewed_created_changed_and_deleted_with_forms_alone() {
    let (service, _lab) = Service::with_lab().await;
    let browser = service.signed_in("ada@example.org").await;
    let rules = "/t/lab/repositories/rules";
    let text = async |answer: reqwest::Response| answer.text().await.unwrap().replace("<!>", "");
    let page = async |path: &str| text(browser.get(path).await).await;
    let post = async |fields: &[(&str, &str)]| browser.post(rules, fields).await;

    let patterns = ("patterns", "octo/*\r\n!octo/w*");
    let seen = text(post(&[("do", "preview"), patterns]).await).await;
    for part in [
        "2 repositories match. 2 would be tracked now.",
        "<li>octo/hello</li>",
        "<li>octo/third</li>",
        // The form keeps what was entered.
        "!octo/w*</textarea>",
    ] {
        assert!(seen.contains(part), "{part}: {seen}");
    }
    assert!(
        !page(rules).await.contains("id=\"rules\""),
        "nothing is stored"
    );
    let wrong = post(&[("do", "preview"), ("patterns", "octo")]).await;
    assert_eq!(wrong.status(), 422);
    let wrong = text(wrong).await;
    assert!(wrong.contains("“octo” is not a valid pattern"), "{wrong}");

    let created = post(&[("do", "create"), patterns]).await;
    assert_eq!(location(&created), rules);
    let shown = page(rules).await;
    for part in [
        "2 repositories are now tracked. Their first run has started.",
        "<code>octo/* !octo/w*</code>",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let repositories = page("/t/lab/repositories").await;
    assert!(repositories.contains("Tracked by rule"), "{repositories}");
    let editor = page("/t/lab/repositories/rules?rule=1").await;
    assert!(
        editor.contains("Edit rule") && editor.contains("octo/*\n!octo/w*</textarea>"),
        "{editor}"
    );
    let changed = post(&[
        ("do", "change"),
        ("rule", "1"),
        ("patterns", "octo/*"),
        ("forks", "true"),
    ])
    .await;
    assert_eq!(location(&changed), rules);
    let shown = page(rules).await;
    assert!(
        shown.contains("1 repository is now tracked") && shown.contains("Includes forks"),
        "{shown}"
    );
    let deleted = post(&[("do", "delete"), ("rule", "1")]).await;
    assert_eq!(location(&deleted), rules);
    let shown = page(rules).await;
    assert!(
        shown.contains("Rule deleted. Its repositories stay tracked."),
        "{shown}"
    );
}
