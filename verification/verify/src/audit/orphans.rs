//! What checks something that no row speaks of: scenarios, properties of the specifications, test targets.

use super::files::Files;
use super::ledger::{Ledger, PROMISES};
use super::problem::Problem;
use super::typed::Typed;
use std::collections::BTreeSet;

/// What is typed in the commands of all rows.
#[derive(Debug, Default)]
pub struct Spoken {
    /// Patterns of scenarios.
    pub scenarios: Vec<String>,
    /// Properties, as `specs/SyncMap.tla INV1`.
    pub properties: BTreeSet<String>,
    /// Test targets, as `sync-map drops`.
    pub targets: BTreeSet<String>,
}

impl Spoken {
    /// Adds a command.
    pub fn hear(&mut self, typed: &Typed) {
        match typed {
            Typed::Verify(words) if words.first().is_some_and(|word| word == "scenario") => {
                let names = words.iter().skip(1).take_while(|word| !word.starts_with('-'));
                self.scenarios.extend(names.cloned());
            }
            Typed::Test(package, words) => {
                let place = words.iter().position(|word| word == "--test");
                let target = place.and_then(|place| words.get(place + 1));
                self.targets.extend(target.map(|target| format!("{package} {target}")));
            }
            _ => {}
        }
    }
}

/// The invariants and properties that a configuration names, with the module.
fn properties(files: &Files) -> BTreeSet<String> {
    let modules = [("counter", "Counter"), ("counter_map", "CounterMap"), ("reclamation", "Reclamation")];
    let mut found = BTreeSet::new();
    for (name, text) in files.below("specs/", ".cfg") {
        let stem = name.trim_start_matches("specs/").trim_end_matches(".cfg");
        let stem = if stem == "counter_sums" { "counter" } else { stem };
        let module = modules.iter().find(|(start, _)| *start == stem).map_or("SyncMap", |(_, module)| module);
        let mut is_list = false;
        for line in text.lines() {
            if !line.starts_with(' ') {
                is_list = line.starts_with("INVARIANT") || line.starts_with("PROPERT");
            } else if is_list {
                found.insert(format!("specs/{module}.tla {}", line.trim()));
            }
        }
    }
    found
}

/// The test targets of the workspace, as `verify bound`.
pub fn targets(files: &Files) -> BTreeSet<String> {
    let manifest = |folder: &str| files.get(&format!("{folder}Cargo.toml"))?.parse::<toml::Table>().ok();
    let root = manifest("").unwrap_or_default();
    let members = root.get("workspace").and_then(|workspace| workspace.get("members"));
    let members =
        members.and_then(toml::Value::as_array).into_iter().flatten().filter_map(toml::Value::as_str);
    let mut found = BTreeSet::new();
    for member in members {
        let folder = if member == "." { String::new() } else { format!("{member}/") };
        let own = manifest(&folder).unwrap_or_default();
        let name = own.get("package").and_then(|package| package.get("name")).and_then(toml::Value::as_str);
        let tests = format!("{folder}tests/");
        for (file, _) in files.below(&tests, ".rs") {
            let rest = &file[tests.len()..];
            let target = match rest.split_once('/') {
                Some((target, "main.rs")) => target,
                None => rest.trim_end_matches(".rs"),
                Some(_) => continue,
            };
            found.insert(format!("{} {target}", name.unwrap_or(member)));
        }
    }
    found
}

fn means(pattern: &str, name: &str) -> bool {
    pattern.strip_suffix('*').map_or(pattern == name, |start| name.starts_with(start))
}

/// What is an orphan, and asides that nothing needs.
pub fn problems(ledger: &Ledger, spoken: &Spoken, scenarios: &[String], files: &Files) -> Vec<Problem> {
    let is_aside = |name: &str| ledger.aside.iter().any(|aside| means(&aside.name, name));
    let mut orphans: Vec<(&str, String)> = Vec::new();
    for name in scenarios {
        if !spoken.scenarios.iter().any(|pattern| means(pattern, name)) {
            orphans.push(("scenario", name.clone()));
        }
    }
    let (properties, targets) = (properties(files), targets(files));
    orphans.extend(properties.difference(&spoken.properties).map(|name| ("property", name.clone())));
    orphans.extend(targets.difference(&spoken.targets).map(|name| ("test target", name.clone())));
    let mut problems = Vec::new();
    for (kind, name) in &orphans {
        if !is_aside(name) {
            let what = format!("an orphan: no row names this {kind}, and no `[[aside]]` says why");
            problems.push(Problem::new(PROMISES, name, "checks", what));
        }
    }
    for aside in &ledger.aside {
        if !orphans.iter().any(|(_, name)| means(&aside.name, name)) {
            problems.push(Problem::new(
                PROMISES,
                &aside.name,
                "aside",
                "it is not there, or a row has it".into(),
            ));
        }
        if aside.why.trim().is_empty() {
            problems.push(Problem::new(PROMISES, &aside.name, "why", "it is empty".into()));
        }
    }
    problems
}
