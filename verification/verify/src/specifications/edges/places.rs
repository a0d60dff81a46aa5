//! The places of the specification at which a process can be, and the accesses of the code that are its steps from there.

/// Where a process can be, and what it does there.
#[derive(Debug)]
pub struct Place {
    /// As the specification names it.
    pub name: &'static str,
    /// The action.
    pub action: &'static str,
    /// The accesses of the code that are it.
    pub accesses: &'static [&'static str],
}

const fn place(name: &'static str, action: &'static str, accesses: &'static [&'static str]) -> Place {
    Place { name, action, accesses }
}

/// All of them.
pub const PLACES: [Place; 19] = [
    place("idle", "Rd1", &["read.load"]),
    place("lock", "Lock", &["mutex.lock"]),
    place("unlock", "Unlock", &["mutex.unlock"]),
    place("rd2", "Rd2", &["read.load-locked"]),
    place("rd3", "Rd3", &["read.load-locked"]),
    place("promo", "Promo", &["read.promote"]),
    place("out", "Out", &["slot.load-locked"]),
    place("clear", "Clear", &["read.clear"]),
    place("note_take", "NoteTake", &["deleted.take"]),
    place("xload", "XLoad", &["slot.load-locked"]),
    place("xcas", "XCas", &["slot.expunge", "slot.failed-locked"]),
    place("amend", "Amend", &["read.amend"]),
    place("unexp", "Unexp", &["slot.unexpunge", "slot.failed-locked"]),
    place("eload", "ELoad", &["slot.load"]),
    place("visit", "Visit", &["slot.load"]),
    place("ecas", "ECas", &["slot.exchange", "slot.exchange-failed"]),
    place("swap", "SwapLocked", &["slot.swap-locked"]),
    place("note_load", "NoteLoad", &["deleted.load"]),
    place("note_set", "NoteSet", &["deleted.note"]),
];
