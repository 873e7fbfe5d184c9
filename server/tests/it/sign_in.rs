//! Signing in and out, the first start, and the gate.

use std::num::NonZeroU32;
use std::time::Duration;

use server::auth::{Rate, Rates};

use crate::service::{Options, PASSWORD, Service, cookie, header, location};

#[tokio::test]
async fn the_first_start_creates_the_administrator_once() {
    let service = Service::empty().await;
    let browser = service.browser();
    for path in ["/", "/t/lab", "/sign-in", "/t/lab/traffic.csv"] {
        assert_eq!(location(&browser.get(path).await), "/setup", "{path}");
    }
    assert_eq!(browser.get("/setup").await.status(), 200);

    let fields = |password| {
        [
            ("do", "create"),
            ("name", "Ada"),
            ("email", "ada@example.org"),
            ("password", password),
            ("tenant", "Tide Lab"),
        ]
    };
    let refused = browser.post("/setup", &fields("short")).await;
    assert_eq!(refused.status(), 422);
    let page = refused.text().await.unwrap();
    assert!(page.contains("Choose a password of 10"), "{page}");
    assert!(page.contains("ada@example.org") && page.contains("Tide Lab"));
    assert!(!page.contains("short"), "{page}");

    let done = browser.post("/setup", &fields(PASSWORD)).await;
    assert_eq!(location(&done), "/t/tide-lab/start");
    assert_eq!(browser.get("/t/tide-lab/traffic.csv").await.status(), 200);

    let second = service.browser();
    assert_eq!(location(&second.get("/setup").await), "/");
    let late = second.post("/setup", &fields(PASSWORD)).await;
    assert_eq!(location(&late), "/sign-in?error=set-up");
}

#[tokio::test]
async fn every_page_leads_to_the_sign_in_whatever_is_asked_for() {
    let (service, _lab) = Service::with_lab().await;
    let browser = service.browser();
    for accept in ["text/html", "application/json", "*/*"] {
        let request = browser
            .request("GET", "/t/lab?period=all")
            .header("accept", accept);
        let answer = request.send().await.unwrap();
        assert_eq!(
            location(&answer),
            "/sign-in?next=%2Ft%2Flab%3Fperiod%3Dall",
            "{accept}"
        );
    }
    assert_eq!(location(&browser.get("/").await), "/sign-in");
    assert_eq!(
        location(&browser.get("/nowhere").await),
        "/sign-in?next=%2Fnowhere"
    );
}

#[tokio::test]
async fn the_right_password_leads_on_and_the_wrong_one_back() {
    let (service, _lab) = Service::with_lab().await;
    let browser = service.browser();
    let wrong = browser
        .sign_in("ada@example.org", "not the password", "/t/lab")
        .await;
    assert_eq!(wrong.status(), 401);
    let wrong = wrong.text().await.unwrap();
    assert!(wrong.contains("Wrong email address or password."));
    assert!(
        wrong.contains("ada@example.org") && wrong.contains("value=\"/t/lab\""),
        "{wrong}"
    );
    assert!(!wrong.contains("not the password"));
    let unknown = browser
        .sign_in("eve@example.org", "not the password", "/t/lab")
        .await;
    let unknown = unknown.text().await.unwrap();
    assert_eq!(
        unknown.replace("eve", "ada"),
        wrong,
        "nobody learns who has an account"
    );
    assert_eq!(browser.get("/t/lab").await.status(), 303);

    let right = browser
        .sign_in("Ada@Example.org", PASSWORD, "/t/lab?period=all")
        .await;
    assert_eq!(location(&right), "/t/lab?period=all");
    assert_eq!(browser.get("/t/lab").await.status(), 200);
    for path in ["/", "/sign-in"] {
        assert_eq!(location(&browser.get(path).await), "/t/lab", "{path}");
    }
}

#[tokio::test]
async fn signing_in_never_redirects_to_another_site() {
    let (service, _lab) = Service::with_lab().await;
    for next in [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "",
    ] {
        let answer = service
            .browser()
            .sign_in("ada@example.org", PASSWORD, next)
            .await;
        assert_eq!(location(&answer), "/", "{next}");
    }
}

#[tokio::test]
async fn the_cookie_is_for_this_site_alone_and_new_at_each_sign_in() {
    let (service, _lab) = Service::with_lab().await;
    let browser = service.browser();
    assert_eq!(
        header(&browser.get("/sign-in").await, "set-cookie"),
        "",
        "no cookie without a session"
    );

    let first = browser.sign_in("ada@example.org", PASSWORD, "").await;
    let first = cookie(&first, "tidemark_session");
    let (key, flags) = first.split_once(';').unwrap();
    assert!(key.len() > 30, "{key}");
    for flag in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age="] {
        assert!(flags.contains(flag), "{flag} in {flags}");
    }
    assert!(!flags.contains("Secure"));

    let again = browser.sign_in("ada@example.org", PASSWORD, "").await;
    assert!(!cookie(&again, "tidemark_session").starts_with(key));
    let old = service
        .browser()
        .request("GET", "/t/lab")
        .header("cookie", key)
        .send()
        .await
        .unwrap();
    assert_eq!(old.status(), 303, "the key from before is worth nothing");
}

