//! The lowest level of a skip list: a sorted list whose nodes are removed by a mark in their link.
//!
//! `insert` of a key that is there replaces its value. In crossbeam-skiplist before the mend of issue 1023 it removed the old node first, and
//! then put the new one in: between the two a `get` found nothing, though the key was never removed. Mended: the new node comes before the
//! old one, and then the old one is marked.
//!
//! Made again in our own words, without towers and without reclamation: nodes are freed with the list.

use checker::alloc::{Box, at};
use checker::subject;
use checker::sync::atomic::{AtomicUsize, Ordering::*};
use std::collections::BTreeMap;

/// In a node's link: the node is removed.
const REMOVED: usize = 1;

struct Node {
    key: u8,
    value: u8,
    /// The address of the next node, and the mark.
    next: AtomicUsize,
}

/// The list. `REMOVES_FIRST`: `insert` removes an old node of the key before it puts the new one in.
#[derive(Debug)]
pub struct SkipList<const REMOVES_FIRST: bool> {
    head: AtomicUsize,
}

fn node<'a>(word: usize) -> Option<&'a Node> {
    let pointer: *const Node = std::ptr::with_exposed_provenance(word & !REMOVED);
    // SAFETY: a link has the address of a node or none, and no node is freed before the list is dropped.
    (!pointer.is_null()).then(|| unsafe { at(pointer) })
}

#[subject(spec = BTreeMap<u8, u8>)]
impl<const REMOVES_FIRST: bool> SkipList<REMOVES_FIRST> {
    #[init]
    fn new() -> Self {
        SkipList { head: AtomicUsize::new(0) }
    }

    /// The link of the last node before the key that is not removed; what it holds; the first node after it that is not removed.
    fn find(&self, key: u8) -> (&AtomicUsize, usize, Option<&Node>) {
        let mut link = &self.head;
        let mut word = link.load(SeqCst);
        let mut next = word;
        while let Some(found) = node(next) {
            next = found.next.load(SeqCst);
            if next & REMOVED != 0 {
                if found.key == key && !REMOVES_FIRST {
                    return self.find(key); // replaced meanwhile: the new one comes before it, where we have passed already
                }
                continue; // removed nodes stay where they are, and are passed over
            }
            if found.key >= key {
                return (link, word, Some(found));
            }
            (link, word) = (&found.next, next);
        }
        (link, word, None)
    }

    #[op]
    fn insert(&self, #[key] key: u8, value: u8) {
        let new = Box::into_raw(Box::new(Node { key, value, next: AtomicUsize::new(0) }));
        loop {
            let (link, word, found) = self.find(key);
            let old = found.filter(|old| old.key == key);
            if let (Some(old), true) = (old, REMOVES_FIRST) {
                old.next.fetch_or(REMOVED, SeqCst);
                continue; // from here until the new node is in, the key is not there
            }
            // SAFETY: nobody else has seen it, and nothing is freed before the list is dropped.
            unsafe { at(new) }.next.store(word, SeqCst);
            if link.compare_exchange(word, new.expose_provenance(), SeqCst, SeqCst).is_ok() {
                // The old node comes after the new one: nobody finds it any more.
                old.map(|old| old.next.fetch_or(REMOVED, SeqCst));
                return;
            }
        }
    }

    #[op]
    fn get(&self, #[key] key: u8) -> Option<u8> {
        self.find(key).2.filter(|found| found.key == key).map(|found| found.value)
    }

    /// What is there, by key.
    #[quiet]
    fn left(&mut self) -> Vec<(u8, u8)> {
        let all =
            std::iter::successors(node(self.head.load(SeqCst)), |before| node(before.next.load(SeqCst)));
        let here = all.filter(|node| node.next.load(SeqCst) & REMOVED == 0);
        here.map(|node| (node.key, node.value)).collect()
    }
}

impl<const REMOVES_FIRST: bool> Drop for SkipList<REMOVES_FIRST> {
    fn drop(&mut self) {
        let mut next = self.head.load(SeqCst) & !REMOVED;
        while next != 0 {
            // SAFETY: nobody else is there, and each node is linked once, removed or not.
            let node: Box<Node> = unsafe { Box::from_raw(std::ptr::with_exposed_provenance_mut(next)) };
            next = node.next.load(SeqCst) & !REMOVED;
        }
    }
}

impl SkipListSpec for BTreeMap<u8, u8> {
    fn insert(&mut self, key: u8, value: u8) {
        self.insert(key, value);
    }
    fn get(&mut self, key: u8) -> Option<u8> {
        BTreeMap::get(self, &key).copied()
    }
    fn left(&mut self) -> Vec<(u8, u8)> {
        self.iter().map(|(key, value)| (*key, *value)).collect()
    }
}
