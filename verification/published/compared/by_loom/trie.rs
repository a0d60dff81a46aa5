use crate::structures::trie::Entry;
use loom::sync::Arc;
use loom::thread;

/// Whichever comes first, what was swapped in is there in the end.
pub(crate) fn test<const COMPARES_FIRST: bool>() {
    loom::model(|| {
        let entry = Arc::new(Entry::<COMPARES_FIRST>::new());
        entry.swap(1);
        let other = Arc::clone(&entry);
        let handle = thread::spawn(move || other.swap(3));
        let swapped = entry.compare_and_swap(1, 2);
        let before = handle.join().unwrap();
        assert_eq!(before, Some(if swapped { 2 } else { 1 }));
        assert_eq!(entry.load(), Some(3));
    });
}
