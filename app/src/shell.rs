//! The HTML document around the app.

use domain::{Theme, Viewer};
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_meta::MetaTags;

use crate::App;

/// The URLs of the assets that Trunk built.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assets {
    /// The module that starts the WebAssembly.
    pub script: String,
    /// The script's digest, as Trunk wrote it.
    pub script_integrity: Option<String>,
    /// The WebAssembly.
    pub wasm: String,
    /// The stylesheets, in their order.
    pub styles: Vec<Style>,
    /// The mark, as SVG.
    pub favicon: String,
}

/// A stylesheet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// Its address.
    pub href: String,
    /// Its digest, as Trunk wrote it.
    pub integrity: Option<String>,
}

/// The whole document: the head with its assets, and the app as the body.
///
/// Without a front end (an empty `script`) the page works as it does with scripts switched off.
#[must_use]
pub fn shell(assets: &Assets) -> impl IntoView + use<> {
    let Assets {
        script,
        script_integrity,
        wasm,
        ..
    } = assets.clone();
    let start = (!script.is_empty()).then(|| {
        // The addresses become strings of JavaScript, and JSON is just that.
        let [from, module] = [&script, &wasm].map(|text| serde_json::json!(text).to_string());
        let code = format!("import init from {from}; init({{ module_or_path: {module} }});");
        view! {
            <link rel="modulepreload" href=script integrity=script_integrity/>
            <link rel="preload" href=wasm r#as="fetch" r#type="application/wasm" crossorigin="anonymous"/>
            <script type="module" nonce=use_nonce() inner_html=code></script>
        }
    });
    let theme = match use_context::<Option<Viewer>>().flatten() {
        Some(Viewer::Person(person)) if person.theme != Theme::System => Some(person.theme),
        _ => None,
    };

    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=theme.map(Theme::as_str)>
            <head>
                {head(assets)}
                {start}
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}

/// The head of every page.
pub fn head(assets: &Assets) -> impl IntoView + use<> {
    let Assets {
        styles, favicon, ..
    } = assets.clone();
    let styles: Vec<_> = styles
        .into_iter()
        .map(|style| view! { <link rel="stylesheet" href=style.href integrity=style.integrity/> })
        .collect();
    view! {
        <meta charset="utf-8"/>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <meta name="color-scheme" content="light dark"/>
        <link rel="icon" type="image/svg+xml" href=favicon/>
        {styles}
    }
}
