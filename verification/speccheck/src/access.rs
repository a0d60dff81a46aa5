//! What a step of a specification does to the memory of the code.

use crate::followed::Followed;
use crate::machine::Machine;
use crate::show::{field, pairs};
use std::collections::BTreeSet;
use tla_checker::ast::Value;

/// What an atomic object holds, in the words of the specification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// A slot: a value, 0 for deleted, -1 for expunged.
    Slot(i64),
    /// The published table: whether there is one, and its tag.
    Table(bool, bool),
    /// The note of deletions.
    Note(bool),
    /// A stripe.
    Number(i64),
    /// The cell of a counter map: its number, and whether it is retired.
    Cell(i64, bool),
}

/// What a transition does to the memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// The entry, for a slot; the stripe or the cell, for a counter.
    pub entry: Option<i64>,
    /// What it sees; nothing for the mutex.
    pub seen: Option<Held>,
    /// What it writes.
    pub written: Option<Held>,
}

const NOTHING: Access = Access { entry: None, seen: None, written: None };

impl Access {
    /// What the step of a process may have done: more than one thing where different accesses lead to one state.
    pub fn all_of(machine: &Machine, states: [usize; 2], process: usize, action: &str) -> Vec<Access> {
        let change = Change { machine, from: states[0], to: states[1], process };
        match machine.followed {
            _ if machine.followed.is_silent(action) => vec![NOTHING],
            Followed::SyncMap => change.of_map(action),
            Followed::Counter => vec![change.of_counter(action)],
            Followed::CounterMap => vec![change.of_counter_map(action)],
        }
    }
}

/// A step, before and after.
struct Change<'m> {
    machine: &'m Machine,
    from: usize,
    to: usize,
    process: usize,
}

impl Change<'_> {
    fn before(&self) -> &Value {
        self.machine.process(self.from, self.process)
    }

    fn of_counter(&self, action: &str) -> Access {
        let stripe = match action {
            // Mine(p), of two stripes.
            "StripeAdd" => i64::try_from(self.process).unwrap_or(0) % 2 + 1,
            _ => number(field(self.before(), "i")),
        };
        let held = |state: usize| Some(Held::Number(number(self.item(state, "stripe", stripe))));
        let written = if action == "StripeLoad" { None } else { held(self.to) };
        Access { entry: Some(stripe), seen: held(self.from), written }
    }

    fn of_counter_map(&self, action: &str) -> Access {
        let cell = number(field(self.before(), "c"));
        let held = |state: usize| {
            let cell = self.item(state, "cell", cell)?;
            Some(Held::Cell(number(field(cell, "n")), field(cell, "mark") == Some(&Value::Bool(true))))
        };
        let written = if action == "CellLoad" { None } else { held(self.to) };
        Access { entry: Some(cell), seen: held(self.from), written }
    }

    /// An item of a sequence, from 1.
    fn item(&self, state: usize, name: &str, place: i64) -> Option<&Value> {
        let place = usize::try_from(place - 1).ok()?;
        Some(pairs(self.machine.value(state, name)).get(place)?.1)
    }

    fn of_map(&self, action: &str) -> Vec<Access> {
        let (from, to) = (self.from, self.to);
        let table = |state: usize| {
            let read = self.machine.value(state, "read");
            let flag = |name: &str| field(read, name) == Some(&Value::Bool(true));
            Some(Held::Table(flag("tab"), flag("am")))
        };
        let note = |state: usize| Some(Held::Note(self.machine.value(state, "noted") == &Value::Bool(true)));
        let plain = |seen, written| vec![Access { entry: None, seen, written }];
        match action {
            "Lock" | "Unlock" => plain(None, None),
            "Promo" | "Clear" | "Amend" => plain(table(from), table(to)),
            "NoteLoad" => plain(note(from), None),
            "NoteSet" | "NoteTake" => plain(note(from), note(to)),
            "ELoad" | "ECas" | "SwapLocked" | "Visit" | "XLoad" | "XCas" | "Unexp" | "Out" => {
                let of = |entry: i64| {
                    let slot = |state: usize| Held::Slot(number(self.item(state, "heap", entry)));
                    let writes = match action {
                        "ECas" => from != to && Held::Slot(number(field(self.before(), "v"))) == slot(from),
                        "SwapLocked" => true,
                        "XCas" | "Unexp" => slot(from) != slot(to),
                        _ => false,
                    };
                    Access { entry: Some(entry), seen: Some(slot(from)), written: writes.then(|| slot(to)) }
                };
                self.entries(action).into_iter().map(of).collect()
            }
            _ => plain(table(from), None),
        }
    }

    /// The entry whose slot a step accesses; several where it may have been any of them.
    fn entries(&self, action: &str) -> Vec<i64> {
        let (before, after) = (self.before(), self.machine.process(self.to, self.process));
        let waiting = |process: &Value| match field(process, "wl") {
            Some(Value::Set(items)) => items.iter().map(|item| number(Some(item))).collect::<BTreeSet<i64>>(),
            _ => BTreeSet::new(),
        };
        let done: Vec<i64> = waiting(before).difference(&waiting(after)).copied().collect();
        let of_key = |key: i64| {
            let table = field(before, "tb").map(pairs).unwrap_or_default();
            usize::try_from(key - 1)
                .ok()
                .and_then(|place| table.get(place))
                .map_or(0, |(_, e)| number(Some(*e)))
        };
        let entries = |keys: &[i64]| keys.iter().map(|key| of_key(*key)).collect::<Vec<_>>();
        match action {
            // `is_empty` ends with the first live entry that it comes to, and leaves the others.
            "Visit" if done.len() > 1 => {
                let is_live = |entry: &i64| number(self.item(self.from, "heap", *entry)) > 0;
                entries(&done).into_iter().filter(is_live).collect()
            }
            "Visit" => entries(&done),
            "XLoad" if word(field(after, "pc")) == "xcas" => vec![of_key(number(field(after, "k")))],
            "XLoad" => entries(&done),
            "XCas" => vec![of_key(number(field(before, "k")))],
            "Out" => done,
            _ => vec![number(field(before, "e"))],
        }
    }
}

/// An integer; 0 for anything else.
pub fn number(value: Option<&Value>) -> i64 {
    match value {
        Some(Value::Int(number)) => *number,
        _ => 0,
    }
}

/// A string; empty for anything else.
pub fn word(value: Option<&Value>) -> String {
    match value {
        Some(Value::Str(word)) => word.to_string(),
        _ => String::new(),
    }
}
