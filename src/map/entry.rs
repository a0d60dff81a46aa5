//! An entry: one key, and the slot that says what the map holds for it.
//!
//! Both tables point to the same entry, so a change of the slot through the read table needs no lock and is seen
//! through the dirty table as well.
//!
//! # The states of a slot
//!
//! | slot | state | means |
//! |---|---|---|
//! | pointer | live | the key has this value |
//! | null | deleted | the key is absent; a store may put a value here without the mutex |
//! | null, tag 1 | expunged | the key is absent, and the dirty table lacks this entry: a store must take the mutex |
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
//! - INV-6: a value that an exchange takes out is retired by the thread whose exchange took it out, and by no other.
//! - INV-7: values are read and exchanged under a guard. What a pointer compares equal to is therefore the value that
//!   was read: its memory cannot have been freed and used again in between.
//!
//! # Memory orderings
//! ORD-6 to ORD-13 in [`crate::orderings`].
//!
//! # Progress
//! Lock-free: a loop here goes round again only because another thread's exchange succeeded. No user code runs inside
//! an exchange; predicates and closures run between a read and an exchange, and may run again.

use crate::epoch::{Atomic, Guard, Owned, Shared};
use crate::orderings::*;

/// A value in the heap. The alignment keeps the lowest bit of its address free for the tag, also for a zero-sized or
/// one-byte `V`.
#[repr(align(2))]
pub(crate) struct Value<V>(pub(crate) V);

/// Tag 1 on a null slot.
const EXPUNGED: usize = 1;

/// See the module. In this order, so that what a look-up reads, slot and key, lies together.
#[repr(C)]
pub(crate) struct Entry<K, V> {
    slot: Atomic<Value<V>>,
    pub(crate) key: K,
    pub(crate) hash: u64,
}

/// The slot is expunged: the caller must take the mutex and try again there.
#[derive(Debug)]
pub(crate) struct Expunged;

/// A value on its way into the map: it moves to the heap only when a slot is about to take it.
pub(crate) enum Unstored<V> {
    Plain(V),
    Boxed(Owned<Value<V>>),
}

impl<V> Unstored<V> {
    fn boxed(self) -> Owned<Value<V>> {
        match self {
            Unstored::Plain(value) => Owned::new(Value(value)),
            Unstored::Boxed(owned) => owned,
        }
    }

    /// The value back, when the map did not take it.
    pub(crate) fn into_inner(self) -> V {
        match self {
            Unstored::Plain(value) => value,
            Unstored::Boxed(owned) => owned.into_box().0,
        }
    }
}

/// What `try_load_or_store` found and did.
pub(crate) enum LoadedOrStored<'g, V> {
    Loaded(&'g V, Unstored<V>),
    Stored(&'g V),
}

fn is_expunged<V>(slot: Shared<'_, Value<V>>) -> bool {
    slot.is_null() && slot.tag() == EXPUNGED
}

/// The value in a slot that was read under `'g`, or nothing when it was deleted or expunged.
fn live<'g, V>(slot: Shared<'g, Value<V>>) -> Option<&'g V> {
    if slot.is_null() {
        return None;
    }
    // SAFETY: INV-7: not null, read under the guard of lifetime 'g.
    let value = unsafe { slot.deref() };
    Some(&value.0)
}

/// Like [`live`], for a value that this thread is about to store itself.
fn stored<'g, V>(slot: Shared<'g, Value<V>>) -> &'g V {
    // SAFETY: INV-7: just allocated; when it is stored it can only be retired under the guard of lifetime 'g.
    let value = unsafe { slot.deref() };
    &value.0
}

