//! All tenants: creating, renaming, limiting, suspending and deleting them. Shows no statistics.

use domain::report::TenantSummary;
use domain::{Email, Limits, Problem, TenantId};
use engine::Error;
use leptos::prelude::*;
use secrecy::ExposeSecret;
use serde::Deserialize;
use strum::{EnumString, IntoStaticStr, VariantNames};

use super::limits;
use crate::address;
use crate::chart::format;
use crate::components::timestamp_or;
use crate::server_pages::confirm::{Confirm, secret};
use crate::server_pages::fields::parsed_optional;
use crate::server_pages::form::{Form, Text, hidden, submit_button};
use crate::server_pages::layout::{Layout, card};
use crate::server_pages::list_part::ListPart;
use crate::server_pages::table::{ACTIONS, Column, TableLabel, data_table};
use crate::server_pages::{FormOutcome, PageContent, PageRequest, ServerPage};

const COLUMNS: [Column; 6] = [
    Column("Tenant", ""),
    Column("Owners", ""),
    Column("Members", "num"),
    Column("Repositories", "num"),
    Column("Last collected", ""),
    ACTIONS,
];

/// What the forms of this page do.
#[derive(Clone, Copy, EnumString, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
enum Action {
    Create,
    Invite,
    Rename,
    Limits,
    Suspend,
    Resume,
    Delete,
}

pub const PAGE: ServerPage = ServerPage::new(
    address::TENANTS,
    Action::VARIANTS,
    |request| Box::pin(view(request)),
    |request| Box::pin(submit(request)),
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

async fn view(request: PageRequest) -> Result<PageContent, Problem> {
    let tenants = request.engine.tenants(request.viewer()?).await;
    let tenants = tenants.map_err(Error::into_problem)?;
    let changed = request.engine.tenant_limits(request.viewer()?).await;
    let changed = changed.map_err(Error::into_problem)?;
    let layout = Layout::system(&request, address::TENANTS);
    Ok(PageContent::new("Tenants", layout, move || {
        let none = Limits::default();
        let row = |tenant: &TenantSummary| {
            row(&request, tenant, changed.get(&tenant.id).unwrap_or(&none))
        };
        let place = (address::TENANTS.to_owned(), "");
        let text = |tenant: &TenantSummary| format!("{} {}", tenant.name, tenant.slug);
        let (part, shown) = ListPart::of(&request.query, place, &tenants, text);
        let rows: Vec<_> = shown.into_iter().map(row).collect();
        let search = part.search("Name");
        let search = search.map(|search| view! { <div class="card-head">{search}</div> });
        view! {
            <div class="page-head">
                <h1>"Tenants"</h1>
            </div>
            <section class="card">
                {search}
                {part.nothing_found()}
                {data_table("as-list", TableLabel::Text("Tenants"), &COLUMNS, rows)}
                {part.pages()}
            </section>
            {create(&request)}
        }
        .into_any()
    }))
}

fn create(request: &PageRequest) -> AnyView {
    let form = Form::new(request, Action::Create);
    let link = [form.clone(), Form::new(request, Action::Invite)];
    let link = link.iter().find_map(Form::secret).map(|token| {
        secret(
            "Owner’s invitation link",
            request.link(&address::invitation(token)),
            "Send it to the owner yourself. It won’t be shown again. It works once, within seven days.",
        )
    });
    let fields = view! {
        <div class="fields">{form.text(NAME, "")} {form.text(OWNER, "")}</div>
        {submit_button("Create tenant")}
    };
    card(
        "create",
        "Create a tenant",
        view! {
        <div class="card-body">{link} {form.with("create", fields)}</div>
        },
    )
}

fn row(request: &PageRequest, tenant: &TenantSummary, limits: &Limits) -> AnyView {
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
            <td data-label="Last collected">{timestamp_or(tenant.last_run_at, "Never")}</td>
            <td class="actions">
                <div class="row">{actions(request, tenant, limits)}</div>
            </td>
        </tr>
    }
    .into_any()
}

