//! When a complete search in mode leak says what one in mode eager would have said.
//!
//! The two modes differ in two ways. Eager has fences where a real epoch has them, and destroys an object when the last of the guards that
//! lived at its retirement goes. Fences only take behaviours away: an execution in mode eager is, step by step, one in mode leak, and a
//! search explores both in the same order, so a complete search in mode leak goes through all executions of mode eager (and perhaps
//! more). What is left of the difference is what a destruction may show when it comes early:
//!
//! 1. An object is used after it was destroyed, or by a guard that was taken after its retirement. Every use is under the oldest guard of
//!    its thread; if that is older than the retirement, the destruction waits for it. So this cannot happen unless a guard younger than
//!    the retirement, or none, uses the object: that is a *late use*. For an object that is destroyed with another one, which owns it, it
//!    is the retirement of that one that counts.
//! 2. The destruction races with a use. Without late uses, every use is under a guard that has gone before. When a guard goes in mode
//!    eager, there is a sequentially consistent fence; the thread that destroys has just made one, because its own guard has gone.
//!    The engine orders such fences, and so the use comes before the destruction.
//! 3. The destructor does something that other threads can see. If it makes no access through the facade, it frees memory and no more.
//!    (Unless it has an effect that no facade sees: this is for values whose drop has none. Of other programs nothing is to be concluded.)
//!
//! So if no execution of a complete search in mode leak has a late use or a destructor that makes an access, a search in mode eager finds
//! nothing wrong that was not found, and no outcome that was not found. Nor does it lose one that the specification asks for: those
//! occur when calls do not overlap, and then no fence makes a difference.
//!
//! All of it is about the executions that the engine explores, in the order in which they happen. It says nothing about mode visible,
//! whose searches try pins and retirements in other orders.

use std::cell::Cell;

thread_local! {
    static SHOWS: Cell<bool> = const { Cell::new(false) };
    /// When the retired object was retired that is being destroyed, and perhaps others with it.
    static DESTROYED_FOR: Cell<Option<usize>> = const { Cell::new(None) };
}

/// Uses of one object.
#[derive(Clone, Copy, Default)]
pub(super) struct Uses {
    /// The youngest guard of a use.
    youngest: usize,
    /// Some use was under no guard.
    unguarded: bool,
}

impl Uses {
    /// A use under this guard, the oldest of its thread, or under none.
    pub(super) fn note(&mut self, guard: Option<usize>) {
        self.youngest = self.youngest.max(guard.unwrap_or(0));
        self.unguarded |= guard.is_none();
    }

    /// The object is destroyed; if with a retired one, its uses must have come early enough.
    pub(super) fn end(self) {
        if DESTROYED_FOR.get().is_some_and(|retired_at| self.unguarded || self.youngest > retired_at) {
            SHOWS.set(true);
        }
    }
}

/// Runs the destructor of an object that was retired then, after these uses.
pub(super) fn destroy(retired_at: Option<usize>, uses: Uses, destructor: impl FnOnce()) {
    let outer = DESTROYED_FOR.get();
    DESTROYED_FOR.set(outer.or(retired_at));
    uses.end();
    let before = super::trace::accesses();
    destructor();
    if super::trace::accesses() != before {
        SHOWS.set(true);
    }
    DESTROYED_FOR.set(outer);
}

/// An execution begins.
pub(super) fn begin() {
    SHOWS.set(false);
    DESTROYED_FOR.set(None);
}

/// Whether something in the execution that has ended could have been different if objects had been destroyed early, apart from fences.
pub fn early_destruction_shows() -> bool {
    SHOWS.get()
}

#[cfg(test)]
mod tests {
    use super::super::super::{AtomicI64, Site, engine, execution};
    use super::super::{Atomic, Mode, Owned, deref_raw, destroy_later, pin_engine};
    use super::early_destruction_shows;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    static RELAXED: Site = Site::new("TEST", "word.access", Ordering::Relaxed);