impl<K, V: Send + Sync + 'static> Entry<K, V> {
    /// A live entry that no table has yet, and its value.
    pub(crate) fn new(hash: u64, key: K, value: Unstored<V>, guard: &Guard) -> (Self, &V) {
        let value = value.boxed().into_shared(guard.engine());
        (Entry { hash, key, slot: Atomic::from_shared(value) }, stored(value))
    }

    /// The value, if the entry is live.
    pub(crate) fn load<'g>(&self, guard: &'g Guard) -> Option<&'g V> {
        live(self.slot.load(&SLOT_LOAD, guard)) // TLA: ELoad, Visit. LP(load), LP(range, key)
    }

    /// Stores `value` unless the slot is expunged, and returns what it replaces.
    pub(crate) fn try_swap<'g>(&self, value: V, guard: &'g Guard) -> Result<Option<&'g V>, (Expunged, V)> {
        let mut seen = self.slot.load(&SLOT_LOAD, guard); // TLA: ELoad
        if is_expunged(seen) {
            return Err((Expunged, value));
        }
        let new = Owned::new(Value(value)).into_shared(guard.engine());
        loop {
            // TLA: ECas
            match self.slot.compare_exchange(seen, new, &SLOT_EXCHANGE, &SLOT_EXCHANGE_FAILED, guard) {
                Ok(_) => return Ok(self.took_out(seen, guard)), // LP(swap, fast), LP(store, fast)
                Err(now) => seen = now,
            }
            if is_expunged(seen) {
                // SAFETY: the exchange failed, so nobody else has seen it.
                let value = unsafe { new.into_owned() };
                return Err((Expunged, value.into_box().0));
            }
        }
    }

    /// Stores `value` and returns what it replaces. The mutex is held and the entry is in dirty, so it is not expunged
    /// and cannot become so (INV-3, INV-4).
    pub(crate) fn swap_locked<'g>(&self, value: Unstored<V>, guard: &'g Guard) -> Option<&'g V> {
        let new = value.boxed().into_shared(guard.engine());
        let seen = self.slot.swap(new, &SLOT_SWAP_LOCKED, guard); // TLA: SwapLocked. LP(swap, locked), LP(store, locked)
        debug_assert!(!is_expunged(seen), "INV-3: an entry in dirty is not expunged");
        self.took_out(seen, guard)
    }

    /// The value there, or `value` stored where the key was deleted.
    pub(crate) fn try_load_or_store<'g>(
        &self,
        mut value: Unstored<V>,
        guard: &'g Guard,
    ) -> Result<LoadedOrStored<'g, V>, (Expunged, Unstored<V>)> {
        let mut seen = self.slot.load(&SLOT_LOAD, guard); // TLA: ELoad
        loop {
            if let Some(loaded) = live(seen) {
                return Ok(LoadedOrStored::Loaded(loaded, value)); // LP(load_or_store, loaded)
            }
            if is_expunged(seen) {
                return Err((Expunged, value));
            }
            let new = value.boxed().into_shared(guard.engine());
            // TLA: ECas
            match self.slot.compare_exchange(seen, new, &SLOT_EXCHANGE, &SLOT_EXCHANGE_FAILED, guard) {
                Ok(_) => return Ok(LoadedOrStored::Stored(stored(new))), // LP(load_or_store, stored)
                Err(now) => seen = now,
            }
            // SAFETY: the exchange failed, so nobody else has seen it.
            value = Unstored::Boxed(unsafe { new.into_owned() });
        }
    }

    /// Deletes the value that satisfies `condition`, by its identity, and returns it. `condition` runs without a lock,
    /// again for each value that gets in between.
    pub(crate) fn delete_if<'g>(
        &self,
        mut condition: impl FnMut(&V) -> bool,
        guard: &'g Guard,
    ) -> Option<&'g V> {
        let mut seen = self.slot.load(&SLOT_LOAD, guard); // TLA: ELoad, Visit
        loop {
            if !condition(live(seen)?) {
                return None; // LP(delete, absent), LP(compare_and_delete, other)
            }
            let deleted = Shared::null();
            // TLA: ECas
            match self.slot.compare_exchange(seen, deleted, &SLOT_EXCHANGE, &SLOT_EXCHANGE_FAILED, guard) {
                Ok(_) => return self.took_out(seen, guard), // LP(delete), LP(compare_and_delete)
                Err(now) => seen = now,
            }
        }
    }

    /// Replaces the value by what `change` makes of it, by its identity, and returns the old and the new one.
    /// `change` runs without a lock, again for each value that gets in between; nothing happens when it returns `None`.
    pub(crate) fn replace_if<'g>(
        &self,
        mut change: impl FnMut(&V) -> Option<V>,
        guard: &'g Guard,
    ) -> Option<(&'g V, &'g V)> {
        let mut seen = self.slot.load(&SLOT_LOAD, guard); // TLA: ELoad
        loop {
            let old = live(seen)?;
            let new = Owned::new(Value(change(old)?)).into_shared(guard.engine());
            // TLA: ECas
            match self.slot.compare_exchange(seen, new, &SLOT_EXCHANGE, &SLOT_EXCHANGE_FAILED, guard) {
                Ok(_) => {
                    self.took_out(seen, guard); // LP(update)
                    return Some((old, stored(new)));
                }
                Err(now) => seen = now,
            }
            // SAFETY: the exchange failed, so nobody else has seen it.
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
        let mut seen = self.slot.load(&SLOT_LOAD, guard); // TLA: ELoad
        loop {
            if !live(seen).is_some_and(&matches) {
                return Err(new.into_inner()); // LP(compare_and_swap, other)
            }
            let boxed = new.boxed().into_shared(guard.engine());
            // TLA: ECas
            match self.slot.compare_exchange(seen, boxed, &SLOT_EXCHANGE, &SLOT_EXCHANGE_FAILED, guard) {
                Ok(_) => {
                    self.took_out(seen, guard); // LP(compare_and_swap)
                    return Ok(());
                }
                Err(now) => seen = now,
            }
            // SAFETY: the exchange failed, so nobody else has seen it.
            new = Unstored::Boxed(unsafe { boxed.into_owned() });
        }
    }

    /// Deleted becomes expunged; live stays. Returns whether the entry is expunged now. The mutex is held (INV-4).
    pub(crate) fn expunge(&self, guard: &Guard) -> bool {
        let mut seen = self.slot.load(&SLOT_LOAD_LOCKED, guard); // TLA: XLoad
        while seen.is_null() && !is_expunged(seen) {
            let expunged = seen.with_tag(EXPUNGED);
            // TLA: XCas
            match self.slot.compare_exchange(seen, expunged, &SLOT_EXPUNGE, &SLOT_FAILED_LOCKED, guard) {
                Ok(_) => return true,
                Err(now) => seen = now,
            }
        }
        is_expunged(seen)
    }

    /// Expunged becomes deleted. Returns whether it was expunged: then the caller, who holds the mutex, puts the entry
    /// back into dirty before it releases it (INV-4).
    pub(crate) fn unexpunge(&self, guard: &Guard) -> bool {
        let expunged = Shared::null().with_tag(EXPUNGED);
        let deleted = Shared::null();
        // TLA: Unexp
        self.slot.compare_exchange(expunged, deleted, &SLOT_UNEXPUNGE, &SLOT_FAILED_LOCKED, guard).is_ok()
    }

    /// Whether the entry is expunged. The mutex is held, so that this stays so.
    pub(crate) fn is_expunged_locked(&self, guard: &Guard) -> bool {
        is_expunged(self.slot.load(&SLOT_LOAD_LOCKED, guard)) // TLA: Out
    }

    /// This thread's exchange took `seen` out of the slot: retires it, and returns it.
    fn took_out<'g>(&self, seen: Shared<'g, Value<V>>, guard: &'g Guard) -> Option<&'g V> {
        let value = live(seen)?;
        // SAFETY: INV-6: the exchange unlinked it, and only the thread that unlinks a value retires it.
        unsafe { guard.retire(seen) }
        Some(value)
    }
}

