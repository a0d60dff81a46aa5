//! Subjects in the flesh: each operation of a program as a call of the real type, once for each of the three builds.

use crate::program::Call;
use crate::subject::{Kind, Ret};
use crate::values::{Counted, Plain};
use std::hash::{BuildHasherDefault, DefaultHasher};

/// The same hashes in every run: loom needs runs that repeat exactly.
pub type FixedHasher = BuildHasherDefault<DefaultHasher>;

/// Forbids that the compiler sees through the canary's misdeeds.
fn opaque(n: u64) -> u64 {
    std::hint::black_box(n)
}

#[expect(unconditional_recursion, reason = "this canary overflows the stack")]
fn overflow_the_stack(n: u64) -> u64 {
    let frame = std::hint::black_box([n; 64]);
    overflow_the_stack(opaque(n + 1)) + frame[3]
}

/// The canary's operations: each must be noticed.
fn misbehave(call: &Call, take_mutex_twice: impl FnOnce()) -> Ret {
    match call.name() {
        "panic" => panic!("the canary panics"),
        "hang" => loop {
            std::hint::spin_loop();
        },
        "abort" => std::process::abort(),
        "overflow" => {
            overflow_the_stack(opaque(0));
        }
        "wrong" => return Ret::Value(666),
        "deadlock" => take_mutex_twice(),
        _ => {}
    }
    Ret::Unit
}

/// The structure of a quiet subject: of its map, if it has one, and what else decides which way an operation goes.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Structure {
    /// For each key with an entry: live, deleted or expunged, and whether it is in read or in dirty only.
    pub keys: std::collections::BTreeMap<i64, (&'static str, &'static str)>,
    /// `read` is amended, and dirty present.
    pub amended: bool,
    /// How many misses are left before a promotion.
    pub misses_left: usize,
    /// The next copy will look for deleted entries.
    pub deletion_noted: bool,
    /// What else there is, by name: never a value of which there is no end.
    pub more: std::collections::BTreeMap<&'static str, i64>,
}

/// What a run of a program needs of a subject.
pub trait Instance: Send + Sync + Sized + 'static {
    /// An empty one.
    fn new(kind: Kind) -> Self;
    /// Makes a call.
    fn call(&self, call: &Call) -> Ret;
    /// The contents of a quiet one, by key.
    fn contents(&mut self) -> Vec<(i64, i64)>;
    /// The invariants of a quiet one.
    ///
    /// # Errors
    /// The first that does not hold.
    fn check_invariants(&mut self) -> Result<(), String>;
    /// The structure of a quiet subject, without its values: what decides which way an operation goes. Families begin
    /// in each.
    fn structure(&mut self) -> Structure;
    /// What a quiet map holds for a key, in the words of the specification.
    fn key_state(&mut self, key: i64) -> &'static str;
}

