//! Lines of the source that was run, beside the steps that they make.

use linear::Step;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// So many lines are shown before the line of a step, and after it.
const AROUND: usize = 2;

/// The arm of a success has no more lines than this.
const LONGEST_ARM: usize = 8;

/// A line of the source, with those around it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Excerpt {
    /// The number of the first line.
    pub first: usize,
    /// The lines.
    pub lines: Vec<String>,
    /// The calls that take effect at this line, if it is an access, as the source names them: `store, fast` of `LP(store, fast)`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub effects: Vec<String>,
}

/// Excerpts by the lines of the steps: `map/entry.rs:93`.
pub type Excerpts = BTreeMap<String, Excerpt>;

/// The line of the source under test, if the step is one of it: memory is freed, and mutexes are unlocked, in other people's code.
pub(super) fn place(step: &Step) -> &str {
    let is_other = ["facade/", "ptr/", "alloc/"].iter().any(|folder| step.line.starts_with(folder));
    if is_other { "" } else { &step.line }
}

/// The file and the number of a line.
fn parts(line: &str) -> Option<(&str, usize)> {
    let (file, number) = line.rsplit_once(':')?;
    Some((file, number.parse().ok().filter(|number| *number > 0)?))
}

/// The lines of these steps, from the source that was run. `text` has it, by the name of a file as steps have it: `map/entry.rs`. What it
/// does not have is left out, and so is a line behind the end of its file.
pub fn excerpts(steps: &[Step], mut text: impl FnMut(&str) -> Option<String>) -> Excerpts {
    let mut texts: BTreeMap<&str, Option<String>> = BTreeMap::new();
    let mut excerpts = Excerpts::new();
    for line in steps.iter().map(place) {
        let Some((file, number)) = parts(line) else { continue };
        let text = texts.entry(file).or_insert_with(|| text(file));
        let lines: Vec<&str> = text.iter().flat_map(|text| text.lines()).collect();
        if excerpts.contains_key(line) || number > lines.len() {
            continue;
        }
        let first = number.saturating_sub(AROUND).max(1);
        let last = (number + AROUND).min(lines.len());
        let effects = effects(&lines, number);
        let lines = lines[first - 1..last].iter().map(|line| (*line).to_owned()).collect();
        excerpts.insert(line.to_owned(), Excerpt { first, lines, effects });
    }
    excerpts
}

/// The labels of a line: `LP(load), LP(range, key)` behind its code.
fn labels(line: &str) -> impl Iterator<Item = &str> {
    let (code, comment) = line.split_once("//").unwrap_or((line, ""));
    let comment = if code.trim().is_empty() { "" } else { comment };
    comment.split("LP(").skip(1).filter_map(|label| Some(label.split_once(')')?.0))
}

/// The calls that take effect at the access in this line: those that are named behind it, or, if it is a compare-exchange, in the arm of its
/// success. A label behind other code is about a call that takes effect at an access before it, which may be one of several: it is left out.
fn effects(lines: &[&str], number: usize) -> Vec<String> {
    let line = lines[number - 1];
    let arm = lines[number..].iter().take_while(|line| !line.contains("Err("));
    let arm = arm.take(if line.contains(".compare_exchange(") { LONGEST_ARM } else { 0 });
    [line].iter().chain(arm).flat_map(|line| labels(line)).map(str::to_owned).collect()
}

/// Whether the label is of an operation of this name; `delete` is what
/// `load_and_delete` does too, and `load_or_store` what `load_or_store_with` does.
fn is_of(label: &str, operation: &str) -> bool {
    let name = label.split(',').next().unwrap_or(label);
    let also = [operation.strip_prefix("load_and_"), operation.strip_suffix("_with")];
    operation == name || also.contains(&Some(name))
}

/// What the source says of a step: what it is in the specification, and whether the call takes effect there: `ECas, LP(store, fast)`.
pub(super) fn names(excerpts: &Excerpts, step: &Step, operation: Option<&str>) -> String {
    let actions = actions(excerpts, place(step)).join(" or ");
    let effects = excerpts.get(place(step)).map_or(&[][..], |excerpt| &excerpt.effects);
    // An exchange that failed has no effect.
    let effects = effects.iter().filter(|_| step.action != "ExchangeFailed");
    let effects = effects.filter(|label| operation.is_some_and(|operation| is_of(label, operation)));
    let effects = effects.map(|label| format!("LP({label})"));
    Some(actions)
        .filter(|actions| !actions.is_empty())
        .into_iter()
        .chain(effects)
        .collect::<Vec<_>>()
        .join(", ")
}

