//! What the program serves: its server pages and their actions, its live pages, its server functions,
//! and the routes that its sources write down.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use app::server_pages::PAGES;

/// Labels as [`super::requests::Request::label`] makes them.
pub fn all() -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for page in PAGES {
        all.insert(format!("GET {}", page.path));
        for action in page.actions {
            all.insert(format!("POST {} do={action}", page.path));
        }
    }
    for page in leptos_axum::generate_route_list(app::App) {
        all.insert(format!("GET {}", page.path()));
    }
    for (path, method) in leptos::server_fn::axum::server_fn_paths() {
        // One function answers all page queries; each of them counts as a request.
        if path == "/api/ask" {
            all.extend(page_queries().map(|query| format!("{method} {path} {query}")));
        } else {
            all.insert(format!("{method} {path}"));
        }
    }
    all.extend(written());
    all
}

/// The routes in the sources of the server, outside the tests in them.
fn written() -> BTreeSet<String> {
    let mut routes = BTreeSet::new();
    for file in files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
        let text = fs::read_to_string(&file).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap();
        let prefix = if file.to_string_lossy().contains("/web/rest/") {
            "/api/v1"
        } else {
            ""
        };
        for call in code.split(".route(").skip(1) {
            let call = arguments(call);
            let Some(path) = call.split('"').nth(1) else {
                // The page's own path, listed above.
                assert!(
                    call.contains("page.path"),
                    "a route without a written path: {call}"
                );
                continue;
            };
            for method in ["get", "post", "put", "patch", "delete", "any"] {
                if call.contains(&format!("{method}(")) {
                    routes.insert(format!("{} {prefix}{path}", method.to_uppercase()));
                }
            }
        }
    }
    assert!(routes.len() > 15, "the routes were found: {routes:?}");
    routes
}

/// The queries of the live pages, each a variant of one enum.
fn page_queries() -> impl Iterator<Item = String> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../app/src/api/page_query.rs");
    let text = fs::read_to_string(source).unwrap();
    let variants = text.split("pub enum PageQuery {").nth(1).unwrap();
    let variants: Vec<_> = variants
        .split("\n}")
        .next()
        .unwrap()
        .lines()
        .filter_map(|line| line.strip_prefix("    "))
        .filter(|line| line.starts_with(char::is_uppercase))
        .map(|line| line.trim_end_matches([' ', '{', ',']).to_owned())
        .collect();
    assert!(variants.len() > 4, "the queries were found: {variants:?}");
    variants.into_iter()
}

/// The text between the call's parentheses.
fn arguments(call: &str) -> &str {
    let mut depth = 1;
    for (index, sign) in call.char_indices() {
        match sign {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return &call[..index];
        }
    }
    call
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| {
            if path.is_dir() {
                files(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}
