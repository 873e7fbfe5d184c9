//! The live pages, their files, questions and forms.

use domain::Permission::{Collect, ManageRepositories, ViewCollection, ViewTraffic};

use super::{Request, Rule, ask, call, get};

pub const REQUESTS: &[Request] = &[
    // Live pages.
    get("/t/{tenant}", "/t/lab", Rule::Tenant(ViewTraffic)),
    get(
        "/t/{tenant}/repositories",
        "/t/lab/repositories",
        Rule::Tenant(ViewTraffic),
    ),
    get(
        "/t/{tenant}/r/{owner}/{name}",
        "/t/lab/r/octo/hello",
        Rule::Tenant(ViewTraffic),
    ),
    get(
        "/t/{tenant}/r/{owner}/{name}",
        "/t/lab/r/octo/world",
        Rule::Ungranted(ViewTraffic),
    ),
    get(
        "/t/{tenant}/repositories/{id}",
        "/t/lab/repositories/<hello>",
        Rule::Tenant(ViewTraffic),
    ),
    get(
        "/t/{tenant}/repositories/{id}",
        "/t/lab/repositories/<world>",
        Rule::Ungranted(ViewTraffic),
    ),
    get(
        "/t/{tenant}/collection",
        "/t/lab/collection",
        Rule::Tenant(ViewCollection),
    ),
    // Where the numbers come from, and which are in doubt.
    get(
        "/t/{tenant}/observations",
        "/t/lab/observations",
        Rule::Tenant(ViewTraffic),
    ),
    get(
        "/t/{tenant}/r/{owner}/{name}/answers",
        "/t/lab/r/octo/hello/answers",
        Rule::Tenant(ViewTraffic),
    ),
    get(
        "/t/{tenant}/r/{owner}/{name}/answers",
        "/t/lab/r/octo/world/answers?day=2026-11-19",
        Rule::Ungranted(ViewTraffic),
    ),
    get(
        "/t/{tenant}/r/{owner}/{name}/answers/{answer}",
        "/t/lab/r/octo/hello/answers/<hello-answer>.json",
        Rule::Tenant(ViewTraffic),
    ),
    get(
        "/t/{tenant}/r/{owner}/{name}/answers/{answer}",
        "/t/lab/r/octo/world/answers/<world-answer>.json",
        Rule::Ungranted(ViewTraffic),
    ),
    // Files and news.
    get(
        "/t/{tenant}/repositories.csv",
        "/t/lab/repositories.csv",
        Rule::Tenant(ViewTraffic),
    ),
    get(
        "/t/{tenant}/traffic.csv",
        "/t/lab/traffic.csv",
        Rule::Tenant(ViewTraffic),
    ),
    get(
        "/t/{tenant}/traffic.csv",
        "/t/lab/traffic.csv?repository=<world>",
        Rule::Ungranted(ViewTraffic),
    ),
    get(
        "/t/{tenant}/runs/events",
        "/t/lab/runs/events",
        Rule::Tenant(ViewCollection),
    ),
    // What the live pages ask.
    ask(
        "LayoutData",
        r#"{"query":{"LayoutData":{"tenant":"lab"}}}"#,
        Rule::Open,
    ),
    ask(
        "Overview",
        r#"{"query":{"Overview":{"tenant":"lab","query":{"report":{"range":{"period":"30d"},"interval":null,"compare":"previous"},"sort":"views","reversed":false,"filter":{"text":"","owner":"","tag":"","state":null},"page":1}}}}"#,
        Rule::Tenant(ViewTraffic),
    ),
    ask(
        "Repository",
        r#"{"query":{"Repository":{"tenant":"lab","owner":"octo","name":"hello","query":{"report":{"range":{"period":"30d"},"interval":"day","compare":"year"},"with":null}}}}"#,
        Rule::Tenant(ViewTraffic),
    ),
    ask(
        "Repository",
        r#"{"query":{"Repository":{"tenant":"lab","owner":"octo","name":"world","query":{"report":{"range":{"period":"30d"},"interval":"day","compare":"year"},"with":null}}}}"#,
        Rule::Ungranted(ViewTraffic),
    ),
    ask(
        "RepositoryById",
        r#"{"query":{"RepositoryById":{"tenant":"lab","id":"<hello>","query":{"report":{"range":{"period":"30d"},"interval":"day","compare":"year"},"with":null}}}}"#,
        Rule::Tenant(ViewTraffic),
    ),
    ask(
        "RepositoryById",
        r#"{"query":{"RepositoryById":{"tenant":"lab","id":"<world>","query":{"report":{"range":{"period":"30d"},"interval":"day","compare":"year"},"with":null}}}}"#,
        Rule::Ungranted(ViewTraffic),
    ),
    ask(
        "Repositories",
        r#"{"query":{"Repositories":{"tenant":"lab","query":{"sort":"name","reversed":false,"filter":{"text":"","owner":"","tag":"","state":null},"page":1,"report":{"range":{"period":"30d"},"interval":null,"compare":"previous"}}}}}"#,
        Rule::Tenant(ViewTraffic),
    ),
    ask(
        "Collection",
        r#"{"query":{"Collection":{"tenant":"lab"}}}"#,
        Rule::Tenant(ViewCollection),
    ),
    // What the live pages' forms do.
    call("/api/collect_now", "tenant=lab", Rule::Tenant(Collect)),
    call(
        "/api/track",
        "tenant=lab&repository=octo/third",
        Rule::Tenant(ManageRepositories),
    ),
    call(
        "/api/untrack",
        "tenant=lab&id=<world>&history=keep",
        Rule::Tenant(ManageRepositories),
    ),
    call(
        "/api/set-tags",
        "tenant=lab&id=<world>&tags=core,docs",
        Rule::Tenant(ManageRepositories),
    ),
];
