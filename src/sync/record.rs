//! What happened in one execution of a model, written down outside the checker's sight.
//!
//! loom and shuttle run all threads of a model as coroutines of one OS thread, so a `std` thread-local is shared by
//! them and invisible to the search. Each access through the facade appends an [`Event`]; the harness adds calls and
//! returns, and reads the whole list when the execution is over.

use super::Site;
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::panic::Location;
use std::sync::atomic::Ordering;

/// What was done to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// An atomic load.
    Load,
    /// An atomic read-modify-write that wrote.
    Exchange,
    /// A plain store.
    Store,
    /// A compare-exchange that found another value, and wrote nothing.
    ExchangeFailed,
    /// The mutex was taken.
    Lock,
    /// The mutex was released.
    Unlock,
    /// A wait for a condition variable began, which releases the mutex.
    Wait,
    /// All that wait for the condition variable were woken.
    Notify,
    /// An object was allocated.
    Allocate,
    /// A reference to an object was used.
    Dereference,
    /// An object was handed to the epoch.
    Retire,
    /// An object was destroyed.
    Free,
    /// A guard was taken; the object is the guard's number.
    Pin,
    /// A guard was dropped.
    Unpin,
    /// The harness: an operation was called; the object is its number.
    Call,
    /// The harness: an operation returned.
    Return,
}

/// A value as a person reads it: addresses are replaced by the number of the object that lives there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// An integer.
    Integer(i64),
    /// A pointer: the object's number (0 for null) and the tag.
    Pointer(u32, usize),
}

/// One step of an execution.
#[derive(Clone, Debug)]
pub struct Event {
    /// The model thread, 0 for the one that the model began on.
    pub thread: usize,
    /// What was done.
    pub action: Action,
    /// The number of the object, in order of creation within the execution.
    pub object: u32,
    /// What the object is: `Entry`, `Table`, `Value`, `mutex`, or the name before the dot of the site.
    pub kind: &'static str,
    /// The named ordering of the access.
    pub site: Option<&'static Site>,
    /// The ordering used (the site's, unless it was replaced).
    pub ordering: Option<Ordering>,
    /// The value written.
    pub written: Option<Value>,
    /// The value seen.
    pub seen: Option<Value>,
    /// The value seen was not the latest one written: only a weak memory shows this.
    pub stale: bool,
    /// The line of the source.
    pub location: &'static Location<'static>,
}

/// An object and whether the access conflicts with reads of it.
pub type Footprint = Vec<(u32, bool)>;

/// The object number under which calls and returns enter a footprint.
pub const CLOCK: u32 = u32::MAX;

/// The object number under which guards and retirements enter a footprint: whether a guard lives at a retirement decides when
/// the object is freed, so the one conflicts with the other.
pub const GUARDS: u32 = u32::MAX - 1;

#[derive(Default)]
struct Recorder {
    events: Vec<Event>,
    footprint: Footprint,
    objects: u32,
    /// For each task of the engine, what it is about to wait for.
    waiting_for: Vec<Vec<u32>>,
}

thread_local! {
    static RECORDER: RefCell<Recorder> = RefCell::default();
    static REPLACED: RefCell<Vec<(String, Ordering)>> = const { RefCell::new(Vec::new()) };
    static ANY_REPLACED: Cell<bool> = const { Cell::new(false) };
    static USED: RefCell<Option<BTreeSet<&'static str>>> = const { RefCell::new(None) };
    static KEEP_EVENTS: Cell<bool> = const { Cell::new(true) };
}

/// Begins an execution on the running thread, which becomes thread 0; forgets the execution before.
pub fn begin() {
    super::engine::enter_thread(0);
    RECORDER.with_borrow_mut(|r| {
        r.events.clear();
        r.footprint.clear();
        r.objects = 0;
        r.waiting_for.clear();
    });
}

/// Gives the running model thread its number. (0 is the one that began the execution.)
pub fn enter_thread(number: usize) {
    super::engine::enter_thread(number);
}

/// Ends the execution: what the engine does after it is not numbered. The events stay.
pub fn end() {
    super::engine::forget_threads();
}

/// The harness: whether no other thread of the model exists: none is spawned yet, or all are joined.
pub fn alone(is: bool) {
    super::engine::alone(is);
}

/// The harness: a point where another thread may run, if the engine knows such points.
pub fn switch_point() {
    super::engine::switch_point();
}

/// Whether events are kept. Footprints and object numbers always are.
pub fn keep_events(keep: bool) {
    KEEP_EVENTS.set(keep);
}

