//! This map, three ways: by value, pinned for each call, pinned for a batch.

use super::{Hasher, Key, Kind, Peer, Session, Tagged, name};
use sync_map::{LoadOrStore, Pinned, SyncMap};

/// What an operation that returned something by reference or by value returned.
fn found<T, R>(done: LoadOrStore<T, R>, copy: impl FnOnce(T) -> u64) -> Option<u64> {
    match done {
        LoadOrStore::Loaded { actual, .. } => Some(copy(actual)),
        LoadOrStore::Stored(_) => None,
    }
}

/// The methods of `SyncMap` itself.
pub(crate) struct ByValue<K, S>(SyncMap<K, u64, S>);

impl<K: Key, S: Hasher> Peer<K, S> for ByValue<K, S> {
    const NAME: &'static str = name::BY_VALUE;
    const KIND: Kind = Kind::Ours;
    type Session<'m> = &'m SyncMap<K, u64, S>;

    fn with_hasher(hasher: S) -> Self {
        ByValue(SyncMap::with_hasher(hasher))
    }
    fn session(&self) -> Self::Session<'_> {
        &self.0
    }
}

impl<K: Key, S: Hasher> Session<K> for &SyncMap<K, u64, S> {
    #[inline(always)]
    fn load(&self, key: &K) -> Option<u64> {
        SyncMap::load(self, key)
    }
    fn store(&self, key: &K, value: u64) {
        SyncMap::store(self, key.clone(), value);
    }
    fn swap(&self, key: &K, value: u64) -> Option<u64> {
        SyncMap::swap(self, key.clone(), value)
    }
    fn load_or_store(&self, key: &K, value: u64) -> Option<u64> {
        found(SyncMap::load_or_store(self, key.clone(), value), |value| value)
    }
    fn load_and_delete(&self, key: &K) -> Option<u64> {
        SyncMap::load_and_delete(self, key)
    }
    fn increment(&self, key: &K) {
        self.update(key, |value| value + 1);
    }
    fn range(&self, mut visit: impl FnMut(&K, u64) -> bool) {
        SyncMap::range(self, |key, value| visit(key, *value));
    }
    fn clear(&self) {
        SyncMap::clear(self);
    }
    fn compare_and_swap(&self, key: &K, old: u64, new: u64) -> bool {
        SyncMap::compare_and_swap(self, key, &old, new).is_ok()
    }
    fn compare_and_delete(&self, key: &K, old: u64) -> bool {
        SyncMap::compare_and_delete(self, key, &old)
    }
    fn finish(&mut self) {
        self.pin().flush();
    }
}

/// `map.pin()` for each call.
pub(crate) struct PerCall<K, S>(SyncMap<K, u64, Tagged<S, 1>>);

/// A thread that pins for each call.
pub(crate) struct Pinning<'m, K, S>(&'m SyncMap<K, u64, Tagged<S, 1>>);

impl<K: Key, S: Hasher> Peer<K, S> for PerCall<K, S> {
    const NAME: &'static str = name::PER_CALL;
    const KIND: Kind = Kind::Ours;
    type Session<'m> = Pinning<'m, K, S>;

    fn with_hasher(hasher: S) -> Self {
        PerCall(SyncMap::with_hasher(Tagged::new(hasher)))
    }
    fn session(&self) -> Self::Session<'_> {
        Pinning(&self.0)
    }
}

/// One guard, renewed for each batch.
pub(crate) struct Batch<K, S>(SyncMap<K, u64, Tagged<S, 2>>);

/// A thread that is pinned.
pub(crate) struct Held<'m, K, S>(Pinned<'m, K, u64, Tagged<S, 2>>);

impl<K: Key, S: Hasher> Peer<K, S> for Batch<K, S> {
    const NAME: &'static str = name::BATCH;
    const KIND: Kind = Kind::Ours;
    type Session<'m> = Held<'m, K, S>;

    fn with_hasher(hasher: S) -> Self {
        Batch(SyncMap::with_hasher(Tagged::new(hasher)))
    }
    fn session(&self) -> Self::Session<'_> {
        Held(self.0.pin())
    }
}

/// The operations of a `Pinned` that `$pinned` makes of `$self`.
macro_rules! pinned_operations {
    (|$this:ident| $pinned:expr) => {
        #[inline(always)]
        fn load(&self, key: &K) -> Option<u64> {
            let $this = self;
            $pinned.load(key).copied()
        }
        fn store(&self, key: &K, value: u64) {
            let $this = self;
            $pinned.store(key.clone(), value);
        }
        fn swap(&self, key: &K, value: u64) -> Option<u64> {
            let $this = self;
            $pinned.swap(key.clone(), value).copied()
        }
        fn load_or_store(&self, key: &K, value: u64) -> Option<u64> {
            let $this = self;
            found($pinned.load_or_store(key.clone(), value), |value| *value)
        }
        fn load_and_delete(&self, key: &K) -> Option<u64> {
            let $this = self;
            $pinned.load_and_delete(key).copied()
        }
        fn increment(&self, key: &K) {
            let $this = self;
            $pinned.update(key, |value| value + 1);
        }
        fn range(&self, mut visit: impl FnMut(&K, u64) -> bool) {
            let $this = self;
            $pinned.range(|key, value| visit(key, *value));
        }
        fn clear(&self) {
            let $this = self;
            $pinned.clear();
        }
        fn compare_and_swap(&self, key: &K, old: u64, new: u64) -> bool {
            let $this = self;
            $pinned.compare_and_swap(key, &old, new).is_ok()
        }
        fn compare_and_delete(&self, key: &K, old: u64) -> bool {
            let $this = self;
            $pinned.compare_and_delete(key, &old)
        }
    };
}

impl<K: Key, S: Hasher> Session<K> for Pinning<'_, K, S> {
    pinned_operations!(|this| this.0.pin());

    fn finish(&mut self) {
        self.0.pin().flush();
    }
}

impl<K: Key, S: Hasher> Session<K> for Held<'_, K, S> {
    pinned_operations!(|this| this.0);

    /// Also hands over what was retired, when that is much.
    fn rest(&mut self) {
        self.0.repin();
    }
    fn finish(&mut self) {
        self.0.flush();
    }
}
