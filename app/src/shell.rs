//! The HTML document around the app.

use domain::{Theme, Viewer};
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_meta::MetaTags;

use crate::App;
use crate::components::use_zone;
use crate::layout::foot;

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
    pub styles: Vec<Asset>,
    /// The script of every page, live or not.
    pub page_script: Option<Asset>,
    /// The mark, as SVG.
    pub favicon: String,
}

/// A file that a page loads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asset {
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
        Some(Viewer::Person(person)) => person.theme,
        _ => Theme::System,
    };

    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=chosen(theme) data-timezone=use_zone().as_str()>
            <head>
                {head(assets, theme)}
                {start}
                <MetaTags/>
            </head>
            <body>
                <App/>
                // The app builds nothing after its own nodes, so that this stays when pages change.
                {foot()}
            </body>
        </html>
    }
}

/// The value of `data-theme`; `None` for the system's theme.
pub fn chosen(theme: Theme) -> Option<&'static str> {
    (theme != Theme::System).then(|| theme.as_str())
}

/// The color of the browser's own bars: `--surface`, light and dark.
const THEME_COLORS: [(Theme, &str, &str); 2] = [
    (Theme::Light, "#ffffff", "(prefers-color-scheme: light)"),
    (Theme::Dark, "#11161d", "(prefers-color-scheme: dark)"),
];

/// The head of every page.
pub fn head(assets: &Assets, theme: Theme) -> impl IntoView + use<> {
    let Assets {
        styles,
        page_script,
        favicon,
        ..
    } = assets.clone();
    let styles: Vec<_> = styles
        .into_iter()
        .map(|style| view! { <link rel="stylesheet" href=style.href integrity=style.integrity/> })
        .collect();
    let script = page_script
        .map(|script| view! { <script defer src=script.href integrity=script.integrity></script> });
    let colors: Vec<_> = THEME_COLORS
        .into_iter()
        .filter(|(of, ..)| theme == Theme::System || theme == *of)
        .map(|(_, color, media)| {
            let media = (theme == Theme::System).then_some(media);
            view! { <meta name="theme-color" content=color/> }.attr("media", media)
        })
        .collect();
    view! {
        <meta charset="utf-8"/>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <meta name="color-scheme" content="light dark"/>
        {colors}
        <link rel="icon" type="image/svg+xml" href=favicon/>
        <link rel="apple-touch-icon" href="/assets/icon-180.png"/>
        <link rel="manifest" href="/assets/site.webmanifest"/>
        {styles}
        {script}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browsers_bars_have_the_color_of_the_header() {
        let tokens = include_str!("../../style/tokens.css");
        let [(_, light, _), (_, dark, _)] = THEME_COLORS;
        assert!(tokens.contains(&format!("--surface: light-dark({light}, {dark});")));

        let html = |theme| head(&Assets::default(), theme).to_html();
        assert_eq!(html(Theme::System).matches("theme-color").count(), 2);
        let dark_only = html(Theme::Dark);
        assert!(
            dark_only.contains(dark) && !dark_only.contains(light),
            "{dark_only}"
        );
    }
}
