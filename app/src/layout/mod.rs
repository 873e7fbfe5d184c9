//! The layout around every page: the bar at the top, the navigation and the warnings.

mod live;

use domain::{Membership, Role};
use leptos::prelude::*;

use crate::address::{self, Tenant};
use crate::api::{CurrentUser, Warning};
use crate::components::{linked, reactive_attr};
use crate::text;

pub use live::{Layout, use_tenant};

/// The link past the bar. It is the browser’s own (`external`): it moves the focus, which the
/// router would not.
pub fn skip_link() -> AnyView {
    view! {
        <a class="skip-link" href="#main" rel="external">
            "Skip to content"
        </a>
    }
    .into_any()
}

/// The bar on the page at this address, and the warnings below it. `kept` are the parameters that
/// links to other pages keep.
pub fn header(
    tenant: Option<&Tenant>,
    me: &CurrentUser,
    here: Signal<String>,
    kept: Signal<String>,
    warned: &[Warning],
) -> AnyView {
    view! {
        <header class="top">{top_bar(tenant, me, here, kept)}</header>
        {warnings(tenant, warned)}
    }
    .into_any()
}

/// The foot, which names the time zone.
#[cfg(feature = "ssr")]
pub fn foot() -> AnyView {
    view! {
        <footer class="foot">
            <span>"Times are in " {crate::components::use_zone().as_str()} ". Traffic days are in UTC, as on GitHub."</span>
        </footer>
    }
    .into_any()
}

/// The bar where nobody is known to be signed in.
pub fn plain_header() -> AnyView {
    view! {
        <header class="top">
            <Brand href="/"/>
        </header>
    }
    .into_any()
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
fn top_bar(
    tenant: Option<&Tenant>,
    me: &CurrentUser,
    here: Signal<String>,
    kept: Signal<String>,
) -> AnyView {
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
                {navigation(tenant, membership.role, here, kept)}
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
fn warnings(tenant: Option<&Tenant>, warnings: &[Warning]) -> Option<AnyView> {
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
        <button type="button" class="menu-button" popovertarget="tenant-menu">
            <span class="visually-hidden">"Tenant: "</span>
            {name}
            <span aria-hidden="true">" ▾"</span>
        </button>
        <nav class="menu-items from-start" id="tenant-menu" popover="auto" aria-label="Tenants">
            {links}
        </nav>
    }
    .into_any()
}

fn navigation(tenant: &Tenant, role: Role, here: Signal<String>, kept: Signal<String>) -> AnyView {
    let link = |label: &'static str,
                key,
                to: String,
                below: Vec<String>,
                rel: Option<&'static str>| {
        let path = to.clone();
        // The settings show no range.
        let has_range = rel.is_none() || below.is_empty();
        let href = move || {
            if has_range {
                path.clone() + &*kept.read()
            } else {
                path.clone()
            }
        };
        let current = move || {
            let here = here.read();
            let within = below.iter().any(|below| here.starts_with(below));
            (here.trim_end_matches('/') == to || within).then_some("page")
        };
        view! {
            <a href=reactive_attr(href) rel=rel data-shortcut=key aria-current=reactive_attr(current)>
                {label}
            </a>
        }
    };
    let of_all = vec![tenant.home() + "/values", tenant.home() + "/observations"];
    let of_one = vec![tenant.home() + "/r/", tenant.repositories() + "/"];
    let runs = tenant.collection() + "/";
    let settings = tenant.home() + "/settings/";
    let collection = (role != Role::RepositoryViewer)
        .then(|| link("Collection", "c", tenant.collection(), vec![runs], None));
    let settings = (role == Role::Owner).then(|| {
        link(
            "Settings",
            "s",
            tenant.connections(),
            vec![settings],
            Some("external"),
        )
    });
    view! {
        <nav class="nav" aria-label="Pages">
            {link("Overview", "o", tenant.home(), of_all, None)}
            {link("Repositories", "r", tenant.repositories(), of_one, None)}
            {link("Traffic", "t", tenant.traffic(), Vec::new(), Some("external"))}
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
        <button
            type="button"
            class="menu-button avatar"
            popovertarget="account-menu"
            aria-label=format!("Account: {}", me.name)
        >
            {text::initials(&me.name)}
        </button>
        <div class="menu-items" id="account-menu" popover="auto">
            <p class="menu-note">
                {me.name.clone()} <br/> {me.email.clone()}
            </p>
            <a href=address::PROFILE rel="external">
                "Profile"
            </a>
            {system}
            <button type="button" class="needs-scripts" data-shortcuts>
                "Keyboard shortcuts"
            </button>
            <form method="post" action="/sign-out">
                <button type="submit">"Sign out"</button>
            </form>
        </div>
    }
    .into_any()
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

    fn bar(tenant: &str, me: &CurrentUser) -> String {
        let tenant = Tenant(tenant.to_owned());
        test_html(|| {
            top_bar(
                Some(&tenant),
                me,
                Signal::stored(tenant.home()),
                Signal::stored("?period=1y".to_owned()),
            )
        })
    }

    #[test]
    fn members_of_several_tenants_can_switch_between_them() {
        let html = bar("lab", &me(&[("lab", "The Lab", Role::Viewer)]));
        assert!(
            html.contains("The Lab") && !html.contains("Tenants"),
            "{html}"
        );

        let two = [
            ("lab", "The Lab", Role::Viewer),
            ("sea", "Sea & Co", Role::Viewer),
        ];
        let html = bar("lab", &me(&two));
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
    fn the_navigation_lists_only_pages_the_role_may_open() {
        for (role, expected) in [
            (Role::Owner, [true, true]),
            (Role::Viewer, [true, false]),
            (Role::RepositoryViewer, [false, false]),
        ] {
            let html = bar("lab", &me(&[("lab", "The Lab", role)]));
            let links = ["Collection", "Settings"].map(|page| html.contains(page));
            assert_eq!(links, expected, "{role:?}: {html}");
        }
    }

    #[test]
    fn the_range_stays_on_the_way_to_another_page() {
        let html = bar("lab", &me(&[("lab", "The Lab", Role::Owner)]));
        for href in [
            r#"href="/t/lab?period=1y""#,
            r#"href="/t/lab/repositories?period=1y""#,
            r#"href="/t/lab/traffic?period=1y" rel="external""#,
            r#"href="/t/lab/settings/connections""#,
        ] {
            assert!(html.contains(href), "{href}: {html}");
        }
    }

    #[test]
    fn the_bar_names_no_tenant_hidden_from_the_user() {
        let html = bar("other", &me(&[("lab", "The Lab", Role::Owner)]));
        assert!(
            !html.contains("other") && !html.contains("Settings"),
            "{html}"
        );
        assert!(html.contains("Sign out") && html.contains(">ML<"), "{html}");
    }
}
