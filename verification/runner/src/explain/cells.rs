//! What is said of a step, and of what the subject looks like after it.

use linear::{Program, Snapshot, Step, Table};

/// What is shown of a step in its thread's column; nothing for what only tools need. `orderings`: with the ordering of each access.
pub fn cell(step: &Step, program: Option<&Program>, orderings: bool) -> Option<String> {
    let shown = step.shown.as_ref();
    let object = shown.map_or(step.object.as_str(), |shown| &shown.object);
    let value = |named: Option<&String>, plain: &Option<String>| {
        named.cloned().or_else(|| plain.clone()).unwrap_or_default()
    };
    let seen = value(shown.and_then(|shown| shown.seen.as_ref()), &step.seen);
    let written = value(shown.and_then(|shown| shown.written.as_ref()), &step.written);
    let site = step.site.as_ref().filter(|_| orderings);
    let site = site.map_or_else(String::new, |(id, ordering)| format!("  [{id} {ordering}]"));
    let latest = shown.and_then(|shown| shown.before.as_ref());
    let stale = match latest {
        _ if !step.stale => String::new(),
        Some(latest) => format!(" (STALE: it is {latest})"),
        None => " (STALE)".to_owned(),
    };
    let call = || {
        let number: Option<usize> = step.object.rsplit('#').next().and_then(|n| n.parse().ok());
        let call = program.and_then(|program| program.threads.get(step.thread)?.get(number?));
        call.map_or_else(|| "?".to_owned(), ToString::to_string)
    };
    Some(match step.action.as_str() {
        "Call" => format!("▶ {}", call()),
        "Return" if seen.is_empty() => format!("◀ {}", call()),
        "Return" => format!("◀ {} = {seen}", call()),
        "Load" => format!("{object} → {seen}{stale}{site}"),
        "Store" | "Exchange" => format!("{object}: {seen} ⇒ {written}{site}"),
        "ExchangeFailed" => format!("{object} → {seen}, exchange failed{site}"),
        "Lock" if shown.is_some() => format!("lock {object}"),
        "Unlock" if shown.is_some() => format!("unlock {object}"),
        "Lock" => "lock".into(),
        "Unlock" => "unlock".into(),
        "Wait" => format!("{object}: unlock and wait"),
        "Notify" => format!("{object}: wake all"),
        "Retire" => format!("retire {object}"),
        "Free" => format!("free {object}"),
        "Allocate" => format!("new {object}"),
        _ => return None,
    })
}

/// How the row of a step is set.
pub(super) fn class(step: &Step) -> &'static str {
    match step.action.as_str() {
        "Call" | "Return" => "call",
        _ if step.stale => "stale",
        "Exchange" | "Store" | "Free" | "Retire" => "write",
        _ => "",
    }
}

/// A table in a line: `read, amended {a:1 b:deleted}`.
pub(super) fn table(table: &Table, all: &[Table]) -> String {
    let mark = table.mark.as_ref().map_or_else(String::new, |mark| format!(", {mark}"));
    if !table.exists {
        return format!("{}{mark} none", table.name);
    }
    let is_other = |row: &linear::Row| {
        let first = all.iter().flat_map(|table| &table.rows).find(|first| first.key == row.key);
        first.is_some_and(|first| first.object != row.object)
    };
    let rows = table.rows.iter().map(|row| {
        let prime = if is_other(row) { "′" } else { "" };
        format!("{}{prime}:{}", row.key, row.holds)
    });
    format!("{}{mark} {{{}}}", table.name, rows.collect::<Vec<_>>().join(" "))
}

/// What the subject looks like, in short lines. A fact that is zero, or `no`, is left out where there are tables.
pub fn lines(snapshot: &Snapshot) -> Vec<String> {
    let mut lines: Vec<String> = snapshot.tables.iter().map(|one| table(one, &snapshot.tables)).collect();
    let is_telling = |value: &str| snapshot.tables.is_empty() || !matches!(value, "0" | "no" | "0ns");
    let facts = snapshot.facts.iter().filter(|(_, value)| is_telling(value));
    lines.extend(
        facts.map(|(name, value)| if value == "yes" { name.clone() } else { format!("{name} {value}") }),
    );
    let retired: Vec<&str> = snapshot.retired.iter().map(|retired| retired.name.as_str()).collect();
    match retired[..] {
        [] => {}
        [one] => lines.push(format!("retired {one}")),
        _ => lines.push(format!("retired: {}", retired.join(", "))),
    }
    lines.extend(snapshot.broken.iter().map(|why| format!("broken: {why}")));
    lines
}
