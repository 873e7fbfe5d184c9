//! All tenants: creating, renaming, limiting, suspending and deleting them. Shows no statistics.

use domain::report::TenantSummary;
use domain::{Email, Limits, Problem, TenantId, TimeZone};
use engine::Error;
use leptos::prelude::*;
use secrecy::ExposeSecret;

use super::limits;
use crate::address;
use crate::chart::format;
use crate::documents::form::{Form, Text, submit};
use crate::documents::frame::Frame;
use crate::documents::question::{Question, secret};
use crate::documents::table::{ACTIONS, Called, Column, data_table};
use crate::documents::times::moment_or;
use crate::documents::{Document, Page, Taken, Visit};

/// The columns of the table.
const COLUMNS: [Column; 6] = [
    Column("Tenant", ""),
    Column("Owners", ""),
    Column("Members", "num"),
    Column("Repositories", "num"),
    Column("Last collected", ""),
    ACTIONS,
];

pub const DOCUMENT: Document = Document::new(
    address::TENANTS,
    &[
        "create", "invite", "rename", "limits", "suspend", "resume", "delete",
    ],
    |visit| Box::pin(view(visit)),
    |visit| Box::pin(take(visit)),
);

const NAME: Text = Text {
    name: "name",
    label: "Name",
    placeholder: "Neuro Lab",
    autocomplete: "off",
    longest: 100,
    ..Text::EMPTY
};
const OWNER: Text = Text {
    name: "owner",
    label: "Owner’s email (optional)",
    kind: "email",
    autocomplete: "off",
    hint: "You’ll get an invitation link to pass on. Leave empty to own the tenant yourself.",
    longest: 254,
    optional: true,
    ..Text::EMPTY
};

async fn view(visit: Visit) -> Result<Page, Problem> {
    let tenants = visit.engine.tenants(visit.viewer()?).await;
    let tenants = tenants.map_err(Error::into_problem)?;
    let changed = visit.engine.tenant_limits(visit.viewer()?).await;
    let changed = changed.map_err(Error::into_problem)?;
    let frame = Frame::system(&visit, address::TENANTS);
    Ok(Page::new("Tenants", frame, move || {
        let none = Limits::default();
        let row =
            |tenant: &TenantSummary| row(&visit, tenant, changed.get(&tenant.id).unwrap_or(&none));
        let rows: Vec<_> = tenants.iter().map(row).collect();
        view! {
            <div class="page-head">
                <h1>"Tenants"</h1>
            </div>
            <section class="card">
                {data_table("as-list", Called::So("Tenants"), &COLUMNS, rows)}
            </section>
            {create(&visit)}
        }
        .into_any()
    }))
}

fn create(visit: &Visit) -> AnyView {
    let form = Form::new(visit, "create");
    let shown = [form.clone(), Form::new(visit, "invite")];
    let shown = shown.iter().find_map(Form::shown).map(|token| {
        secret(
            "Owner’s invitation link",
            visit.link(&address::invitation(token)),
            "Send it to the owner yourself. It won’t be shown again. It works once, within seven days.",
        )
    });
    let fields = view! {
        <div class="fields">{form.text(NAME, "")} {form.text(OWNER, "")}</div>
        {submit("Create tenant")}
    };
    view! {
        <section class="card">
            <div class="card-head">
                <h2 id="create">"Create a tenant"</h2>
            </div>
            <div class="card-body">{shown} {form.with("create", fields)}</div>
        </section>
    }
    .into_any()
}

fn row(visit: &Visit, tenant: &TenantSummary, limits: &Limits) -> AnyView {
    let zone: TimeZone = visit.zone();
    let suspended = tenant
        .suspended_at
        .map(|_| view! { <span class="pill warn">"suspended"</span> });
    let owners = match tenant.owners.as_slice() {
        [] => view! { <span class="pill bad">"none"</span> }.into_any(),
        owners => owners.join(", ").into_any(),
    };
    view! {
        <tr>
            <th scope="row" class="name">
                <b>{tenant.name.clone()}</b>
                " "
                {suspended}
                <br/>
                <span class="muted">{tenant.slug.to_string()}</span>
            </th>
            <td data-label="Owners">{owners}</td>
            <td class="num" data-label="Members">
                {format::number(tenant.members.into())}
            </td>
            <td class="num" data-label="Repositories">
                {format::number(tenant.repositories.into())}
            </td>
            <td data-label="Last collected">{moment_or(tenant.last_run_at, zone, "never")}</td>
            <td class="actions">
                <div class="row">{actions(visit, tenant, limits)}</div>
            </td>
        </tr>
    }
    .into_any()
}

