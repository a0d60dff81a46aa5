//! A conditional exchange under a mutex.

use checker::sync::Mutex;

/// Replaces the value by `new`, if it equals `old`. Whether it has.
pub fn compare_and_swap(
    value: &Mutex<usize>,
    old: usize,
    new: usize,
    equal: impl Fn(usize, usize) -> bool,
) -> bool {
    let seen = *value.lock().unwrap();
    if !equal(seen, old) {
        return false;
    }
    let mut now = value.lock().unwrap();
    let is_equal = *now == seen || equal(*now, old);
    if is_equal {
        *now = new;
    }
    is_equal
}
