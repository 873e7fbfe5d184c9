//! The tags of a repository: links to the overview of each, and a form that changes them.

use domain::RepositoryFilter;
use domain::report::OverviewQuery;
use leptos::prelude::*;

use crate::address::Tenant;
use crate::api::RepositoryData;
use crate::components::{PostForm, Submission, field};

/// Nothing for a repository without tags, unless the viewer may change them.
pub fn tags(tenant: &Tenant, data: &RepositoryData, form: Submission) -> Option<AnyView> {
    let repository = &data.report.repository;
    if repository.tags.is_empty() && !data.may_manage {
        return None;
    }
    let link = |tag: &domain::TagName| {
        let query = OverviewQuery {
            filter: RepositoryFilter {
                tag: tag.to_string(),
                ..RepositoryFilter::default()
            },
            ..OverviewQuery::default()
        };
        view! { <a class="chip" href=tenant.overview(&query)>{format!("# {tag}")}</a> }.into_any()
    };
    let links: Vec<AnyView> = repository.tags.iter().map(link).collect();
    let names: Vec<&str> = repository
        .tags
        .iter()
        .map(domain::TagName::as_str)
        .collect();
    let (names, id) = (names.join(", "), repository.id.to_string());
    let change = data.may_manage.then(|| {
        let input = view! {
            <input id="tags" name="tags" value=names placeholder="core, docs" autocomplete="off"/>
        };
        let hint = view! { <p class="hint">"Separate tags with commas."</p> };
        view! {
            <details class="more">
                <summary>"Edit tags"</summary>
                <PostForm submission=form>
                    <input type="hidden" name="id" value=id/>
                    {field("tags".to_owned(), "Tags", input.into_any(), hint.into_any())}
                    <button type="submit" class="button primary">
                        "Save tags"
                    </button>
                </PostForm>
            </details>
        }
    });
    Some(
        view! {
            <div class="row">
                <span class="chips">{links}</span>
                {change}
            </div>
        }
        .into_any(),
    )
}
