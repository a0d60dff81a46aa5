//! Which steps of the algorithm the programs of a family take.
//!
//! A *step* is an atomic access, by the id of its ordering and the line of the source, or a linearization point, by its label
//! `LP(...)` and line. Both lists come from the source. An access is taken when the facade recorded it. A label belongs to the
//! access on its line, or on the last line before it that has one; where a call takes effect without an access of its own there, a
//! rule says by which calls it is known (`rules.rs`).

use super::provenance;
use super::rules::{RULES, Rule};
use crate::subjects::{self, Entry};
use explore::passage::Passage;
use runner::source::Step;
use std::collections::{BTreeMap, HashSet};
use std::panic::Location;
use std::sync::{Mutex, PoisonError};

/// `map/entry.rs:120`.
fn place(location: &Location<'_>) -> String {
    format!("{}:{}", location.file().rsplit("src/").next().unwrap_or(""), location.line())
}

/// How a step is known.
enum Known {
    Access(&'static str, String),
    Rule(&'static Rule),
}

/// The steps of a subject, and how each is known.
pub struct Steps {
    /// In the order of the source.
    pub steps: Vec<Step>,
    /// The files that were searched.
    files: Vec<&'static str>,
    known: Vec<Known>,
}

impl std::fmt::Debug for Steps {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.steps.fmt(f)
    }
}

/// The orderings of the crate by the names of their constants: the id, and the name.
fn orderings() -> BTreeMap<&'static str, (&'static str, &'static str)> {
    let text = provenance::text("src/orderings.rs").unwrap_or_default();
    let row = |line: &'static str| {
        let (constant, rest) = line.split_once("static ")?.1.split_once(": Site = Site::new(")?;
        let mut words = rest.split('"').skip(1).step_by(2);
        Some((constant, (words.next()?, words.next()?)))
    };
    // A row that is too long for a line goes on in the next.
    let text: &'static str = Box::leak(text.replace("Site::new(\n", "Site::new(").into_boxed_str());
    text.lines().filter_map(row).collect()
}

/// Calls that are atomic accesses.
const ACCESSES: [&str; 5] = [".load(", ".swap(", ".store(", ".compare_exchange(", ".fetch_"];

/// An access in the source: the id of its ordering, and the number of its line from 0.
type Found = (&'static str, usize);

/// The steps of one file.
fn steps_of_file(file: &str, text: &'static str, steps: &mut Vec<(Step, Known)>) {
    let orderings = orderings();
    let lines: Vec<&str> = text.lines().collect();
    let mut last: Option<Found> = None;
    let mut found: Vec<Found> = Vec::new();
    let mut labels: Vec<(String, usize, Option<Found>)> = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        let (code, comment) = line.split_once("//").unwrap_or((line, ""));
        let mut first = None;
        for constant in code.split('&').skip(1) {
            let constant = constant.split(|c: char| !c.is_ascii_uppercase() && c != '_').next().unwrap_or("");
            let Some((id, _)) = orderings.get(constant) else { continue };
            let is_access = |at: &usize| ACCESSES.iter().any(|access| lines[*at].contains(access));
            let at = (number.saturating_sub(8)..=number).rev().find(is_access).unwrap_or(number);
            if !found.contains(&(*id, at)) {
                found.push((*id, at));
            }
            first.get_or_insert((*id, at));
        }
        last = first.or(last);
        let mut rest = comment;
        while let Some(at) = rest.find("LP(") {
            let end = rest[at..].find(')').map_or(rest.len(), |end| at + end + 1);
            // A comment on a line of its own is about the next access.
            labels.push((rest[at..end].to_owned(), number, if code.trim().is_empty() { None } else { last }));
            rest = &rest[end..];
        }
    }
    let names: BTreeMap<&str, &str> = orderings.values().copied().collect();
    for (id, at) in &found {
        let name = format!("{id} {}", names.get(id).unwrap_or(&""));
        let place = format!("{file}:{}", at + 1);
        steps.push((Step { name, place: place.clone() }, Known::Access(id, place)));
    }
    for (label, line, access) in labels {
        if lines[line].trim_start().starts_with("//!") {
            continue;
        }
        let rule = RULES
            .iter()
            .find(|rule| rule.label == label && rule.file == file && lines[line].contains(rule.word));
        let access = access.or_else(|| found.iter().find(|(_, at)| *at > line).copied());
        let known = match (rule, access) {
            (Some(rule), _) => Known::Rule(rule),
            (None, Some((id, at))) => Known::Access(id, format!("{file}:{}", at + 1)),
            (None, None) => continue,
        };
        steps.push((Step { name: label, place: format!("{file}:{}", line + 1) }, known));
    }
}

impl Steps {
    /// The steps of a subject's families.
    pub(crate) fn of(subject: &Entry) -> Steps {
        let mut steps = Vec::new();
        let mut files = Vec::new();
        for (name, text) in provenance::checked(subject) {
            let file = name.trim_start_matches("src/");
            let is_own = subject
                .sources
                .iter()
                .any(|own| file == *own || (own.ends_with('/') && file.starts_with(own)));
            if is_own || (subject.on_map && file.starts_with("map/")) {
                files.push(file);
                steps_of_file(file, text, &mut steps);
            }
        }
        let (steps, known) = steps.into_iter().unzip();
        Steps { steps, files, known }
    }

