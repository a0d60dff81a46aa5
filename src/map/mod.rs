//! The map.
//!
//! Two tables of the same entries. `read` is published by an atomic pointer and never changed: look-ups go there without
//! a lock. `dirty` is behind a mutex: new keys go there. When enough look-ups have missed `read`, dirty is published in
//! its place (a promotion). The header of [`dirty`] says why there are two.
//!
//! ```text
//!   SyncMap
//!   ├─ read ───▶ Table (amended) ──┬──▶ Entry a: live 1 ◀──┐
//!   │                              └──▶ Entry b: expunged  │
//!   └─ mutex ──▶ Dirty, misses 1 ───────────────────────── ┼─▶ Entry c: live 3
//!                                                          └── (the same entry a)
//! ```
//!
//! | file | is |
//! |---|---|
//! | [`sync_map`] | the map itself: what it consists of, and its constructors |
//! | [`entry`] | one key, and the slot that says what it holds: live, deleted, expunged |
//! | [`value`] | a value: on its way into the map, on the heap, and as it is read |
//! | [`read`] | tables of entries, and the published one with its amended tag |
//! | [`dirty`] | what the mutex guards: dirty, misses, promotion, the copy that expunges, clear |
//! | [`pinned`], [`compare`], [`whole`] | the operations: on one key, after a look at its value, on all keys |
//! | [`load_or_store`] | what `load_or_store` did |
//! | [`by_value`], [`iter`], [`traits`] | what Rust users of a map expect on top |
//! | [`quiet`], [`glance`] | what an exclusive owner can see and check (the invariants); what a test can see while others work |

pub(crate) mod by_value;
pub(crate) mod compare;
pub(crate) mod dirty;
pub(crate) mod entry;
pub(crate) mod glance;
pub(crate) mod iter;
pub(crate) mod load_or_store;
pub(crate) mod pinned;
pub(crate) mod quiet;
pub(crate) mod read;
pub(crate) mod sync_map;
pub(crate) mod traits;
pub(crate) mod value;
pub(crate) mod whole;

pub use self::entry::KeyState;
pub use self::glance::{Drawn, DrawnRow, Glance, Guarded};
pub use self::iter::{IntoIter, Iter, Keys, Values};
pub use self::load_or_store::LoadOrStore;
pub use self::pinned::Pinned;
pub use self::quiet::Shape;
pub use self::sync_map::SyncMap;
