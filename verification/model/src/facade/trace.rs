//! What happened in one execution of a model, written down outside the checker's sight.
//!
//! MODEL-GAP: Recording. loom and shuttle run all threads of a model as coroutines of one OS thread, so a `std` thread-local is shared by
//! them and invisible to the search. Each access through the facade appends an [`Event`]; the harness adds calls and
//! returns, and reads the whole list when the execution is over.

use super::engine;
pub use crate::{Action, CLOCK, Event, Footprint, GUARDS, SPINS, USERS, Value};
use crate::{OneStep, Site};
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::panic::Location;
use std::sync::atomic::Ordering;

#[derive(Default)]
struct Recorder {
    events: Vec<Event>,
    footprint: Footprint,
    /// Events, other than that memory is allocated or freed.
    accesses: u64,
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
    static HAS_USERS: Cell<bool> = const { Cell::new(false) };
    static DESTRUCTORS: Cell<bool> = const { Cell::new(false) };
    static ONE_STEP: Cell<Option<&'static OneStep>> = const { Cell::new(None) };
}

/// Begins an execution on the running thread, which becomes thread 0; forgets the execution before.
pub fn begin() {
    engine::enter_thread(0);
    forget();
}

/// The same, and the threads get their numbers by themselves.
pub(super) fn begin_by_itself() {
    engine::enter_threads_by_themselves();
    engine::alone(false);
    forget();
}

/// Forgets the execution before.
fn forget() {
    super::held::forget_locks();
    HAS_USERS.set(false);
    DESTRUCTORS.set(false);
    ONE_STEP.set(None);
    RECORDER.with_borrow_mut(|r| {
        r.events.clear();
        r.footprint.clear();
        r.objects = 0;
        r.waiting_for.clear();
    });
}

/// Gives the running model thread its number. (0 is the one that began the execution.)
pub fn enter_thread(number: usize) {
    engine::enter_thread(number);
}

/// Ends the execution: what the engine does after it is not numbered. The events stay.
pub fn end() {
    in_steps_again();
    engine::forget_threads();
}

/// The harness: whether no other thread of the model exists: none is spawned yet, or all are joined.
pub fn alone(is: bool) {
    engine::alone(is);
}

/// The harness: a point where another thread may run, if the engine knows such points.
pub fn switch_point() {
    engine::switch_point();
}

/// The harness: in this execution call-backs of users misbehave. They may panic and be caught, so a panic that unwinds does not mean the end
/// of the execution. If `destructors` do more than free, steps that decide when one runs, and on which thread, conflict with each other.
pub fn has_users(destructors: bool) {
    HAS_USERS.set(true);
    DESTRUCTORS.set(destructors);
}

/// The harness: in this execution each call of the structure is one step.
pub fn in_one_step(of: &'static OneStep) {
    ONE_STEP.set(Some(of));
}

/// What is one step in this execution, if something is.
pub(super) fn one_step() -> Option<&'static OneStep> {
    ONE_STEP.get()
}

/// The execution is over, even if it panicked.
pub(super) fn in_steps_again() {
    ONE_STEP.set(None);
}

/// Whether an event is left out of footprints: what an abstract execution does besides its accesses. (Those of a call belong to the step that
/// it begins with; or to one of a user's code in its middle.)
fn is_hidden(event: &Event) -> bool {
    use Action::{Allocate, Dereference, Free, Lock, Pin, Retire, Unlock, Unpin};
    let is_beside = match event.action {
        Allocate | Dereference | Retire | Free | Pin | Unpin => true,
        Lock | Unlock => event.kind == HIDDEN_MUTEX,
        _ => false,
    };
    is_beside && ONE_STEP.get().is_some()
}

/// The kind of a mutex that the search does not see.
pub(super) const HIDDEN_MUTEX: &str = "mutex of one step";

/// A call-back of the user was called.
pub fn touch_users() {
    RECORDER.with_borrow_mut(|r| r.footprint.push((USERS, true)));
}

/// The running step uses this object, or writes it, without an event.
pub fn touch(object: u32, writes: bool) {
    RECORDER.with_borrow_mut(|r| r.footprint.push((object, writes)));
}

/// Destructors may have been run.
pub(super) fn touch_destructors() {
    if DESTRUCTORS.get() {
        touch_users();
    }
}

/// Whether the execution is being given up: a panic unwinds, and no user code will catch it.
pub(in super::super) fn given_up() -> bool {
    std::thread::panicking() && !HAS_USERS.get()
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

/// The ordering of this site: the shipped one, unless it was replaced by its id.
pub(super) fn ordering_of(site: &Site) -> Ordering {
    if !ANY_REPLACED.get() {
        return site.ordering;
    }
    USED.with_borrow_mut(|used| used.as_mut().map(|used| used.insert(site.id)));
    REPLACED.with_borrow(|replaced| {
        replaced.iter().find(|(id, _)| id == site.id).map_or(site.ordering, |(_, ordering)| *ordering)
    })
}

/// The ordering that an access at this site uses: the shipped one, unless it was replaced by its id. For accesses that are not of the facade.
pub fn ordering_used(site: &Site) -> Ordering {
    ordering_of(site)
}

/// How many objects of the facade were made so far in this execution: the last one has this number.
pub fn objects() -> u32 {
    RECORDER.with_borrow(|r| r.objects)
}

/// How often something was accessed so far, on this OS thread.
pub(super) fn accesses() -> u64 {
    RECORDER.with_borrow(|r| r.accesses)
}

/// A fresh object number.
pub(super) fn new_object() -> u32 {
    RECORDER.with_borrow_mut(|r| {
        r.objects += 1;
        r.objects
    })
}

/// The running task is about to wait for these, or (for none) has got what it waited for.
pub(super) fn will_wait_for(objects: &[u32]) {
    let task = engine::task_index();
    RECORDER.with_borrow_mut(|r| {
        if r.waiting_for.len() <= task {
            r.waiting_for.resize(task + 1, Vec::new());
        }
        r.waiting_for[task].clear();
        r.waiting_for[task].extend_from_slice(objects);
    });
}

/// Appends an event, and its object to the footprint of the running step.
pub(super) fn event(event: Event) {
    if super::look::is_looking() {
        return;
    }
    RECORDER.with_borrow_mut(|r| {
        let touched = match event.action {
            _ if is_hidden(&event) => None,
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
        if DESTRUCTORS.get() && touched.is_some_and(|(object, _)| object == GUARDS) {
            r.footprint.push((USERS, true));
        }
        r.accesses += u64::from(!matches!(event.action, Action::Allocate | Action::Free));
        if KEEP_EVENTS.get() {
            r.events.push(event);
        }
    });
    super::look::settled();
}

/// An event without orderings or values.
#[track_caller]
pub(super) fn plain(action: Action, object: u32, kind: &'static str) {
    named(action, object, kind, None);
}

/// The same, of an object that was given a name.
#[track_caller]
pub(super) fn named(action: Action, object: u32, kind: &'static str, name: Option<&'static str>) {
    event(Event {
        thread: engine::thread_index(),
        action,
        object,
        kind,
        name,
        site: None,
        ordering: None,
        written: None,
        seen: None,
        latest: None,
        stale: false,
        inside: None,
        location: Location::caller(),
    });
}

/// The harness: operation `number` of the running thread is called.
#[track_caller]
pub fn call(number: u32) {
    engine::check_thread();
    plain(Action::Call, number, "operation");
}

/// The harness: operation `number` of the running thread has returned.
#[track_caller]
pub fn returned(number: u32) {
    engine::check_thread();
    plain(Action::Return, number, "operation");
}
