//! A store whose keys are in all states, with listeners, and the table of all operations.

use super::inject::{Call, Hashes, Made, Read, Task, call, in_each_hash, in_the_next_clone};
use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll};
use std::thread::JoinHandle;
use std::time::Duration;
use sync_map::config::{Closed, ConfigStore, Settings, Subscription, Value};

type Store = ConfigStore<Hashes>;

/// The keys, each with a listener: `a` that has received the value and left no waker; `b` that has left one; `c`, which has no value, and a
/// listener that has left a waker; `d` that has not received the value.
pub(crate) const KEYS: [&str; 4] = ["a", "b", "c", "d"];

struct Listener {
    changes: Option<Subscription<Hashes>>,
    /// The value that it received last.
    last: Option<Value>,
    task: Arc<Task>,
    has_left_waker: bool,
}

/// What a thread that waits for a key has received: the last value, or that it is closed.
type Heard = Arc<Mutex<Option<Result<Value, Closed>>>>;

struct WaitingThread {
    key: &'static str,
    heard: Heard,
    thread: JoinHandle<()>,
}

pub(crate) struct World {
    store: Option<Arc<Store>>,
    listeners: Vec<Listener>,
    threads: Vec<WaitingThread>,
}

/// The value that ends the threads that wait.
const LAST: i64 = 1000;

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("no panic comes under this lock")
}

impl World {
    pub(crate) fn new() -> Self {
        let store = Store::with_hasher(Hashes);
        ["a", "b", "d"].iter().for_each(|key| drop(store.set(key, 0)));
        let listener = |(n, key): (usize, &&str)| {
            let mut changes = store.subscribe(key);
            let last = if n == 3 { None } else { changes.try_recv().unwrap() };
            Listener { changes: Some(changes), last, task: Arc::new(Task::default()), has_left_waker: false }
        };
        let listeners = KEYS.iter().enumerate().map(listener).collect();
        let mut world = World { store: Some(Arc::new(store)), listeners, threads: Vec::new() };
        for n in [1, 2] {
            assert!(poll(&mut world, n).is_pending());
        }
        world
    }

    fn store(&self) -> &Store {
        self.store.as_ref().expect("the store is there")
    }

    /// Has each hash on this thread use the store in every way, and count that it did.
    pub(crate) fn let_the_hasher_use_the_store(&self) -> Arc<AtomicUsize> {
        let used = Arc::new(AtomicUsize::new(0));
        let (store, count) =
            (Arc::downgrade(self.store.as_ref().expect("the store is there")), Arc::clone(&used));
        in_each_hash(move || {
            let Some(store) = store.upgrade() else { return };
            count.fetch_add(1, SeqCst);
            let mut changes = store.subscribe("e");
            store.set("e", 5);
            drop((changes.try_recv(), store.get("a"), store.snapshot()));
            store.remove("e");
        });
        used
    }

    /// The values of the keys; nothing when the store is gone.
    pub(crate) fn contents(&self) -> Vec<Option<Value>> {
        let value = |key: &&str| self.store.as_ref().and_then(|store| store.get(key));
        KEYS.iter().map(value).collect()
    }

    /// The contents when the operation has run as it should.
    pub(crate) fn after(mut self, operation: &Operation, n: usize) -> Vec<Option<Value>> {
        (operation.run)(&mut self, n);
        let after = self.contents();
        self.assert_usable(operation.name);
        after
    }

    /// A thread that waits for each key that has a value, until it hears the last one.
    pub(crate) fn spawn_waiting_threads(&mut self) {
        for key in ["a", "b", "d"] {
            let mut changes = self.store().subscribe(key);
            changes.skip_current();
            let heard = Heard::default();
            let thread = std::thread::spawn({
                let heard = Arc::clone(&heard);
                move || {
                    loop {
                        let now = changes.recv();
                        let ends = now.is_err() || now == Ok(LAST.into());
                        *locked(&heard) = Some(now);
                        if ends {
                            return;
                        }
                    }
                }
            });
            self.threads.push(WaitingThread { key, heard, thread });
        }
        std::thread::sleep(Duration::from_micros(500)); // they wait, most probably
    }

    /// An operation on a key is done or it is not.
    #[track_caller]
    pub(crate) fn assert_done_or_not(&self, before: &[Option<Value>], after: &[Option<Value>], what: &str) {
        let now = self.contents();
        assert!(now == before || now == after, "{what}: {now:?}, of {before:?} and {after:?}");
    }