fn actions(request: &PageRequest, tenant: &TenantSummary, limits: &Limits) -> AnyView {
    let id = tenant.id.to_string();
    let name = tenant.name.clone();
    let form = |action: Action| Form::for_item(request, action, "tenant", &id);
    let tenant_field = || hidden("tenant", &id);

    let invite = tenant.owners.is_empty().then(|| {
        let label = view! {
            "Invite an owner"
            <span class="visually-hidden">" to " {name.clone()}</span>
        };
        form(Action::Invite).button("tenant", &id, "button small", label)
    });

    let rename = form(Action::Rename);
    let rename_fields = view! { {tenant_field()} {rename.text(NAME, &name)} };
    let rename = rename.confirm(
        Confirm {
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
        form(Action::Resume).button("tenant", &id, "button small", label)
    } else {
        form(Action::Suspend).confirm(
            Confirm {
                button: "Suspend",
                about: name.clone(),
                title: format!("Suspend {name}?"),
                text: "Members lose access and collection stops until you resume it. Nothing is \
                       deleted, but GitHub keeps traffic for only 14 days."
                    .to_owned(),
                answer: "Suspend tenant",
                danger: true,
            },
            tenant_field(),
        )
    };

    let delete = form(Action::Delete);
    let typed = Text {
        name: "typed",
        label: "Type the tenant’s name to confirm",
        autocomplete: "off",
        longest: 100,
        ..Text::EMPTY
    };
    let delete_fields = view! { {tenant_field()} {delete.text(typed, "")} };
    let delete = delete.confirm(
        Confirm {
            button: "Delete",
            about: name.clone(),
            title: format!("Delete {name}?"),
            text: "This deletes its repositories with their history, its connections, schedules, \
                   members and tokens. Traffic older than 14 days can’t be collected again."
                .to_owned(),
            answer: "Delete permanently",
            danger: true,
        },
        delete_fields,
    );
    let limit = limits::dialog(&form(Action::Limits), tenant, limits);
    view! { {invite} {rename} {limit} {suspend} {delete} }.into_any()
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct CreateForm {
    name: String,
    owner: String,
}

#[derive(Deserialize)]
struct TenantForm {
    tenant: TenantId,
}

#[derive(Deserialize)]
struct RenameForm {
    tenant: TenantId,
    #[serde(default)]
    name: String,
}

#[derive(Deserialize)]
struct DeleteForm {
    tenant: TenantId,
    #[serde(default)]
    typed: String,
}

async fn submit(request: PageRequest) -> Result<FormOutcome, Problem> {
    let (engine, viewer) = (&request.engine, request.viewer()?);
    let (done, message) = match request.action()? {
        Action::Create => return create_tenant(&request).await,
        Action::Invite => {
            let TenantForm { tenant } = request.form()?;
            let token = engine.invite_owner(viewer, tenant, None).await;
            let token = token.map_err(Error::into_problem)?;
            return Ok(FormOutcome::Reveal(token.expose_secret().to_owned()));
        }
        Action::Limits => {
            let TenantForm { tenant } = request.form()?;
            let limits = limits::parsed(&request.form()?)?;
            let set = engine.set_tenant_limits(viewer, tenant, &limits).await;
            (set, "Limits saved.")
        }
        Action::Rename => {
            let RenameForm { tenant, name } = request.form()?;
            let renamed = engine.rename_tenant(viewer, tenant, &name).await;
            (renamed, "Tenant renamed.")
        }
        Action::Suspend => {
            let TenantForm { tenant } = request.form()?;
            let suspended = engine.suspend_tenant(viewer, tenant, true).await;
            (suspended, "Tenant suspended.")
        }
        Action::Resume => {
            let TenantForm { tenant } = request.form()?;
            let resumed = engine.suspend_tenant(viewer, tenant, false).await;
            (resumed, "Tenant resumed.")
        }
        Action::Delete => {
            let DeleteForm { tenant, typed } = request.form()?;
            let deleted = engine.delete_tenant(viewer, tenant, &typed).await;
            (deleted, "Tenant deleted.")
        }
    };
    done.map_err(Error::into_problem)?;
    Ok(FormOutcome::flash(address::TENANTS, message))
}

async fn create_tenant(request: &PageRequest) -> Result<FormOutcome, Problem> {
    let form: CreateForm = request.form()?;
    let owner: Option<Email> = parsed_optional(&form.owner)?;
    let created = (request.engine)
        .create_tenant(request.viewer()?, &form.name, owner)
        .await
        .map_err(Error::into_problem)?;
    Ok(match created.invitation {
        Some(token) => FormOutcome::Reveal(token.expose_secret().to_owned()),
        None => FormOutcome::flash(
            address::TENANTS,
            format!("Tenant created at /t/{}.", created.slug),
        ),
    })
}
