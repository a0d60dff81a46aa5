use crate::structures::treiber::Treiber;
use loom::sync::Arc;
use loom::thread;

/// Each thread pushes and pops: nothing is lost, and nothing is there twice.
pub(crate) fn test<const FREES: bool>() {
    loom::model(|| {
        let stack = Arc::new(Treiber::<FREES>::new());
        let other = Arc::clone(&stack);
        let handle = thread::spawn(move || {
            other.push(1);
            other.pop()
        });
        stack.push(2);
        let mut popped = [stack.pop(), handle.join().unwrap()];
        popped.sort();
        assert_eq!(popped, [Some(1), Some(2)]);
        assert_eq!(stack.pop(), None);
    });
}
