//! Start states: every structure of a quiet subject that real operations lead to, found by search.

use explore::subjects::structure_after as shipped_structure_after;
use linear::{Program, Structure, Subject, Templates, letter};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, VecDeque};

/// The key that only set-ups use: it gives the tables something beside the keys of the family.
const FILLER: i64 = 25;

/// More structures than this are not searched: a subject whose structure shows its values has no end of them.
const MOST: usize = 10_000;

/// A start state: its structure, and the shortest set-up that leads to it.
#[derive(Clone, Debug)]
pub struct Start {
    /// The structure.
    pub structure: Structure,
    /// The set-up, as text.
    pub setup: String,
}

impl Start {
    /// The same with one more key in dirty: a promotion is further off. Lawful users see no difference that matters; what a key's `Eq`
    /// hides must stay hidden for as long as it takes to use it again.
    pub(super) fn with_another_key(&self, templates: &Templates) -> Start {
        let step = templates.steps[0].replace('#', "y");
        Start { structure: self.structure.clone(), setup: format!("{}; {step}", self.setup) }
    }
}

fn templates(subject: &Subject) -> &'static Templates {
    subject.templates.expect("a family is of a subject that has templates")
}

/// The structures that differ for a family: of the filler only what it does to the others is of interest.
pub fn projected(structure: &Structure) -> Structure {
    let mut projected = structure.clone();
    projected.keys.remove(&FILLER);
    projected
}

/// The structure to which a set-up leads, and whether it is that of the specification.
fn structure_after(subject: &'static Subject, setup: &str) -> (Structure, bool) {
    let templates = templates(subject);
    // The text of a program needs a thread; it is not run here.
    let thread = templates.keyed.iter().chain(templates.whole).next().expect("a family has operations");
    let thread = thread.replace('#', "a").replace('$', "2");
    let text = format!("{setup} || {thread}");
    let program = Program::parse(subject, &text).unwrap_or_else(|error| panic!("{error}"));
    // Shorter set-ups were tried before: no smaller program fails.
    let structure = std::panic::catch_unwind(|| shipped_structure_after(subject, &program.setup))
        .unwrap_or_else(|_| panic!("one thread is enough for a failure: the set-up of `{text}` panics"));
    let expected = subject.specification.structure_after(&program.setup);
    let is_as_specified = expected.is_none_or(|expected| structure == expected);
    (structure, is_as_specified)
}

/// The set-up steps over so many keys.
fn steps(templates: &Templates, keys: usize) -> Vec<String> {
    let mut names: Vec<char> = (0..keys as i64).map(letter).collect();
    names.extend(templates.filler.then(|| letter(FILLER)));
    let mut steps: Vec<String> = templates.whole_steps.iter().map(|step| (*step).to_owned()).collect();
    for name in names {
        steps.extend(templates.steps.iter().map(|step| step.replace('#', &name.to_string())));
    }
    steps
}

/// Every structure that operations on `keys` keys and a filler lead to, with a set-up for each; the smallest set-ups first.
///
/// A set-up that leads elsewhere than in the specification is kept as a start state of its own: its programs fail, by name.
///
/// # Panics
/// When there is no end of them.
pub fn starts(subject: &'static Subject, keys: usize) -> Vec<Start> {
    let templates = templates(subject);
    let steps = steps(templates, keys);
    let mut seen = BTreeMap::from([(structure_after(subject, "").0, String::new())]);
    let mut starts: Vec<Start> = Vec::new();
    let mut queue = VecDeque::from([String::new()]);
    while let Some(setup) = queue.pop_front() {
        for step in &steps {
            let longer = if setup.is_empty() { step.clone() } else { format!("{setup}; {step}") };
            let (structure, is_as_specified) = structure_after(subject, &longer);
            if !is_as_specified {
                starts.push(Start { structure, setup: longer });
            } else if let Entry::Vacant(vacant) = seen.entry(structure) {
                vacant.insert(longer.clone());
                queue.push_back(longer);
            }
        }
        assert!(seen.len() <= MOST, "the structure of {} has no end of values", subject.name);
    }
    // Of those that differ in the filler only, the one with the shortest set-up.
    let mut kept: BTreeMap<Structure, Start> = BTreeMap::new();
    let mut all: Vec<(Structure, String)> = seen.into_iter().collect();
    all.sort_by_key(|(_, setup)| (setup.matches(';').count(), setup.len(), setup.clone()));
    for (structure, setup) in all {
        kept.entry(projected(&structure)).or_insert(Start { structure, setup });
    }
    starts.extend(kept.into_values());
    starts.sort_by_key(|start| (start.setup.matches(';').count(), start.setup.len(), start.setup.clone()));
    starts
}
