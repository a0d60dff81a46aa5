//! No user code runs under a lock of the crate, but the key's `Eq` under the map's mutex (INV-10): every critical section, and the calls that
//! may run user code.
//!
//! A critical section is what stands between a `lock()` and the end of its block, or the `drop` of its guard; and the body of every
//! function that gets what a lock guards, or is called under one. Each has a row below, with what it is for. None may have a call of the list
//! `CALLS`, but those that its row allows.

use super::assert_none;
use super::source::{Source, sources};
use std::collections::BTreeMap;

/// Calls that may run user code, and whose.
const CALLS: [(&str, &str); 30] = [
    ("hash_one(", "a hasher, a key's `Hash`"),
    (".hash(", "a key's `Hash`"),
    ("equivalent(", "a key's `Eq` or `Equivalent`"),
    (".find(hash", "a key's `Eq` or `Equivalent`"),
    (".find_and_remove(", "a key's `Eq` or `Equivalent`"),
    ("pin()", "a collection, if this thread was not pinned: any `Drop`"),
    (".flush", "a collection: any `Drop`"),
    ("repin(", "a collection: any `Drop`"),
    (".wake()", "a waker"),
    (".wake_by_ref()", "a waker"),
    ("waker.clone()", "a waker"),
    ("catch_unwind(", "whatever it is there for"),
    ("listener(", "a removal listener"),
    ("make(", "a closure"),
    ("visit(", "a closure"),
    ("keep(", "a closure"),
    ("condition(", "a closure"),
    ("look(", "a closure"),
    ("matches(", "a closure, a value's `PartialEq`"),
    (".nanos()", "a clock"),
    (".now()", "a clock"),
    (".elapsed()", "a clock"),
    (".after(", "a clock"),
    ("service.", "a service"),
    ("from_value(", "a conversion"),
    (".load(key", "a key's `Hash` and `Eq`"),
    (".load(&name", "a key's `Hash` and `Eq`"),
    (".swap(name", "a key's `Hash` and `Eq`"),
    (".load_and_delete(", "a key's `Hash` and `Eq`"),
    (".delete_if(", "a key's `Hash` and `Eq`, a closure"),
];

/// A critical section, or several of one function.
struct Section {
    file: &'static str,
    function: &'static str,
    /// How many there are in it.
    sections: usize,
    /// The calls of `CALLS` that it makes all the same, and why that is right.
    allowed: &'static [(&'static str, &'static str)],
}

const fn row(file: &'static str, function: &'static str, sections: usize) -> Section {
    Section { file, function, sections, allowed: &[] }
}

include!("sections.rs");

/// A stretch of code that runs under a lock.
struct Found {
    file: String,
    function: String,
    line: usize,
    code: String,
}

/// The end of the block that `at` is in.
fn end_of_block(code: &str, at: usize) -> usize {
    let mut depth = 0_usize;
    for (offset, byte) in code.bytes().enumerate().skip(at) {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 0 => return offset,
            b'}' => depth -= 1,
            _ => {}
        }
    }
    code.len()
}

/// The end of the statement that `at` is in.
fn end_of_statement(code: &str, at: usize) -> usize {
    let mut depth = 0_usize;
    for (offset, byte) in code.bytes().enumerate().skip(at) {
        match byte {
            b'{' | b'(' | b'[' => depth += 1,
            b'}' | b')' | b']' if depth == 0 => return offset,
            b'}' | b')' | b']' => depth -= 1,
            b';' if depth == 0 => return offset,
            _ => {}
        }
    }
    code.len()
}

