//! The engine's primitives, each access named and recorded.

use super::engine::{self, RawAtomic, thread_index};
use super::look;
use super::trace::{self, Action, Event, Value, ordering_of};
use crate::{Change, Site};
use std::cell::Cell;
use std::panic::Location;
use std::sync::atomic::Ordering;

/// An atomic word of the engine whose accesses are named and recorded.
pub struct Word {
    raw: RawAtomic,
    object: u32,
    /// The latest value in the order of execution: a load that sees another one has seen a stale value.
    latest: Cell<usize>,
    show: fn(usize) -> Value,
    /// It was made in an abstract execution, and belongs to it.
    is_abstract: bool,
}

// SAFETY: the engines run all threads of a model as coroutines of one OS thread, so `latest` is used by that one; on another, the access
// to `raw` that comes before panics, for no execution runs there.
unsafe impl Send for Word {}
// SAFETY: all threads of a model are coroutines of one OS thread, and they switch in calls of the engine only. None is made while `latest` is
// read or set, which is one step of a `Cell`. On another OS thread, the access to `raw` that comes before panics.
unsafe impl Sync for Word {}

impl Word {
    /// An atomic word. `show` turns a value into what a person reads.
    #[track_caller]
    pub fn new(value: usize, show: fn(usize) -> Value) -> Self {
        let (raw, latest, is_abstract) =
            (RawAtomic::new(value), Cell::new(value), trace::one_step().is_some());
        Word { raw, object: trace::new_object(), latest, show, is_abstract }
    }

    /// The value, when no other thread can access it.
    pub fn peek(&self) -> usize {
        if self.is_abstract || look::is_looking() { self.latest.get() } else { self.raw.peek() }
    }

    /// In an abstract execution, the value of a word of the structure whose calls are one step. The engine orders the access that a call
    /// begins with after the calls before it. Those that follow are not steps of its search, but they order memory, because user code may
    /// run between them.
    fn hidden(&self, site: &'static Site) -> Option<usize> {
        let one_step = trace::one_step();
        let begins = one_step.is_some_and(|one_step| one_step.begins == site.name);
        let is_of_it = begins || one_step.is_some_and(|one_step| one_step.hides(site.name));
        assert!(
            self.is_abstract || !is_of_it,
            "what an abstract execution uses must be made in it: make it in the body"
        );
        if !is_of_it {
            return None;
        }
        if begins {
            self.raw.modify(Change::Or(0), Ordering::SeqCst);
            self.conflicts(RawAtomic::written);
        } else {
            engine::unexplored(|| {
                self.raw.modify(Change::Or(0), Ordering::SeqCst);
            });
        }
        Some(self.latest.get())
    }

    #[track_caller]
    fn note(
        &self,
        action: Action,
        site: &'static Site,
        ordering: Ordering,
        written: Option<usize>,
        seen: usize,
    ) {
        let before = self.latest.get();
        let stale = action == Action::Load && seen != before;
        if let Some(written) = written {
            self.latest.set(written);
        }
        trace::event(Event {
            thread: thread_index(),
            action,
            object: self.object,
            kind: site.name.split('.').next().unwrap_or(site.name),
            name: None,
            site: Some(site),
            ordering: Some(ordering),
            written: written.map(self.show),
            seen: Some((self.show)(seen)),
            latest: Some((self.show)(before)),
            stale,
            inside: look::object_around(std::ptr::from_ref(self).cast()),
            location: Location::caller(),
        });
    }

    /// Tells the engine's search what the access just made conflicts with; not while the execution is being given up.
    fn conflicts(&self, tell: fn(&RawAtomic)) {
        if !trace::given_up() {
            tell(&self.raw);
        }
    }

    /// An atomic load.
    #[track_caller]
    pub fn load(&self, site: &'static Site) -> usize {
        if look::is_looking() {
            return self.latest.get();
        }
        look::settled();
        if let Some(seen) = self.hidden(site) {
            let begins = trace::one_step().is_some_and(|one_step| one_step.begins == site.name);
            let action = if begins { Action::Exchange } else { Action::Load };
            self.note(action, site, site.ordering, None, seen);
            return seen;
        }
        let seen = self.raw.load(ordering_of(site));
        self.note(Action::Load, site, ordering_of(site), None, seen);
        self.conflicts(RawAtomic::loaded);
        seen
    }

    /// A plain store. The map has none: all its writes are read-modify-writes.
    #[track_caller]
    pub fn store(&self, value: usize, site: &'static Site) {
        look::settled();
        let before = self.latest.get();
        if self.hidden(site).is_some() {
            return self.note(Action::Store, site, site.ordering, Some(value), before);
        }
        self.raw.store(value, ordering_of(site));
        self.note(Action::Store, site, ordering_of(site), Some(value), before);
        self.conflicts(RawAtomic::written);
    }