/// What the source calls a step at this line: the actions of the specification that `// TLA: A, B` names, behind the access or on a line of its
/// own above it.
fn actions<'e>(excerpts: &'e Excerpts, line: &str) -> Vec<&'e str> {
    let (Some(excerpt), Some((_, number))) = (excerpts.get(line), parts(line)) else { return Vec::new() };
    let at = |number: usize| excerpt.lines.get(number.checked_sub(excerpt.first)?).map(String::as_str);
    let label = |line: &'e str, is_alone: bool| {
        let (code, label) = line.split_once("// TLA: ")?;
        (code.trim().is_empty() == is_alone && !code.trim_start().starts_with("//")).then_some(label)
    };
    let behind = at(number).and_then(|line| label(line, false));
    let label = behind.or_else(|| at(number - 1).and_then(|line| label(line, true)));
    let names = label.and_then(|label| label.split(['.', '(']).next()).unwrap_or_default();
    names.split(',').map(str::trim).filter(|name| !name.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "fn load() {
    x.load(); // TLA: ELoad, Visit. LP(load), LP(range, key)
    // TLA: ECas
    x.swap()
}
";

    const EXCHANGE: &str = "match x.compare_exchange(a, b) {
    Ok(_) => {
        // LP(load)
        return; // LP(delete), LP(swap, fast)
    }
    Err(now) => seen = now, // LP(store)
}
";

    fn step(line: &str) -> Step {
        Step {
            thread: 0,
            action: "Load".to_owned(),
            object: "slot #1".to_owned(),
            site: None,
            seen: None,
            written: None,
            stale: false,
            line: line.to_owned(),
            shown: None,
            snapshot: None,
        }
    }

    fn of(lines: &[&str]) -> Excerpts {
        let steps: Vec<Step> = lines.iter().map(|line| step(line)).collect();
        excerpts(&steps, |file| (file == "map/entry.rs").then(|| TEXT.to_owned()))
    }

    #[test]
    fn a_line_comes_with_two_around_it_and_one_that_is_not_known_does_not_come() {
        let all = of(&[
            "map/entry.rs:2",
            "map/entry.rs:4",
            "map/read.rs:1",
            "facade/a.rs:1",
            "map/entry.rs:6",
            "map/entry.rs:0",
            "",
        ]);
        let known: Vec<(&str, usize, usize)> =
            all.iter().map(|(line, excerpt)| (line.as_str(), excerpt.first, excerpt.lines.len())).collect();
        assert_eq!(known, [("map/entry.rs:2", 1, 4), ("map/entry.rs:4", 2, 4)]);
        assert_eq!(all["map/entry.rs:4"].lines[2], "    x.swap()");
    }

    #[test]
    fn an_access_has_the_actions_that_are_named_behind_it_or_above_it() {
        let all = of(&["map/entry.rs:2", "map/entry.rs:3", "map/entry.rs:4", "map/entry.rs:5"]);
        assert_eq!(actions(&all, "map/entry.rs:2"), ["ELoad", "Visit"]);
        assert_eq!(actions(&all, "map/entry.rs:4"), ["ECas"]);
        assert_eq!(actions(&all, "map/entry.rs:5"), [""; 0]);
        assert_eq!(actions(&all, "map/entry.rs:3"), [""; 0], "the line above names those of its own access");
        assert_eq!(actions(&all, "map/read.rs:1"), [""; 0]);
    }

    #[test]
    fn a_call_takes_effect_at_its_access_or_at_its_exchange_that_succeeds() {
        let all = of(&["map/entry.rs:2", "map/entry.rs:4"]);
        let at = |line: &str, operation| names(&all, &step(line), operation);
        assert_eq!(at("map/entry.rs:2", Some("load")), "ELoad or Visit, LP(load)");
        assert_eq!(at("map/entry.rs:2", Some("range")), "ELoad or Visit, LP(range, key)");
        assert_eq!(at("map/entry.rs:2", Some("store")), "ELoad or Visit", "it is of other calls");
        assert_eq!(at("map/entry.rs:2", None), "ELoad or Visit");
        assert_eq!(at("map/entry.rs:4", Some("load")), "ECas");
        let exchange = Step { action: "Exchange".to_owned(), ..step("map/entry.rs:1") };
        let failed = Step { action: "ExchangeFailed".to_owned(), ..exchange.clone() };
        let all = excerpts(std::slice::from_ref(&exchange), |_| Some(EXCHANGE.to_owned()));
        for (step, operation, name) in [
            (&exchange, "delete", "LP(delete)"),
            (&exchange, "load_and_delete", "LP(delete)"),
            (&exchange, "swap", "LP(swap, fast)"),
            (&exchange, "load", ""),
            (&exchange, "store", ""),
            (&failed, "delete", ""),
        ] {
            assert_eq!(names(&all, step, Some(operation)), name, "{operation}");
        }
    }
}
