//! The pages of the installation.

use domain::SystemPermission::{self, ManagePeople, ManageServers, ManageTenants, ViewLog};

use super::{Request, Rule, get, order};

pub const REQUESTS: &[Request] = &[
    // The installation.
    get(
        "/system/people",
        "/system/people",
        Rule::System(ManagePeople),
    ),
    order(
        "/system/people",
        "invite",
        "/system/people",
        "maintainer=true",
        Rule::System(ManagePeople),
    ),
    order(
        "/system/people",
        "withdraw",
        "/system/people",
        "invitation=<installation-invitation>",
        Rule::System(ManagePeople),
    ),
    order(
        "/system/people",
        "roles",
        "/system/people",
        "person=<nobody>&maintainer=true",
        Rule::System(ManagePeople),
    ),
    order(
        "/system/people",
        "sign-out",
        "/system/people",
        "person=<nobody>",
        Rule::System(ManagePeople),
    ),
    order(
        "/system/people",
        "remove",
        "/system/people",
        "person=<nobody>",
        Rule::System(ManagePeople),
    ),
    get("/system", "/system", Rule::System(ViewLog)),
    get(
        "/system/tenants",
        "/system/tenants",
        Rule::System(ManageTenants),
    ),
    order(
        "/system/tenants",
        "create",
        "/system/tenants",
        "name=New&owner=new@example.org",
        Rule::System(ManageTenants),
    ),
    order(
        "/system/tenants",
        "invite",
        "/system/tenants",
        "tenant=<ownerless>",
        Rule::System(ManageTenants),
    ),
    order(
        "/system/tenants",
        "rename",
        "/system/tenants",
        "tenant=<tenant>&name=Other",
        Rule::System(ManageTenants),
    ),
    order(
        "/system/tenants",
        "suspend",
        "/system/tenants",
        "tenant=<tenant>",
        Rule::System(ManageTenants),
    ),
    order(
        "/system/tenants",
        "resume",
        "/system/tenants",
        "tenant=<tenant>",
        Rule::System(ManageTenants),
    ),
    order(
        "/system/tenants",
        "delete",
        "/system/tenants",
        "tenant=<tenant>&typed=Lab",
        Rule::System(ManageTenants),
    ),
    get(
        "/system/servers",
        "/system/servers",
        Rule::System(ManageServers),
    ),
    order(
        "/system/servers",
        "add",
        "/system/servers",
        "api_url=<other-github>",
        Rule::System(ManageServers),
    ),
    order(
        "/system/servers",
        "remove",
        "/system/servers",
        "server=<server>",
        Rule::System(ManageServers),
    ),
    get("/system/log", "/system/log", Rule::System(ViewLog)),
    get("/system/log.csv", "/system/log.csv", Rule::System(ViewLog)),
    get("/system/runs", "/system/runs", Rule::System(ViewLog)),
    order(
        "/system/runs",
        "collect",
        "/system/runs",
        "tenant=<tenant>",
        Rule::System(SystemPermission::Collect),
    ),
];
