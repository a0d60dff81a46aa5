//! An entry: one key, and the slot that says what the map holds for it.
//!
//! Both tables point to the same entry. So a thread that found the entry in `read` can change its slot without a lock, and
//! whoever looks through dirty sees the change too: there is only one slot.
//!
//! # The states of a slot
//!
//! | slot | state | means |
//! |---|---|---|
//! | pointer | live | the key has this value |
//! | null | deleted | the key is absent; a store may put a value here without the mutex |
//! | null, tag 1 | expunged | the key is absent, and the dirty table lacks this entry: a store must take the mutex |
//!
//! Why two kinds of absent: dirty is the next `read`, and a deleted entry should not be copied into it for ever. But once the
//! copy has left an entry out, a value stored in its slot would be lost at the promotion. The tag tells a store so.
//!
//! ```text
//!             try_swap, try_load_or_store
//!           ┌────────────────────────────┐
//!           │                            ▼        ┌──┐ try_swap, compare_and_swap, update
//!        deleted ◀─────────────────────  live  ◀──┘  │ (value for value)
//!          │  ▲    delete, compare_and_delete  └─────┘
//!   expunge│  │unexpunge
//!   (mutex)▼  │(mutex; the entry goes back into dirty)
//!       expunged
//! ```
//!
//! # Invariants kept here
//! - INV-4: deleted → expunged and back only under the mutex (`expunge` and `unexpunge` are called there).
//! - INV-6: a value is retired by the thread whose exchange took it out of the slot, and by no other.
//! - INV-7: values are read and exchanged under a guard. So a pointer that compares equal is the very value that was read:
//!   its memory cannot have been freed and used again in between.
//!
//! # Memory orderings
//! ORD-6 to ORD-13 in [`crate::orderings`].
//!
//! # Progress
//! Lock-free: a loop here goes round again only because another thread's exchange succeeded. Predicates and closures run
//! between a read and an exchange, and may run again.

use super::value::{LoadedOrStored, Unstored, Value, live, stored};
use crate::epoch::{Atomic, Guard, Owned, Shared};
use crate::orderings::*;

/// Tag 1 on a null slot.
const EXPUNGED: usize = 1;

/// See the module. The fields are in this order so that what a look-up reads, slot and key, lies together.
#[repr(C)]
pub(crate) struct Entry<K, V> {
    slot: Atomic<Value<V>>,
    pub(crate) key: K,
    pub(crate) hash: u64,
}

/// The slot is expunged: the caller must take the mutex and try again there.
#[derive(Debug)]
pub(crate) struct Expunged;

/// What a quiet map holds for a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyState<'a, V> {
    /// This value.
    Live(&'a V),
    /// Nothing; a store may use the entry without the mutex.
    Deleted,
    /// Nothing, and dirty lacks the entry.
    Expunged,
}

fn is_expunged<V>(slot: Shared<'_, Value<V>>) -> bool {
    slot.is_null() && slot.tag() == EXPUNGED
}

impl<K, V> Entry<K, V> {
    /// The memory of an entry and of a value.
    pub(crate) const BYTES: usize = size_of::<Self>() + size_of::<Value<V>>();
}

