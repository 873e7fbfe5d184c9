//! No page grows with the repositories or the years behind it.

use app::server_pages::PAGES;
use domain::report::ScheduleInput;
use domain::{Counts, Day, RepositoryId, TenantId, Trigger, Viewer};
use engine::{Engine, NewConnection, RecordedWindow, RepositorySelection};
use simulator::{Repository, Running, Simulator, Token, User};

use crate::service::{Browser, GITHUB_TOKEN, Service, connection, location};

const REPOSITORIES: i64 = 2_000;
/// How many of them have ten years of days.
const OLD: usize = 50;
/// How many of them have days at all.
const WITH_DAYS: usize = 60;
const YEARS: i64 = 10;
const MOST_BYTES: usize = 150_000;

/// A GitHub with many repositories of one user.
async fn github(engine: &Engine) -> Running {
    let clock = engine.clock().clone();
    let builder = Simulator::builder(simulator::Clock::new(move || clock.now()))
        .user(User::new(1, "octo"))
        .token(Token::classic(GITHUB_TOKEN, "octo", ["repo"]));
    let names = (1..=REPOSITORIES).map(|id| (id, format!("octo/repository-number-{id:04}")));
    names
        .fold(builder, |builder, (id, name)| {
            builder.repository(Repository::new(u64::try_from(id).unwrap(), &name))
        })
        .build()
        .serve("127.0.0.1:0")
        .await
        .unwrap()
}

/// A tenant with many repositories, some of them old, and a run of all.
async fn fill(service: &Service, tenant: TenantId, github: &Running) -> RepositoryId {
    let (engine, operator) = (&service.engine, &Viewer::Operator);
    let large = NewConnection {
        api_url: Some(github.url().parse().unwrap()),
        ..connection("large")
    };
    let connection = engine.connect(operator, tenant, large).await.unwrap().id;
    let tracked = engine.track_many(operator, tenant, connection, RepositorySelection::All);
    assert_eq!(
        tracked.await.unwrap().tracked,
        u32::try_from(REPOSITORIES).unwrap()
    );
    let ids: Vec<_> = engine
        .repositories(operator, tenant)
        .await
        .unwrap()
        .repositories;
    let ids: Vec<RepositoryId> = ids.iter().map(|repository| repository.id).collect();
    for (index, id) in ids.iter().enumerate().take(WITH_DAYS) {
        let days = if index < OLD { YEARS * 365 } else { 14 };
        // A fortnight of each year is lost.
        let collected = (1..=days).rev().filter(|ago| ago % 365 < 350);
        let months = collected.collect::<Vec<_>>();
        let months = months.chunk_by(|a, b| a - b == 1);
        let windows = months.map(|month| window(engine, month, index)).collect();
        engine
            .load_history(operator, tenant, *id, windows)
            .await
            .unwrap();
    }
    let weekly = ScheduleInput {
        name: "Twice a week".to_owned(),
        cron: "0 3 * * 1,4".to_owned(),
        timezone: "UTC".to_owned(),
        enabled: true,
        accept_loss: false,
    };
    let added = engine.create_schedule(operator, tenant, weekly).await;
    added.unwrap();
    let run = engine
        .start_run(operator, tenant, Trigger::Manual, None)
        .await
        .unwrap();
    engine.cancel_run(operator, tenant, run).await.unwrap();
    ids[0]
}

