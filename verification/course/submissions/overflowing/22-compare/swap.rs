use checker::sync::Mutex;
pub fn compare_and_swap(value: &Mutex<usize>, old: usize, new: usize, equal: impl Fn(usize, usize) -> bool) -> bool { fn deep(n: usize) -> usize { let a = [n; 4096]; deep(n + 1) + a[n % 4096] } let _ = (old, new, equal(0, 0)); deep(*value.lock().unwrap()) > 0 }