impl<K, V: Send + Sync + 'static> Entry<K, V> {
    /// A live entry that no table has yet, and its value.
    pub(crate) fn new(hash: u64, key: K, value: Unstored<V>, guard: &Guard) -> (Self, &V) {
        let slot = value.boxed().into_shared(guard.engine());
        // SAFETY: INV-7: just allocated, under `guard`, and no other thread can find it before a table has the entry.
        let value = unsafe { stored(slot) };
        (Entry { hash, key, slot: Atomic::from_shared(slot) }, value)
    }

    /// The value, if the entry is live.
    pub(crate) fn load<'g>(&self, guard: &'g Guard) -> Option<&'g V> {
        // The answer of a look-up that found its entry. It needs a place in the single order of all stores to all keys, or two
        // threads could each miss the other's store (`sb_two_keys`). ORD-6 SeqCst
        let seen = self.slot.load(&SLOT_LOAD, guard); // TLA: ELoad, Visit. LP(load), LP(range, key)
        // SAFETY: INV-7: read from this slot under `guard`, so a thread that takes the value out cannot free it before `guard` goes.
        unsafe { live(seen) }
    }

    /// Stores `value` unless the slot is expunged, and returns what it replaces.
    pub(crate) fn try_swap<'g>(&self, value: V, guard: &'g Guard) -> Result<Option<&'g V>, (Expunged, V)> {
        // Look before allocating: if the entry is expunged, the caller goes to the mutex with the value as it is. ORD-6 SeqCst
        let mut seen = self.slot.load(&SLOT_LOAD, guard); // TLA: ELoad
        if is_expunged(seen) {
            // Dirty lacks this entry: a value stored here would be lost at the next promotion.
            return Err((Expunged, value));
        }
        let new = Owned::new(Value(value)).into_shared(guard.engine());
        loop {
            // Publishes the new value, if the slot still holds what was seen: ORD-7 SeqCst. Failure means that another thread
            // changed the slot first; the next round replaces what it put there: ORD-8 SeqCst.
            // identity: map-swap
            // TLA: ECas
            match self.slot.compare_exchange(seen, new, &SLOT_EXCHANGE, &SLOT_EXCHANGE_FAILED, guard) {
                // SAFETY: INV-6: the exchange took `seen` out of this slot, under `guard`.
                Ok(_) => return Ok(unsafe { self.took_out(seen, guard) }), // LP(swap, fast), LP(store, fast)
                Err(now) => seen = now,
            }
            if is_expunged(seen) {
                // A delete and then a copy got in between. The value goes back to the caller, who takes it to the mutex.
                // SAFETY: the exchange failed, so `new` was never in the slot: this thread alone has the pointer.
                let value = unsafe { new.into_owned() };
                return Err((Expunged, value.into_box().0));
            }
        }
    }

    /// Stores `value` and returns what it replaces. The mutex is held and the entry is in dirty, so it is not expunged
    /// and cannot become so (INV-3, INV-4).
    pub(crate) fn swap_locked<'g>(&self, value: Unstored<V>, guard: &'g Guard) -> Option<&'g V> {
        let new = value.boxed().into_shared(guard.engine());
        // Whatever is there, live or deleted, is to be replaced: no need to compare. Others still read and exchange this slot
        // without the mutex, so this is published as theirs is. ORD-9 SeqCst
        let seen = self.slot.swap(new, &SLOT_SWAP_LOCKED, guard); // TLA: SwapLocked. LP(swap, locked), LP(store, locked)
        debug_assert!(!is_expunged(seen), "INV-3: an entry in dirty is not expunged");
        // SAFETY: INV-6: the swap took `seen` out of this slot, under `guard`.
        unsafe { self.took_out(seen, guard) }
    }

    /// The value there, or `value` stored where the key was deleted.
    pub(crate) fn try_load_or_store<'g>(
        &self,
        mut value: Unstored<V>,
        guard: &'g Guard,
    ) -> Result<LoadedOrStored<'g, V>, (Expunged, Unstored<V>)> {
        // In the usual case a value is there, and this load is the whole operation. ORD-6 SeqCst
        let mut seen = self.slot.load(&SLOT_LOAD, guard); // TLA: ELoad
        loop {
            // Another caller's value: it is the answer, and ours goes back.
            // SAFETY: INV-7: read from this slot under `guard`, so a thread that takes the value out cannot free it before `guard` goes.
            if let Some(loaded) = unsafe { live(seen) } {
                return Ok(LoadedOrStored::Loaded(loaded, value)); // LP(load_or_store, loaded)
            }
            if is_expunged(seen) {
                // Dirty lacks this entry: a value stored here would be lost at the next promotion.
                return Err((Expunged, value));
            }
            let new = value.boxed().into_shared(guard.engine());
            // Deleted becomes live, and of many callers one wins: ORD-7 SeqCst. Failure means that another one stored first,
            // whose value is then the answer, or that the copy expunged the entry: ORD-8 SeqCst.
            // identity: map-load-or-store
            // TLA: ECas
            match self.slot.compare_exchange(seen, new, &SLOT_EXCHANGE, &SLOT_EXCHANGE_FAILED, guard) {
                Ok(_) => {
                    // SAFETY: INV-7: allocated under `guard`; whoever takes it out of the slot retires it while `guard` is there.
                    return Ok(LoadedOrStored::Stored(unsafe { stored(new) })); // LP(load_or_store, stored)
                }
                Err(now) => seen = now,
            }
            // SAFETY: the exchange failed, so `new` was never in the slot: this thread alone has the pointer.
            value = Unstored::Boxed(unsafe { new.into_owned() });
        }
    }

    /// Deletes the value if it satisfies `condition`, and returns it: the very value that `condition` saw. It runs without a lock,
    /// and again for each value that another thread stores in between.
    pub(crate) fn delete_if<'g>(
        &self,
        mut condition: impl FnMut(&V) -> bool,
        guard: &'g Guard,
    ) -> Option<&'g V> {
        // When the value is not to be deleted, this load is the whole operation. ORD-6 SeqCst
        let mut seen = self.slot.load(&SLOT_LOAD, guard); // TLA: ELoad, Visit
        loop {
            // Deleted or expunged already: nothing to delete.
            // SAFETY: INV-7: read from this slot under `guard`, so a thread that takes the value out cannot free it before `guard` goes.
            let value = unsafe { live(seen) }?;
            if !condition(value) {
                return None; // LP(delete, absent), LP(compare_and_delete, other)
            }
            // Deleted, not expunged: dirty may have this entry, so a store may use it again without the mutex.
            let deleted = Shared::null();
            // Takes out the value that `condition` approved of, and no other: ORD-7 SeqCst. Failure means that another thread
            // replaced or deleted it first, so `condition` has to judge what is there now: ORD-8 SeqCst.
            // identity: map-delete
            // TLA: ECas
            match self.slot.compare_exchange(seen, deleted, &SLOT_EXCHANGE, &SLOT_EXCHANGE_FAILED, guard) {
                // SAFETY: INV-6: the exchange took `seen` out of this slot, under `guard`.
                Ok(_) => return unsafe { self.took_out(seen, guard) }, // LP(delete), LP(compare_and_delete)
                Err(now) => seen = now,
            }
        }
    }

    /// Replaces the value by what `change` makes of it, and returns the old and the new one. `change` runs without a lock, and
    /// again for each value that another thread stores in between; nothing happens when it returns `None`.
    pub(crate) fn replace_if<'g>(
        &self,
        mut change: impl FnMut(&V) -> Option<V>,
        guard: &'g Guard,
    ) -> Option<(&'g V, &'g V)> {
        // What `change` is to work on; an absent key ends it here. ORD-6 SeqCst
        let mut seen = self.slot.load(&SLOT_LOAD, guard); // TLA: ELoad
        loop {
            // SAFETY: INV-7: read from this slot under `guard`, so a thread that takes the value out cannot free it before `guard` goes.
            let old = unsafe { live(seen) }?;
            let new = Owned::new(Value(change(old)?)).into_shared(guard.engine());
            // Replaces the value that `change` worked on, and no other: ORD-7 SeqCst. Failure means that another thread replaced
            // or deleted it first: what `change` made is out of date, and it runs again on what is there now: ORD-8 SeqCst.
            // identity: map-update
            // TLA: ECas
            match self.slot.compare_exchange(seen, new, &SLOT_EXCHANGE, &SLOT_EXCHANGE_FAILED, guard) {
                Ok(_) => {
                    // SAFETY: INV-6: the exchange took `seen` out of this slot, under `guard`.
                    unsafe { self.took_out(seen, guard) }; // LP(update)
                    // SAFETY: INV-7: allocated under `guard`; whoever takes it out of the slot retires it while `guard` is there.
                    return Some((old, unsafe { stored(new) }));
                }
                Err(now) => seen = now,
            }
            // SAFETY: the exchange failed, so `new` was never in the slot: this thread alone has the pointer.
            drop(unsafe { new.into_owned() });
        }
    }

    /// Stores `new` where a value satisfies `matches`; gives `new` back otherwise.
    pub(crate) fn compare_and_swap(
        &self,
        matches: impl Fn(&V) -> bool,
        new: V,
        guard: &Guard,
    ) -> Result<(), V> {
        let mut new = Unstored::Plain(new);
        // When another value is there, or none, this load is the whole operation. ORD-6 SeqCst
        let mut seen = self.slot.load(&SLOT_LOAD, guard); // TLA: ELoad
        loop {
            // SAFETY: INV-7: read from this slot under `guard`, so a thread that takes the value out cannot free it before `guard` goes.
            if !unsafe { live(seen) }.is_some_and(&matches) {
                return Err(new.into_inner()); // LP(compare_and_swap, other)
            }
            let boxed = new.boxed().into_shared(guard.engine());
            // Replaces the value that matched, and no other: ORD-7 SeqCst. Failure means that another thread changed the slot first,
            // perhaps to an equal value: the next round compares what it left there: ORD-8 SeqCst.
            // identity: map-compare-and-swap
            // TLA: ECas
            match self.slot.compare_exchange(seen, boxed, &SLOT_EXCHANGE, &SLOT_EXCHANGE_FAILED, guard) {
                Ok(_) => {
                    // SAFETY: INV-6: the exchange took `seen` out of this slot, under `guard`.
                    unsafe { self.took_out(seen, guard) }; // LP(compare_and_swap)
                    return Ok(());
                }
                Err(now) => seen = now,
            }
            // SAFETY: the exchange failed, so `boxed` was never in the slot: this thread alone has the pointer.
            new = Unstored::Boxed(unsafe { boxed.into_owned() });
        }
    }

    /// Deleted becomes expunged; live stays. Returns whether the entry is expunged now. The mutex is held (INV-4).
    pub(crate) fn expunge(&self, guard: &Guard) -> bool {
        // The copy took the note of deletions first (ORD-23), and looks here second. A deletion empties the slot first, and looks
        // for the note second (ORD-21). In the single order of the four, whichever looks last sees what the other did: the copy
        // finds the slot empty, or the deletion leaves a note for the next copy. With less, each may miss the other. ORD-12 SeqCst
        let mut seen = self.slot.load(&SLOT_LOAD_LOCKED, guard); // TLA: XLoad
        // A live entry is copied as it is.
        while seen.is_null() && !is_expunged(seen) {
            let expunged = seen.with_tag(EXPUNGED);
            // From here on, stores come to the mutex: ORD-10 SeqCst. Failure means that a store, which needs no mutex while the slot
            // is merely deleted, revived the entry: it belongs in dirty. Only null or not is used of what is seen: ORD-13 Relaxed.
            // TLA: XCas
            match self.slot.compare_exchange(seen, expunged, &SLOT_EXPUNGE, &SLOT_FAILED_LOCKED, guard) {
                Ok(_) => return true,
                Err(now) => seen = now,
            }
        }
        is_expunged(seen)
    }

    /// Expunged becomes deleted. Returns whether it was expunged: if so, the caller, who holds the mutex, puts the entry
    /// back into dirty before it releases the mutex (INV-4).
    pub(crate) fn unexpunge(&self, guard: &Guard) -> bool {
        let expunged = Shared::null().with_tag(EXPUNGED);
        let deleted = Shared::null();
        // Stores may use the slot again without the mutex: ORD-11 SeqCst. Failure means that the entry was not expunged, so dirty has
        // it already (INV-3); nothing is used of what is seen: ORD-13 Relaxed.
        // TLA: Unexp
        self.slot.compare_exchange(expunged, deleted, &SLOT_UNEXPUNGE, &SLOT_FAILED_LOCKED, guard).is_ok()
    }

    /// Whether the entry is expunged. The mutex is held, so that this stays so.
    pub(crate) fn is_expunged_locked(&self, guard: &Guard) -> bool {
        // Only holders of the mutex expunge and unexpunge (INV-4), so this sees the latest. The row is that of `expunge`. ORD-12 SeqCst
        is_expunged(self.slot.load(&SLOT_LOAD_LOCKED, guard)) // TLA: Out
    }

    /// Retires `seen`, and returns it.
    ///
    /// # Safety
    /// An exchange of this thread took `seen` out of this slot, under `guard`.
    unsafe fn took_out<'g>(&self, seen: Shared<'g, Value<V>>, guard: &'g Guard) -> Option<&'g V> {
        // A slot that was deleted had nothing to retire.
        // SAFETY: INV-7: taken out of this slot under `guard`, and this thread alone may retire it, which is the next step.
        let value = unsafe { live(seen) }?;
        // SAFETY: INV-6: the slot has lost it, so nobody finds it from now on. A thread that found it before has a guard, which the free waits
        // for. No other thread's exchange can have taken out the same value, so it is retired once.
        unsafe { guard.retire(seen, size_of::<Value<V>>()) }
        Some(value)
    }
}

