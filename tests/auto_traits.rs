//! Which thread may have what: checked when this file is compiled.

use static_assertions::{assert_impl_all, assert_not_impl_any, const_assert, const_assert_eq};
use std::cell::{Cell, RefCell};
use std::fmt::Debug;
use std::hash::{BuildHasherDefault, DefaultHasher, RandomState};
use std::iter::FusedIterator;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::rc::Rc;
use std::sync::MutexGuard;

use sync_map::config::{ConfigStore, LoadError, Recv, Subscription};
use sync_map::registry::{LifecycleError, Registration, Registry};
use sync_map::{
    Cache, CacheBuilder, Cause, Clock, Counter, CounterMap, IntoIter, Iter, Keys, LoadOrStore, ManualClock,
    Pinned, Statistics, SyncMap, Values,
};

/// `Send`, but not `Sync`.
type NotSync = Cell<u8>;
/// `Sync`, but not `Send`.
type NotSend = MutexGuard<'static, u8>;
/// Neither.
type Neither = Rc<u8>;

// A map can be shared and sent if its keys and values can be both: a shared map hands out references to other threads,
// and whoever collects drops what it retired.
assert_impl_all!(SyncMap<String, Vec<u8>>: Send, Sync, Unpin);
assert_not_impl_any!(SyncMap<NotSync, u8>: Send, Sync);
assert_not_impl_any!(SyncMap<NotSend, u8>: Send, Sync);
assert_not_impl_any!(SyncMap<Neither, u8>: Send, Sync);
assert_not_impl_any!(SyncMap<u8, NotSync>: Send, Sync);
assert_not_impl_any!(SyncMap<u8, NotSend>: Send, Sync);
assert_not_impl_any!(SyncMap<u8, Neither>: Send, Sync);

// The hasher is used by all who share the map, and dropped by its owner.
struct Hashes<T>(BuildHasherDefault<DefaultHasher>, T);
assert_impl_all!(SyncMap<u8, u8, Hashes<NotSync>>: Send);
assert_not_impl_any!(SyncMap<u8, u8, Hashes<NotSync>>: Sync);
assert_impl_all!(SyncMap<u8, u8, Hashes<NotSend>>: Sync);
assert_not_impl_any!(SyncMap<u8, u8, Hashes<NotSend>>: Send);
assert_not_impl_any!(SyncMap<u8, u8, Hashes<Neither>>: Send, Sync);

