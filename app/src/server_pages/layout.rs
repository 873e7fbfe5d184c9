//! The layout of server pages: the top bar, the section links, warnings and the flash message.

use domain::report::{ReportParams, ReportQuery};
use domain::{Access, Permission, SystemPermission};
use engine::{Error, TenantRequest};
use leptos::prelude::*;

use super::PageRequest;
use crate::address::{self, Tenant};
use crate::api::{CurrentUser, Warning};
use crate::layout::{Brand, foot, header, skip_link};
use crate::messages::connection_warning;

/// The layout around a page.
pub struct Layout {
    me: Option<CurrentUser>,
    tenant: Option<Tenant>,
    here: String,
    /// The parameters that links to other pages keep.
    kept: String,
    sections: Option<Sections>,
    warnings: Vec<Warning>,
    flash: Option<String>,
}

/// Links between the pages of a section.
struct Sections {
    label: &'static str,
    links: Vec<(&'static str, String)>,
}

impl Layout {
    /// The plain layout: the top bar if signed in, else only the logo.
    pub fn around(request: &PageRequest) -> Self {
        let me = request.person().map(CurrentUser::of);
        // People with one tenant keep its navigation on pages outside of it.
        let tenant = match me.as_ref().map(|me| me.memberships.as_slice()) {
            Some([only]) => Some(Tenant(only.slug.to_string())),
            _ => None,
        };
        Self {
            me,
            tenant,
            here: request.address.clone(),
            kept: String::new(),
            sections: None,
            warnings: Vec::new(),
            flash: request.flash.clone(),
        }
    }

    /// The layout without a top bar, as for signing in.
    pub fn alone(request: &PageRequest) -> Self {
        Self {
            me: None,
            tenant: None,
            ..Self::around(request)
        }
    }

    /// The layout of a tenant's page, with the warnings about its connections.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn tenant(
        request: &PageRequest,
        context: &TenantRequest,
    ) -> Result<Self, domain::Problem> {
        let warnings = (context.engine.warnings(&context.viewer, context.tenant)).await;
        let warnings = warnings.map_err(Error::into_problem)?;
        // The page itself says what is wrong with a range.
        let params = ReportParams::of(&|name| request.query.text(name));
        let range = ReportQuery::parse(params).unwrap_or_default();
        Ok(Self {
            tenant: Some(request.pages()),
            kept: address::with_params(String::new(), range.params()),
            warnings: warnings.iter().map(connection_warning).collect(),
            ..Self::around(request)
        })
    }

    /// The layout of a tenant's settings page; `here` is its address.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn settings(
        request: &PageRequest,
        context: &TenantRequest,
        here: String,
    ) -> Result<Self, domain::Problem> {
        let pages = request.pages();
        let mut links = Vec::new();
        let mut link = |permission, label, address| {
            if context.may(permission) {
                links.push((label, address));
            }
        };
        link(
            Permission::ManageConnections,
            "Connections",
            pages.connections(),
        );
        link(Permission::ManageSchedules, "Schedules", pages.schedules());
        link(Permission::ManageMembers, "Members", pages.members());
        link(Permission::ManageTokens, "API tokens", pages.tokens());
        Ok(Self {
            here,
            sections: Some(Sections {
                label: "Settings",
                links,
            }),
            ..Self::tenant(request, context).await?
        })
    }

    /// The layout of a system page; `here` is its address.
    pub fn system(request: &PageRequest, here: &str) -> Self {
        let may = |permission| {
            let access = request
                .viewer
                .as_ref()
                .map(|it| it.system_access(permission));
            access == Some(Access::Granted)
        };
        let links = [
            (SystemPermission::ManageTenants, "Tenants", address::TENANTS),
            (SystemPermission::ManagePeople, "People", address::PEOPLE),
            (
                SystemPermission::ManageServers,
                "GitHub servers",
                address::SERVERS,
            ),
            (SystemPermission::ViewLog, "Log", address::LOG),
            (SystemPermission::ViewLog, "Runs", address::RUNS),
        ];
        let links = links
            .into_iter()
            .filter(|(permission, ..)| may(*permission));
        Self {
            here: here.to_owned(),
            sections: Some(Sections {
                label: "System",
                links: links
                    .map(|(_, label, address)| (label, address.to_owned()))
                    .collect(),
            }),
            ..Self::around(request)
        }
    }

    /// The page within the layout.
    pub fn with(self, body: AnyView) -> AnyView {
        let Self {
            me,
            tenant,
            here,
            kept,
            sections,
            warnings,
            flash,
        } = self;
        let flash = flash.map(|sentence| {
            view! {
                <p class="notice ok" role="status">
                    {sentence}
                </p>
            }
        });
        let Some(me) = me else {
            return view! {
                <main id="main" class="auth">
                    <Brand href="/"/>
                    {flash}
                    {body}
                </main>
            }
            .into_any();
        };
        let sections = sections.map(|sections| links(sections, &here));
        view! {
            {skip_link()}
            {header(
                tenant.as_ref(),
                &me,
                Signal::stored(here),
                Signal::stored(kept),
                &warnings,
            )}
            <main id="main" tabindex="-1">
                {sections}
                {flash}
                {body}
            </main>
            {foot()}
        }
        .into_any()
    }
}

/// The section links; `None` if there is only one page.
fn links(sections: Sections, here: &str) -> Option<AnyView> {
    let Sections { label, links } = sections;
    if links.len() < 2 {
        return None;
    }
    let links: Vec<_> = links
        .into_iter()
        .map(|(label, address)| {
            let current = (address == here).then_some("page");
            view! { <a href=address aria-current=current>{label}</a> }
        })
        .collect();
    Some(
        view! {
            <nav class="sections" aria-label=label>
                {links}
            </nav>
        }
        .into_any(),
    )
}

/// A page's heading and a sentence about it.
pub fn page_head(title: &'static str, about: &'static str) -> AnyView {
    view! {
        <div class="page-head">
            <div>
                <h1>{title}</h1>
                <p class="muted">{about}</p>
            </div>
        </div>
    }
    .into_any()
}

/// A card with a heading, whose `id` names what is in it.
pub fn card(id: &'static str, heading: &'static str, content: impl IntoView + 'static) -> AnyView {
    view! {
        <section class="card">
            <div class="card-head">
                <h2 id=id>{heading}</h2>
            </div>
            {content.into_any()}
        </section>
    }
    .into_any()
}
