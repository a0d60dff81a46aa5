//! The labels `TLA:` of the code and the actions of the specifications: the same names on both sides.

use super::assert_none;
use super::source::sources;
use std::collections::{BTreeMap, BTreeSet};

/// The modules whose actions are accesses of the code, and where those are.
const MODULES: [(&str, &str); 3] =
    [("SyncMap", "src/map/"), ("Counter", "src/counter/"), ("CounterMap", "src/counter/")];

/// Actions that are no access of their own: calls, and operations of the map as a whole.
const NO_ACCESS: [&str; 6] = ["BeginGet", "BeginTake", "Call", "Load", "LoadOrStore", "DeleteIf"];

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

/// What `Next` of a module is a disjunction of, but for what belongs to broken variants.
fn actions(module: &str) -> BTreeSet<String> {
    let text = std::fs::read_to_string(format!("specs/{module}.tla")).expect("the module is there");
    let next = text.split("\nNext ==").nth(1).expect("the module has a Next");
    let next = next.split("\\/ Finished").next().unwrap_or_default();
    let is_action = |word: &&str| {
        word.starts_with(|c: char| c.is_ascii_uppercase())
            && !["E", "Procs"].contains(word)
            && !word.starts_with("Broken")
    };
    words(next).filter(is_action).map(str::to_owned).collect()
}

/// Each name behind `marker`, with its place.
fn labels(marker: &str) -> Vec<(String, String)> {
    let mut labels = Vec::new();
    for source in sources() {
        for (line, number) in source.text.lines().zip(1..) {
            let Some((code, label)) = line.split_once(marker) else { continue };
            if code.trim_start().starts_with("//") {
                continue;
            }
            let names = label.split(['.', '(']).next().unwrap_or_default();
            let place = format!("{}:{number}", source.name);
            labels.extend(names.split(',').map(|name| (place.clone(), name.trim().to_owned())));
        }
    }
    labels
}

#[test]
fn every_action_is_an_access_of_the_code_and_every_label_an_action() {
    let mut of_folder: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (module, folder) in MODULES {
        of_folder.entry(folder).or_default().extend(actions(module));
    }
    let labels = labels("// TLA: ");
    assert!(labels.len() > 25, "only {} labels were found", labels.len());
    let mut wrong = Vec::new();
    for (folder, actions) in of_folder {
        let here = labels.iter().filter(|(place, _)| place.starts_with(folder));
        let named: BTreeSet<&str> = here.clone().map(|(_, name)| name.as_str()).collect();
        wrong.extend(here.filter(|(_, name)| !actions.contains(name)).map(|(place, name)| {
            format!("{place}: `TLA: {name}` is no action of the specifications of {folder}")
        }));
        // The unlock is where the guard of the mutex is dropped: no line of its own.
        let is_access = |name: &&String| !NO_ACCESS.contains(&name.as_str()) && *name != "Unlock";
        let lost = actions.iter().filter(is_access).filter(|name| !named.contains(name.as_str()));
        wrong.extend(lost.map(|name| format!("{folder}: no access has the label `TLA: {name}`")));
    }
    assert_none(wrong);
}

/// Where a call makes labelled accesses, the caller says so by the same names.
#[test]
fn the_steps_that_callers_name_are_actions() {
    let actions = actions("SyncMap");
    let steps = labels("// steps: ");
    assert!(steps.len() > 10, "only {} were found", steps.len());
    let wrong = steps.into_iter().filter(|(_, name)| !actions.contains(name));
    assert_none(
        wrong.map(|(place, name)| format!("{place}: `steps: {name}` is no action of SyncMap.tla")).collect(),
    );
}

/// The access is on the line of its label, or on the line below it; and each access has one. (Which access a label is, is
/// checked by executions: `verification/speccheck/tests/labels.rs`.)
#[test]
fn each_label_sits_at_an_access_and_each_access_has_a_label() {
    let names_a_row = |code: &str| {
        code.split('&').skip(1).any(|rest| {
            let word: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
            word.len() > 2 && word.contains('_') && word.chars().all(|c| c.is_ascii_uppercase() || c == '_')
        })
    };
    let (mut wrong, mut accesses) = (Vec::new(), 0);
    for source in sources() {
        if !MODULES.iter().any(|(_, folder)| source.name.starts_with(folder)) {
            continue;
        }
        let mut above = false;
        for (line, number) in source.text.lines().zip(1..) {
            let (code, label) = line.split_once("// TLA: ").map_or((line, false), |(code, _)| (code, true));
            if code.trim_start().starts_with("//") {
                continue;
            }
            let is_access = names_a_row(code);
            accesses += usize::from(is_access);
            let behind = label && !code.trim().is_empty();
            let place = format!("{}:{number}", source.name);
            if is_access && !(behind || above) {
                wrong.push(format!("{place}: an access without `// TLA: Action`"));
            }
            if (behind || above) && !is_access && !code.contains("Locked::lock(") {
                wrong.push(format!("{place}: a label, and no access"));
            }
            above = label && code.trim().is_empty();
        }
    }
    assert!(accesses > 25, "only {accesses} accesses were found");
    assert_none(wrong);
}
