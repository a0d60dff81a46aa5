//! The plan of an execution: which call-back misbehaves when, and how often each was called.
//!
//! A `std` thread-local, outside the checker's sight: the engines run all threads of a model on one OS thread. Each count is shared by
//! the threads of a model, so calls of a call-back that the program names conflict with each other: they are one object of a step's
//! footprint (`record::USERS`), and the reduced search explores both orders of two steps with one each.

use linear::{CALLBACKS, Callback, Effect, Misdeed, Program};
use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::Rc;

/// What a call-back does when it is its turn to re-enter, given the number of the misdeed.
type Reenter = Rc<dyn Fn(usize)>;

/// How often each call-back was called.
pub type CallCounts = [u32; CALLBACKS.len()];

#[derive(Default)]
struct Plan {
    misdeeds: Vec<Misdeed>,
    counts: CallCounts,
    reenter: Option<Reenter>,
    touch: Option<fn()>,
    has_users: bool,
}

thread_local! {
    static PLAN: RefCell<Plan> = RefCell::default();
    /// Whether call-backs are counted: threads run, and the program has a misdeed.
    static ARMED: Cell<bool> = const { Cell::new(false) };
    static WHOLE: Cell<bool> = const { Cell::new(true) };
    static ALIVE: Cell<i64> = const { Cell::new(0) };
}

/// What a misdeed panics with. Nothing else that unwinds is caught.
#[derive(Debug)]
pub struct UsersPanic;

impl Drop for UsersPanic {
    fn drop(&mut self) {
        ask(Callback::Payload);
    }
}

/// An execution begins. Nothing is counted yet.
pub fn begin(program: &Program) {
    ARMED.set(false);
    ALIVE.set(0);
    WHOLE.set(program.misdeeds.is_empty());
    PLAN.with_borrow_mut(|plan| {
        let misdeeds = program.misdeeds.clone();
        let has_users = program.has_users();
        *plan = Plan { misdeeds, has_users, ..Plan::default() };
    });
}

/// The threads begin. `touch` tells the search that something shared was used.
pub fn arm(touch: fn(), reenter: impl Fn(usize) + 'static) {
    let reenter: Reenter = Rc::new(reenter);
    PLAN.with_borrow_mut(|plan| (plan.reenter, plan.touch) = (Some(reenter), Some(touch)));
    ARMED.set(!WHOLE.get());
}

/// All threads have ended: what comes now is lawful.
pub fn disarm() {
    ARMED.set(false);
    PLAN.with_borrow_mut(|plan| (plan.reenter, plan.touch) = (None, None));
}

/// How often each call-back was called in the last execution.
pub fn calls() -> CallCounts {
    PLAN.with_borrow(|plan| plan.counts)
}

/// A call-back is called: it misbehaves, if its turn has come. Returns whether it has to lie.
pub fn ask(callback: Callback) -> bool {
    if !ARMED.get() {
        return false;
    }
    let turn = PLAN.with_borrow_mut(|plan| {
        plan.counts[callback as usize] += 1;
        let count = plan.counts[callback as usize];
        let named = plan.misdeeds.iter().any(|misdeed| misdeed.callback == callback);
        let turn =
            plan.misdeeds.iter().position(|m| m.callback == callback && (m.number..=m.last).contains(&count));
        let act = turn.map(|number| (number, plan.misdeeds[number].effect, plan.reenter.clone()));
        (plan.touch.filter(|_| named), act)
    });
    if let Some(touch) = turn.0 {
        touch();
    }
    match turn.1 {
        None => false,
        Some((_, Effect::Lies, _)) => true,
        // A second panic while one unwinds aborts the process, so user code that panics looks first.
        Some((_, Effect::Panics, _)) if std::thread::panicking() => false,
        Some((_, Effect::Panics, _)) => resume_unwind(Box::new(UsersPanic)),
        Some((number, Effect::Reenters, reenter)) => {
            reenter.iter().for_each(|reenter| reenter(number));
            false
        }
    }
}

/// Whether the program has a misdeed of this call-back.
pub fn names(callback: Callback) -> bool {
    PLAN.with_borrow(|plan| plan.misdeeds.iter().any(|misdeed| misdeed.callback == callback))
}

/// Whether destructors of the program do more than free memory.
pub fn has_users() -> bool {
    PLAN.with_borrow(|plan| plan.has_users)
}

/// What the call returned, or `None` if a misdeed unwound it. Any other panic continues.
pub fn catch<R>(call: impl FnOnce() -> R) -> Option<R> {
    if !ARMED.get() {
        return Some(call());
    }
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(returned) => Some(returned),
        Err(payload) if payload.is::<UsersPanic>() => {
            std::mem::forget(payload); // no size, no memory, and its `Drop` is the library's to call
            None
        }
        Err(payload) => resume_unwind(payload),
    }
}

/// A key or a value was made, or dropped.
pub(crate) fn count_alive(change: i64) {
    ALIVE.set(ALIVE.get() + change);
}

/// How many keys and values were made and not dropped, in this execution.
pub(crate) fn alive() -> i64 {
    ALIVE.get()
}