/// The events so far, moved out.
pub fn take_events() -> Vec<Event> {
    RECORDER.with_borrow_mut(|r| std::mem::take(&mut r.events))
}

/// The events so far.
pub fn events() -> Vec<Event> {
    RECORDER.with_borrow(|r| r.events.clone())
}

/// Looks at the events so far.
pub fn with_events<R>(look: impl FnOnce(&[Event]) -> R) -> R {
    RECORDER.with_borrow(|r| look(&r.events))
}

/// What was touched since the last call, moved out: the footprint of a step.
pub fn take_footprint() -> Footprint {
    RECORDER.with_borrow_mut(|r| std::mem::take(&mut r.footprint))
}

/// What a task of the engine has not got yet: the mutex that it is about to take; for a condition variable, that and the
/// mutex, which it releases and takes again. When a step of the task ends in a wait, the step has touched them.
pub fn waiting_for(task: usize) -> Vec<u32> {
    RECORDER.with_borrow(|r| r.waiting_for.get(task).cloned().unwrap_or_default())
}

/// Replaces the ordering of the site with this id in executions on this OS thread, or restores it.
pub fn replace_ordering(id: &str, ordering: Option<Ordering>) {
    REPLACED.with_borrow_mut(|replaced| {
        replaced.retain(|(site, _)| site != id);
        if let Some(ordering) = ordering {
            replaced.push((id.to_owned(), ordering));
        }
        ANY_REPLACED.set(!replaced.is_empty() || USED.with_borrow(Option::is_some));
    });
}

/// From now on, writes down which orderings executions on this OS thread use.
pub fn watch_orderings() {
    USED.set(Some(BTreeSet::new()));
    ANY_REPLACED.set(true);
}

/// The ids of the orderings used since [`watch_orderings`], and no more watching.
pub fn orderings_used() -> BTreeSet<&'static str> {
    ANY_REPLACED.set(REPLACED.with_borrow(|replaced| !replaced.is_empty()));
    USED.take().unwrap_or_default()
}

impl Site {
    /// The ordering of this site: the shipped one, unless it was replaced by its id.
    pub(crate) fn get(&self) -> Ordering {
        if !ANY_REPLACED.get() {
            return self.ordering;
        }
        USED.with_borrow_mut(|used| used.as_mut().map(|used| used.insert(self.id)));
        REPLACED.with_borrow(|replaced| {
            replaced.iter().find(|(id, _)| id == self.id).map_or(self.ordering, |(_, ordering)| *ordering)
        })
    }
}

/// A fresh object number.
pub(crate) fn new_object() -> u32 {
    RECORDER.with_borrow_mut(|r| {
        r.objects += 1;
        r.objects
    })
}

/// The running task is about to wait for these, or (for none) has got what it waited for.
pub(crate) fn will_wait_for(objects: &[u32]) {
    let task = super::engine::task_index();
    RECORDER.with_borrow_mut(|r| {
        if r.waiting_for.len() <= task {
            r.waiting_for.resize(task + 1, Vec::new());
        }
        r.waiting_for[task].clear();
        r.waiting_for[task].extend_from_slice(objects);
    });
}

/// Appends an event, and its object to the footprint of the running step.
pub(crate) fn event(event: Event) {
    RECORDER.with_borrow_mut(|r| {
        let touched = match event.action {
            // A fresh object is nobody else's. What a wait touches is known when its step ends: `waiting_for`.
            Action::Allocate | Action::Wait => None,
            Action::Call => Some((CLOCK, true)),
            Action::Return => Some((CLOCK, false)),
            Action::Retire => Some((GUARDS, true)),
            Action::Pin | Action::Unpin => Some((GUARDS, false)),
            Action::Load | Action::Dereference => Some((event.object, false)),
            _ => Some((event.object, true)),
        };
        r.footprint.extend(touched);
        if KEEP_EVENTS.get() {
            r.events.push(event);
        }
    });
}

/// An event without orderings or values.
#[track_caller]
pub(crate) fn plain(action: Action, object: u32, kind: &'static str) {
    event(Event {
        thread: super::engine::thread_index(),
        action,
        object,
        kind,
        site: None,
        ordering: None,
        written: None,
        seen: None,
        stale: false,
        location: Location::caller(),
    });
}

/// The harness: operation `number` of the running thread is called.
#[track_caller]
pub fn call(number: u32) {
    super::engine::check_thread();
    plain(Action::Call, number, "operation");
}

/// The harness: operation `number` of the running thread has returned.
#[track_caller]
pub fn returned(number: u32) {
    super::engine::check_thread();
    plain(Action::Return, number, "operation");
}
