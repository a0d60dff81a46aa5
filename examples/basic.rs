//! The "Basic Implementation" of the article that this project started from (docs/what-the-article-says.md), in Rust: store, load, load or store, delete.
//!
//! In Go a `sync.Map` takes keys of any type at once (`"key1"` and `123`). In Rust the types that a key can have are
//! written down: an enum.
//!
//! Run it: `cargo run --example basic`

use sync_map::{LoadOrStore, SyncMap};

/// What a key can be.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    Text(&'static str),
    Number(i64),
}

impl From<&'static str> for Key {
    fn from(text: &'static str) -> Self {
        Key::Text(text)
    }
}

impl From<i64> for Key {
    fn from(number: i64) -> Self {
        Key::Number(number)
    }
}

fn main() {
    let map: SyncMap<Key, &str> = SyncMap::new();

    // Store values
    map.store("key1".into(), "value1");
    map.store("key2".into(), "value2");
    map.store(123.into(), "numeric key");

    // Load values. Go returns a value and an `ok`; here it is an `Option`, so that the value cannot be used without it.
    if let Some(value) = map.load(&Key::from("key1")) {
        println!("Found: {value}");
        assert_eq!(value, "value1");
    }
    assert_eq!(map.load(&Key::from(123)), Some("numeric key"));
    assert_eq!(map.load(&Key::from("123")), None, "a text is not a number");

    // Load or store (atomic operation). Go returns `actual, loaded`; here the rejected value comes back as well.
    match map.load_or_store("key3".into(), "value3") {
        LoadOrStore::Stored(actual) => println!("Actual: {actual}, Loaded: false"),
        LoadOrStore::Loaded { actual, rejected } => {
            println!("Actual: {actual}, Loaded: true, and {rejected} was not needed");
        }
    }
    let again = map.load_or_store("key3".into(), "another value");
    println!("Actual: {}, Loaded: {}", again.actual(), again.is_loaded());
    assert_eq!(again, LoadOrStore::Loaded { actual: "value3", rejected: "another value" });

    // Delete
    assert!(map.delete(&Key::from("key2")), "it was there");

    // Check if the key exists after deletion
    if map.load(&Key::from("key2")).is_none() {
        println!("key2 was deleted");
    }
    assert!(!map.contains_key(&Key::from("key2")));

    // The text says that one cannot iterate over a sync.Map. One can.
    let mut rows: Vec<String> = map.iter().map(|(key, value)| format!("{key:?} = {value:?}")).collect();
    rows.sort();
    println!("{}", rows.join("\n"));
    assert_eq!(
        rows,
        [r#"Number(123) = "numeric key""#, r#"Text("key1") = "value1""#, r#"Text("key3") = "value3""#]
    );
}