fn actions(visit: &Visit, tenant: &TenantSummary, limits: &Limits) -> AnyView {
    let id = tenant.id.to_string();
    let name = tenant.name.clone();
    let form = |order| Form::about(visit, order, "tenant", &id);
    let hidden = || view! { <input type="hidden" name="tenant" value=id.clone()/> };

    let invite = tenant.owners.is_empty().then(|| {
        let label = view! {
            "Invite an owner"
            <span class="visually-hidden">" to " {name.clone()}</span>
        };
        form("invite").button("tenant", &id, "button small", label)
    });

    let rename = form("rename");
    let rename_fields = view! { {hidden()} {rename.text(NAME, &name)} };
    let rename = rename.ask(
        Question {
            button: "Rename",
            about: name.clone(),
            title: format!("Rename {name}"),
            text: "Its URL stays the same, so links keep working.".to_owned(),
            answer: "Rename",
            danger: false,
        },
        rename_fields,
    );

    let suspend = if tenant.suspended_at.is_some() {
        let label = view! {
            "Resume"
            <span class="visually-hidden">" " {name.clone()}</span>
        };
        form("resume").button("tenant", &id, "button small", label)
    } else {
        form("suspend").ask(
            Question {
                button: "Suspend",
                about: name.clone(),
                title: format!("Suspend {name}?"),
                text: "Members lose access and collection stops until you resume it. Nothing is \
                       deleted, but GitHub keeps traffic for only two weeks."
                    .to_owned(),
                answer: "Suspend tenant",
                danger: true,
            },
            hidden(),
        )
    };

    let delete = form("delete");
    let typed = Text {
        name: "typed",
        label: "Type the tenant’s name to confirm",
        autocomplete: "off",
        longest: 100,
        ..Text::EMPTY
    };
    let delete_fields = view! { {hidden()} {delete.text(typed, "")} };
    let delete = delete.ask(
        Question {
            button: "Delete",
            about: name.clone(),
            title: format!("Delete {name}?"),
            text: "This deletes its repositories with their history, its connections, schedules, \
                   members and tokens. GitHub can’t provide traffic older than two weeks again."
                .to_owned(),
            answer: "Delete permanently",
            danger: true,
        },
        delete_fields,
    );
    let limit = limits::ask(visit, tenant, limits);
    view! { {invite} {rename} {limit} {suspend} {delete} }.into_any()
}

async fn take(visit: Visit) -> Result<Taken, Problem> {
    let (engine, viewer, fields) = (&visit.engine, visit.viewer()?, visit.fields());
    if visit.order() == "create" {
        let owner: Option<Email> = fields.read_unless_empty("owner")?;
        let made = engine
            .create_tenant(viewer, fields.text("name"), owner)
            .await;
        let made = made.map_err(Error::into_problem)?;
        return Ok(match made.invitation {
            Some(token) => Taken::Show(token.expose_secret().to_owned()),
            None => Taken::said(
                address::TENANTS,
                format!("Tenant created at /t/{}.", made.slug),
            ),
        });
    }
    let id: TenantId = fields.id("tenant")?;
    if visit.order() == "invite" {
        let token = engine.invite_owner(viewer, id, None).await;
        let token = token.map_err(Error::into_problem)?;
        return Ok(Taken::Show(token.expose_secret().to_owned()));
    }
    let (done, said) = match visit.order() {
        "limits" => (
            (engine.set_tenant_limits(viewer, id, &limits::read(&fields)?)).await,
            "Limits saved.",
        ),
        "rename" => (
            engine.rename_tenant(viewer, id, fields.text("name")).await,
            "Tenant renamed.",
        ),
        "suspend" => (
            engine.suspend_tenant(viewer, id, true).await,
            "Tenant suspended.",
        ),
        "resume" => (
            engine.suspend_tenant(viewer, id, false).await,
            "Tenant resumed.",
        ),
        _ => (
            engine.delete_tenant(viewer, id, fields.text("typed")).await,
            "Tenant deleted.",
        ),
    };
    done.map_err(Error::into_problem)?;
    Ok(Taken::said(address::TENANTS, said))
}