    /// A read-modify-write of one step; returns the value before.
    #[track_caller]
    pub fn modify(&self, change: Change, site: &'static Site) -> usize {
        look::settled();
        if let Some(seen) = self.hidden(site) {
            self.note(Action::Exchange, site, site.ordering, Some(change.apply(seen)), seen);
            return seen;
        }
        let seen = self.raw.modify(change, ordering_of(site));
        self.note(Action::Exchange, site, ordering_of(site), Some(change.apply(seen)), seen);
        self.conflicts(RawAtomic::written);
        seen
    }

    /// A compare-exchange; a failure returns the value seen.
    ///
    /// # Errors
    /// The value seen, when it is not `current`.
    #[track_caller]
    pub fn compare_exchange(
        &self,
        current: usize,
        new: usize,
        success: &'static Site,
        failure: &'static Site,
    ) -> Result<usize, usize> {
        look::settled();
        if let Some(seen) = self.hidden(success) {
            let is_it = seen == current;
            let action = if is_it { Action::Exchange } else { Action::ExchangeFailed };
            self.note(action, success, success.ordering, is_it.then_some(new), seen);
            return if is_it { Ok(seen) } else { Err(seen) };
        }
        let result = self.raw.compare_exchange(current, new, ordering_of(success), ordering_of(failure));
        match result {
            Ok(seen) => self.note(Action::Exchange, success, ordering_of(success), Some(new), seen),
            Err(seen) => self.note(Action::ExchangeFailed, failure, ordering_of(failure), None, seen),
        }
        self.conflicts(RawAtomic::written);
        result
    }
}

/// An atomic integer whose accesses name their ordering.
pub struct AtomicI64(Word);

impl AtomicI64 {
    /// An atomic integer.
    #[track_caller]
    pub fn new(value: i64) -> Self {
        AtomicI64(Word::new(value as usize, |word| Value::Integer(word as i64)))
    }
    /// The value, when nobody else can access it.
    pub fn peek(&mut self) -> i64 {
        self.0.peek() as i64
    }
    /// An atomic load.
    #[track_caller]
    pub fn load(&self, site: &'static Site) -> i64 {
        self.0.load(site) as i64
    }
    /// Writes; what was there.
    #[track_caller]
    pub fn swap(&self, value: i64, site: &'static Site) -> i64 {
        self.0.modify(Change::Set(value as usize), site) as i64
    }
    /// Writes `new` over `current`; what was there.
    ///
    /// # Errors
    /// What is there, when it is not `current`.
    #[track_caller]
    pub fn compare_exchange(
        &self,
        current: i64,
        new: i64,
        success: &'static Site,
        failure: &'static Site,
    ) -> Result<i64, i64> {
        let result = self.0.compare_exchange(current as usize, new as usize, success, failure);
        result.map(|seen| seen as i64).map_err(|seen| seen as i64)
    }
    /// Adds, wrapping around; what was there.
    #[track_caller]
    pub fn fetch_add(&self, value: i64, site: &'static Site) -> i64 {
        self.0.modify(Change::Add(value as usize), site) as i64
    }
    /// Sets bits; what was there.
    #[track_caller]
    pub fn fetch_or(&self, value: i64, site: &'static Site) -> i64 {
        self.0.modify(Change::Or(value as usize), site) as i64
    }
    /// Keeps bits; what was there.
    #[track_caller]
    pub fn fetch_and(&self, value: i64, site: &'static Site) -> i64 {
        self.0.modify(Change::And(value as usize), site) as i64
    }
}

impl std::fmt::Debug for AtomicI64 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        (self.0.peek() as i64).fmt(f)
    }
}

/// Memory that is not part of the map, and that its users order by the map: loom reports a race on it.
pub struct PlainMemory(engine::Probe);

// SAFETY: it holds nothing: there is no memory whose use could race. loom's cell notes who was there, in the books of the execution, and
// panics on an OS thread that runs none.
unsafe impl Send for PlainMemory {}
// SAFETY: it holds nothing that a second thread could reach through a reference. What is shared is loom's notes, which one OS thread makes.
unsafe impl Sync for PlainMemory {}

impl std::fmt::Debug for PlainMemory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PlainMemory")
    }
}

impl PlainMemory {
    /// Some memory.
    #[track_caller]
    #[expect(clippy::new_without_default, reason = "it belongs to an execution")]
    pub fn new() -> Self {
        PlainMemory(engine::Probe::new())
    }
    /// Reads it.
    #[track_caller]
    pub fn read(&self) {
        self.0.read();
    }
    /// Writes it.
    #[track_caller]
    pub fn write(&self) {
        self.0.write();
    }
}

/// The number of the model thread.
pub fn stripe_index() -> usize {
    thread_index()
}

/// MODEL-GAP: Two stripes. Enough for a sum to be torn, few enough to explore. The shipped build has as many as there are processors.
pub fn stripe_count() -> usize {
    2
}
