//! Every memory ordering of the crate, in one table.
//!
//! An atomic access names its row here instead of spelling an [`Ordering`](core::sync::atomic::Ordering), so that the
//! reason stands once, and so that a model build can weaken one row at a time and look for a program that breaks. A row says what
//! breaks, or that no program did; a test compares it with what was found (`docs/orderings.md`).
//!
//! The rule behind the table: *all writes to `read` and to a slot, and all reads of them without the mutex, are
//! `SeqCst`*. What is read under the mutex, and only changes there, is `Relaxed` (ORD-2, ORD-13). Acquire and release would do for
//! one key. They do not for two: in `store a; load b ‖ store b; load a` both loads may then miss, which no order of
//! the four operations explains (scenario `sb_two_keys`). On x86-64 the difference costs nothing: every write here
//! is a locked instruction anyway, and a `SeqCst` load is a plain one. The counters, clocks and caches follow the rule; only the marks of
//! a bounded cache are hints, and `Relaxed` (ORD-28, ORD-29).

use crate::sync::Site;
use core::sync::atomic::Ordering::{Relaxed, SeqCst};

/// ORD-1 SeqCst: the lock-free read of the published table and its amended tag. Pairs with ORD-3, ORD-4 and ORD-5: a
/// table that is seen is seen whole, and a store that amended before this load is not missed. Weaker: a load misses a key that was
/// stored before it (`sb_read_and_new`).
pub(crate) static READ_LOAD: Site = Site::new("ORD-1", "read.load", SeqCst);

/// ORD-2 Relaxed: the second read of the published table, under the mutex. `read` is written only under the mutex
/// (INV-1), so the lock already orders this load after the latest write.
pub(crate) static READ_LOAD_LOCKED: Site = Site::new("ORD-2", "read.load-locked", Relaxed);

/// ORD-3 SeqCst: sets the amended tag. Pairs with ORD-1: the store of a first new key takes effect here. Weaker: a
/// load misses it (`sb_read_and_new`).
pub(crate) static READ_AMEND: Site = Site::new("ORD-3", "read.amend", SeqCst);

/// ORD-4 SeqCst: publishes the promoted table. Pairs with ORD-1: its entries are seen whole. Weaker: a data race on
/// the table.
pub(crate) static READ_PROMOTE: Site = Site::new("ORD-4", "read.promote", SeqCst);

/// ORD-5 SeqCst: publishes the empty table of `clear`. Pairs with ORD-1: a cleared key that reads absent was cleared
/// before.
pub(crate) static READ_CLEAR: Site = Site::new("ORD-5", "read.clear", SeqCst);

/// ORD-6 SeqCst: the read of a slot. Pairs with ORD-7 and ORD-9: a value that is seen is seen whole. Weaker: a load misses a
/// store to another key (`sb_read_and_new`).
pub(crate) static SLOT_LOAD: Site = Site::new("ORD-6", "slot.load", SeqCst);

/// ORD-7 SeqCst: an exchange of what a slot holds: value for value, value for deleted, deleted for value. Pairs with
/// ORD-6: publishes the new value, and acquires the old one, which this thread will retire. Weaker: a data race on
/// the value.
pub(crate) static SLOT_EXCHANGE: Site = Site::new("ORD-7", "slot.exchange", SeqCst);

/// ORD-8 SeqCst: what an exchange sees when it fails stands for the next read of the slot. Pairs with ORD-7. No
/// program that was tried breaks with `Acquire`.
pub(crate) static SLOT_EXCHANGE_FAILED: Site = Site::new("ORD-8", "slot.exchange-failed", SeqCst);

/// ORD-9 SeqCst: the exchange under the mutex of an entry that cannot be expunged there. Pairs with ORD-6, as ORD-7.
pub(crate) static SLOT_SWAP_LOCKED: Site = Site::new("ORD-9", "slot.swap-locked", SeqCst);

/// ORD-10 SeqCst: deleted to expunged. A reader takes either for absent, so it must pass on what the deletion
/// released: a read-modify-write does (release sequence).
pub(crate) static SLOT_EXPUNGE: Site = Site::new("ORD-10", "slot.expunge", SeqCst);

/// ORD-11 SeqCst: expunged to deleted, under the mutex; as ORD-10.
pub(crate) static SLOT_UNEXPUNGE: Site = Site::new("ORD-11", "slot.unexpunge", SeqCst);

/// ORD-12 SeqCst: what the dirty copy sees in a slot, and whether a promotion finds it still expunged. Nothing is
/// dereferenced; only the change to expunged matters, which happens under the mutex (INV-4). Pairs with ORD-7: the copy takes
/// the note and then looks into the slot, a deletion empties the slot and then looks for the note. Weaker: each may miss the
/// other.
pub(crate) static SLOT_LOAD_LOCKED: Site = Site::new("ORD-12", "slot.load-locked", SeqCst);

/// ORD-13 Relaxed: an exchange under the mutex that failed. What it saw decides whether expunging tries again or leaves a live value
/// alone. Only its being null or expunged is looked at: nothing behind it is read.
pub(crate) static SLOT_FAILED_LOCKED: Site = Site::new("ORD-13", "slot.failed-locked", Relaxed);

/// ORD-14 SeqCst: adds to a stripe. Pairs with ORD-15: an add that returned before a sum began is in the sum, whoever
/// made it. Weaker: a sum on another processor may miss it (`counter_two_stripes`).
pub(crate) static STRIPE_ADD: Site = Site::new("ORD-14", "stripe.add", SeqCst);

/// ORD-15 SeqCst: reads a stripe; see ORD-14.
pub(crate) static STRIPE_LOAD: Site = Site::new("ORD-15", "stripe.load", SeqCst);

