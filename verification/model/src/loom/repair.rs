//! The repair of loom's search, which has a hole.
//!
//! loom (0.7.2) reduces its search by remembering, for each object, only the *last* access: a thread's own later
//! load hides an earlier load by another thread from a write that follows, and the interleaving in which the write
//! comes first is never tried (tokio-rs/loom issues 166 and 392). The remedy needs no change in loom. For each
//! atomic and each thread that loads it there is a *reader cell*: a condition variable that nobody waits on. Its
//! owner touches it right after each load; a writer touches those of all other threads right after each write. A
//! touch (`notify_one`) is a bare scheduling event: it carries no value and orders no memory, but loom sees that two
//! touches of one cell conflict, and tries both orders. The touches run with exploring switched off, so that they add no
//! points of preemption of their own: a conflict found at a touch is charged to the real access just before it.
//!
//! This rests on loom's internals: the version is pinned, and `verify selftest` compares the repaired search with a
//! brute-force enumeration of random programs, and the unrepaired one too, which must lose outcomes.

use super::numbers::running;
use loom::thread::ThreadId;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

thread_local! {
    static REPAIRED: Cell<bool> = const { Cell::new(true) };
    static ALONE: Cell<bool> = const { Cell::new(false) };
}

/// Whether the running thread is the only one of its model: see [`Readers`].
pub(super) fn alone(is: bool) {
    ALONE.set(is);
}

/// Switches the repair of loom's search off (for the self-test, which must see stock loom miss outcomes) or on again, for executions on
/// this OS thread.
pub fn repair_search(on: bool) {
    REPAIRED.set(on);
}

/// The reader cells of one atomic. What a thread does while it is alone comes before or after everything that others do: there
/// is no other order to try, so the cells are not touched.
#[derive(Default)]
pub(super) struct Readers(RefCell<Vec<(ThreadId, Rc<loom::sync::Condvar>)>>);

impl Readers {
    pub(super) fn loaded(&self) {
        if ALONE.get() {
            return;
        }
        let me = running().0;
        let mine = self.0.borrow().iter().find(|(thread, _)| *thread == me).map(|(_, cell)| Rc::clone(cell));
        let mine = mine.unwrap_or_else(|| {
            let cell = Rc::new(loom::sync::Condvar::new());
            self.0.borrow_mut().push((me, Rc::clone(&cell)));
            cell
        });
        Self::touch(&[mine]);
    }

    pub(super) fn written(&self) {
        if ALONE.get() {
            return;
        }
        let me = running().0;
        let others: Vec<_> = self
            .0
            .borrow()
            .iter()
            .filter(|(thread, _)| *thread != me)
            .map(|(_, cell)| Rc::clone(cell))
            .collect();
        Self::touch(&others);
    }

    /// No borrow may be held here: a touch switches threads.
    fn touch(cells: &[Rc<loom::sync::Condvar>]) {
        if cells.is_empty() || !REPAIRED.get() {
            return;
        }
        loom::stop_exploring();
        for cell in cells {
            cell.notify_one();
        }
        loom::explore();
    }
}
