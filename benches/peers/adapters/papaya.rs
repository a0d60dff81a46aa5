//! papaya, two ways: pinned for each call, pinned for a batch.

use super::{Hasher, Key, Peer, Session, Tagged, name};
use papaya::{Compute, Guard, HashMap, LocalGuard, Operation};

/// `map.guard()` for each call, as `map.pin()` does it.
pub(crate) struct PerCall<K, S>(HashMap<K, u64, S>);

/// A thread that pins for each call.
pub(crate) struct Pinning<'m, K, S>(&'m HashMap<K, u64, S>);

impl<K: Key, S: Hasher> Peer<K, S> for PerCall<K, S> {
    const NAME: &'static str = name::PAPAYA;
    type Session<'m> = Pinning<'m, K, S>;

    fn with_hasher(hasher: S) -> Self {
        PerCall(HashMap::with_hasher(hasher))
    }
    fn session(&self) -> Self::Session<'_> {
        Pinning(&self.0)
    }
}

/// One guard, renewed for each batch.
pub(crate) struct Batch<K, S>(HashMap<K, u64, Tagged<S, 2>>);

/// A thread that is pinned.
pub(crate) struct Held<'m, K, S> {
    map: &'m HashMap<K, u64, Tagged<S, 2>>,
    guard: LocalGuard<'m>,
}

impl<K: Key, S: Hasher> Peer<K, S> for Batch<K, S> {
    const NAME: &'static str = name::PAPAYA_BATCH;
    type Session<'m> = Held<'m, K, S>;

    fn with_hasher(hasher: S) -> Self {
        Batch(HashMap::with_hasher(Tagged::new(hasher)))
    }
    fn session(&self) -> Self::Session<'_> {
        Held { map: &self.0, guard: self.0.guard() }
    }
}

/// The operations with the map and the guard that `$parts` makes of `$this`.
macro_rules! guarded_operations {
    (|$this:ident| $parts:expr) => {
        #[inline(always)]
        fn load(&self, key: &K) -> Option<u64> {
            let $this = self;
            let (map, guard) = $parts;
            map.get(key, guard).copied()
        }
        fn store(&self, key: &K, value: u64) {
            let $this = self;
            let (map, guard) = $parts;
            map.insert(key.clone(), value, guard);
        }
        fn swap(&self, key: &K, value: u64) -> Option<u64> {
            let $this = self;
            let (map, guard) = $parts;
            map.insert(key.clone(), value, guard).copied()
        }
        fn load_or_store(&self, key: &K, value: u64) -> Option<u64> {
            let $this = self;
            let (map, guard) = $parts;
            map.try_insert(key.clone(), value, guard).err().map(|occupied| *occupied.current)
        }
        fn load_and_delete(&self, key: &K) -> Option<u64> {
            let $this = self;
            let (map, guard) = $parts;
            map.remove(key, guard).copied()
        }
        fn increment(&self, key: &K) {
            let $this = self;
            let (map, guard) = $parts;
            map.update(key.clone(), |value| value + 1, guard);
        }
        fn range(&self, mut visit: impl FnMut(&K, u64) -> bool) {
            let $this = self;
            let (map, guard) = $parts;
            let _ended_early = map.iter(guard).all(|(key, value)| visit(key, *value));
        }
        fn clear(&self) {
            let $this = self;
            let (map, guard) = $parts;
            map.clear(guard);
        }
        fn compare_and_swap(&self, key: &K, old: u64, new: u64) -> bool {
            let $this = self;
            let (map, guard) = $parts;
            let exchange = |entry: Option<(&K, &u64)>| match entry {
                Some((_, value)) if *value == old => Operation::Insert(new),
                _ => Operation::Abort(()),
            };
            matches!(map.compute(key.clone(), exchange, guard), Compute::Updated { .. })
        }
        fn compare_and_delete(&self, key: &K, old: u64) -> bool {
            let $this = self;
            let (map, guard) = $parts;
            matches!(map.remove_if(key, |_, value| *value == old, guard), Ok(Some(_)))
        }
    };
}

impl<K: Key, S: Hasher> Session<K> for Pinning<'_, K, S> {
    guarded_operations!(|this| (this.0, &this.0.guard()));

    fn finish(&mut self) {
        self.0.guard().flush();
    }
}

impl<K: Key, S: Hasher> Session<K> for Held<'_, K, S> {
    guarded_operations!(|this| (this.map, &this.guard));

    fn rest(&mut self) {
        self.guard.refresh();
    }
    fn finish(&mut self) {
        self.guard.flush();
    }
}