/// ORD-16 SeqCst: takes what a stripe holds and leaves zero, in one step; see ORD-14. No program that was tried breaks with
/// `AcqRel` or `Release`.
pub(crate) static STRIPE_TAKE: Site = Site::new("ORD-16", "stripe.take", SeqCst);

/// ORD-17 SeqCst: adds to the cell of a key. `CounterMap` is linearizable over all its keys, as the map is.
pub(crate) static CELL_ADD: Site = Site::new("ORD-17", "cell.add", SeqCst);

/// ORD-18 SeqCst: reads the cell of a key; see ORD-17.
pub(crate) static CELL_LOAD: Site = Site::new("ORD-18", "cell.load", SeqCst);

/// ORD-19 SeqCst: takes what a cell holds and leaves zero, keeping the retired mark; see ORD-17.
pub(crate) static CELL_TAKE: Site = Site::new("ORD-19", "cell.take", SeqCst);

/// ORD-20 SeqCst: sets the retired mark of a cell. The exchange sees the newest number whatever its ordering, and other threads see the
/// removal in the slot (ORD-7). No program that was tried breaks when it is weaker.
pub(crate) static CELL_RETIRE: Site = Site::new("ORD-20", "cell.retire", SeqCst);

/// ORD-21 SeqCst: whether a deletion was noted already. Only saves a write, but one that sees a note which a copy has taken
/// leaves none; see ORD-12.
pub(crate) static DELETED_LOAD: Site = Site::new("ORD-21", "deleted.load", SeqCst);

/// ORD-22 SeqCst: notes a deletion. Pairs with ORD-23: whoever takes the note sees the deletion. Weaker: the copy may miss a
/// deleted entry, which then stays until another deletion is noted.
pub(crate) static DELETED_NOTE: Site = Site::new("ORD-22", "deleted.note", SeqCst);

/// ORD-23 SeqCst: takes the note, under the mutex. Pairs with ORD-22, and with ORD-21 as told at ORD-12.
pub(crate) static DELETED_TAKE: Site = Site::new("ORD-23", "deleted.take", SeqCst);

/// ORD-24 SeqCst: reads a manual clock. Pairs with ORD-25: what was done before time passed happens before what sees that it
/// has. Weaker: a caller that advanced the clock might meet an entry that another thread still takes for fresh.
pub(crate) static CLOCK_LOAD: Site = Site::new("ORD-24", "clock.load", SeqCst);

/// ORD-25 SeqCst: lets the time of a manual clock pass; see ORD-24.
pub(crate) static CLOCK_ADVANCE: Site = Site::new("ORD-25", "clock.advance", SeqCst);

/// ORD-26 SeqCst: reads when an item was last used. Whoever ends an idle item does it by an exchange of the same word (ORD-27), which
/// sees the last use. No program that was tried breaks when it is weaker.
pub(crate) static IDLE_LOAD: Site = Site::new("ORD-26", "idle.load", SeqCst);

/// ORD-27 SeqCst: moves the last use of an item, or ends it. An exchange sees the newest value of its word whatever its ordering, so
/// no use goes unseen. No program that was tried breaks when it is weaker.
pub(crate) static IDLE_EXCHANGE: Site = Site::new("ORD-27", "idle.exchange", SeqCst);

/// ORD-28 Relaxed: whether an item was used since the hand came by, or has left. Only a hint: a mark that is not seen costs a write or a
/// chance.
pub(crate) static MARK_LOAD: Site = Site::new("ORD-28", "mark.load", Relaxed);

/// ORD-29 Relaxed: sets or takes that mark, and counts the items that have left since the queue was rid of them; see ORD-28. What the
/// mark says of the map, the map itself decides.
pub(crate) static MARK_EXCHANGE: Site = Site::new("ORD-29", "mark.exchange", Relaxed);

/// ORD-30 SeqCst: counts an item in or out, or claims an eviction. Of two insertions, the one that counts later sees both: they change
/// one word, by exchanges. No program that was tried breaks when it is weaker.
pub(crate) static ENTRIES_ADD: Site = Site::new("ORD-30", "entries.add", SeqCst);

/// ORD-31 SeqCst: reads the number of entries. An insertion reads it after it has counted itself in (ORD-30), so it reads that number
/// or a newer one. No program that was tried breaks when it is weaker.
pub(crate) static ENTRIES_LOAD: Site = Site::new("ORD-31", "entries.load", SeqCst);

/// All of them, in the order of their ids.
pub static ALL: [&Site; 31] = [
    &READ_LOAD,
    &READ_LOAD_LOCKED,
    &READ_AMEND,
    &READ_PROMOTE,
    &READ_CLEAR,
    &SLOT_LOAD,
    &SLOT_EXCHANGE,
    &SLOT_EXCHANGE_FAILED,
    &SLOT_SWAP_LOCKED,
    &SLOT_EXPUNGE,
    &SLOT_UNEXPUNGE,
    &SLOT_LOAD_LOCKED,
    &SLOT_FAILED_LOCKED,
    &STRIPE_ADD,
    &STRIPE_LOAD,
    &STRIPE_TAKE,
    &CELL_ADD,
    &CELL_LOAD,
    &CELL_TAKE,
    &CELL_RETIRE,
    &DELETED_LOAD,
    &DELETED_NOTE,
    &DELETED_TAKE,
    &CLOCK_LOAD,
    &CLOCK_ADVANCE,
    &IDLE_LOAD,
    &IDLE_EXCHANGE,
    &MARK_LOAD,
    &MARK_EXCHANGE,
    &ENTRIES_ADD,
    &ENTRIES_LOAD,
];
