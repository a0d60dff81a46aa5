//! The steps and the looks of a [tree](crate::tree), each kept once.

use crate::tree::Way;
use linear::{Shown, Snapshot, Step};
use std::collections::HashMap;
use std::ops::Range;

/// The action of a step at whose end the thread waits for what it has not got.
pub const WAITS: &str = "Waits";

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Ways {
    pub(crate) steps: Vec<Step>,
    pub(crate) looks: Vec<Snapshot>,
    known_steps: HashMap<String, usize>,
    known_looks: HashMap<String, usize>,
}

/// The place of a thing in a list that has it once.
fn place<T: std::fmt::Debug>(list: &mut Vec<T>, known: &mut HashMap<String, usize>, thing: T) -> usize {
    let key = format!("{thing:?}");
    *known.entry(key).or_insert_with(|| {
        list.push(thing);
        list.len() - 1
    })
}

/// The step in names that do not depend on the execution; nothing, if only tools need it.
fn drawn(step: &Step) -> Option<Step> {
    if matches!(step.action.as_str(), "Pin" | "Unpin" | "Dereference") {
        return None;
    }
    let mut drawn = Step { snapshot: None, ..step.clone() };
    if let Some(shown) = &step.shown {
        drawn.object.clone_from(&shown.object);
        drawn.seen.clone_from(&shown.seen);
        drawn.written.clone_from(&shown.written);
    }
    Some(drawn)
}

/// The name of a mutex or a condition variable, if a step tells it.
fn name_of(object: u32, steps: &[Step]) -> Option<String> {
    let end = format!(" #{object}");
    let is_it = |step: &&Step| {
        matches!(step.action.as_str(), "Lock" | "Unlock" | "Wait" | "Notify") && step.object.ends_with(&end)
    };
    Some(steps.iter().find(is_it)?.shown.as_ref()?.object.clone())
}

impl Ways {
    /// The place of a look.
    pub(crate) fn look(&mut self, look: &Snapshot) -> usize {
        place(&mut self.looks, &mut self.known_looks, look.clone())
    }

    /// The way that these steps of an execution are.
    pub(crate) fn way(&mut self, all: &[Step], range: Range<usize>, threads: usize) -> Way {
        let mut way = Way::default();
        for step in all.get(range).unwrap_or_default().iter().filter(|step| step.thread < threads) {
            let look = step.snapshot.as_ref().map(|look| self.look(look));
            way.look = look.or(way.look);
            match drawn(step) {
                Some(drawn) => {
                    let step = place(&mut self.steps, &mut self.known_steps, drawn);
                    way.steps.push((step, look));
                }
                // What changes at a step that is not drawn is seen after the one before it.
                None => {
                    if let Some((_, last)) = way.steps.last_mut() {
                        *last = look.or(*last);
                    }
                }
            }
        }
        way
    }

    /// The step at whose end a thread waits for one of these.
    pub(crate) fn wait(&mut self, thread: usize, waits_for: &[u32], all: &[Step]) -> Option<usize> {
        let name = waits_for.iter().find_map(|object| name_of(*object, all));
        let object = name.or_else(|| (!waits_for.is_empty()).then(|| "mutex".to_owned()))?;
        let step = Step {
            thread,
            action: WAITS.to_owned(),
            object: object.clone(),
            site: None,
            seen: None,
            written: None,
            stale: false,
            line: String::new(),
            shown: Some(Shown { object, ..Shown::default() }),
            snapshot: None,
        };
        Some(place(&mut self.steps, &mut self.known_steps, step))
    }
}