// A guard belongs to its thread, and so does what borrows from it.
assert_not_impl_any!(Pinned<'static, u8, u8, RandomState>: Send, Sync);
assert_not_impl_any!(Iter<'static, u8, u8>: Send, Sync);
assert_not_impl_any!(Keys<'static, u8, u8>: Send, Sync);
assert_not_impl_any!(Values<'static, u8, u8>: Send, Sync);

// What has left the map is a plain vector.
assert_impl_all!(IntoIter<String, Vec<u8>>: Send, Sync);
assert_impl_all!(IntoIter<NotSync, NotSync>: Send);
assert_not_impl_any!(IntoIter<NotSync, NotSync>: Sync);
assert_not_impl_any!(IntoIter<Neither, u8>: Send, Sync);
assert_not_impl_any!(IntoIter<u8, Neither>: Send, Sync);
assert_impl_all!(LoadOrStore<&u8, u8>: Send, Sync, Copy, Debug, PartialEq, Eq);
assert_not_impl_any!(LoadOrStore<Neither, u8>: Send, Sync);

assert_impl_all!(Counter: Send, Sync, Unpin, UnwindSafe, RefUnwindSafe, Debug, Default);
assert_impl_all!(CounterMap<String>: Send, Sync, Unpin, UnwindSafe, RefUnwindSafe, Debug, Default);
assert_not_impl_any!(CounterMap<NotSync>: Send, Sync);
assert_not_impl_any!(CounterMap<NotSend>: Send, Sync);

// Services are started by one thread and looked up by others; a subscriber listens on a thread of its own.
assert_impl_all!(Registry: Send, Sync, Debug, Default);
assert_impl_all!(Registration: Send, Sync, Debug);
assert_impl_all!(LifecycleError: std::error::Error, Send, Sync);
assert_impl_all!(ConfigStore: Send, Sync, Debug, Default);
assert_impl_all!(Subscription: Send, Sync, Unpin, Debug, Iterator);
assert_impl_all!(Recv<'static>: Send, std::future::Future);
assert_impl_all!(LoadError: std::error::Error, Send, Sync);
assert_impl_all!(Cache<String, Vec<u8>>: Send, Sync, Unpin, Debug, Default);
assert_not_impl_any!(Cache<NotSync, u8>: Send, Sync);
assert_not_impl_any!(Cache<u8, NotSend>: Send, Sync);
assert_impl_all!(CacheBuilder<String, u8>: Send, Sync, Debug);
assert_impl_all!(Clock: Send, Sync, Clone, Debug, Default);
assert_impl_all!(ManualClock: Send, Sync, Clone, Debug, Default);
assert_impl_all!(Statistics: Send, Sync, Copy, Debug, Default, PartialEq, Eq);
assert_impl_all!(Cause: Send, Sync, Copy, Debug, PartialEq, Eq, std::hash::Hash);

// A panic of user code leaves the map whole, so it can be looked at afterwards: as safe as what is in it. A guard or an
// iterator cannot be carried over (crossbeam's guard is not `RefUnwindSafe`).
assert_impl_all!(SyncMap<String, Vec<u8>>: UnwindSafe, RefUnwindSafe);
assert_not_impl_any!(SyncMap<u8, RefCell<u8>>: RefUnwindSafe);
assert_not_impl_any!(Pinned<'static, u8, u8, RandomState>: RefUnwindSafe);
assert_impl_all!(IntoIter<String, Vec<u8>>: UnwindSafe, RefUnwindSafe);

// The iterators.
assert_impl_all!(Iter<'static, u8, u8>: Iterator<Item = (&'static u8, &'static u8)>, FusedIterator, Clone, Debug);
assert_impl_all!(Keys<'static, u8, u8>: Iterator<Item = &'static u8>, FusedIterator, Clone, Debug);
assert_impl_all!(Values<'static, u8, u8>: Iterator<Item = &'static u8>, FusedIterator, Clone, Debug);
// A clone goes on from the same place: it needs no clones of keys and values.
assert_impl_all!(Iter<'static, std::sync::Mutex<u8>, std::sync::Mutex<u8>>: Clone);
assert_impl_all!(Keys<'static, std::sync::Mutex<u8>, std::sync::Mutex<u8>>: Clone);
assert_impl_all!(Values<'static, std::sync::Mutex<u8>, std::sync::Mutex<u8>>: Clone);
assert_impl_all!(IntoIter<u8, u8>: ExactSizeIterator<Item = (u8, u8)>, FusedIterator, Debug);
assert_not_impl_any!(IntoIter<u8, u8>: Clone);

// The map.
assert_impl_all!(SyncMap<u8, u8>: Clone, Debug, Default, PartialEq, Eq, Extend<(u8, u8)>, FromIterator<(u8, u8)>);
assert_impl_all!(SyncMap<u8, f64>: PartialEq, PartialEq<SyncMap<u8, f64, BuildHasherDefault<DefaultHasher>>>);
assert_not_impl_any!(SyncMap<u8, f64>: Eq);
assert_not_impl_any!(Pinned<'static, u8, u8, RandomState>: Clone);

// Sizes: what a user pays for. A map is a few words beside its hasher, whatever its keys and values are.
const WORDS: usize = if cfg!(debug_assertions) { 16 } else { 14 }; // debug builds: who holds the mutex, and its name
const_assert!(size_of::<SyncMap<u8, u8>>() <= size_of::<RandomState>() + WORDS * size_of::<usize>());
const_assert_eq!(size_of::<SyncMap<u8, u8>>(), size_of::<SyncMap<[u64; 9], String>>());
const_assert_eq!(size_of::<Pinned<'static, u8, u8, RandomState>>(), 2 * size_of::<usize>());
const_assert_eq!(size_of::<IntoIter<u8, u8>>(), size_of::<std::vec::IntoIter<(u8, u8)>>());
const_assert_eq!(size_of::<Counter>(), size_of::<Box<[u8]>>());

/// The assertions above hold if this is run at all.
#[test]
fn the_auto_traits_are_as_documented() {
    fn assert_sent<T: Send + Sync + 'static>(value: T) -> T {
        std::thread::spawn(move || value).join().unwrap()
    }
    let map = assert_sent(SyncMap::from([(1, String::from("one"))]));
    assert_eq!(map.load(&1).as_deref(), Some("one"));
    let rows: Vec<_> = assert_sent(map.into_iter()).collect();
    assert_eq!(rows, [(1, String::from("one"))]);
}

/// The iterators of a pinned map live as long as their guard, and not as their maps.
#[test]
fn a_longer_lived_reference_can_stand_for_a_shorter_lived_one() {
    fn shorter<'short>(iter: Iter<'static, u8, u8>, _: &'short u8) -> Iter<'short, u8, u8> {
        iter
    }
    fn shorter_keys<'short>(keys: Keys<'static, u8, u8>, _: &'short u8) -> Keys<'short, u8, u8> {
        keys
    }
    let _they_compile = (shorter, shorter_keys);
}
