//! The page at `/` for people without an active tenant.

use domain::{Person, Problem, Viewer};
use leptos::prelude::*;

use super::layout::Layout;
use super::{PageContent, PageRequest, ServerPage};

pub const PAGE: ServerPage =
    ServerPage::read_only("/", |request| Box::pin(async move { view(&request) }))
        .redirecting(|viewer| Some(address(viewer)).filter(|address| address != "/"));

/// The page that a person starts on: their first tenant that is not suspended, if any.
pub(super) fn address(viewer: &Viewer) -> String {
    let memberships = match viewer {
        Viewer::Person(person) => person.memberships.as_slice(),
        Viewer::Token { .. } | Viewer::Operator => &[],
    };
    let first = memberships.iter().find(|it| !it.suspended);
    first.map_or_else(|| "/".to_owned(), |first| format!("/t/{}", first.slug))
}

fn view(request: &PageRequest) -> Result<PageContent, Problem> {
    request.viewer()?;
    let layout = Layout::around(request);
    let person = request.person().cloned();
    Ok(PageContent::new("No tenant yet", layout, move || {
        view! { <section class="card empty">{person.map(|person| flash(&person))}</section> }
            .into_any()
    }))
}

fn flash(person: &Person) -> AnyView {
    let suspended = person.memberships.iter().find(|it| it.suspended);
    let email = person.email.to_string();
    match suspended {
        Some(suspended) => view! {
            <h1>"“" {suspended.name.clone()} "” is suspended"</h1>
            <p>
                "No data has been lost. Ask your administrator to resume it."
            </p>
        }
        .into_any(),
        None => view! {
            <h1>"You’re not a member of any tenant yet"</h1>
            <p>
                "Ask an owner for an invitation, and open its link while signed in as " <b>{email}</b> "."
            </p>
        }
        .into_any(),
    }
}

#[cfg(test)]
mod tests {
    use domain::{Membership, Origin, Role, TenantId, Theme, UserId};

    use super::super::sign_in;
    use super::*;

    /// A member of these tenants, each with whether it is suspended.
    fn member(of: &[(&str, bool)]) -> Viewer {
        let membership = |(slug, suspended): &(&str, bool)| Membership {
            tenant: TenantId::new(1),
            slug: slug.parse().unwrap(),
            name: (*slug).to_owned(),
            role: Role::Viewer,
            suspended: *suspended,
            granted: Vec::new(),
        };
        Viewer::Person(Person {
            id: UserId::new(1),
            name: "Ada".to_owned(),
            email: "ada@example.org".parse().unwrap(),
            administrator: false,
            maintainer: false,
            memberships: of.iter().map(membership).collect(),
            theme: Theme::System,
            timezone: "UTC".to_owned(),
            origin: Origin::default(),
        })
    }

    #[test]
    fn a_person_who_is_signed_in_starts_in_their_first_tenant() {
        let viewer = member(&[("old", true), ("lab", false)]);
        for page in [PAGE, sign_in::PAGE] {
            assert_eq!(page.redirect(Some(&viewer)).as_deref(), Some("/t/lab"));
            assert_eq!(page.redirect(None), None);
        }
        let viewer = member(&[("old", true)]);
        assert_eq!(PAGE.redirect(Some(&viewer)), None);
        let home = sign_in::PAGE.redirect(Some(&viewer));
        assert_eq!(home.as_deref(), Some("/"));
    }
}