/// The name of the function that `at` is in: the last `fn` before it.
fn function_at(code: &str, at: usize) -> String {
    let start = code[..at].rfind("fn ").map_or(0, |start| start + 3);
    code[start..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// The name that a guard is bound to, if the statement is `let … = ….lock();`.
fn guard_of(code: &str, at: usize, end_of_call: usize) -> Option<String> {
    let start = code[..at].rfind([';', '{', '}']).map_or(0, |start| start + 1);
    let rest = code[start..at].trim_start().strip_prefix("let ")?;
    let is_whole = code[end_of_call..].trim_start().starts_with(';');
    let name: String =
        rest.trim_start_matches("mut ").chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    is_whole.then_some(name)
}

fn sections_of(source: &Source) -> Vec<Found> {
    let code = &source.code;
    let mut found = Vec::new();
    let mut add = |from: usize, to: usize, function: String| {
        let line = code[..from].lines().count().max(1);
        found.push(Found { file: source.name.clone(), function, line, code: code[from..to].to_owned() });
    };
    // A closure of `change` runs under the mutex of a configuration store's writers.
    for (at, call) in code.match_indices("self.change(") {
        let after = at + call.len();
        add(after, end_of_statement(code, after), function_at(code, at));
    }
    for call in [".lock()", ".try_lock()"] {
        for (at, _) in code.match_indices(call) {
            let after = at + call.len();
            let end = match guard_of(code, at, after) {
                Some(guard) => {
                    let block = end_of_block(code, after);
                    let dropped = code[after..block].find(&format!("drop({guard})"));
                    dropped.map_or(block, |dropped| after + dropped)
                }
                None => end_of_statement(code, after),
            };
            add(after, end, function_at(code, at));
        }
    }
    // What is called with what a lock guards, or under one.
    for (at, _) in code.match_indices("fn ") {
        let function = function_at(code, at + 4);
        let Some(body) = code[at..].find('{').map(|body| at + body) else { continue };
        let signature = &code[at..body];
        let gets = signature.split("impl Fn").next().is_some_and(|own| own.contains("Locked<"));
        let is_guarded = gets || UNDER_A_LOCK.contains(&(source.name.as_str(), function.as_str()));
        if is_guarded && signature.contains('(') && !signature.contains(';') {
            add(body + 1, end_of_block(code, body + 1), function);
        }
    }
    found
}

#[test]
fn no_critical_section_runs_user_code_but_the_eq_of_a_key() {
    let facade = ["src/sync/", "src/epoch/", "verification/model/"];
    let outside = |source: &Source| !facade.iter().any(|folder| source.name.starts_with(folder));
    let found: Vec<Found> = sources().iter().filter(|source| outside(source)).flat_map(sections_of).collect();
    let mut wrong = Vec::new();
    let mut counted: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for section in &found {
        let place = (section.file.as_str(), section.function.as_str());
        *counted.entry(place).or_default() += 1;
        let row = SECTIONS.iter().find(|row| (row.file, row.function) == place);
        for (call, whose) in CALLS.iter().filter(|(call, _)| section.code.contains(call)) {
            if !row.is_some_and(|row| row.allowed.iter().any(|(allowed, _)| allowed == call)) {
                wrong.push(format!(
                    "{}:{}: `{}` calls `{call}` under a lock: it may run {whose}",
                    section.file, section.line, section.function
                ));
            }
        }
    }
    for ((file, function), sections) in &counted {
        match SECTIONS.iter().find(|row| (row.file, row.function) == (*file, *function)) {
            Some(row) if row.sections == *sections => {}
            Some(row) => wrong
                .push(format!("{file}: `{function}` has {sections} critical sections, not {}", row.sections)),
            None => {
                wrong.push(format!("{file}: the {sections} critical sections of `{function}` are not listed"))
            }
        }
    }
    for row in &SECTIONS {
        if !counted.contains_key(&(row.file, row.function)) {
            wrong.push(format!("{}: `{}` has no critical section", row.file, row.function));
        }
        for (call, reason) in row.allowed {
            let makes = |section: &&Found| section.file == row.file && section.function == row.function;
            if reason.len() < 10 || !found.iter().filter(makes).any(|section| section.code.contains(call)) {
                wrong.push(format!("{}: `{}` need not be allowed `{call}`", row.file, row.function));
            }
        }
    }
    assert!(found.len() > 30, "only {} critical sections were found", found.len());
    assert_none(wrong);
}

/// The check sees what it is there for.
#[test]
fn a_call_of_user_code_under_a_lock_is_seen() {
    let text = "fn f(&self) {\n    let mut queue = self.queue.lock();\n    self.hasher.hash_one(key);\n    drop(queue);\n    make();\n}\n";
    let source = Source { name: "src/x.rs".into(), text: text.into(), code: text.into() };
    let sections = sections_of(&source);
    assert_eq!((sections.len(), sections[0].function.as_str()), (1, "f"));
    assert!(sections[0].code.contains("hash_one(") && !sections[0].code.contains("make("));
}
