//! Each method of Go's `sync.Map`, one after the other: what it returns here, and when to use it.
//!
//! Go's `(value, ok)` is an `Option` here; types are checked when the program is compiled, so no assertion
//! (`value.(string)`) can fail when it runs.
//!
//! Run it: `cargo run --example api_reference`

use sync_map::{LoadOrStore, SyncMap};

fn main() {
    let map: SyncMap<String, u32> = SyncMap::new();

    // Store(key, value): set a value unconditionally.
    map.store("a".into(), 1);
    println!("store               a = 1");

    // Load(key) (value, ok): read a value. A `String` key is looked up by `&str`.
    let value = map.load("a");
    println!("load                a: {value:?}, b: {:?}", map.load("b"));
    assert_eq!((value, map.load("b")), (Some(1), None));

    // LoadOrStore(key, value) (actual, loaded): atomic "get or create". The value that was not needed comes back.
    let present = map.load_or_store("a".into(), 10);
    let absent = map.load_or_store("b".into(), 2);
    println!("load_or_store       a: {present:?}, b: {absent:?}");
    assert_eq!(present, LoadOrStore::Loaded { actual: 1, rejected: 10 });
    assert_eq!(absent, LoadOrStore::Stored(2));
    assert_eq!((present.is_loaded(), present.actual()), (true, 1));

    // The same, for a value that is made only when it is needed. (Not in Go.)
    assert_eq!(map.load_or_store_with("c".into(), || 1 + 2).actual(), 3);

    // LoadAndDelete(key) (value, loaded): atomic "get and remove".
    let taken = map.load_and_delete("b");
    println!("load_and_delete     b: {taken:?}, again: {:?}", map.load_and_delete("b"));
    assert_eq!((taken, map.load("b")), (Some(2), None));

    // Delete(key): remove a key. Here it also tells whether the key was there.
    let deleted = map.delete("c");
    println!("delete              c: {deleted}, again: {}", map.delete("c"));
    assert!(deleted && !map.contains_key("c"));

    // Swap(key, value) (previous, loaded): set a value, and get the one before.
    let previous = map.swap("a".into(), 5);
    println!("swap                a: {previous:?}, d: {:?}", map.swap("d".into(), 4));
    assert_eq!((previous, map.load("a"), map.load("d")), (Some(1), Some(5), Some(4)));

    // CompareAndSwap(key, old, new) (swapped): set a value if nobody has changed it. The rejected value comes back.
    let right = map.compare_and_swap("a", &5, 6);
    let wrong = map.compare_and_swap("a", &5, 7);
    println!(
        "compare_and_swap    a: {right:?}, again: {wrong:?}, absent key: {:?}",
        map.compare_and_swap("z", &0, 8)
    );
    assert_eq!((right, wrong, map.load("z")), (Ok(()), Err(7), None));

    // CompareAndDelete(key, old) (deleted): remove a key if nobody has changed it.
    let wrong = map.compare_and_delete("a", &5);
    let right = map.compare_and_delete("a", &6);
    println!("compare_and_delete  a: {wrong}, with the right value: {right}");
    assert!(!wrong && right && !map.contains_key("a"));

    // Both by a closure instead of a value that is equal. (Not in Go.)
    assert_eq!(map.update("d", |value| value * 10), Some(40));
    assert_eq!(map.delete_if("d", |value| *value < 10), None);

    // Range(func(key, value) bool): visit all, until the closure returns `false`. It may use the map.
    store_rows(&map, &["e", "f", "g"]);
    let mut visited = Vec::new();
    map.range(|key, value| {
        visited.push(format!("{key} = {value}"));
        map.delete(key);
        true
    });
    visited.sort();
    println!("range               {}", visited.join(", "));
    assert_eq!(visited, ["d = 40", "e = 0", "f = 1", "g = 2"]);
    assert!(map.is_empty());

    // The same as an iterator, by reference: `pin` once for a batch of operations, and nothing is cloned.
    store_rows(&map, &["h", "i"]);
    let pinned = map.pin();
    let longest: Option<&String> = pinned.keys().max_by_key(|key| key.len());
    let sum: u32 = pinned.values().sum();
    println!("iter                {} keys, sum {sum}", pinned.iter().count());
    assert_eq!((longest.map(String::len), sum), (Some(1), 1));
    drop(pinned);

    // Clear(): remove all at once.
    map.clear();
    println!("clear               empty: {}", map.is_empty());
    assert!(map.is_empty());
}

/// Some rows to visit.
fn store_rows(map: &SyncMap<String, u32>, keys: &[&str]) {
    for (key, value) in keys.iter().zip(0..) {
        map.store(key.to_string(), value);
    }
}
