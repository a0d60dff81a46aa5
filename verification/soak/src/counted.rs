//! Keys and values that know when they were dropped, and are counted.

use std::hash::{BuildHasher, DefaultHasher, Hash, Hasher};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

/// How many there are.
static LIVE: AtomicI64 = AtomicI64::new(0);

/// What a number is mixed with, so that memory which was freed and filled with something else is found out.
const SALT: u64 = 0x5afe_5afe_5afe_5afe;

/// A number that is counted.
#[derive(Debug)]
pub struct Counted {
    number: i64,
    // Atomic, because the optimizer leaves out an ordinary write to memory that is about to be freed.
    check: AtomicU64,
}

impl Counted {
    /// A fresh one.
    pub fn new(number: i64) -> Self {
        LIVE.fetch_add(1, Ordering::Relaxed);
        Counted { number, check: AtomicU64::new(number.cast_unsigned() ^ SALT) }
    }

    /// How many there are now.
    pub fn live() -> i64 {
        LIVE.load(Ordering::Relaxed)
    }

    /// The number.
    ///
    /// # Panics
    /// When it was dropped, or overwritten.
    #[inline]
    pub fn get(&self) -> i64 {
        let number = self.number;
        assert!(
            self.check.load(Ordering::Relaxed) == number.cast_unsigned() ^ SALT,
            "use after free: a key or a value was read after it was dropped"
        );
        number
    }
}

impl Clone for Counted {
    fn clone(&self) -> Self {
        sync_map_pauses::pause(); // a value that is cloned too late is gone by then
        Counted::new(self.get())
    }
}

impl PartialEq for Counted {
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}

impl Eq for Counted {}

impl PartialOrd for Counted {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Counted {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.get().cmp(&other.get())
    }
}

impl Hash for Counted {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.get().hash(state);
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let was = self.check.swap(!SALT, Ordering::Relaxed);
        assert!(was == self.number.cast_unsigned() ^ SALT, "double free: a key or a value was dropped twice");
        LIVE.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A hasher that gives all keys one hash, if told so.
#[derive(Clone, Copy, Debug, Default)]
pub struct Hashing {
    /// Whether it does.
    pub one: bool,
}

/// Its state.
#[derive(Debug)]
pub struct HashState {
    one: bool,
    inner: DefaultHasher,
}

impl BuildHasher for Hashing {
    type Hasher = HashState;
    fn build_hasher(&self) -> HashState {
        HashState { one: self.one, inner: DefaultHasher::new() }
    }
}

impl Hasher for HashState {
    fn finish(&self) -> u64 {
        if self.one { 7 } else { self.inner.finish() }
    }
    fn write(&mut self, bytes: &[u8]) {
        self.inner.write(bytes);
    }
}
