//! Writes the database schema as Markdown with Mermaid diagrams, which GitHub draws.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::groups::{GROUPS, Group};
use super::introspection::{Column, ForeignKey, Table};

type Tables = BTreeMap<String, Table>;

const INTRODUCTION: &str = "\
# Database schema

<!-- Generated from migrations/ by `make schema`. Do not edit. -->

The diagrams show what the migrations create in SQLite. PostgreSQL has the same tables and columns
with richer types: `bigint` for `integer`, `date` and `timestamptz` for days and times, `boolean`
for flags and `bytea` for `blob`.

In the diagrams of a group, a bar marks the table that is referred to, a crow's foot the table that
refers to it, and a circle an optional end. Columns are required unless marked `null`. Deleting a
tenant or a repository deletes its rows; the system log stays.
";

/// The whole of `docs/schema.md`.
pub(super) fn document(tables: &Tables) -> String {
    let mut text = INTRODUCTION.to_owned();
    text.push_str(&overview(tables));
    for group in GROUPS {
        text.push_str(&section(group, tables));
    }
    text
}

/// All tables in boxes by group. Inside a box, an arrow goes from a table to the one it refers to;
/// across boxes, one arrow stands for all of a group.
fn overview(tables: &Tables) -> String {
    let mut text = String::from(
        "\n## Overview\n\nAn arrow points to the table that is referred to. An arrow from a box stands \
         for tables in it.\n\n```mermaid\nflowchart LR\n",
    );
    let mut arrows = BTreeSet::new();
    for group in GROUPS {
        let _ = writeln!(text, "    subgraph {}[\"{}\"]", id(group), group.title);
        for (name, _) in group.tables {
            let _ = writeln!(text, "        {name}");
        }
        text.push_str("    end\n");
        for (name, _) in group.tables {
            for key in &tables[*name].foreign_keys {
                let inside = group.tables.iter().any(|(table, _)| *table == key.target);
                let from = if inside {
                    (*name).to_owned()
                } else {
                    id(group)
                };
                if from != key.target {
                    arrows.insert((from, key.target.clone()));
                }
            }
        }
    }
    for (from, to) in arrows {
        let _ = writeln!(text, "    {from} --> {to}");
    }
    text.push_str("```\n");
    text
}

/// A name for the group that is no table's.
fn id(group: &Group) -> String {
    group.title.replace([' ', '-'], "_").to_uppercase()
}

fn section(group: &Group, tables: &Tables) -> String {
    let mut text = format!(
        "\n## {}\n\n{}\n\n| Table | Holds | Unique |\n| --- | --- | --- |\n",
        group.title, group.about
    );
    for (name, holds) in group.tables {
        let unique = unique(&tables[*name]);
        let _ = writeln!(text, "| `{name}` | {holds} | {unique} |");
    }
    text.push_str("\n```mermaid\nerDiagram\n");
    for (name, _) in group.tables {
        let table = &tables[*name];
        for key in &table.foreign_keys {
            let _ = writeln!(text, "    {}", relation(name, table, key));
        }
    }
    for (name, _) in group.tables {
        let table = &tables[*name];
        let _ = writeln!(text, "    {name} {{");
        for column in &table.columns {
            let _ = writeln!(text, "        {}", attribute(table, column));
        }
        text.push_str("    }\n");
    }
    text.push_str("```\n");
    text
}

/// What is unique apart from the primary key and from single columns, which the diagram marks.
fn unique(table: &Table) -> String {
    let several = (table.unique.iter()).filter(|unique| unique.partial || unique.columns.len() > 1);
    let listed: Vec<String> = several
        .map(|unique| {
            let partial = if unique.partial { " in some rows" } else { "" };
            format!("`{}`{partial}", unique.columns.join(", "))
        })
        .collect();
    listed.join("; ")
}

fn relation(name: &str, table: &Table, key: &ForeignKey) -> String {
    let target = if table.is_optional(key) { "|o" } else { "||" };
    let source = if table.is_unique(&key.columns) {
        "o|"
    } else {
        "o{"
    };
    let label = key.columns.join(", ");
    format!("{} {target}--{source} {name} : \"{label}\"", key.target)
}

fn attribute(table: &Table, column: &Column) -> String {
    let name = &column.name;
    let mut keys = Vec::new();
    if column.primary_key {
        keys.push("PK");
    }
    if (table.foreign_keys.iter()).any(|key| key.columns.contains(name)) {
        keys.push("FK");
    }
    if (table.unique.iter()).any(|unique| !unique.partial && unique.columns == [name.as_str()]) {
        keys.push("UK");
    }
    let mut text = format!("{} {name}", column.kind);
    if !keys.is_empty() {
        let _ = write!(text, " {}", keys.join(", "));
    }
    if column.nullable {
        text.push_str(" \"null\"");
    }
    text
}
