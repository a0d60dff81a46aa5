//! What somebody sees in the books who is no thread of the model.

use super::books::{BOOKS, Row};

/// Somebody looks at an object, who is no thread of the model.
///
/// # Panics
/// When it was destroyed: there is nothing to look at.
pub(super) fn check_look(number: u32, kind: &'static str) {
    let freed = BOOKS.with_borrow(|books| {
        books.rows.iter().rev().find(|(n, _)| *n == number).is_none_or(|(_, row)| row.freed)
    });
    assert!(!freed, "{kind} #{number} was destroyed");
}

/// What was retired and is not destroyed yet: each object, and the threads of the guards that it waits for.
pub fn retired() -> Vec<(u32, &'static str, Vec<usize>)> {
    BOOKS.with_borrow(|books| {
        let retired = books.rows.iter().filter(|(_, row)| row.retired_at.is_some() && !row.freed);
        let holders = |row: &Row| {
            let alive = books.pinned.iter().filter(|pinned| row.waits_for.contains(&pinned.number));
            alive.map(|pinned| pinned.thread).collect()
        };
        retired.map(|(number, row)| (*number, row.kind, holders(row))).collect()
    })
}

/// The threads that have a guard, each once for each guard.
pub fn pinned() -> Vec<usize> {
    BOOKS.with_borrow(|books| books.pinned.iter().map(|pinned| pinned.thread).collect())
}
