//! The layout of a tenant's pages: top bar and navigation.

use domain::report::Warning;
use domain::{Membership, Role};
use leptos::html::Main;
use leptos::prelude::*;
use leptos_router::components::Outlet;
use leptos_router::hooks::{use_location, use_params_map};

use super::{linked, reactive, reactive_attr, suspended};
use crate::address::{self, Tenant};
use crate::api::{self, CurrentUser, LayoutData, PageData, PageQuery};
use crate::text;

/// The tenant in the URL.
pub fn use_tenant() -> Memo<Tenant> {
    let params = use_params_map();
    Memo::new(move |_| Tenant(params.read().get("tenant").unwrap_or_default()))
}

/// The frame of a tenant's pages.
#[component]
pub fn Layout() -> impl IntoView {
    let tenant = use_tenant();
    let around = api::page_resource(move || {
        let tenant = tenant.get().0;
        (PageQuery::LayoutData { tenant }, 0)
    });
    let here = use_location().pathname;
    let top = move |answer: Memo<PageData>| {
        let top = reactive(move || {
            let around: Option<LayoutData> = answer.read().read().ok().flatten();
            match around {
                Some(around) => {
                    let tenant = tenant.read();
                    view! {
                        <header class="top">{top_bar(Some(&tenant), &around.me, here.into())}</header>
                        {warnings(Some(&tenant), &around.warnings)}
                    }
                    .into_any()
                }
                None => view! {
                    <header class="top">
                        <Brand href="/"/>
                    </header>
                }
                .into_any(),
            }
        });
        top.into_any()
    };
    let main = NodeRef::<Main>::new();
    focus_on_arrival(main);

    view! {
        // A link within the page is the browser's: it moves the focus, the router would not.
        <a class="skip-link" href="#main" rel="external">
            "Skip to content"
        </a>
        {suspended(around, None, Box::new(top))}
        <main id="main" tabindex="-1" node_ref=main>
            <Outlet/>
        </main>
    }
}

/// The mark and the name.
#[component]
pub fn Brand(
    /// Where it leads.
    #[prop(into)]
    href: String,
) -> impl IntoView {
    view! {
        <a class="brand" href=href>
            <svg width="22" height="22" viewBox="0 0 24 24" aria-hidden="true">
                <path d="M2 9c2.5 0 2.5-2 5-2s2.5 2 5 2 2.5-2 5-2 2.5 2 5 2"></path>
                <path d="M2 14c2.5 0 2.5-2 5-2s2.5 2 5 2 2.5-2 5-2 2.5 2 5 2" opacity=".55"></path>
                <path d="M2 19c2.5 0 2.5-2 5-2s2.5 2 5 2 2.5-2 5-2 2.5 2 5 2" opacity=".3"></path>
            </svg>
            "Tidemark"
        </a>
    }
}

/// The content of the top bar on the page at this path.
///
/// Links to documents are the browser's (`external`): the router in the browser knows only the
/// pages that live there.
pub fn top_bar(tenant: Option<&Tenant>, me: &CurrentUser, here: Signal<String>) -> AnyView {
    // A tenant hidden from the user is not named here either.
    let known = tenant.and_then(|tenant| {
        let mine = |m: &&Membership| m.slug.as_str() == tenant.0;
        Some((tenant, me.memberships.iter().find(mine)?))
    });
    let home = known.map_or_else(|| "/".to_owned(), |(tenant, _)| tenant.home());
    let pages = match known {
        Some((tenant, membership)) => Some(
            view! {
                {switch(&membership.name, Some(tenant), &me.memberships)}
                {navigation(tenant, membership.role, here)}
            }
            .into_any(),
        ),
        None if me.memberships.is_empty() => None,
        None => Some(switch("Tenants", None, &me.memberships)),
    };
    view! {
        <Brand href=home/>
        {pages}
        <span class="spacer"></span>
        {account(me)}
    }
    .into_any()
}

/// Warnings for owners, on every page.
pub fn warnings(tenant: Option<&Tenant>, warnings: &[Warning]) -> Option<AnyView> {
    if warnings.is_empty() {
        return None;
    }
    let address = tenant.map(Tenant::connections);
    let notices: Vec<_> = warnings
        .iter()
        .map(|warning| {
            let class = if warning.urgent {
                "notice bad"
            } else {
                "notice warn"
            };
            view! {
                <p class=class>
                    {linked(&warning.message)} " "
                    <a href=address.clone() rel="external">
                        "View connection"
                    </a>
                </p>
            }
        })
        .collect();
    Some(
        view! {
            <aside class="warnings" aria-label="Warnings">
                {notices}
            </aside>
        }
        .into_any(),
    )
}

/// The tenant's name, or a menu if there are several.
fn switch(name: &str, tenant: Option<&Tenant>, memberships: &[Membership]) -> AnyView {
    let name = name.to_owned();
    if tenant.is_some() && memberships.len() < 2 {
        return view! { <span class="tenant">{name}</span> }.into_any();
    }
    let links: Vec<_> = memberships
        .iter()
        .map(|m| {
            let current = tenant.is_some_and(|tenant| m.slug.as_str() == tenant.0);
            let home = Tenant(m.slug.to_string()).home();
            view! { <a href=home aria-current=current.then_some("true")>{m.name.clone()}</a> }
        })
        .collect();
    view! {
        <details class="menu from-start" name="menu">
            <summary>
                <span class="visually-hidden">"Tenant: "</span>
                {name}
                <span aria-hidden="true">" ▾"</span>
            </summary>
            <nav class="menu-items" aria-label="Tenants">
                {links}
            </nav>
        </details>
    }
    .into_any()
}

