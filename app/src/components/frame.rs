//! What stands around every page of a tenant: the bar at the top, and the way between the pages.

use domain::Membership;
use leptos::html::Main;
use leptos::prelude::*;
use leptos_router::components::Outlet;
use leptos_router::hooks::{use_location, use_params_map};

use super::{awaited, live, live_value};
use crate::address::Tenant;
use crate::api::{self, Answer, Me, Question};
use crate::words;

/// The tenant that the address names.
pub fn use_tenant() -> Memo<Tenant> {
    let params = use_params_map();
    Memo::new(move |_| Tenant(params.read().get("tenant").unwrap_or_default()))
}

/// The frame of a tenant's pages.
#[component]
pub fn Frame() -> impl IntoView {
    let tenant = use_tenant();
    let me = api::ask_for(|| (Question::Me, 0));
    let top = move |me: Memo<Answer>| {
        live(move || top(&tenant.read(), me.read().read().ok().flatten())).into_any()
    };
    let main = NodeRef::<Main>::new();
    focus_on_arrival(main);

    view! {
        // A link within the page is the browser's: it moves the focus, the router would not.
        <a class="skip-link" href="#main" rel="external">
            "Skip to the content"
        </a>
        <header class="top">
            {awaited(me, None, Box::new(top))}
        </header>
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

fn top(tenant: &Tenant, me: Option<Me>) -> AnyView {
    let Some(me) = me else {
        return view! { <Brand href="/"/> }.into_any();
    };
    // Of a tenant that the person may not know, the frame says nothing either.
    let known = me.memberships.iter().any(|m| m.slug.as_str() == tenant.0);
    let pages = known.then(|| {
        view! {
            {switch(tenant, &me.memberships)}
            {navigation(tenant)}
        }
    });
    view! {
        <Brand href=if known { tenant.home() } else { "/".to_owned() }/>
        {pages}
        <span class="spacer"></span>
        {account(&me)}
    }
    .into_any()
}

/// The tenant's name, or a choice where there are several.
fn switch(tenant: &Tenant, memberships: &[Membership]) -> AnyView {
    let name = memberships
        .iter()
        .find(|m| m.slug.as_str() == tenant.0)
        .map(|m| m.name.clone());
    if memberships.len() < 2 {
        return view! { <span class="tenant">{name}</span> }.into_any();
    }
    let links: Vec<_> = memberships
        .iter()
        .map(|m| {
            let current = (m.slug.as_str() == tenant.0).then_some("true");
            let home = Tenant(m.slug.to_string()).home();
            view! { <a href=home aria-current=current>{m.name.clone()}</a> }
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

fn navigation(tenant: &Tenant) -> AnyView {
    let here = use_location().pathname;
    let repository = tenant.home() + "/r/";
    let link = |label: &'static str, to: String, below: Option<String>| {
        let href = to.clone();
        let current = move || {
            let here = here.read();
            let within = below.as_ref().is_some_and(|below| here.starts_with(below));
            (here.trim_end_matches('/') == to || within).then_some("page")
        };
        view! { <a href=href aria-current=live_value(current)>{label}</a> }
    };
    view! {
        <nav class="nav" aria-label="Pages">
            {link("Overview", tenant.home(), None)}
            {link("Repositories", tenant.repositories(), Some(repository))}
            {link("Collection", tenant.collection(), None)}
        </nav>
    }
    .into_any()
}

fn account(me: &Me) -> AnyView {
    view! {
        <details class="menu" name="menu">
            <summary class="avatar" aria-label=format!("Account of {}", me.name)>
                {words::initials(&me.name)}
            </summary>
            <div class="menu-items">
                <p class="menu-note">
                    {me.name.clone()} <br/> {me.email.clone()}
                </p>
                <form method="post" action="/sign-out">
                    <button type="submit">"Sign out"</button>
                </form>
            </div>
        </details>
    }
    .into_any()
}

/// Moves the focus to the new page, as a browser does after loading one.
fn focus_on_arrival(main: NodeRef<Main>) {
    let here = use_location().pathname;
    Effect::new(move |before: Option<String>| {
        let now = here.get();
        if before.is_some_and(|before| before != now)
            && let Some(main) = main.get_untracked()
        {
            // Refused only where the page is being left again.
            let _ = main.focus();
        }
        now
    });
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use domain::{Role, TenantId};

    use super::*;
    use crate::markup::markup;

    fn membership(id: i64, slug: &str, name: &str) -> Membership {
        Membership {
            tenant: TenantId::new(id),
            slug: slug.parse().expect("a valid slug"),
            name: name.to_owned(),
            role: Role::Viewer,
        }
    }

    #[test]
    fn who_belongs_to_several_tenants_switches_between_them() {
        let lab = Tenant("lab".to_owned());
        let one = [membership(1, "lab", "The Lab")];
        let html = markup(|| switch(&lab, &one));
        assert!(html.contains("The Lab") && !html.contains("<a"), "{html}");

        let two = [
            membership(1, "lab", "The Lab"),
            membership(2, "sea", "Sea & Co"),
        ];
        let html = markup(|| switch(&lab, &two));
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
    fn nothing_stands_around_a_page_that_the_person_may_not_know() {
        let me = Me {
            name: "Mona Lisa".to_owned(),
            email: "mona@example.org".to_owned(),
            memberships: vec![membership(1, "lab", "The Lab")],
        };
        let html = markup(|| top(&Tenant("other".to_owned()), Some(me)));
        assert!(!html.contains("other") && !html.contains("<nav"), "{html}");
        assert!(html.contains("Sign out") && html.contains(">ML<"), "{html}");
    }
}