    /// Whoever is to be told of what has changed was told.
    #[track_caller]
    pub(crate) fn assert_told(&mut self, before: &[Option<Value>], what: &str) {
        let is_over = self.store.is_none();
        let now = self.contents();
        for ((n, key), listener) in KEYS.iter().enumerate().zip(&mut self.listeners) {
            let changed = is_over || now[n] != before[n];
            let Some(changes) = &mut listener.changes else { continue };
            let woken = listener.task.0.load(SeqCst) > 0;
            assert!(woken || !changed || !listener.has_left_waker, "{what}: the waker of {key}");
            // What was not received is received. A value that was removed closes, if one was bound to it.
            match (changes.try_recv(), &now[n]) {
                (Ok(Some(value)), Some(newest)) => {
                    assert!(value == *newest && listener.last.as_ref() != Some(newest), "{what}: {key}");
                }
                (Ok(None), newest) => {
                    assert_eq!(&listener.last, newest, "{what}: the newest of {key} is lost")
                }
                (Err(_), newest) => assert!(newest.is_none() || is_over, "{what}: {key} is closed"),
                (Ok(Some(value)), None) => panic!("{what}: {key} has no value, and {value} was received"),
            }
        }
        for WaitingThread { key, heard, .. } in &self.threads {
            let n = KEYS.iter().position(|of| of == key).expect("a key");
            let has_heard = || match (&*locked(heard), &now[n]) {
                (Some(Ok(value)), Some(newest)) => value == newest,
                (Some(Err(_)), newest) => newest.is_none(),
                _ => false,
            };
            // A thread that is not woken hangs here: the watchdog tells.
            while (is_over || now[n] != before[n]) && !has_heard() {
                std::thread::yield_now();
            }
        }
    }

    /// The store goes on: each listener and each thread hears of the next values; then it is whole.
    #[track_caller]
    pub(crate) fn assert_usable(mut self, what: &str) {
        if let Some(store) = &self.store {
            for key in KEYS {
                store.set(key, LAST);
                assert_eq!(store.get(key), Some(LAST.into()), "{what}");
                let mut changes = store.subscribe(key);
                assert_eq!(changes.recv(), Ok(LAST.into()), "{what}");
            }
            assert_eq!(store.keys(), KEYS, "{what}");
        }
        for listener in &mut self.listeners {
            if let Some(changes) = &mut listener.changes {
                let received = changes.try_recv();
                assert!(matches!(received, Ok(Some(_)) | Err(_)), "{what}: {received:?}");
            }
        }
        self.assert_whole(what);
    }

    /// Nothing is left when all listeners have gone, of wakers neither.
    #[track_caller]
    pub(crate) fn assert_whole(mut self, what: &str) {
        self.threads.drain(..).for_each(|waiting| waiting.thread.join().unwrap());
        for listener in &mut self.listeners {
            listener.changes = None;
            assert_eq!(Arc::strong_count(&listener.task), 1, "{what}: a waker is left");
        }
        if let Some(store) = &mut self.store {
            let store = Arc::get_mut(store).expect("nobody else has the store");
            KEYS.iter().for_each(|key| assert_eq!(store.subscriber_count(key), 0, "{what}"));
            store.check_invariants().unwrap_or_else(|error| panic!("{what}: {error}"));
        }
    }

    /// Brings a store back if it was dropped, and replaces all of it.
    pub(crate) fn replace_all(&mut self, settings: Settings) {
        self.store.get_or_insert_with(|| Arc::new(Store::with_hasher(Hashes))).replace_all(settings);
    }

    pub(crate) fn snapshot(&self) -> Settings {
        self.store().snapshot()
    }
}

/// Polls the listener of a key, with a waker.
fn poll(world: &mut World, n: usize) -> Poll<()> {
    let listener = &mut world.listeners[n];
    let Some(changes) = &mut listener.changes else { return Poll::Ready(()) };
    let waker = listener.task.waker();
    let poll = changes.poll_recv(&mut Context::from_waker(&waker));
    listener.has_left_waker = poll.is_pending();
    // What is ready waits for nothing: a waker that stays would keep its task alive, and wake it for nothing.
    let own = if poll.is_pending() { 3 } else { 2 };
    assert_eq!(Arc::strong_count(&listener.task), own, "a poll that is ready leaves no waker");
    heard(listener, poll.map(|received| received.map(Some)))
}

/// Notes what a listener has received.
fn heard(listener: &mut Listener, received: Poll<Result<Option<Value>, Closed>>) -> Poll<()> {
    received.map(|received| {
        if let Ok(Some(value)) = received {
            listener.last = Some(value);
        }
    })
}

/// Has a listener receive, in a way that does not wait.
fn receive(world: &mut World, n: usize, by: fn(&mut Subscription<Hashes>) -> Result<Option<Value>, Closed>) {
    let listener = &mut world.listeners[n];
    if let Some(changes) = &mut listener.changes {
        let received = by(changes);
        let _ = heard(listener, Poll::Ready(received));
    }
}

/// The value of a key, and of another.
fn two(n: usize) -> Settings {
    let rows = [(KEYS[n], Made(21)), (KEYS[(n + 1) % 4], Made(22))];
    rows.into_iter()
        .map(|(key, made)| {
            call(Call::Source);
            (key, made.into())
        })
        .collect()
}

/// One operation, for one key or all.
pub(crate) struct Operation {
    pub(crate) name: &'static str,
    /// The user code that it calls for one key or other.
    pub(crate) calls: &'static [Call],
    pub(crate) run: fn(&mut World, usize),
}

