//! A reader and a remover of one object.

use crate::answer::{may_free, protect};
use crate::{Outcome, judged, passes_in_turns};
use checker::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use checker::{explore, subject};

/// Freed objects are 0 here.
struct Shared {
    slot: AtomicUsize,
    hazard: AtomicUsize,
    alive: AtomicUsize,
}

#[subject(spec = bool)]
impl Shared {
    #[init]
    fn new() -> Self {
        Shared { slot: AtomicUsize::new(1), hazard: AtomicUsize::new(0), alive: AtomicUsize::new(1) }
    }
    /// Whether there was an object.
    #[op]
    fn read(&self) -> bool {
        let object = protect(&self.slot, &self.hazard);
        if object == 0 {
            return false;
        }
        let alive = self.alive.load(SeqCst);
        assert!(alive != 0, "the object is used after it was freed");
        self.hazard.store(0, SeqCst);
        true
    }
    #[op]
    fn remove(&self) {
        let object = self.slot.swap(0, SeqCst);
        if object != 0 && may_free(object, &self.hazard) {
            self.alive.store(0, SeqCst);
        }
    }
}

/// Whether the object was removed.
impl SharedSpec for bool {
    fn read(&mut self) -> bool {
        !*self
    }
    fn remove(&mut self) {
        *self = true;
    }
}

/// The same, where a removal says whether it has freed the object.
struct Alone {
    shared: Shared,
}

#[subject(spec = bool)]
impl Alone {
    #[init]
    fn new() -> Self {
        Alone { shared: Shared::new() }
    }
    #[op]
    fn read(&self) -> bool {
        self.shared.read()
    }
    #[op]
    fn remove(&self) -> bool {
        self.shared.remove();
        self.shared.alive.load(SeqCst) == 0
    }
}

/// Nobody reads while one removes: what is removed is freed.
impl AloneSpec for bool {
    fn read(&mut self) -> bool {
        !*self
    }
    fn remove(&mut self) -> bool {
        *self = true;
        true
    }
}

fn freed() -> Outcome {
    ["|| remove", "|| read; remove; read"].iter().try_for_each(|program| judged(explore::<Alone>(program)))
}

pub(crate) fn check(name: &str) -> Option<Outcome> {
    Some(match name {
        "interleavings" => passes_in_turns::<Shared>("|| read || remove"),
        "freed" => freed(),
        "weak" => judged(explore::<Shared>("|| read || remove")),
        _ => return None,
    })
}
