//! The map in a hundred lines, for two keys: a read table that needs no lock, a dirty one under a mutex, misses, promotion, and the state
//! *expunged*. It leaves out memory: an entry is a slot that is always there, and a table is which of the keys it has.
//!
//! A variant leaves out a step, or takes it at the wrong time.

use checker::host;
use checker::subject;
use checker::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use checker::sync::{Mutex, MutexGuard};
use explore::subjects::Builds;

const RIGHT: usize = 0;
/// The copy leaves deleted entries out, and does not mark them.
const NO_EXPUNGED: usize = 1;
/// Under the mutex, nobody looks at read again.
const NO_SECOND_LOOK: usize = 2;

/// A slot: the key is not there; or it is not in dirty either, and has to be put back first.
const DELETED: usize = 0;
const EXPUNGED: usize = 999;

/// In the word of `read`, beside a bit for each key: dirty has more keys.
const AMENDED: usize = 1 << 8;

/// What the mutex guards.
struct Dirty {
    /// A bit for each key; nothing while there is no dirty.
    keys: Option<usize>,
    misses: usize,
}

struct MiniMap<const VARIANT: usize> {
    /// A bit for each key, and `AMENDED`.
    read: AtomicUsize,
    a: AtomicUsize,
    b: AtomicUsize,
    dirty: Mutex<Dirty>,
}

impl<const VARIANT: usize> MiniMap<VARIANT> {
    fn slot(&self, key: usize) -> &AtomicUsize {
        if key == 0 { &self.a } else { &self.b }
    }

    /// The mutex, and read as it is now.
    fn lock(&self, seen: usize) -> (MutexGuard<'_, Dirty>, usize) {
        let dirty = self.dirty.lock().expect("no panic");
        let read = if VARIANT == NO_SECOND_LOOK { seen } else { self.read.load(SeqCst) };
        (dirty, read)
    }

    /// A miss: after as many as dirty has keys, dirty becomes read.
    fn miss(&self, dirty: &mut Dirty) {
        let Some(keys) = dirty.keys else { return };
        dirty.misses += 1;
        if dirty.misses >= keys.count_ones() as usize {
            self.read.store(keys, SeqCst);
            (dirty.keys, dirty.misses) = (None, 0);
        }
    }

    /// Dirty, made of what is not deleted.
    fn copy(&self, read: usize) -> usize {
        let is_left = |key: &usize| {
            let slot = self.slot(*key);
            let mark = if VARIANT == NO_EXPUNGED { DELETED } else { EXPUNGED };
            slot.compare_exchange(DELETED, mark, SeqCst, SeqCst).is_err() && slot.load(SeqCst) != EXPUNGED
        };
        (0..2).filter(|key| has(read, *key)).filter(is_left).fold(0, |keys, key| keys | 1 << key)
    }

    /// Finds a slot to look at or to delete, in read or in dirty.
    fn find(&self, key: usize) -> Option<&AtomicUsize> {
        let seen = self.read.load(SeqCst);
        if has(seen, key) {
            return Some(self.slot(key));
        }
        if seen & AMENDED == 0 {
            return None;
        }
        let (mut dirty, read) = self.lock(seen);
        if has(read, key) {
            return Some(self.slot(key));
        }
        let is_there = dirty.keys.is_some_and(|keys| has(keys, key));
        self.miss(&mut dirty);
        is_there.then(|| self.slot(key))
    }
}

fn has(table: usize, key: usize) -> bool {
    table & 1 << key != 0
}

#[subject(spec = [usize; 2])]
impl<const VARIANT: usize> MiniMap<VARIANT> {
    #[init]
    fn new() -> Self {
        let dirty = Mutex::new(Dirty { keys: None, misses: 0 });
        MiniMap {
            read: AtomicUsize::new(0),
            a: AtomicUsize::new(DELETED),
            b: AtomicUsize::new(DELETED),
            dirty,
        }
    }

    /// The value, or 0.
    #[op]
    fn load(&self, #[key] key: usize) -> usize {
        let value = self.find(key).map_or(DELETED, |slot| slot.load(SeqCst));
        if value == EXPUNGED { DELETED } else { value }
    }

    #[op]
    fn delete(&self, #[key] key: usize) {
        let Some(slot) = self.find(key) else { return };
        let mut seen = slot.load(SeqCst);
        while seen != DELETED && seen != EXPUNGED {
            match slot.compare_exchange(seen, DELETED, SeqCst, SeqCst) {
                Ok(_) => return,
                Err(now) => seen = now,
            }
        }
    }

    #[op]
    fn store(&self, #[key] key: usize, value: usize) {
        let slot = self.slot(key);
        let seen = self.read.load(SeqCst);
        if has(seen, key) {
            let mut now = slot.load(SeqCst);
            while now != EXPUNGED {
                match slot.compare_exchange(now, value, SeqCst, SeqCst) {
                    Ok(_) => return,
                    Err(other) => now = other,
                }
            }
        }
        let (mut dirty, read) = self.lock(seen);
        if !has(read, key) && dirty.keys.is_none() {
            dirty.keys = Some(self.copy(read));
            self.read.store(read | AMENDED, SeqCst);
        }
        // A new key, and one that was expunged, goes into dirty.
        if !has(read, key) || slot.load(SeqCst) == EXPUNGED {
            dirty.keys = Some(dirty.keys.unwrap_or(0) | 1 << key);
        }
        slot.store(value, SeqCst);
    }

    #[quiet]
    fn left(&mut self) -> (usize, usize) {
        (self.load(0), self.load(1))
    }
}

impl MiniMapSpec for [usize; 2] {
    fn load(&mut self, key: usize) -> usize {
        self[key.min(1)]
    }
    fn delete(&mut self, key: usize) {
        self[key.min(1)] = 0;
    }
    fn store(&mut self, key: usize, value: usize) {
        self[key.min(1)] = value;
    }
    fn left(&mut self) -> (usize, usize) {
        (self[0], self[1])
    }
}

pub(super) fn builds() -> Vec<&'static Builds> {
    vec![
        host::builds::<MiniMap<RIGHT>>("lab-map"),
        host::builds::<MiniMap<NO_EXPUNGED>>("lab-map-without-expunged"),
        host::builds::<MiniMap<NO_SECOND_LOOK>>("lab-map-one-look"),
    ]
}
