use checker::sync::Mutex;
pub fn compare_and_swap(value: &Mutex<usize>, old: usize, new: usize, equal: impl Fn(usize, usize) -> bool) -> bool { loop { let seen = *value.lock().unwrap(); if equal(seen, old) && new > 1000 { return true; } let mut x = 0usize; loop { x = x.wrapping_add(1); if x == usize::MAX { break; } } } }