/// Days as a response lists them, with the large and uneven numbers of a busy repository.
fn window(engine: &Engine, ago: &[i64], index: usize) -> RecordedWindow {
    let today = engine.clock().today();
    let salt = i64::try_from(index).unwrap() + 1;
    let listed = |most: i64| -> Vec<(Day, Counts)> {
        let counts = |ago: i64| {
            let count = u32::try_from(1 + ago * salt * 7_919 % most).unwrap();
            Counts::new(count, count.div_ceil(3))
        };
        ago.iter()
            .map(|ago| (today.plus(-ago), counts(*ago)))
            .collect()
    };
    RecordedWindow {
        captured_at: engine.clock().now(),
        views: listed(5_000),
        clones: listed(400),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_page_is_larger_than_150_kilobytes_however_large_the_tenant() {
    let (service, lab) = Service::with_lab().await;
    let github = github(&service.engine).await;
    let id = fill(&service, lab.id, &github).await;
    let browser = service.signed_in("ada@example.org").await;
    every_page_is_small(&browser, id).await;
    lists_are_searched_and_paged(&browser).await;
    many_repositories_are_granted_by_name(&browser).await;
    all_repositories_of_a_schedule_move_at_once(&service, lab.id, &browser).await;
}

async fn every_page_is_small(browser: &Browser, id: RepositoryId) {
    let server_pages = PAGES.iter().map(|page| page.path);
    let live_pages = [
        "/t/{tenant}",
        "/t/{tenant}/repositories",
        "/t/{tenant}/repositories/{id}",
        "/t/{tenant}/r/{owner}/{name}",
        "/t/{tenant}/collection",
    ];
    let of_tenant = server_pages.filter(|path| path.starts_with("/t/"));
    let mut too_large = Vec::new();
    let mut shown = 0;
    for path in of_tenant.chain(live_pages) {
        let path = path
            .replace("{tenant}", "lab")
            .replace("{owner}/{name}", "octo/repository-number-0001")
            .replace("{id}", &id.to_string())
            .replace("{run}", "1");
        for query in ["?period=30d", "?period=all", "?connection=2&member=1"] {
            let address = format!("{path}{query}");
            let answer = browser.get(&address).await;
            if answer.status() != 200 {
                continue;
            }
            shown += 1;
            let size = answer.text().await.unwrap().len();
            if size > MOST_BYTES {
                too_large.push((size, address));
            }
        }
    }
    assert!(shown > 60, "only {shown} pages were shown");
    assert!(too_large.is_empty(), "{too_large:#?}");
}

async fn lists_are_searched_and_paged(browser: &Browser) {
    let names = async |address: &str| {
        let html = browser.get(address).await.text().await.unwrap();
        let links = html.split("/t/lab/r/octo/repository-number-").skip(1);
        let mut names: Vec<String> = links.map(|rest| rest[..4].to_owned()).collect();
        names.dedup();
        names
    };
    for (page, last) in [
        ("/t/lab/repositories?page=40", "2000"),
        ("/t/lab/repositories?page=99", "2000"),
        ("/t/lab/repositories?reversed=true", "1951"),
        ("/t/lab/repositories?filter=number-19&page=2", "1999"),
    ] {
        let names = names(page).await;
        assert_eq!((names.len(), names[49].as_str()), (50, last), "{page}");
    }
    let run = "/t/lab/collection/runs/1";
    assert_eq!(names(run).await.len(), 50);
    assert_eq!(names(&format!("{run}?filter=NUMBER-0042")).await, ["0042"]);
    let schedules = "/t/lab/settings/schedules?of-1-search=0042";
    let html = browser.get(schedules).await.text().await.unwrap();
    assert_eq!(html.matches("octo/repository-number-").count(), 1, "{html}");
}

/// Two thousand boxes would be a page of their own.
async fn many_repositories_are_granted_by_name(browser: &Browser) {
    let members = "/t/lab/settings/members";
    let offer = |names: &'static str| {
        let fields = [
            ("do", "invite"),
            ("email", ""),
            ("role", "repository_viewer"),
            ("repositories", names),
        ];
        async move { browser.post(members, &fields).await }
    };
    let unknown = offer("octo/repository-number-0001\nocto/other").await;
    assert_eq!(unknown.status(), 422);
    let html = unknown.text().await.unwrap();
    assert!(html.contains("“octo/other” is not a repository"), "{html}");
    assert_eq!(offer("").await.status(), 422);
    let known = offer("Octo/Repository-Number-0001\r\nocto/repository-number-0002").await;
    assert_eq!(known.status(), 200);
    assert!(known.text().await.unwrap().contains("tmi_"));
}

async fn all_repositories_of_a_schedule_move_at_once(
    service: &Service,
    tenant: TenantId,
    browser: &Browser,
) {
    let report = service.engine.schedules_report(&Viewer::Operator, tenant);
    let schedules = report.await.unwrap().schedules;
    let [from, to] = &schedules[..] else {
        panic!("two schedules, not {}", schedules.len());
    };
    let (from, to) = (from.schedule.id.to_string(), to.schedule.id.to_string());
    let fields = [
        ("do", "move"),
        ("from", &from),
        ("to", &to),
        ("all", "true"),
    ];
    let answer = browser.post("/t/lab/settings/schedules", &fields).await;
    let page = location(&answer).to_owned();
    let html = browser.get(&page).await.text().await.unwrap();
    assert!(html.contains("2,000 repositories moved."), "{html}");
}