macro_rules! instance {
    ($(#[$doc:meta])* $name:ident, $krate:ident, $value:ident, $memory:ty, $mutex:expr) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub enum $name {
            /// `SyncMap`, and plain memory beside it.
            Map($krate::SyncMap<i64, $value, FixedHasher>, $memory),
            /// `Counter`
            Counter($krate::Counter),
            /// `CounterMap`
            CounterMap($krate::CounterMap<i64, FixedHasher>),
            /// Misbehaviour.
            Canary,
        }

        impl Instance for $name {
            fn new(kind: Kind) -> Self {
                match kind {
                    Kind::Map => {
                        $name::Map($krate::SyncMap::with_hasher(FixedHasher::default()), <$memory>::new())
                    }
                    Kind::Counter => $name::Counter($krate::Counter::new()),
                    Kind::CounterMap => $name::CounterMap($krate::CounterMap::with_hasher(FixedHasher::default())),
                    Kind::Canary => $name::Canary,
                }
            }

            fn call(&self, call: &Call) -> Ret {
                match self {
                    $name::Map(map, memory) => $name::call_map(map, memory, call),
                    $name::Counter(counter) => $name::call_counter(counter, call),
                    $name::CounterMap(counters) => $name::call_counter_map(counters, call),
                    $name::Canary => misbehave(call, || {
                        let mutex = $mutex;
                        let first = mutex.lock();
                        let second = mutex.lock();
                        drop((first, second));
                    }),
                }
            }

            fn contents(&mut self) -> Vec<(i64, i64)> {
                let mut contents: Vec<(i64, i64)> = match self {
                    $name::Map(map, _) => {
                        let shape = map.shape();
                        let rows = shape.in_read.iter().chain(&shape.dirty_only);
                        rows.filter_map(|(key, state)| match state {
                            $krate::KeyState::Live(value) => Some((**key, value.get())),
                            _ => None,
                        })
                        .collect()
                    }
                    $name::Counter(counter) => vec![(0, counter.get())],
                    $name::CounterMap(counters) => counters.quiet_contents(),
                    $name::Canary => Vec::new(),
                };
                contents.sort_unstable();
                contents
            }

            fn check_invariants(&mut self) -> Result<(), String> {
                match self {
                    $name::Map(map, _) => map.check_invariants(),
                    $name::CounterMap(counters) => counters.check_invariants(),
                    $name::Counter(_) | $name::Canary => Ok(()),
                }
            }

            fn structure(&mut self) -> Structure {
                match self {
                    $name::Map(map, _) => $name::structure_of(&map.shape()),
                    $name::CounterMap(counters) => $name::structure_of(&counters.shape()),
                    $name::Counter(counter) => Structure {
                        more: [("sum is zero", i64::from(counter.get() == 0))].into(),
                        ..Structure::default()
                    },
                    $name::Canary => Structure::default(),
                }
            }

            fn key_state(&mut self, key: i64) -> &'static str {
                let $name::Map(map, _) = self else { return "no map" };
                let shape = map.shape();
                let find = |rows: &[(&i64, $krate::KeyState<'_, $value>)]| {
                    rows.iter().find(|(other, _)| **other == key).map(|(_, state)| match state {
                        $krate::KeyState::Live(_) => 0,
                        $krate::KeyState::Deleted => 1,
                        $krate::KeyState::Expunged => 2,
                    })
                };
                match (find(&shape.in_read), find(&shape.dirty_only)) {
                    (Some(0), _) => "live in read",
                    (Some(1), _) => "deleted in read",
                    (Some(_), _) => "expunged",
                    (None, Some(0)) => "live in dirty only",
                    (None, Some(_)) => "deleted in dirty only",
                    (None, None) => "absent",
                }
            }
        }

        impl $name {
            fn structure_of<V>(shape: &$krate::Shape<'_, i64, V>) -> Structure {
                let word = |state: &$krate::KeyState<'_, V>| match state {
                    $krate::KeyState::Live(_) => "live",
                    $krate::KeyState::Deleted => "deleted",
                    $krate::KeyState::Expunged => "expunged",
                };
                let in_read = shape.in_read.iter().map(|(key, state)| (**key, (word(state), "read")));
                let in_dirty = shape.dirty_only.iter().map(|(key, state)| (**key, (word(state), "dirty")));
                Structure {
                    keys: in_read.chain(in_dirty).collect(),
                    amended: shape.amended,
                    misses_left: shape.dirty_len - shape.misses,
                    deletion_noted: shape.deleted,
                    ..Structure::default()
                }
            }

            fn call_map(map: &$krate::SyncMap<i64, $value, FixedHasher>, memory: &$memory, call: &Call) -> Ret {
                let value = |n: usize| $value::new(call.args[n]);
                let or_absent = |value: Option<$value>| value.map_or(Ret::Absent, |value| Ret::Value(value.get()));
                let key = call.args.first().copied().unwrap_or(0);
                match call.name() {
                    "load" => or_absent(map.load(&key)),
                    "contains_key" => Ret::Bool(map.contains_key(&key)),
                    "hold" => $name::hold(map, key),
                    "store" => {
                        map.store(key, value(1));
                        Ret::Unit
                    }
                    "swap" => or_absent(map.swap(key, value(1))),
                    "load_or_store" => match map.load_or_store(key, value(1)) {
                        $krate::LoadOrStore::Loaded { actual, rejected } => {
                            assert_eq!(rejected.get(), call.args[1], "the rejected value comes back");
                            Ret::Loaded(actual.get())
                        }
                        $krate::LoadOrStore::Stored(value) => Ret::Stored(value.get()),
                    },
                    "load_or_store_with" => match map.load_or_store_with(key, || value(1)) {
                        $krate::LoadOrStore::Loaded { actual, .. } => Ret::Loaded(actual.get()),
                        $krate::LoadOrStore::Stored(value) => Ret::Stored(value.get()),
                    },
                    "load_and_delete" => or_absent(map.load_and_delete(&key)),
                    "delete" => Ret::Bool(map.delete(&key)),
                    "compare_and_swap" => Ret::Bool(map.compare_and_swap(&key, &value(1), value(2)).is_ok()),
                    "compare_and_delete" => Ret::Bool(map.compare_and_delete(&key, &value(1))),
                    "delete_if" => or_absent(map.delete_if(&key, |value| value.get() >= call.args[1])),
                    "update" => or_absent(map.update(&key, |value| $value::new(value.get() + call.args[1]))),
                    "range" => {
                        let mut pairs = Vec::new();
                        map.range(|key, value| {
                            pairs.push((*key, value.get()));
                            true
                        });
                        Ret::Pairs(by_key(pairs))
                    }
                    "nested_range" => {
                        let (mut outer, mut inner) = (Vec::new(), None);
                        map.range(|key, value| {
                            outer.push((*key, value.get()));
                            inner.get_or_insert_with(|| {
                                let pinned = map.pin();
                                by_key(pinned.iter().map(|(key, value)| (*key, value.get())).collect())
                            });
                            true
                        });
                        Ret::Nested(by_key(outer), inner)
                    }
                    "retain" => {
                        map.retain(|_, value| value.get() >= call.args[0]);
                        Ret::Unit
                    }
                    "is_empty" => Ret::Bool(map.is_empty()),
                    "publish_by_store" => {
                        memory.write();
                        map.store(key, value(1));
                        Ret::Unit
                    }
                    "publish_by_delete" => {
                        memory.write();
                        Ret::Bool(map.delete(&key))
                    }
                    "read_if" => or_absent(map.load(&key).inspect(|value| {
                        if value.get() == call.args[1] {
                            memory.read();
                        }
                    })),
                    "read_if_absent" => or_absent(map.load(&key).or_else(|| {
                        memory.read();
                        None
                    })),
                    "clear" => {
                        map.clear();
                        Ret::Unit
                    }
                    name => Ret::Broken(format!("the adapter has no {name}")),
                }
            }

            /// Loads, does something else under the same guard, and uses the reference again.
            fn hold(map: &$krate::SyncMap<i64, $value, FixedHasher>, key: i64) -> Ret {
                let pinned = map.pin();
                let Some(held) = pinned.load(&key) else { return Ret::Absent };
                let first = held.get();
                pinned.contains_key(&key);
                if held.get() != first {
                    return Ret::Broken(format!("INV-7: the value held was {first}, and is {}", held.get()));
                }
                Ret::Value(first)
            }

            fn call_counter(counter: &$krate::Counter, call: &Call) -> Ret {
                match call.name() {
                    "add" => counter.add(call.args[0]),
                    "increment" => counter.increment(),
                    "decrement" => counter.decrement(),
                    "get" => return Ret::Value(counter.get()),
                    "reset_and_get" => return Ret::Value(counter.reset_and_get()),
                    name => return Ret::Broken(format!("the adapter has no {name}")),
                }
                Ret::Unit
            }

            fn call_counter_map(counters: &$krate::CounterMap<i64, FixedHasher>, call: &Call) -> Ret {
                let key = call.args.first().copied().unwrap_or(0);
                match call.name() {
                    "add" => Ret::Value(counters.add(key, call.args[1])),
                    "increment" => Ret::Value(counters.increment(key)),
                    "decrement" => Ret::Value(counters.decrement(key)),
                    "get" => Ret::Value(counters.get(&key)),
                    "reset_and_get" => Ret::Value(counters.reset_and_get(&key)),
                    "remove" => counters.remove(&key).map_or(Ret::Absent, Ret::Value),
                    "snapshot" => Ret::Pairs(by_key(counters.snapshot())),
                    name => Ret::Broken(format!("the adapter has no {name}")),
                }
            }
        }
    };
}

