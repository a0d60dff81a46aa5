//! Why an entry left.
#![forbid(unsafe_code)]

/// Why an entry left a cache.
///
/// ```
/// use std::sync::{Arc, Mutex};
/// use sync_map::{Cache, Cause};
///
/// let heard = Arc::new(Mutex::new(Vec::new()));
/// let notes = Arc::clone(&heard);
/// let cache = Cache::builder()
///     .removal_listener(move |key: &&str, value: &i32, cause| notes.lock().unwrap().push((*key, *value, cause)))
///     .build();
/// cache.insert("a", 1);
/// cache.insert("a", 2);
/// cache.remove("a");
/// assert_eq!(*heard.lock().unwrap(), [("a", 1, Cause::Replaced), ("a", 2, Cause::Removed)]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cause {
    /// A new value took its place.
    Replaced,
    /// It was removed, or the cache cleared.
    Removed,
    /// Its time was over.
    Expired,
    /// The cache was full.
    Evicted,
}
