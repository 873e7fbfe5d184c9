//! The words that names in the code avoid: metaphors, and words that once had several meanings.

use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};

use crate::architecture::{Source, sources};

/// Metaphors and overloaded words, in snake case, each with the word to use instead. A type is
/// found by its snake case: `Going` is `going`.
const AVOIDED: [(&str, &str); 43] = [
    ("allowance", "rate limiter"),
    ("asked", "page resource, request"),
    ("asker", "rate limit key"),
    ("awaited", "suspended, wait reason"),
    ("bring_to_life", "attach canvas"),
    ("bury", "expire"),
    ("called", "table label, name"),
    ("doubt", "anomaly"),
    ("doubts", "anomalies"),
    ("else_this", "default"),
    ("enlist", "register"),
    ("extras", "optional endpoints"),
    ("farewell", "shutdown grace"),
    ("findings", "check result"),
    ("give_back", "restore"),
    ("give_up", "fail exhausted"),
    ("going", "active run"),
    ("happened", "events"),
    ("happening", "event"),
    ("heard", "parsed"),
    ("hopeless", "permanent"),
    ("lack", "missing permission"),
    ("leaving", "authorization request"),
    ("look_back", "post-run check"),
    ("look_round", "heartbeat"),
    ("minted", "access token"),
    ("patience", "max wait, timeout"),
    ("presence", "registration"),
    ("said", "message, flash, text"),
    ("settlement", "item result"),
    ("silence", "zero day, unreachable"),
    ("silences", "outage detector"),
    ("standing", "status, connection health"),
    ("stranger", "anonymous"),
    ("surroundings", "layout data"),
    ("take_part", "process"),
    ("take_up", "resume"),
    ("tally", "download counter"),
    ("thorough", "force refresh"),
    ("told", "conditional, message, summary"),
    ("trouble", "error, problem"),
    ("visit", "page request, repository job"),
    ("weather", "faults"),
];

/// `GoingHome` is `going_home`.
fn snake_case(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 4);
    for (index, letter) in name.chars().enumerate() {
        if letter.is_uppercase() && index > 0 && !snake.ends_with('_') {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

fn collect(tokens: TokenStream, identifiers: &mut BTreeSet<String>) {
    for token in tokens {
        match token {
            TokenTree::Ident(identifier) => {
                identifiers.insert(identifier.to_string());
            }
            TokenTree::Group(group) => collect(group.stream(), identifiers),
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}

/// The identifiers of a source, and the names of its file and folders. Comments and texts are free.
fn names(source: &Source) -> BTreeSet<String> {
    let mut names = source
        .path
        .split(['/', '.'])
        .map(str::to_owned)
        .collect::<BTreeSet<_>>();
    let tokens = source.text.parse().expect("a source has valid tokens");
    collect(tokens, &mut names);
    names
}

#[test]
fn names_are_no_metaphors_and_have_one_meaning() {
    let mut found = Vec::new();
    for source in sources() {
        for name in names(&source) {
            let snake = snake_case(&name);
            if let Some((_, instead)) = AVOIDED.iter().find(|(avoided, _)| snake == *avoided) {
                found.push(format!("{}: {name} (say: {instead})", source.path));
            }
        }
    }
    assert!(
        found.is_empty(),
        "use a plain word instead:\n{}",
        found.join("\n")
    );
}

#[test]
fn an_avoided_word_is_found_in_types_functions_variables_and_file_names_and_not_in_texts() {
    let source = |path: &str, text: &str| Source {
        path: path.to_owned(),
        text: text.to_owned(),
    };
    let of = |source: Source| names(&source).into_iter().map(|name| snake_case(&name));
    let has = |source, word: &str| of(source).any(|name| name == word);
    assert!(has(source("engine/src/going.rs", ""), "going"));
    assert!(has(source("a.rs", "struct Going;"), "going"));
    assert!(has(source("a.rs", "macro! { fn told() {} }"), "told"));
    assert!(has(source("a.rs", "fn f() { let said = 1; }"), "said"));
    let free = "// It is going on.\nconst A: &str = \"going\"; fn is_going_on() {}";
    assert!(!has(source("a.rs", free), "going"));
}