    /// Marks the steps that a call has taken.
    ///
    /// # Errors
    /// An access that the list lacks.
    pub fn mark(&self, call: &Passage, reached: &mut [bool]) -> Result<(), String> {
        let accesses: Vec<(&str, String)> = call.accesses.iter().map(|(id, at)| (*id, place(at))).collect();
        for (known, reached) in self.known.iter().zip(reached.iter_mut()) {
            *reached |= match known {
                Known::Access(id, place) => accesses.iter().any(|(other, at)| other == id && at == place),
                Known::Rule(rule) => rule.fits(call),
            };
        }
        let is_unknown = |access: &&(&str, String)| {
            let same = |known: &Known| matches!(known, Known::Access(id, place) if *id == access.0 && *place == access.1);
            let file = access.1.split(':').next().unwrap_or_default();
            self.files.contains(&file) && !self.known.iter().any(same)
        };
        match accesses.iter().find(is_unknown) {
            Some((id, place)) => Err(format!("the list of steps lacks {id} at {place}")),
            None => Ok(()),
        }
    }
}

/// The steps that a program takes.
#[derive(Debug)]
pub struct Taken {
    steps: &'static Steps,
    seen: HashSet<Passage>,
    reached: Vec<bool>,
}

impl Taken {
    /// None yet, of these.
    pub fn of(steps: &'static Steps) -> Taken {
        Taken { steps, seen: HashSet::new(), reached: vec![false; steps.steps.len()] }
    }

    /// Notes the calls of an execution.
    ///
    /// # Errors
    /// An access that the list of steps lacks.
    pub fn note(&mut self, calls: Vec<Passage>) -> Result<(), String> {
        for call in calls {
            if !self.seen.contains(&call) {
                self.steps.mark(&call, &mut self.reached)?;
                self.seen.insert(call);
            }
        }
        Ok(())
    }

    /// The steps taken: a hexadecimal digit for each four of them.
    pub fn digits(&self) -> String {
        let digit =
            |four: &[bool]| four.iter().enumerate().map(|(bit, taken)| u32::from(*taken) << bit).sum();
        self.reached.chunks(4).map(|four| char::from_digit(digit(four), 16).unwrap_or('0')).collect()
    }
}

/// The steps of a subject's families, if it has any: looked up once.
pub fn steps_of(subject: &str) -> Option<&'static Steps> {
    static KNOWN: Mutex<BTreeMap<&'static str, &'static Steps>> = Mutex::new(BTreeMap::new());
    let entry = subjects::with_families().find(|entry| entry.name() == subject)?;
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    Some(known.entry(entry.name()).or_insert_with(|| Box::leak(Box::new(Steps::of(entry)))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use runner::source::numbers;

    fn steps(subject: &str) -> &'static [Step] {
        &steps_of(subject).unwrap().steps
    }

    #[test]
    fn the_steps_are_those_of_the_source() {
        let named = |name: &str| steps("map").iter().filter(|step| step.name == name).count();
        assert_eq!((named("ORD-1 read.load"), named("ORD-3 read.amend"), named("LP(clear)")), (1, 1, 1));
        assert!(named("ORD-7 slot.exchange") >= 5 && named("LP(absent)") == 2);
        assert!(steps("counter").iter().all(|step| step.place.starts_with("counter")));
    }

    /// A label that is moved, or a new one, must be known by its access or by a rule; a rule must have its label.
    #[test]
    fn every_label_is_a_step_and_every_rule_has_its_label() {
        for entry in ["map", "counter", "countermap"].map(|subject| subjects::entry(subject).unwrap()) {
            let steps = Steps::of(entry);
            for (name, text) in provenance::checked(entry) {
                let file = name.trim_start_matches("src/");
                let lines = text.lines().enumerate();
                for (number, line) in lines.filter(|(_, line)| !line.trim_start().starts_with("//!")) {
                    let place = format!("{file}:{}", number + 1);
                    let is_at = |step: &Step| step.place == place && step.name.starts_with("LP(");
                    let is_label = line.contains("LP(") && steps.files.contains(&file);
                    assert_eq!(steps.steps.iter().any(is_at), is_label, "{place}: {line}");
                }
            }
        }
        let map = steps_of("map").unwrap();
        let used = map.known.iter().filter(|known| matches!(known, Known::Rule(_))).count();
        assert_eq!(used, RULES.len(), "each rule is that of one label");
    }

    #[test]
    fn digits_are_read_as_they_were_written() {
        let steps = steps_of("map").unwrap();
        let mut taken = Taken::of(steps);
        for number in [0, 3, 4, 17, steps.steps.len() - 1] {
            taken.reached[number] = true;
        }
        let digits = taken.digits();
        assert_eq!(numbers(&digits).collect::<Vec<_>>(), [0, 3, 4, 17, steps.steps.len() - 1]);
    }

    #[test]
    fn an_access_that_the_list_lacks_is_an_error() {
        let call = || Passage {
            operation: "load",
            returned: "absent",
            accesses: vec![("ORD-99", Location::caller())],
            locked: false,
        };
        assert!(Taken::of(steps_of("map").unwrap()).note(vec![call()]).is_ok(), "in no file of the map");
        let steps = Steps { steps: Vec::new(), known: Vec::new(), files: vec!["certificates/steps.rs"] };
        let mut taken = Taken::of(Box::leak(Box::new(steps)));
        assert!(taken.note(vec![call()]).unwrap_err().contains("ORD-99"));
    }
}
