//! A plain map behind one lock.

use super::{Hasher, Key, Kind, Peer, Session, name};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::ops::{Deref, DerefMut};
use std::sync::{Mutex, RwLock};

/// A lock that can be taken in one of two ways.
pub(crate) trait Lock<T>: Send + Sync + 'static {
    fn new(value: T) -> Self;
    fn read(&self) -> impl Deref<Target = T>;
    fn write(&self) -> impl DerefMut<Target = T>;
}

impl<T: Send + Sync + 'static> Lock<T> for RwLock<T> {
    fn new(value: T) -> Self {
        RwLock::new(value)
    }
    #[inline(always)]
    fn read(&self) -> impl Deref<Target = T> {
        RwLock::read(self).expect("no holder panics")
    }
    #[inline]
    fn write(&self) -> impl DerefMut<Target = T> {
        RwLock::write(self).expect("no holder panics")
    }
}

impl<T: Send + 'static> Lock<T> for Mutex<T> {
    fn new(value: T) -> Self {
        Mutex::new(value)
    }
    #[inline(always)]
    fn read(&self) -> impl Deref<Target = T> {
        self.lock().expect("no holder panics")
    }
    #[inline]
    fn write(&self) -> impl DerefMut<Target = T> {
        self.lock().expect("no holder panics")
    }
}

impl<T: Send + Sync + 'static> Lock<T> for parking_lot::RwLock<T> {
    fn new(value: T) -> Self {
        parking_lot::RwLock::new(value)
    }
    #[inline(always)]
    fn read(&self) -> impl Deref<Target = T> {
        parking_lot::RwLock::read(self)
    }
    #[inline]
    fn write(&self) -> impl DerefMut<Target = T> {
        parking_lot::RwLock::write(self)
    }
}

/// `std`'s `RwLock<HashMap>`.
pub(crate) struct RwLocked<K, S>(RwLock<HashMap<K, u64, S>>);
/// `std`'s `Mutex<HashMap>`.
pub(crate) struct Mutexed<K, S>(Mutex<HashMap<K, u64, S>>);
/// The `RwLock` of `parking_lot` around a `HashMap`.
pub(crate) struct ParkingLot<K, S>(parking_lot::RwLock<HashMap<K, u64, S>>);

/// A thread that takes the lock for each call.
pub(crate) struct Locking<'m, L>(&'m L);

macro_rules! locked {
    ($map:ident, $lock:ty, $name:expr) => {
        impl<K: Key, S: Hasher> Peer<K, S> for $map<K, S> {
            const NAME: &'static str = $name;
            const KIND: Kind = Kind::Locked;
            type Session<'m> = Locking<'m, $lock>;

            fn with_hasher(hasher: S) -> Self {
                $map(Lock::new(HashMap::with_hasher(hasher)))
            }
            fn session(&self) -> Self::Session<'_> {
                Locking(&self.0)
            }
        }

        impl<K: Key, S: Hasher> Session<K> for Locking<'_, $lock> {
            locked_operations!();
        }
    };
}

macro_rules! locked_operations {
    () => {
        #[inline(always)]
        fn load(&self, key: &K) -> Option<u64> {
            Lock::read(self.0).get(key).copied()
        }
        fn store(&self, key: &K, value: u64) {
            Lock::write(self.0).insert(key.clone(), value);
        }
        fn swap(&self, key: &K, value: u64) -> Option<u64> {
            Lock::write(self.0).insert(key.clone(), value)
        }
        fn load_or_store(&self, key: &K, value: u64) -> Option<u64> {
            load_or_store(&mut *Lock::write(self.0), key, value)
        }
        fn load_and_delete(&self, key: &K) -> Option<u64> {
            Lock::write(self.0).remove(key)
        }
        fn increment(&self, key: &K) {
            if let Some(value) = Lock::write(self.0).get_mut(key) {
                *value += 1;
            }
        }
        fn range(&self, mut visit: impl FnMut(&K, u64) -> bool) {
            let map = Lock::read(self.0);
            let _ended_early = map.iter().all(|(key, value)| visit(key, *value));
        }
        fn clear(&self) {
            Lock::write(self.0).clear();
        }
        fn compare_and_swap(&self, key: &K, old: u64, new: u64) -> bool {
            compare_and_swap(&mut *Lock::write(self.0), key, old, new)
        }
        fn compare_and_delete(&self, key: &K, old: u64) -> bool {
            compare_and_delete(&mut *Lock::write(self.0), key, old)
        }
    };
}

locked!(RwLocked, RwLock<HashMap<K, u64, S>>, name::RW_LOCK);
locked!(Mutexed, Mutex<HashMap<K, u64, S>>, name::MUTEX);
locked!(ParkingLot, parking_lot::RwLock<HashMap<K, u64, S>>, name::PARKING_LOT);

fn load_or_store<K: Key, S: Hasher>(map: &mut HashMap<K, u64, S>, key: &K, value: u64) -> Option<u64> {
    match map.entry(key.clone()) {
        Entry::Occupied(entry) => Some(*entry.get()),
        Entry::Vacant(entry) => {
            entry.insert(value);
            None
        }
    }
}

fn compare_and_swap<K: Key, S: Hasher>(map: &mut HashMap<K, u64, S>, key: &K, old: u64, new: u64) -> bool {
    match map.get_mut(key) {
        Some(value) if *value == old => {
            *value = new;
            true
        }
        _ => false,
    }
}

fn compare_and_delete<K: Key, S: Hasher>(map: &mut HashMap<K, u64, S>, key: &K, old: u64) -> bool {
    map.get(key) == Some(&old) && map.remove(key).is_some()
}