use Call::{Closure, FromValue, Hash, IntoValue, Source, WakerClone, WakerDrop, WakerWake};

const fn on(name: &'static str, calls: &'static [Call], run: fn(&mut World, usize)) -> Operation {
    Operation { name, calls, run }
}

pub(crate) const OPERATIONS: &[Operation] = &[
    on("get", &[Hash], |world, n| drop(world.store().get(KEYS[n]))),
    on("read", &[Hash, Closure], |world, n| {
        world.store().read(KEYS[n], |_| call(Closure));
    }),
    on("contains_key", &[Hash], |world, n| {
        world.store().contains_key(KEYS[n]);
    }),
    on("get_as", &[Hash, FromValue], |world, n| drop(world.store().get_as::<Read>(KEYS[n]).map(drop))),
    on("get_or", &[Hash, FromValue], |world, n| drop(world.store().get_or(KEYS[n], Read).map(drop))),
    on("get_int", &[Hash], |world, n| drop(world.store().get_int(KEYS[n]))),
    on("keys", &[], |world, _| drop(world.store().keys())),
    on("snapshot", &[], |world, _| drop(world.store().snapshot())),
    on("debug", &[], |world, _| drop(format!("{:?}", world.store()))),
    on("subscriber_count", &[], |world, n| {
        world.store().subscriber_count(KEYS[n]);
    }),
    on("subscribe", &[Hash], |world, n| drop(world.store().subscribe(KEYS[n]))),
    on("set", &[Hash, IntoValue, WakerWake], |world, n| drop(world.store().set(KEYS[n], Made(11)))),
    on("set_if_changed", &[Hash, IntoValue, WakerWake], |world, n| {
        world.store().set_if_changed(KEYS[n], Made(12));
        world.store().set_if_changed(KEYS[n], 12);
    }),
    on("compare_and_set", &[Hash, IntoValue, WakerWake], |world, n| {
        drop(world.store().compare_and_set(KEYS[n], Some(&0.into()), Made(13)));
    }),
    on("compare_and_set of nothing", &[Hash, IntoValue, WakerWake], |world, n| {
        drop(world.store().compare_and_set(KEYS[n], None, Made(14)));
    }),
    on("update", &[Hash, Closure, IntoValue, WakerWake], |world, n| {
        world.store().update(KEYS[n], |_| {
            call(Closure);
            Made(15)
        });
    }),
    on("remove", &[Hash, WakerWake], |world, n| drop(world.store().remove(KEYS[n]))),
    on("apply", &[Hash, IntoValue, Source, WakerWake], |world, n| drop(world.store().apply(two(n)))),
    on("apply of a snapshot", &[Hash], |world, _| drop(world.store().apply(world.snapshot()))),
    on("replace_all", &[Hash, IntoValue, Source, WakerWake], |world, n| {
        drop(world.store().replace_all(two(n)));
    }),
    on("replace_all by nothing", &[WakerWake], |world, _| drop(world.store().replace_all(Settings::new()))),
    on("the drop of the store", &[WakerWake], |world, _| {
        drop(world.store.take().and_then(Arc::into_inner));
    }),
    on("current", &[], |world, n| {
        if let Some(changes) = &world.listeners[n].changes {
            drop(changes.current());
        }
    }),
    on("try_recv", &[], |world, n| receive(world, n, Subscription::try_recv)),
    on("recv, or a timeout", &[], |world, n| {
        receive(world, n, |changes| match changes.recv_timeout(Duration::ZERO) {
            Ok(None) => Ok(None),
            // There was one: this is what the value is received by.
            received => received,
        });
    }),
    on("poll_recv", &[WakerClone, WakerDrop], |world, n| {
        let _ = poll(world, n);
    }),
    on("recv_async, dropped", &[WakerClone, WakerDrop], |world, n| {
        let listener = &mut world.listeners[n];
        let Some(changes) = &mut listener.changes else { return };
        let waker = listener.task.waker();
        let poll = {
            let mut future = pin!(changes.recv_async());
            // Its waker takes the place of the one that was left, and goes with it.
            listener.has_left_waker = false;
            future.as_mut().poll(&mut Context::from_waker(&waker))
        };
        let _ = heard(listener, poll.map(|received| received.map(Some)));
    }),
    on("set, and poll_recv", &[Hash, IntoValue, WakerWake, WakerDrop], |world, n| {
        world.store().set(KEYS[n], Made(16));
        let _ = poll(world, n);
    }),
    on(
        "poll_recv, and a set comes between its looks",
        &[Hash, WakerClone, WakerWake, WakerDrop],
        |world, n| {
            let store = Arc::clone(world.store.as_ref().expect("the store is there"));
            in_the_next_clone(move || drop(store.set(KEYS[n], 17)));
            let _ = poll(world, n);
            in_the_next_clone(|| ());
        },
    ),
    on("the drop of a subscription", &[WakerDrop], |world, n| {
        let changes = world.listeners[n].changes.take();
        drop(changes);
    }),
];