fn navigation(tenant: &Tenant, role: Role, here: Signal<String>) -> AnyView {
    let link = |label: &'static str, to: String, below: Option<String>, rel| {
        let href = to.clone();
        let current = move || {
            let here = here.read();
            let within = below.as_ref().is_some_and(|below| here.starts_with(below));
            (here.trim_end_matches('/') == to || within).then_some("page")
        };
        view! {
            <a href=href rel=rel aria-current=reactive_attr(current)>
                {label}
            </a>
        }
    };
    let repository = tenant.home() + "/r/";
    let settings = tenant.home() + "/settings/";
    let collection = (role != Role::RepositoryViewer)
        .then(|| link("Collection", tenant.collection(), None, None));
    let settings = (role == Role::Owner).then(|| {
        link(
            "Settings",
            tenant.connections(),
            Some(settings),
            Some("external"),
        )
    });
    view! {
        <nav class="nav" aria-label="Pages">
            {link("Overview", tenant.home(), None, None)}
            {link("Repositories", tenant.repositories(), Some(repository), None)}
            {collection}
            {settings}
        </nav>
    }
    .into_any()
}

fn account(me: &CurrentUser) -> AnyView {
    let system = me.system.then(|| {
        view! {
            <a href=address::SYSTEM rel="external">
                "System"
            </a>
        }
    });
    view! {
        <details class="menu" name="menu">
            <summary class="avatar" aria-label=format!("Account: {}", me.name)>
                {text::initials(&me.name)}
            </summary>
            <div class="menu-items">
                <p class="menu-note">
                    {me.name.clone()} <br/> {me.email.clone()}
                </p>
                <a href=address::PROFILE rel="external">
                    "Profile"
                </a>
                {system}
                <form method="post" action="/sign-out">
                    <button type="submit">"Sign out"</button>
                </form>
            </div>
        </details>
    }
    .into_any()
}

/// Moves the focus to the new page, as a browser does after a page load.
fn focus_on_arrival(main: NodeRef<Main>) {
    let here = use_location().pathname;
    Effect::new(move |before: Option<String>| {
        let now = here.get();
        if before.is_some_and(|before| before != now)
            && let Some(main) = main.get_untracked()
        {
            // Fails only while the page is being left.
            let _ = main.focus();
        }
        now
    });
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use domain::TenantId;

    use super::*;
    use crate::test_html::test_html;

    fn me(memberships: &[(&str, &str, Role)]) -> CurrentUser {
        let membership = |(slug, name, role): &(&str, &str, Role)| Membership {
            tenant: TenantId::new(1),
            slug: slug.parse().expect("a valid slug"),
            name: (*name).to_owned(),
            role: *role,
            suspended: false,
            granted: Vec::new(),
        };
        CurrentUser {
            name: "Mona Lisa".to_owned(),
            email: "mona@example.org".to_owned(),
            memberships: memberships.iter().map(membership).collect(),
            system: false,
        }
    }

    fn shown(tenant: &str, me: &CurrentUser) -> String {
        let tenant = Tenant(tenant.to_owned());
        test_html(|| top_bar(Some(&tenant), me, Signal::stored(tenant.home())))
    }

    #[test]
    fn who_belongs_to_several_tenants_switches_between_them() {
        let html = shown("lab", &me(&[("lab", "The Lab", Role::Viewer)]));
        assert!(
            html.contains("The Lab") && !html.contains("Tenants"),
            "{html}"
        );

        let two = [
            ("lab", "The Lab", Role::Viewer),
            ("sea", "Sea & Co", Role::Viewer),
        ];
        let html = shown("lab", &me(&two));
        assert!(
            html.contains(r#"<a href="/t/lab" aria-current="true">"#),
            "{html}"
        );
        assert!(
            html.contains(r#"<a href="/t/sea">Sea &amp; Co</a>"#),
            "{html}"
        );
    }

    #[test]
    fn the_way_leads_only_where_the_role_reaches() {
        for (role, expected) in [
            (Role::Owner, [true, true]),
            (Role::Viewer, [true, false]),
            (Role::RepositoryViewer, [false, false]),
        ] {
            let html = shown("lab", &me(&[("lab", "The Lab", role)]));
            let shown = ["Collection", "Settings"].map(|page| html.contains(page));
            assert_eq!(shown, expected, "{role:?}: {html}");
        }
    }

    #[test]
    fn nothing_stands_around_a_page_that_the_person_may_not_know() {
        let html = shown("other", &me(&[("lab", "The Lab", Role::Owner)]));
        assert!(
            !html.contains("other") && !html.contains("Settings"),
            "{html}"
        );
        assert!(html.contains("Sign out") && html.contains(">ML<"), "{html}");
    }
}
