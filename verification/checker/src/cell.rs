//! Memory that is not atomic: loom reports two accesses, one of them a write, that nothing orders.

use crate::engine::{Engine, Made, now};
use sync_map_model::{loom as on_loom, shuttle as on_shuttle};

/// As `std::cell::UnsafeCell`, with the access in a closure, so that it is known when it begins and ends. (loom has it so.)
pub struct UnsafeCell<T> {
    value: std::cell::UnsafeCell<T>,
    memory: Memory,
    made: Made,
}

enum Memory {
    Plain,
    Loom(on_loom::PlainMemory),
    Shuttle,
}

impl<T> std::fmt::Debug for UnsafeCell<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("UnsafeCell")
    }
}

impl<T> UnsafeCell<T> {
    /// Some memory.
    #[track_caller]
    pub fn new(value: T) -> Self {
        let memory = match now() {
            Engine::Plain => Memory::Plain,
            Engine::Loom => Memory::Loom(on_loom::PlainMemory::new()),
            Engine::Shuttle => Memory::Shuttle,
        };
        UnsafeCell { value: std::cell::UnsafeCell::new(value), memory, made: Made::now() }
    }

    #[track_caller]
    fn check_alive(&self) {
        self.made.is_used();
        let this = std::ptr::from_ref(self).cast();
        match self.memory {
            Memory::Plain => {}
            Memory::Loom(_) => on_loom::strict_epoch::check_alive(this),
            Memory::Shuttle => on_shuttle::strict_epoch::check_alive(this),
        }
    }

    /// The access goes on until its closure returns: other threads may have run in it.
    #[track_caller]
    fn still(&self, access: fn(&on_loom::PlainMemory)) {
        if let (Memory::Loom(memory), false) = (&self.memory, std::thread::panicking()) {
            access(memory);
        }
    }

    /// Reads.
    #[track_caller]
    pub fn with<R>(&self, read: impl FnOnce(*const T) -> R) -> R {
        self.check_alive();
        if let Memory::Loom(memory) = &self.memory {
            memory.read();
        }
        let result = read(self.value.get());
        self.still(on_loom::PlainMemory::read);
        result
    }

    /// Writes.
    #[track_caller]
    pub fn with_mut<R>(&self, write: impl FnOnce(*mut T) -> R) -> R {
        self.check_alive();
        if let Memory::Loom(memory) = &self.memory {
            memory.write();
        }
        let result = write(self.value.get());
        self.still(on_loom::PlainMemory::write);
        result
    }

    /// The value, as nobody else can access it.
    pub fn get_mut(&mut self) -> &mut T {
        self.value.get_mut()
    }

    /// The value.
    pub fn into_inner(self) -> T {
        self.value.into_inner()
    }
}
