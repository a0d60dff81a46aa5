//! Lines of the source that was run, beside the steps that they make.

use linear::Step;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// So many lines are shown before the line of a step, and after it.
const AROUND: usize = 2;

/// A line of the source, with those around it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Excerpt {
    /// The number of the first line.
    pub first: usize,
    /// The lines.
    pub lines: Vec<String>,
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
        let lines = lines[first - 1..last].iter().map(|line| (*line).to_owned()).collect();
        excerpts.insert(line.to_owned(), Excerpt { first, lines });
    }
    excerpts
}

/// What the source calls a step at this line: the actions of the specification that `// TLA: A, B` names, behind the access or on a line of its
/// own above it.
pub(super) fn actions<'e>(excerpts: &'e Excerpts, line: &str) -> Vec<&'e str> {
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

    const TEXT: &str =
        "fn load() {\n    x.load(); // TLA: ELoad, Visit. LP(load)\n    // TLA: ECas\n    x.swap()\n}\n";

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
}
