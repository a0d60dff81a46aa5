//! A conditional exchange under a mutex.

use checker::sync::Mutex;

/// Replaces the value by `new`, if it equals `old`. Whether it has.
pub fn compare_and_swap(
    value: &Mutex<usize>,
    old: usize,
    new: usize,
    equal: impl Fn(usize, usize) -> bool,
) -> bool {
    let mut value = value.lock().unwrap();
    let is_equal = equal(*value, old);
    if is_equal {
        *value = new;
    }
    is_equal
}
