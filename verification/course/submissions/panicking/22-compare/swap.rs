use checker::sync::Mutex;
pub fn compare_and_swap(value: &Mutex<usize>, old: usize, new: usize, equal: impl Fn(usize, usize) -> bool) -> bool { let _ = (value, old, new, equal(1, 1)); panic!("no") }