#[tokio::test]
async fn over_https_the_cookie_stays_there() {
    let options = Options {
        public_url: Some("https://tidemark.example"),
        ..Options::default()
    };
    let service = Service::with(options).await;
    service.tenant("Lab", "ada@example.org", true).await;
    let answer = service
        .browser()
        .sign_in("ada@example.org", PASSWORD, "")
        .await;
    for name in ["tidemark_session", "tidemark_device"] {
        assert!(cookie(&answer, name).contains("; Secure"), "{name}");
    }
    assert!(header(&answer, "strict-transport-security").contains("max-age"));
}

#[tokio::test]
async fn signing_out_ends_the_session_itself() {
    let (service, _lab) = Service::with_lab().await;
    let browser = service.browser();
    let answer = browser.sign_in("ada@example.org", PASSWORD, "").await;
    let cookie = cookie(&answer, "tidemark_session");
    let cookie = cookie.split(';').next().unwrap();
    assert_eq!(browser.get("/t/lab").await.status(), 200);

    assert_eq!(location(&browser.post("/sign-out", &[]).await), "/sign-in");
    let with_old_cookie = service
        .browser()
        .request("GET", "/t/lab")
        .header("cookie", cookie);
    assert_eq!(with_old_cookie.send().await.unwrap().status(), 303);
}

#[tokio::test]
async fn who_tries_too_often_must_wait() {
    let address = Rate {
        burst: NonZeroU32::new(3).unwrap(),
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
    for _ in 0..3 {
        assert_eq!(
            browser
                .sign_in("ada@example.org", "wrong", "")
                .await
                .status(),
            401
        );
    }
    let answer = browser.sign_in("ada@example.org", PASSWORD, "").await;
    assert_eq!(answer.status(), 429);
    let seconds: u64 = header(&answer, "retry-after").parse().unwrap();
    assert!((1..=60).contains(&seconds));
    assert!(answer.text().await.unwrap().contains("Too many attempts"));
    assert_eq!(
        browser.get("/sign-in").await.status(),
        200,
        "only attempts count"
    );
}

#[tokio::test]
async fn strangers_who_guess_slow_down_strangers_and_not_the_owner() {
    let account = Rate {
        burst: NonZeroU32::new(3).unwrap(),
        period: Duration::from_mins(10),
    };
    let rates = Rates {
        account,
        ..Rates::generous()
    };
    let options = Options {
        rates,
        ..Options::default()
    };
    let service = Service::with(options).await;
    service.tenant("Lab", "ada@example.org", true).await;
    let mine = service.signed_in("ada@example.org").await;

    let anonymous = service.browser();
    for email in ["ada@example.org", "nobody@example.org"] {
        let attempts = if email.starts_with("ada") { 2 } else { 3 };
        for _ in 0..attempts {
            let answer = anonymous.sign_in(email, "a guess", "").await;
            assert_eq!(answer.status(), 401, "{email}");
        }
        let answer = anonymous.sign_in(&email.to_uppercase(), PASSWORD, "").await;
        assert_eq!(
            answer.status(),
            429,
            "{email}: unknown ones are no different"
        );
    }

    mine.post("/sign-out", &[]).await;
    let back = mine.sign_in("ada@example.org", PASSWORD, "").await;
    assert_eq!(location(&back), "/");
    let elsewhere = mine.sign_in("nobody@example.org", PASSWORD, "").await;
    assert_eq!(elsewhere.status(), 429, "it is known for its account alone");
}

#[tokio::test]
async fn a_signed_in_user_has_the_attempts_of_their_browser() {
    let rate = |burst| Rate {
        burst: NonZeroU32::new(burst).unwrap(),
        period: Duration::from_mins(10),
    };
    let rates = Rates {
        account: rate(1),
        device: rate(2),
        ..Rates::generous()
    };
    let options = Options {
        rates,
        ..Options::default()
    };
    let service = Service::with(options).await;
    service.tenant("Lab", "ada@example.org", true).await;
    // The one attempt that unknown devices have; no further one is allowed from now on.
    let browser = service.signed_in("ada@example.org").await;
    let fields = [
        ("do", "password"),
        ("old", "a guess"),
        ("new", "another long passphrase"),
    ];
    for _ in 0..2 {
        let answer = browser.post("/profile", &fields).await.status();
        assert!(answer != 429 && answer != 303, "{answer}");
    }
    assert_eq!(browser.post("/profile", &fields).await.status(), 429);
}
