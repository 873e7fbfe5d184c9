//! Attempts that are stopped are told in the system log, and not each of them.

use std::num::NonZeroU32;
use std::time::Duration;

use domain::report::AuditQuery;
use domain::{AuditAction, TokenScope, Viewer};
use server::auth::{Rate, Rates};

use crate::service::{Options, Program, Service, header, location, problem};

#[tokio::test]
async fn of_300_posts_without_a_password_ten_are_looked_at_and_three_lines_tell_of_them() {
    let service = Service::with(Options {
        rates: Rates::default(),
        ..Options::default()
    })
    .await;
    service.tenant("Lab", "ada@example.org", true).await;
    let browser = service.browser();
    let forms: [(&str, &[(&str, &str)]); 3] = [
        (
            "/sign-in",
            &[("do", "sign-in"), ("email", "ada@example.org")],
        ),
        (
            "/sign-in",
            &[
                ("do", "sign-in"),
                ("email", "x@example.org"),
                ("password", ""),
            ],
        ),
        ("/invitation?token=x", &[("do", "register")]),
    ];
    let mut statuses = std::collections::BTreeMap::new();
    for n in 0..300 {
        let (path, fields) = forms[n % forms.len()];
        let answer = browser.post(path, fields).await;
        if answer.status() == 429 {
            let seconds: u64 = header(&answer, "retry-after").parse().unwrap();
            assert!((1..=60).contains(&seconds));
        }
        *statuses.entry(answer.status().as_u16()).or_insert(0) += 1;
    }
    // One more each six seconds, on a slow machine.
    let stopped = statuses[&429];
    assert!((280..=290).contains(&stopped), "{statuses:?}");
    assert_eq!(statuses.values().sum::<i32>(), 300);
    assert!(
        statuses.keys().all(|it| [401, 404, 429].contains(it)),
        "{statuses:?}"
    );
    let query = AuditQuery::default();
    let log = service.engine.system_log(&Viewer::Operator, &query);
    let lines = log.await.unwrap().entries.into_iter();
    let refusals: Vec<_> = lines
        .filter(|it| {
            matches!(
                it.action,
                AuditAction::SignInRefused | AuditAction::AccessRefused
            )
        })
        .map(|it| it.subject)
        .collect();
    let expected = [
        "too many password attempts",
        "an invalid invitation",
        "an unknown account",
    ];
    assert_eq!(refusals, expected, "newest first");
}

/// The form, the interface for programs and the use case behind them say the same.
#[tokio::test]
async fn a_limit_is_told_to_people_and_programs_in_the_same_words() {
    let (service, lab) = Service::with_lab().await;
    let browser = service.signed_in("ada@example.org").await;
    let tenant = lab.id.to_string();
    let order = |schedules: &'static str| {
        let fields = [
            ("do", "limits"),
            ("tenant", &*tenant),
            ("schedules", schedules),
        ];
        fields.map(|(name, value)| (name.to_owned(), value.to_owned()))
    };
    let post = async |fields: [(String, String); 3]| {
        let request = browser.request("POST", "/system/tenants").form(&fields);
        request.send().await.unwrap()
    };
    let refused = post(order("0")).await;
    assert_eq!(refused.status(), 422);
    let page = refused.text().await.unwrap();
    assert!(
        page.contains("Schedules: enter a number from 1 to 10,000"),
        "{page}"
    );
    assert_eq!(location(&post(order("1")).await), "/system/tenants");
    let page = browser.get("/system/tenants").await.text().await.unwrap();
    assert!(
        page.contains("name=\"schedules\" type=\"number\" value=\"1\""),
        "{page}"
    );

    let sentence = "This tenant can have 1 schedule. Delete one, or ask your administrator to raise the limit.";
    let program = service.program(&lab, TokenScope::Write).await;
    let body = serde_json::json!({"name": "Second", "cron": "0 6 * * *"});
    let answer = program
        .request("POST", "/schedules")
        .json(&body)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 409);
    assert_eq!(header(&answer, "content-type"), "application/problem+json");
    let problem: serde_json::Value = answer.json().await.unwrap();
    let expected = serde_json::json!({
        "type": "/api/problems/limit",
        "title": "Limit reached",
        "status": 409,
        "detail": sentence,
        "limit": "schedules",
        "value": 1,
    });
    assert_eq!(problem, expected);

    let fields = [
        ("do", "create"),
        ("name", "Second"),
        ("cron", "0 6 * * *"),
        ("timezone", "UTC"),
        ("enabled", "true"),
    ];
    let answer = browser.post("/t/lab/settings/schedules", &fields).await;
    assert_eq!(answer.status(), 409);
    let page = answer.text().await.unwrap();
    assert!(page.contains(sentence), "{page}");
}

#[tokio::test]
async fn an_api_token_has_fifty_requests_at_once_and_another_token_has_its_own() {
    let service = Service::with(Options {
        rates: Rates {
            token: Rate {
                period: Duration::from_mins(1),
                ..Rates::default().token
            },
            ..Rates::generous()
        },
        ..Options::default()
    })
    .await;
    let lab = service.tenant("Lab", "ada@example.org", true).await;
    let program = service.program(&lab, TokenScope::Read).await;
    for _ in 0..50 {
        assert_eq!(program.get("/schedules").await.status(), 200);
    }
    let stopped = program.get("/repositories.csv").await;
    let seconds: u64 = header(&stopped, "retry-after").parse().unwrap();
    assert!((1..=61).contains(&seconds), "{seconds}");
    let sentence = problem(stopped, 429).await;
    assert!(
        sentence.starts_with("Too many requests with this API token. Wait "),
        "{sentence}"
    );

    let second = service
        .engine
        .create_token(&Viewer::Operator, lab.id, "second", TokenScope::Read);
    let second = Program {
        token: second.await.unwrap(),
        ..program
    };
    assert_eq!(second.get("/schedules").await.status(), 200);
}

#[tokio::test]
async fn the_log_tells_once_that_attempts_are_stopped() {
    let address = Rate {
        burst: NonZeroU32::MIN,
        period: Duration::from_mins(1),
    };
    let rates = Rates {
        address,
        ..Rates::generous()
    };
    let service = Service::with(Options {
        rates,
        ..Options::default()
    })
    .await;
    service.tenant("Lab", "ada@example.org", true).await;
    let browser = service.browser();
    for expected in [401, 429, 429] {
        let answer = browser.sign_in("ada@example.org", "wrong", "").await;
        assert_eq!(answer.status(), expected);
    }
    let query = AuditQuery::default();
    let log = service.engine.system_log(&Viewer::Operator, &query);
    let lines = log.await.unwrap().entries;
    let logged: Vec<_> = lines
        .iter()
        .filter(|line| line.action == AuditAction::AccessRefused)
        .map(|line| (line.subject.as_str(), line.address.as_deref()))
        .collect();
    assert_eq!(logged, [("too many password attempts", Some("127.0.0.1"))]);
}