/// Visits in the order of the keys; a key that was visited twice stays twice, and fits no specification.
fn by_key(mut pairs: Vec<(i64, i64)>) -> Vec<(i64, i64)> {
    pairs.sort_unstable();
    pairs
}

/// Plain memory on real threads: nobody checks it here.
#[derive(Debug)]
pub struct Unchecked;

impl Unchecked {
    fn new() -> Self {
        Unchecked
    }
    fn write(&self) {}
    fn read(&self) {}
}

/// A std mutex with the face of the facade's.
struct StdMutex(std::sync::Mutex<()>);

impl StdMutex {
    fn lock(&self) -> std::sync::MutexGuard<'_, ()> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

instance!(
    /// On loom.
    OnLoom,
    sync_map_loom,
    Plain,
    sync_map_loom::sync::model::PlainMemory,
    sync_map_loom::sync::model::Mutex::new(())
);
instance!(
    /// On shuttle.
    OnShuttle,
    sync_map_shuttle,
    Plain,
    sync_map_shuttle::sync::model::PlainMemory,
    sync_map_shuttle::sync::model::Mutex::new(())
);
instance!(
    /// The shipped build.
    Shipped,
    sync_map,
    Counted,
    Unchecked,
    StdMutex(std::sync::Mutex::new(()))
);
