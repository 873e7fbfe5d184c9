//! The browser starts here: the page that the server rendered comes alive.
#![cfg(target_arch = "wasm32")]

use leptos::prelude::document;
use wasm_bindgen::prelude::wasm_bindgen;

/// Takes over the page as served. Called by the module's own start section.
#[wasm_bindgen(start)]
pub fn start() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(app::App);
    // From here on the page answers to scripts; the browser tests wait for this mark.
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute("data-hydrated", "");
    }
}
