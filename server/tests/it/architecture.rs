//! The laws of the house, held by reading the sources.

use std::fs;
use std::path::{Path, PathBuf};

const CRATES: [&str; 6] = ["domain", "engine", "app", "frontend", "server", "simulator"];

/// A file may have so many lines and no more.
const MOST_LINES: usize = 400;

pub struct Source {
    /// From the workspace's root, such as `engine/src/lib.rs`.
    pub path: String,
    pub text: String,
}

impl Source {
    fn is_below(&self, folder: &str) -> bool {
        self.path.starts_with(folder)
    }

    fn is_test(&self) -> bool {
        let of_tests = ["/tests/", "/benches/"];
        of_tests.iter().any(|folder| self.path.contains(folder)) || self.path.ends_with("/tests.rs")
    }

    /// The code without comments and without the tests at the end of the file.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.text.lines().map(str::trim).enumerate();
        let code = lines.take_while(|(_, line)| !line.starts_with("#[cfg(test)]"));
        code.filter(|(_, line)| !line.starts_with("//"))
            .map(|(index, line)| (index + 1, line))
    }

    /// Where the code says one of these.
    fn containing<'a>(&'a self, words: &'a [&str]) -> impl Iterator<Item = String> + 'a {
        let found = self
            .code()
            .filter(|(_, line)| words.iter().any(|word| line.contains(word)));
        found.map(|(number, line)| format!("{}:{number}: {line}", self.path))
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_owned()
}

pub fn sources() -> Vec<Source> {
    let mut sources = Vec::new();
    for name in CRATES {
        collect(&root().join(name), &mut sources);
    }
    assert!(sources.len() > 50, "the sources were found");
    sources
}

fn collect(folder: &Path, sources: &mut Vec<Source>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, sources);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let relative = path
                .strip_prefix(root())
                .unwrap()
                .to_str()
                .unwrap()
                .replace('\\', "/");
            sources.push(Source {
                path: relative,
                text: fs::read_to_string(&path).unwrap(),
            });
        }
    }
}

/// These words stand in the code of no file but the allowed ones.
fn only_in(allowed: &[&str], words: &[&str]) {
    let broken: Vec<String> = sources()
        .iter()
        .filter(|source| !allowed.iter().any(|place| source.is_below(place)) && !source.is_test())
        .flat_map(|source| source.containing(words).collect::<Vec<_>>())
        .collect();
    assert!(
        broken.is_empty(),
        "only in {allowed:?}:\n{}",
        broken.join("\n")
    );
    for place in allowed {
        let used = sources()
            .iter()
            .any(|source| source.is_below(place) && source.containing(words).next().is_some());
        assert!(
            used,
            "{place} is the place of {words:?}, and says none of it: is the law out of date?"
        );
    }
}

#[test]
fn sql_is_only_in_the_store() {
    only_in(&["engine/src/store/"], &["sqlx"]);
}

#[test]
fn octocrab_is_only_in_github() {
    only_in(&["engine/src/github/"], &["octocrab"]);
}

/// Nothing of GitHub's is read but what the edge has cleaned, bounded and read entry by entry.
#[test]
fn bytes_of_github_become_values_only_at_the_edge() {
    let parsed = |source: &Source| {
        (source.containing(&["serde_json::from_", "from_slice", "from_reader"])).collect::<Vec<_>>()
    };
    let of_github = |source: &&Source| source.is_below("engine/src/github/") && !source.is_test();
    let sources = sources();
    let (edge, others): (Vec<_>, Vec<_>) = (sources.iter().filter(of_github))
        .partition(|source| source.is_below("engine/src/github/edge/"));
    let elsewhere: Vec<String> = others.into_iter().flat_map(parsed).collect();
    assert!(
        elsewhere.is_empty(),
        "read it with `Body::read`: {elsewhere:#?}"
    );
    assert!(edge.into_iter().any(|source| !parsed(source).is_empty()));
}

#[test]
fn the_environment_is_only_in_the_configuration() {
    only_in(
        &["server/src/config"],
        &["env::var", "env::vars", "dotenvy", "env = "],
    );
}

#[test]
fn the_time_is_only_in_the_clock() {
    only_in(
        &["engine/src/clock.rs"],
        &["Utc::now", "Local::now", "SystemTime::now", "now_utc"],
    );
}

#[test]
fn every_file_opens_with_its_job() {
    let silent: Vec<String> = sources()
        .into_iter()
        .filter(|source| !source.text.starts_with("//! "))
        .map(|source| source.path)
        .collect();
    assert!(
        silent.is_empty(),
        "these files do not say what they are for: {silent:?}"
    );
}

#[test]
fn no_file_is_too_long() {
    let long: Vec<String> = sources()
        .into_iter()
        .map(|source| (source.text.lines().count(), source.path))
        .filter(|(lines, _)| *lines > MOST_LINES)
        .map(|(lines, path)| format!("{path}: {lines} lines"))
        .collect();
    assert!(long.is_empty(), "{long:?}");
}

#[test]
fn nothing_is_left_undone_or_named_for_nothing() {
    only_in(&[], &["todo!(", "unimplemented!(", "dbg!("]);
    let vague = ["utils", "helpers", "common", "manager"];
    let named: Vec<String> = sources()
        .into_iter()
        .map(|source| source.path)
        .filter(|path| path.split(['/', '.']).any(|part| vague.contains(&part)))
        .collect();
    assert!(
        named.is_empty(),
        "a name that says what is in it: {named:?}"
    );
}

#[test]
fn what_a_tenant_has_a_limit_of_is_added_only_where_the_limit_is_kept() {
    let limited = [
        "insert_schedule(",
        "insert_api_token(",
        ".insert_invitation(&NewInvitation",
        "insert_connection(",
        "track_repositories(",
        "follow_repositories(",
        "insert_follow_rule(",
    ];
    let mut adding = 0;
    for source in sources() {
        let elsewhere = !source.is_below("engine/src/") || source.is_below("engine/src/store/");
        // A new tenant has nothing but its first schedule.
        if elsewhere || source.is_test() || source.path == "engine/src/accounts/tenants.rs" {
            continue;
        }
        let code: Vec<_> = source.code().map(|(_, line)| line).collect();
        let code = code.join("\n");
        if limited.iter().any(|call| code.contains(call)) {
            adding += 1;
            let keeps = code.contains(".keep_within(") || code.contains("limits::room");
            assert!(
                code.contains(".hold_limits(") && keeps,
                "{} adds what is limited and does not look at the limit",
                source.path
            );
        }
    }
    assert!(adding >= 7, "the places were found: {adding}");
}

#[test]
fn a_store_function_is_scoped_to_a_tenant_or_says_that_it_is_not() {
    let mut unscoped = Vec::new();
    for source in sources()
        .iter()
        .filter(|source| source.is_below("engine/src/store/") && !source.is_test())
    {
        let code: String = source.code().flat_map(|(_, line)| [line, " "]).collect();
        for part in code.split("pub(crate) async fn ").skip(1) {
            let name = part.split(['(', '<']).next().unwrap();
            let arguments = part.split_once('(').unwrap().1.split(')').next().unwrap();
            if arguments.contains("self")
                && arguments.contains("RepositoryId")
                && !arguments.contains("TenantId")
                && !name.starts_with("unscoped_")
            {
                unscoped.push(format!("{}: {name}", source.path));
            }
        }
    }
    assert!(
        unscoped.is_empty(),
        "the tenant comes first, or the name says unscoped_: {unscoped:?}"
    );
}
