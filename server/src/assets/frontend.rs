//! What Trunk built, as the pages refer to it: the hashed names in its `index.html`.

use app::{Asset, Assets};

use super::dist;

/// The addresses of the pages' script and styles.
#[derive(Clone, Debug)]
pub struct Frontend(Option<Assets>);

impl Frontend {
    /// The embedded ones. A debug build reads the disk for each request instead, so that changes by
    /// `trunk watch` take effect immediately.
    #[must_use]
    pub fn embedded() -> Self {
        if dist::index().is_none() {
            tracing::warn!(
                "this binary contains no front end, so pages have no styles or scripts; build it with “make build”"
            );
        }
        Self((!cfg!(debug_assertions)).then(read))
    }

    /// These files, for tests.
    #[must_use]
    pub const fn with_assets(assets: Assets) -> Self {
        Self(Some(assets))
    }

    pub(crate) fn assets(&self) -> Assets {
        self.0.clone().unwrap_or_else(read)
    }
}

fn read() -> Assets {
    dist::index().map(|index| parse(&index)).unwrap_or_default()
}

/// Reads the links that Trunk writes for the browser to load early.
fn parse(index: &str) -> Assets {
    let mut assets = Assets {
        favicon: "/assets/favicon.svg".to_owned(),
        page_script: page_script(index),
        ..Assets::default()
    };
    for tag in index
        .split("<link")
        .skip(1)
        .filter_map(|rest| rest.split('>').next())
    {
        let Some(href) = attribute(tag, "href") else {
            continue;
        };
        let integrity = attribute(tag, "integrity");
        match attribute(tag, "rel").as_deref() {
            Some("stylesheet") => assets.styles.push(Asset { href, integrity }),
            Some("modulepreload") if assets.script.is_empty() => {
                assets.script = href;
                assets.script_integrity = integrity;
            }
            Some("preload") if attribute(tag, "as").as_deref() == Some("fetch") => {
                assets.wasm = href;
            }
            _ => {}
        }
    }
    assets
}

/// The one script with an address of its own.
fn page_script(index: &str) -> Option<Asset> {
    let mut tags = index.split("<script").skip(1);
    tags.find_map(|rest| {
        let tag = rest.split('>').next()?;
        let href = attribute(tag, "src")?;
        let integrity = attribute(tag, "integrity");
        Some(Asset { href, integrity })
    })
}

/// The attribute's value, in either kind of quotes.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let start = tag.find(&format!(" {name}="))? + name.len() + 2;
    let quote = tag[start..]
        .chars()
        .next()
        .filter(|quote| matches!(quote, '"' | '\''))?;
    tag[start + 1..].split(quote).next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    // As Trunk 0.21.14 writes it with `filehash`.
    const INDEX: &str = r#"<!DOCTYPE html><html lang="en"><head>
        <link rel="stylesheet" href="/assets/tokens-6e8a6a4c5f2d5a1c.css" integrity="sha384-AAA"/>
        <link rel="stylesheet" href="/assets/base-1b2c.css" integrity="sha384-BBB"/>
        <script src="/assets/page-77aa.js" integrity="sha384-EEE"></script>
        <script type="module">
import init, * as bindings from '/assets/frontend-e1f2.js';
const wasm = await init({ module_or_path: '/assets/frontend-e1f2_bg.wasm' });
</script>
        <link rel="modulepreload" href="/assets/frontend-e1f2.js" crossorigin="anonymous" integrity="sha384-CCC"><link rel="preload" href="/assets/frontend-e1f2_bg.wasm" crossorigin="anonymous" integrity="sha384-DDD" as="fetch" type="application/wasm"></head><body></body></html>"#;

    #[test]
    fn the_hashed_names_are_read_in_their_order() {
        let assets = parse(INDEX);
        let styles: Vec<_> = assets
            .styles
            .iter()
            .map(|style| style.href.as_str())
            .collect();
        assert_eq!(
            styles,
            [
                "/assets/tokens-6e8a6a4c5f2d5a1c.css",
                "/assets/base-1b2c.css"
            ]
        );
        assert_eq!(assets.styles[1].integrity.as_deref(), Some("sha384-BBB"));
        let page_script = assets.page_script.expect("a script of every page");
        assert_eq!(page_script.href, "/assets/page-77aa.js");
        assert_eq!(page_script.integrity.as_deref(), Some("sha384-EEE"));
        assert_eq!(assets.script, "/assets/frontend-e1f2.js");
        assert_eq!(assets.script_integrity.as_deref(), Some("sha384-CCC"));
        assert_eq!(assets.wasm, "/assets/frontend-e1f2_bg.wasm");
    }
}
