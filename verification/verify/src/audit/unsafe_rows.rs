//! The unsafe operations, each with a row: `docs/audit/unsafe.toml` has what must hold and what shows it broken, by class, and
//! which operation is of which class; the place and the argument come from the source.

use super::problem::Problem;
use super::rust::Unsafe;
use super::words::Sources;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The table.
pub const UNSAFE: &str = "docs/audit/unsafe.toml";

/// Where each unsafe operation must have a row.
const FOLDERS: [&str; 7] = [
    "src/",
    "verification/model/src/",
    "verification/linear/src/",
    "verification/explore/src/",
    "verification/litmus/src/",
    "verification/runner/src/",
    "verification/verify/src/",
];

/// What several operations have in common.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Class {
    /// What must hold, or the behaviour is undefined.
    pub condition: String,
    /// The invariants of ARCHITECTURE.md that it rests on.
    #[serde(default)]
    pub inv: Vec<String>,
    /// Broken variants that show it broken.
    #[serde(default)]
    pub variants: Vec<String>,
    /// Why there is none, where there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub no_variant: String,
    /// What the address sanitizer has to do with it.
    pub address: String,
}

/// An operation.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// Its file.
    pub file: String,
    /// The item that it stands in.
    #[serde(default)]
    pub at: String,
    /// What stands between the braces. Blanks do not count.
    pub code: String,
    /// Its class.
    pub class: String,
}

/// `docs/audit/unsafe.toml`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// The classes, by name.
    pub class: BTreeMap<String, Class>,
    /// The operations.
    pub operation: Vec<Row>,
}

/// An operation with all that is said of it: a row of the list that an auditor gets.
#[derive(Clone, Debug, Serialize)]
pub struct Operation {
    /// `src/map/entry.rs:114`
    pub place: String,
    /// The item.
    pub at: String,
    /// The code.
    pub code: String,
    /// What must hold.
    pub condition: String,
    /// The invariants that it rests on.
    pub inv: Vec<String>,
    /// Why it holds: the comment of the source.
    pub holds: String,
    /// The variants that show it broken.
    pub variants: Vec<String>,
    /// Why there is none.
    pub no_variant: String,
    /// The address sanitizer.
    pub address: String,
}

type Key = (String, String, String);

fn key(file: &str, at: &str, code: &str) -> Key {
    let code: String = code.chars().filter(|letter| !letter.is_whitespace()).collect();
    // A comma before a closing bracket is a matter of layout.
    (file.to_owned(), at.to_owned(), code.replace(",)", ")"))
}

/// The unsafe operations of the sources that must have rows.
pub fn of_sources(sources: &Sources) -> Vec<&Unsafe> {
    let must = |name: &str| FOLDERS.iter().any(|folder| name.starts_with(folder));
    sources.values().filter(|source| must(&source.name)).flat_map(|source| &source.unsafes).collect()
}

/// Each operation of the source with its row.
pub fn joined(table: &Table, sources: &Sources) -> Vec<Operation> {
    let rows: BTreeMap<Key, &Row> =
        table.operation.iter().map(|row| (key(&row.file, &row.at, &row.code), row)).collect();
    let join = |found: &Unsafe| {
        let row = rows.get(&key(&found.file, &found.at, &found.code))?;
        let class = table.class.get(&row.class)?;
        Some(Operation {
            place: format!("{}:{}", found.file, found.line),
            at: found.at.clone(),
            code: row.code.clone(),
            condition: class.condition.clone(),
            inv: class.inv.clone(),
            holds: found.reason.clone(),
            variants: class.variants.clone(),
            no_variant: class.no_variant.clone(),
            address: class.address.clone(),
        })
    };
    of_sources(sources).into_iter().filter_map(join).collect()
}

/// What is wrong with the table.
pub fn problems(
    table: &Table,
    sources: &Sources,
    is_killed: impl Fn(&str) -> Result<(), String>,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    // Two blocks with the same code in the same item have two rows.
    let mut rows: BTreeMap<Key, usize> = BTreeMap::new();
    table.operation.iter().for_each(|row| *rows.entry(key(&row.file, &row.at, &row.code)).or_default() += 1);
    for it in of_sources(sources) {
        let place = format!("{}:{}", it.file, it.line);
        match rows.get_mut(&key(&it.file, &it.at, &it.code)).filter(|left| **left > 0) {
            Some(left) => *left -= 1,
            None => {
                let what = format!("no row has the unsafe operation in `{}`: {}", it.at, it.code);
                problems.push(Problem::new(UNSAFE, &place, "operation", what));
            }
        }
        if it.reason.is_empty() {
            problems.push(Problem::new(
                UNSAFE,
                &place,
                "holds",
                "the source says no `SAFETY:` reason".into(),
            ));
        }
    }
    for row in &table.operation {
        let name = format!("{} {}", row.file, row.at);
        if rows.get(&key(&row.file, &row.at, &row.code)).is_some_and(|left| *left > 0) {
            problems.push(Problem::new(UNSAFE, &name, "code", format!("no unsafe block has: {}", row.code)));
        }
        if !table.class.contains_key(&row.class) {
            problems.push(Problem::new(UNSAFE, &name, "class", format!("there is no class `{}`", row.class)));
        }
    }
    for (name, class) in &table.class {
        for variant in &class.variants {
            if let Err(why) = is_killed(variant) {
                problems.push(Problem::new(UNSAFE, name, "variants", why));
            }
        }
        let is_said = !class.no_variant.trim().is_empty();
        if class.variants.is_empty() && !is_said {
            let what = "no variant shows it broken, and `no_variant` does not say why".into();
            problems.push(Problem::new(UNSAFE, name, "variants", what));
        }
        for (field, text) in [("condition", &class.condition), ("address", &class.address)] {
            if text.trim().is_empty() {
                problems.push(Problem::new(UNSAFE, name, field, "it is empty".into()));
            }
        }
        if !table.operation.iter().any(|row| row.class == *name) {
            problems.push(Problem::new(UNSAFE, name, "class", "no operation is of it".into()));
        }
    }
    problems
}