    /// What an object does when it is destroyed.
    struct Object(Box<dyn Fn() + Send + Sync>);

    impl Drop for Object {
        fn drop(&mut self) {
            (self.0)();
        }
    }

    /// A fresh object, not yet published.
    fn object(drop: impl Fn() + Send + Sync + 'static) -> Owned<Object> {
        Owned::new(Object(Box::new(drop)))
    }

    /// Whether it shows in an execution of this body.
    fn shows(body: impl Fn() + Send + Sync + 'static) -> bool {
        let shown = Arc::new(AtomicBool::new(false));
        let noted = Arc::clone(&shown);
        engine::run(move || {
            execution(Mode::Leak, &body);
            noted.fetch_or(early_destruction_shows(), Ordering::Relaxed);
        });
        shown.load(Ordering::Relaxed)
    }

    /// Retires an object, and uses it, by a guard that is younger than the retirement or by the one that retires.
    fn retire_and_use(object: Owned<Object>, late: bool) {
        let guard = pin_engine();
        let shared = object.into_shared(&guard);
        let raw = shared.as_raw();
        // SAFETY: not null, of this execution, retired once, and nobody else has it.
        unsafe { destroy_later(&guard, shared) };
        let guard = if late {
            drop(guard);
            pin_engine()
        } else {
            guard
        };
        // SAFETY: not null and of this execution. Mode leak destroys it at the end.
        let _ = unsafe { deref_raw(raw) };
        drop(guard);
    }

    #[test]
    fn a_use_shows_if_its_guard_is_younger_than_the_retirement() {
        assert!(!shows(|| retire_and_use(object(|| ()), false)));
        assert!(shows(|| retire_and_use(object(|| ()), true)));
    }

    /// It is not retired itself: it goes with the object that owns it.
    #[test]
    fn a_late_use_of_what_a_retired_object_owns_shows() {
        let with_owned = |late: bool| {
            move || {
                let guard = pin_engine();
                let owned = object(|| ()).into_shared(&guard);
                let raw = owned.as_raw();
                let owned = Atomic::from_shared(owned);
                // SAFETY: not null, of this execution, and nobody else drops it.
                let owner = object(move || drop(unsafe { owned.peek().into_owned() })).into_shared(&guard);
                // SAFETY: not null, of this execution, retired once, and nobody else has it.
                unsafe { destroy_later(&guard, owner) };
                let guard = if late {
                    drop(guard);
                    pin_engine()
                } else {
                    guard
                };
                // SAFETY: not null and of this execution. Mode leak destroys it at the end.
                let _ = unsafe { deref_raw(raw) };
                drop(guard);
            }
        };
        assert!(!shows(with_owned(false)));
        assert!(shows(with_owned(true)));
    }

    #[test]
    fn a_use_without_a_guard_shows_if_the_object_is_retired() {
        let unguarded = |retires: bool| {
            move || {
                let guard = pin_engine();
                let shared = object(|| ()).into_shared(&guard);
                let raw = shared.as_raw();
                drop(guard);
                // SAFETY: not null and of this execution; nobody destroys it now.
                let _ = unsafe { deref_raw(raw) };
                let guard = pin_engine();
                let shared = super::super::Shared::from(raw);
                if retires {
                    // SAFETY: not null, of this execution, retired once, and nobody else has it.
                    unsafe { destroy_later(&guard, shared) };
                } else {
                    // SAFETY: not null, of this execution, and nobody else has it.
                    drop(unsafe { shared.into_owned() });
                }
            }
        };
        assert!(!shows(unguarded(false)));
        assert!(shows(unguarded(true)));
    }

    #[test]
    fn a_destructor_that_makes_an_access_shows() {
        assert!(shows(|| {
            let word = AtomicI64::new(0);
            let acts = move || {
                word.fetch_add(1, &RELAXED);
            };
            retire_and_use(object(acts), false);
        }));
    }
}
