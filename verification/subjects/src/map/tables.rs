//! The tables of a map after calls of one thread, worked out apart from the code: read, dirty, the misses and the note.
//!
//! It is written after `specs/SyncMap.tla`, for one process, with each call as one step. No check compares it with that module itself. The
//! code is held to both: to the module by `verification/verify/tests/edges.rs`, and to these tables after each set-up of a program that is
//! run, after each by which the start states of a family are found, and after 5,000 random lists of calls over four keys (the test below).
//! Where a set-up has a call that [`Tables::call`] does not know, nothing is compared.
//!
//! Only calls of one thread are covered. When a promotion comes, or when a key is taken out, shows in no result, so the programs do not
//! see it: this is where a change of it is seen.

use crate::builds::tables_facts;
use linear::{Call, Structure};
use std::collections::{BTreeMap, BTreeSet};

/// The slot of an entry.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Slot {
    Live(i64),
    Deleted,
    Expunged,
}

/// Both tables, by the keys of their entries. An entry that is in both is one entry: it has one slot.
#[derive(Default)]
pub(super) struct Tables {
    read: BTreeSet<i64>,
    dirty: Option<BTreeSet<i64>>,
    slots: BTreeMap<i64, Slot>,
    misses: usize,
    deletion_noted: bool,
}

impl Tables {
    fn in_dirty(&self, key: i64) -> bool {
        self.dirty.as_ref().is_some_and(|dirty| dirty.contains(&key))
    }

    fn promote(&mut self) {
        if let Some(dirty) = self.dirty.take() {
            self.read = dirty;
            self.slots.retain(|key, _| self.read.contains(key));
            self.misses = 0;
        }
    }

    fn miss(&mut self, counts: usize) {
        if let Some(dirty) = &self.dirty {
            self.misses += counts;
            if self.misses >= dirty.len() {
                self.promote();
            }
        }
    }

    /// The slot of a key, for a call that reads or compares it. To look into dirty is a miss, whether the key is there or not; it
    /// counts for two if the call may leave a deleted entry there.
    fn find(&mut self, key: i64, misses: usize) -> Option<Slot> {
        let found = self.slots.get(&key).copied();
        if !self.read.contains(&key) {
            self.miss(misses);
        }
        found
    }

    fn delete_value(&mut self, key: i64) {
        self.slots.insert(key, Slot::Deleted);
        self.deletion_noted = true;
    }

    /// Dirty is made of what is not deleted; that becomes expunged. Nobody looks for it when no deletion is noted.
    fn copy_read(&mut self) {
        let mut dirty = self.read.clone();
        if std::mem::take(&mut self.deletion_noted) {
            for (key, slot) in &mut self.slots {
                if *slot == Slot::Deleted {
                    *slot = Slot::Expunged;
                    dirty.remove(key);
                }
            }
        }
        self.dirty = Some(dirty);
    }

    /// Gives a key its value, wherever its entry is.
    fn put(&mut self, key: i64, value: i64) {
        let slot = self.slots.insert(key, Slot::Live(value));
        if slot.is_none() && self.dirty.is_none() {
            self.copy_read();
        }
        if matches!(slot, None | Some(Slot::Expunged)) {
            self.dirty.as_mut().expect("made above, or there while an entry is expunged").insert(key);
        }
    }

    fn remove(&mut self, key: i64) {
        if self.read.contains(&key) {
            if let Some(Slot::Live(_)) = self.slots.get(&key) {
                self.delete_value(key);
            }
        } else if let Some(dirty) = &mut self.dirty {
            dirty.remove(&key);
            let slot = self.slots.remove(&key);
            self.deletion_noted |= matches!(slot, Some(Slot::Live(_)));
            self.miss(1);
        }
    }

    /// Makes a call; false for one of which it is not said here what it makes of the structure.
    pub(super) fn call(&mut self, call: &Call) -> bool {
        let arg = |n: usize| call.args.get(n).copied().unwrap_or(0);
        let key = arg(0);
        match call.name() {
            "load" | "contains_key" => drop(self.find(key, 1)),
            "store" | "swap" => self.put(key, arg(1)),
            "load_or_store" => {
                let is_live = matches!(self.slots.get(&key), Some(Slot::Live(_)));
                let is_miss = !self.read.contains(&key) && self.in_dirty(key);
                if !is_live {
                    self.put(key, arg(1));
                }
                if is_miss {
                    self.miss(1);
                }
            }
            "load_and_delete" | "delete" => self.remove(key),
            "compare_and_delete" => {
                if self.find(key, 2) == Some(Slot::Live(arg(1))) {
                    self.delete_value(key);
                }
            }
            "compare_and_swap" => {
                if self.find(key, 1) == Some(Slot::Live(arg(1))) {
                    self.put(key, arg(2));
                }
            }
            "range" | "is_empty" => self.promote(),
            "clear" => *self = Tables { deletion_noted: self.deletion_noted, ..Tables::default() },
            _ => return false,
        }
        true
    }

    pub(super) fn structure(&self) -> Structure {
        let state = |(key, slot): (&i64, &Slot)| {
            let word = match slot {
                Slot::Live(_) => "live",
                Slot::Deleted => "deleted",
                Slot::Expunged => "expunged",
            };
            (*key, (word, if self.read.contains(key) { "read" } else { "dirty" }))
        };
        let misses_left = self.dirty.as_ref().map_or(0, BTreeSet::len) - self.misses;
        Structure {
            keys: self.slots.iter().map(state).collect(),
            facts: tables_facts(self.dirty.is_some(), misses_left, self.deletion_noted),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate as subjects;
    use explore::random::Random;
    use linear::Program;

    const CALLS: [&str; 12] = [
        "load #",
        "contains_key #",
        "store # 1",
        "swap # 2",
        "load_or_store # 1",
        "delete #",
        "load_and_delete #",
        "compare_and_delete # 1",
        "compare_and_swap # 1 2",
        "range",
        "is_empty",
        "clear",
    ];

    /// The families try all set-ups as far as they lead somewhere new; these are longer, over more keys, of all calls that are known here.
    #[test]
    fn what_one_thread_makes_of_a_map_is_what_these_tables_say() {
        let map = subjects::by_name("map").unwrap();
        let mut random = Random(1);
        let mut seen = std::collections::BTreeSet::new();
        for _ in 0..5_000 {
            let calls: Vec<String> = (0..1 + random.below(16))
                .map(|_| CALLS[random.below(CALLS.len())].replace('#', ["a", "b", "c", "d"][random.below(4)]))
                .collect();
            let text = format!("{} || load a", calls.join("; "));
            let setup = Program::parse(map, &text).unwrap().setup;
            let expected = map.specification.structure_after(&setup).expect("it says so of all these calls");
            let found = subjects::structure_after(map, &setup);
            assert_eq!(found, expected, "after `{text}`: {found}; by these tables: {expected}");
            seen.insert(found);
        }
        assert!(seen.len() > 300, "so few structures say little: {}", seen.len());
    }
}
