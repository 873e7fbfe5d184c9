//! For tests: renders a view to HTML.

use leptos::prelude::*;

/// The HTML of the view, without the marks that only hydration reads.
pub fn test_html<V: IntoView>(view: impl FnOnce() -> V) -> String {
    let owner = Owner::new();
    owner
        .with(|| view().into_view().to_html())
        .replace("<!>", "")
}
