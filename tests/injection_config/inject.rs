//! Call-backs that panic, or lie, when they are told to. What is armed is of the thread that armed it.

use std::cell::Cell;
use std::hash::{BuildHasher, DefaultHasher, Hasher};
use std::mem::ManuallyDrop;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::task::{RawWaker, RawWakerVTable, Waker};
use sync_map::config::{FromValue, Value};
use test_support::Fault;

/// The user code that a store can run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Call {
    Hash,
    Closure,
    IntoValue,
    FromValue,
    /// An iterator that settings are made of.
    Source,
    WakerClone,
    WakerWake,
    WakerDrop,
    /// The drop of what this thread has retired elsewhere.
    GarbageDrop,
}

/// All that come at a moment that a test can tell.
pub(crate) const ALL_CALLS: [Call; 8] = [
    Call::Hash,
    Call::Closure,
    Call::IntoValue,
    Call::FromValue,
    Call::Source,
    Call::WakerClone,
    Call::WakerWake,
    Call::WakerDrop,
];

thread_local! {
    /// Panic at this call, after so many more.
    static ARMED: Cell<Option<(Call, u32)>> = const { Cell::new(None) };
    /// Lie from this hash on, and for how many hashes.
    static LIES: Cell<(u32, u32)> = const { Cell::new((0, 0)) };
    /// What each hash does, but for those that this leads to.
    static IN_HASH: Cell<Option<Box<dyn Fn()>>> = const { Cell::new(None) };
    /// What the next clone of a waker does.
    static IN_CLONE: Cell<Option<Box<dyn FnOnce()>>> = const { Cell::new(None) };
}

/// The `nth` call of this kind on this thread panics (the first is 1).
pub(crate) fn arm(call: Call, nth: u32) {
    ARMED.set(Some((call, nth)));
}

/// No call panics from now; returns whether one did.
pub(crate) fn disarm() -> bool {
    IN_CLONE.take();
    ARMED.take().is_none()
}

/// From the `nth` hash of this thread on, so many are wrong.
pub(crate) fn lie(nth: u32, times: u32) {
    LIES.set((nth, times));
}

/// Each hash on this thread does this, too, but for those that this leads to.
pub(crate) fn in_each_hash(act: impl Fn() + 'static) {
    IN_HASH.set(Some(Box::new(act)));
}

/// The next clone of a waker on this thread does this, too.
pub(crate) fn in_the_next_clone(act: impl FnOnce() + 'static) {
    IN_CLONE.set(Some(Box::new(act)));
}

/// User code runs here.
pub(crate) fn call(call: Call) {
    match ARMED.get() {
        Some((armed, 1)) if armed == call => {
            ARMED.set(None);
            // As `panic!`, without a message on the screen.
            resume_unwind(Box::new(Fault));
        }
        Some((armed, left)) if armed == call => ARMED.set(Some((armed, left - 1))),
        _ => {}
    }
}

#[derive(Clone, Default)]
pub(crate) struct Hashes;

impl BuildHasher for Hashes {
    type Hasher = DefaultHasher;

    fn build_hasher(&self) -> DefaultHasher {
        call(Call::Hash);
        if let Some(act) = IN_HASH.take() {
            act();
            IN_HASH.set(Some(act));
        }
        let mut hasher = DefaultHasher::new();
        match LIES.get() {
            (1, times) if times > 0 => {
                LIES.set((1, times - 1));
                hasher.write_u32(times); // another hash for each lie
            }
            (nth, times) if nth > 1 => LIES.set((nth - 1, times)),
            _ => {}
        }
        hasher
    }
}

/// What becomes a value.
pub(crate) struct Made(pub(crate) i64);

impl From<Made> for Value {
    fn from(made: Made) -> Self {
        call(Call::IntoValue);
        Value::Integer(made.0)
    }
}

/// What a value is read as.
pub(crate) struct Read;

impl FromValue for Read {
    const EXPECTED: &'static str = "anything";

    fn from_value(_: &Value) -> Option<Self> {
        call(Call::FromValue);
        Some(Read)
    }
}

/// What a user's map holds.
pub(crate) struct Garbage(pub(crate) Arc<AtomicUsize>);

impl Drop for Garbage {
    fn drop(&mut self) {
        self.0.fetch_add(1, SeqCst);
        call(Call::GarbageDrop);
    }
}

/// A task, by how often it was woken.
#[derive(Default)]
pub(crate) struct Task(pub(crate) AtomicUsize);

impl Task {
    /// A waker each of whose functions is user code. (`std::task::Wake` gives no say in the clone.)
    pub(crate) fn waker(self: &Arc<Self>) -> Waker {
        let data = Arc::into_raw(Arc::clone(self)).cast::<()>();
        // SAFETY: the functions of `VTABLE` take `data` for what it is: a counted reference to a task, which may be used on any thread.
        unsafe { Waker::new(data, &VTABLE) }
    }
}

static VTABLE: RawWakerVTable = RawWakerVTable::new(clone, wake, wake_by_ref, drop_waker);

/// # Safety
/// `data` is that of a waker of a task.
unsafe fn task(data: *const ()) -> Arc<Task> {
    // SAFETY: it came of `Arc::into_raw`, and each waker has one reference.
    unsafe { Arc::from_raw(data.cast::<Task>()) }
}

unsafe fn clone(data: *const ()) -> RawWaker {
    call(Call::WakerClone);
    if let Some(act) = IN_CLONE.take() {
        act();
    }
    // SAFETY: the waker lives on, so its reference is not given up.
    let task = ManuallyDrop::new(unsafe { task(data) });
    RawWaker::new(Arc::into_raw(Arc::clone(&task)).cast::<()>(), &VTABLE)
}

unsafe fn wake(data: *const ()) {
    // SAFETY: the waker is consumed.
    let task = unsafe { task(data) };
    task.0.fetch_add(1, SeqCst);
    call(Call::WakerWake);
}

unsafe fn wake_by_ref(data: *const ()) {
    // SAFETY: the waker lives on, so its reference is not given up.
    let task = ManuallyDrop::new(unsafe { task(data) });
    task.0.fetch_add(1, SeqCst);
    call(Call::WakerWake);
}

unsafe fn drop_waker(data: *const ()) {
    // SAFETY: the waker is dropped.
    drop(unsafe { task(data) });
    call(Call::WakerDrop);
}
