//! A structure on loom's own types, as a crate is that has a switch for loom: what is found, what is said of what is not, and in which words.

use checker::{Explored, Level, explore, family, subject};
use loom::alloc::{Layout, alloc, dealloc};
use loom::sync::Arc;
use loom::sync::atomic::{AtomicUsize, Ordering::*};

struct Looms(AtomicUsize);

#[subject(spec = usize, loom)]
impl Looms {
    #[init]
    fn new() -> Self {
        Looms(AtomicUsize::new(0))
    }
    #[op]
    fn add(&self) {
        self.0.fetch_add(1, SeqCst);
    }
    #[op]
    fn get(&self) -> usize {
        self.0.load(SeqCst)
    }
    /// From 0 to 1.
    #[op]
    fn raise(&self) {
        if self.0.load(SeqCst) == 0 {
            let _ = self.0.compare_exchange(0, 1, SeqCst, SeqCst);
        }
    }
    #[op]
    fn forget(&self) {
        std::mem::forget(Arc::new(()));
    }
    #[op]
    fn free_twice(&self) {
        let layout = Layout::new::<usize>();
        // SAFETY: the layout is not empty.
        let memory = unsafe { alloc(layout) };
        for _ in 0..2 {
            // SAFETY: of this memory and layout; loom reports the second time before it frees.
            unsafe { dealloc(memory, layout) };
        }
    }
}

impl LoomsSpec for usize {
    fn add(&mut self) {
        *self += 1;
    }
    fn get(&mut self) -> usize {
        *self
    }
    fn raise(&mut self) {
        *self = (*self).max(1);
    }
    fn forget(&mut self) {}
    fn free_twice(&mut self) {}
}

fn kind(explored: Explored) -> String {
    explored.failure.unwrap_or_else(|| panic!("nothing was found")).kind
}

#[test]
fn what_passes_says_that_looms_own_search_skips() {
    let passes = family::<Looms>("2x1").only(&["add", "get"]).run();
    assert!(passes.is_by_looms_own_search);
    assert!(matches!(passes.verdict, Level::Sampled(_)), "never COMPLETE: {:?}", passes.verdict);
    assert!(
        passes
            .to_string()
            .contains("nothing found by loom's own search, which skips interleavings, 9 programs"),
        "{passes}"
    );
    let bounded = family::<Looms>("2x1").only(&["add", "get"]).preemptions(1).run();
    assert!(bounded.to_string().contains("skips interleavings, with at most 1 preemption"), "{bounded}");
}

#[test]
fn looms_words_for_what_is_wrong_are_understood() {
    assert_eq!(kind(explore::<Looms>("|| forget || get")), "leak");
    assert_eq!(kind(explore::<Looms>("|| free_twice || get")), "double free");
}

#[test]
fn what_looms_search_skips_is_not_said_of_the_structure() {
    let found = explore::<Looms>("|| raise || get");
    let failure = found.failure.expect("loom's own search does not try `raise` first");
    assert_eq!(failure.kind, "missing outcome");
    assert!(failure.sentence.starts_with("loom's own search skips"), "{}", failure.sentence);
}
