//! A value: on its way into the map, on the heap, and as it is read from a slot.
//!
//! A slot is one pointer wide, so that one exchange changes it; the value is behind the pointer. Once a value is in a slot,
//! nobody writes to it again: a store puts another value in its place.
//!
//! # Invariants kept here
//! - INV-7: a reference to a value lives no longer than the guard under which its pointer was read ([`live`], [`stored`]).

use crate::epoch::{Owned, Shared};

/// A value on the heap. The alignment keeps the lowest bit of its address free for the tag, even for a zero-sized or
/// one-byte `V`.
#[repr(align(2))]
pub(crate) struct Value<V>(pub(crate) V);

/// A value on its way into the map: it moves to the heap only when a slot is about to take it.
pub(crate) enum Unstored<V> {
    Plain(V),
    Boxed(Owned<Value<V>>),
}

impl<V> Unstored<V> {
    /// On the heap: moved there now, or already there from a try that failed.
    pub(super) fn boxed(self) -> Owned<Value<V>> {
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

/// The value in a slot, or nothing when it was deleted or expunged.
///
/// # Safety
/// INV-7: `slot` was read from the slot of an entry under the guard of lifetime `'g`, or nobody else uses the entry for `'g`.
pub(super) unsafe fn live<'g, V>(slot: Shared<'g, Value<V>>) -> Option<&'g V> {
    if slot.is_null() {
        return None;
    }
    // SAFETY: not null, so some store put this value there. Other threads may take it out of the slot at any moment, but all they
    // do is retire it (INV-6), and the free waits for the guard of lifetime 'g (INV-7). Nobody writes to a value in a slot.
    let value = unsafe { slot.deref() };
    Some(&value.0)
}

/// Like [`live`], for a value that this thread has made and stores itself.
///
/// # Safety
/// INV-7: `slot` is a value that was allocated under the guard of lifetime `'g`, and has not been taken back.
pub(super) unsafe fn stored<'g, V>(slot: Shared<'g, Value<V>>) -> &'g V {
    // SAFETY: until the value is in a slot, no other thread knows it. From then on another thread may take it out and retire it,
    // but no sooner than now, when the guard of lifetime 'g is already there: the free waits for it.
    let value = unsafe { slot.deref() };
    &value.0
}
