//! The interface for programs.

use domain::Permission::{
    Collect, ManageRepositories, ManageSchedules, ViewCollection, ViewTraffic,
};

use super::{Body, Request, Rule, program};

pub const REQUESTS: &[Request] = &[
    // The interface for programs.
    program(
        "GET",
        "/api/v1/repositories",
        "/api/v1/repositories",
        Body::Nothing,
        Rule::Tenant(ViewTraffic),
    ),
    program(
        "POST",
        "/api/v1/repositories",
        "/api/v1/repositories",
        Body::Json(r#"{"full_name":"octo/third"}"#),
        Rule::Tenant(ManageRepositories),
    ),
    program(
        "DELETE",
        "/api/v1/repositories/{id}",
        "/api/v1/repositories/<world>",
        Body::Nothing,
        Rule::Tenant(ManageRepositories),
    ),
    program(
        "GET",
        "/api/v1/repositories/{id}/traffic",
        "/api/v1/repositories/<hello>/traffic",
        Body::Nothing,
        Rule::Tenant(ViewTraffic),
    ),
    program(
        "GET",
        "/api/v1/repositories/{id}/referrers",
        "/api/v1/repositories/<hello>/referrers",
        Body::Nothing,
        Rule::Tenant(ViewTraffic),
    ),
    program(
        "GET",
        "/api/v1/repositories/{id}/paths",
        "/api/v1/repositories/<hello>/paths",
        Body::Nothing,
        Rule::Tenant(ViewTraffic),
    ),
    program(
        "GET",
        "/api/v1/repositories.csv",
        "/api/v1/repositories.csv",
        Body::Nothing,
        Rule::Tenant(ViewTraffic),
    ),
    program(
        "GET",
        "/api/v1/traffic.csv",
        "/api/v1/traffic.csv",
        Body::Nothing,
        Rule::Tenant(ViewTraffic),
    ),
    program(
        "GET",
        "/api/v1/runs",
        "/api/v1/runs",
        Body::Nothing,
        Rule::Tenant(ViewCollection),
    ),
    program(
        "POST",
        "/api/v1/runs",
        "/api/v1/runs",
        Body::Nothing,
        Rule::Tenant(Collect),
    ),
    program(
        "GET",
        "/api/v1/runs/{id}",
        "/api/v1/runs/<run>",
        Body::Nothing,
        Rule::Tenant(ViewCollection),
    ),
    program(
        "GET",
        "/api/v1/schedules",
        "/api/v1/schedules",
        Body::Nothing,
        Rule::Tenant(ViewCollection),
    ),
    program(
        "POST",
        "/api/v1/schedules",
        "/api/v1/schedules",
        Body::Json(r#"{"name":"Hourly","cron":"7 * * * *"}"#),
        Rule::Tenant(ManageSchedules),
    ),
    program(
        "PUT",
        "/api/v1/schedules/{id}",
        "/api/v1/schedules/<schedule>",
        Body::Json(r#"{"name":"Hourly","cron":"7 * * * *"}"#),
        Rule::Tenant(ManageSchedules),
    ),
    program(
        "DELETE",
        "/api/v1/schedules/{id}",
        "/api/v1/schedules/<schedule>",
        Body::Nothing,
        Rule::Tenant(ManageSchedules),
    ),
];
