//! What a trace is made of.

use crate::Site;
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
    /// All threads that wait for the condition variable were woken.
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
    /// The name that a mutex was given.
    pub name: Option<&'static str>,
    /// The named ordering of the access.
    pub site: Option<&'static Site>,
    /// The ordering used (the site's, unless it was replaced).
    pub ordering: Option<Ordering>,
    /// The value written.
    pub written: Option<Value>,
    /// The value seen.
    pub seen: Option<Value>,
    /// The latest value before the step, of an atomic.
    pub latest: Option<Value>,
    /// The value seen was not the latest one written: only a weak memory shows this.
    pub stale: bool,
    /// The allocation that the atomic is in, if the host looks after each event.
    pub inside: Option<u32>,
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

/// The object number under which the call-backs of users enter a footprint, and in executions that have users (`trace::has_users`) all
/// that decides when a destructor runs, and on which thread.
pub const USERS: u32 = u32::MAX - 2;

/// The object number under which waits of loops that spin enter a footprint: a write of anything may end one.
pub const SPINS: u32 = u32::MAX - 3;
