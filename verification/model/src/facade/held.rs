//! What is known of each thread of a model: how many of the crate's locks it holds (garbage is collected only if it holds none), and whether
//! the crate has started it.

use super::engine::thread_index;
use super::thread::{ThreadId, current};
use std::cell::RefCell;

thread_local! {
    /// How many locks each model thread holds, by its number.
    static HELD: RefCell<Vec<usize>> = const { RefCell::new(Vec::new()) };
}

/// How many of the crate's locks the running model thread holds.
pub fn locks_held() -> usize {
    HELD.with_borrow(|held| held.get(thread_index()).copied().unwrap_or(0))
}

/// A lock was taken, or given up: one of ours, or one of the harness, which does not count.
pub(super) fn count_held(is_ours: bool, change: impl FnOnce(&mut usize)) {
    if !is_ours {
        return;
    }
    let thread = thread_index();
    HELD.with_borrow_mut(|held| {
        if held.len() <= thread {
            held.resize(thread + 1, 0);
        }
        change(&mut held[thread]);
    });
}

/// An execution begins: nobody holds anything.
pub(super) fn forget_locks() {
    HELD.with_borrow_mut(Vec::clear);
    OURS.with_borrow_mut(Vec::clear);
}

thread_local! {
    /// The model threads that the crate itself has started.
    static OURS: RefCell<Vec<ThreadId>> = const { RefCell::new(Vec::new()) };
}

/// Whether the running thread is one that this crate has started.
pub fn is_ours() -> bool {
    OURS.with_borrow(|ours| ours.contains(&current().id()))
}

/// The running thread is one that this crate has started.
pub fn now_ours() {
    OURS.with_borrow_mut(|ours| ours.push(current().id()));
}