impl<K, V> Entry<K, V> {
    /// What the slot holds.
    ///
    /// # Safety
    /// No other thread uses the entry while the answer is used.
    pub(crate) unsafe fn peek(&self) -> KeyState<'_, V> {
        let slot = self.slot.peek();
        // SAFETY: INV-7: the caller vouches that no other thread uses the entry, so nobody takes out or retires what its slot holds.
        match unsafe { live(slot) } {
            Some(value) => KeyState::Live(value),
            None if is_expunged(slot) => KeyState::Expunged,
            None => KeyState::Deleted,
        }
    }
}

impl<K, V> Drop for Entry<K, V> {
    fn drop(&mut self) {
        let slot = self.slot.peek();
        if !slot.is_null() {
            // SAFETY: INV-6: an entry is dropped by the collector, when no table has it and no guard can see it, or by the owner of the
            // whole map: no other thread reaches the slot. What is in it was never retired: only taking it out leads to that.
            drop(unsafe { slot.into_owned() });
        }
    }
}

impl<K, V> Entry<K, V> {
    /// The key and the value of an entry that nobody else can reach; `None` if it has no value.
    pub(crate) fn into_pair(mut self) -> Option<(K, V)> {
        let slot = std::mem::replace(&mut self.slot, Atomic::null());
        let slot = slot.peek();
        if slot.is_null() {
            return None;
        }
        // SAFETY: INV-6: we own the entry, so no other thread reaches its slot, which is empty now: this is the value's only pointer.
        let value = unsafe { slot.into_owned() };
        let entry = std::mem::ManuallyDrop::new(self);
        // SAFETY: the entry is never dropped, so its key is moved out once and dropped once. There is nothing else in it to drop.
        let key = unsafe { std::ptr::read(&raw const entry.key) };
        Some((key, value.into_box().0))
    }
}