impl<K, V> Entry<K, V> {
    /// What the slot holds, in a quiet map: no other thread is using it.
    pub(crate) fn peek(&self) -> super::KeyState<'_, V> {
        let slot = self.slot.peek();
        match live(slot) {
            Some(value) => super::KeyState::Live(value),
            None if is_expunged(slot) => super::KeyState::Expunged,
            None => super::KeyState::Deleted,
        }
    }
}

impl<K, V> Drop for Entry<K, V> {
    fn drop(&mut self) {
        let slot = self.slot.peek();
        if !slot.is_null() {
            // SAFETY: INV-6: the entry is the owner of what is in its slot, and nobody can reach the entry any more.
            drop(unsafe { slot.into_owned() });
        }
    }
}

impl<K, V> Entry<K, V> {
    /// The key and the value, of a live entry that nobody else can reach.
    ///
    /// # Panics
    /// When the entry is not live.
    pub(crate) fn into_pair(self) -> (K, V) {
        let mut entry = std::mem::ManuallyDrop::new(self);
        let slot = std::mem::replace(&mut entry.slot, Atomic::null());
        let slot = slot.peek();
        assert!(!slot.is_null(), "a live entry");
        // SAFETY: INV-6: the entry was the owner of what was in its slot, and has lost it.
        let value = unsafe { slot.into_owned() };
        // SAFETY: the entry is not dropped, so its key is read once.
        let key = unsafe { std::ptr::read(&entry.key) };
        (key, value.into_box().0)
    }
}
