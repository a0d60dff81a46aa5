//! A notification reaches all that it is for, whatever one waker does.

use std::cell::Cell;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::task::{Context, Wake, Waker};
use std::time::{Duration, Instant};
use sync_map::SyncMap;
use sync_map::config::{ConfigStore, Settings, Subscription};
use test_support::{Fault, flush_until, hang};

/// A waker that panics when it is woken.
struct Panics;

impl Wake for Panics {
    fn wake(self: Arc<Self>) {
        resume_unwind(Box::new(Fault));
    }
}

#[derive(Default)]
struct Counts(AtomicUsize);

impl Wake for Counts {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, SeqCst);
    }
}

fn leave(changes: &mut Subscription, waker: &Waker) {
    assert!(changes.poll_recv(&mut Context::from_waker(waker)).is_pending());
}

/// What changes the keys `a` and `b`, both of which have the value 0, or ends their subscriptions.
type Change = fn(Arc<ConfigStore>);

const CHANGES: [(&str, Change); 4] = [
    ("apply", |config| drop(config.apply(Settings::from_iter([("a", 1.into()), ("b", 1.into())])))),
    ("replace_all", |config| drop(config.replace_all(Settings::from_iter([("c", 1.into())])))),
    ("the drop of the store", |config| drop(Arc::into_inner(config).unwrap())),
    ("set and remove", |config| {
        let set = catch_unwind(AssertUnwindSafe(|| config.set("a", 1)));
        config.remove("b");
        set.map(drop).unwrap_or_else(|payload| resume_unwind(payload));
    }),
];

/// Runs it; it must panic as a waker did.
fn with_a_fault(change: impl FnOnce()) {
    let payload = catch_unwind(AssertUnwindSafe(change)).expect_err("the panic of the waker goes on");
    assert!(payload.is::<Fault>());
}

/// A store whose keys `a` and `b` have the value 0.
fn store() -> Arc<ConfigStore> {
    let config = Arc::new(ConfigStore::new());
    config.apply(Settings::from_iter([("a", 0.into()), ("b", 0.into())]));
    config
}

/// Keeps the store for longer than the change lasts, unless the change is its end: nobody is to be woken by its end.
fn kept(config: &Arc<ConfigStore>, name: &str) -> Option<Arc<ConfigStore>> {
    (name != "the drop of the store").then(|| Arc::clone(config))
}

fn subscribe(config: &ConfigStore, key: &str) -> Subscription {
    let mut changes = config.subscribe(key);
    changes.skip_current();
    changes
}

#[test]
fn a_waker_that_panics_keeps_no_notification_from_other_wakers() {
    let watch = hang::watch();
    for (name, change) in CHANGES {
        watch.step(name);
        let config = store();
        let mut subscriptions: Vec<_> = ["a", "a", "b"].iter().map(|key| subscribe(&config, key)).collect();
        let counts = Arc::new(Counts::default());
        leave(&mut subscriptions[0], &Waker::from(Arc::new(Panics)));
        leave(&mut subscriptions[1], &Waker::from(Arc::clone(&counts)));
        leave(&mut subscriptions[2], &Waker::from(Arc::clone(&counts)));
        let _kept = kept(&config, name);
        with_a_fault(|| change(config));
        assert_eq!(counts.0.load(SeqCst), 2, "{name}");
    }
}

#[test]
fn a_waker_that_panics_keeps_no_notification_from_threads_that_wait() {
    let watch = hang::watch();
    for (name, change) in CHANGES {
        let config = store();
        let waiting: Vec<_> = ["a", "b"]
            .map(|key| {
                let mut changes = subscribe(&config, key);
                std::thread::spawn(move || changes.recv().is_ok())
            })
            .into_iter()
            .collect();
        std::thread::sleep(Duration::from_millis(20)); // they wait, most probably
        let mut panics = ["a", "b"].map(|key| subscribe(&config, key));
        panics.iter_mut().for_each(|changes| leave(changes, &Waker::from(Arc::new(Panics))));
        let _kept = kept(&config, name);
        with_a_fault(|| change(config));
        for (thread, key) in waiting.into_iter().zip(["a", "b"]) {
            watch.step(format!("{name}: a thread that waits for {key}"));
            thread.join().unwrap();
        }
    }
}

/// The first thing that a waker does may be to wait for a thread that waits for the same change.
#[test]
fn threads_that_wait_are_woken_before_any_waker() {
    /// Waits for the thread, with patience.
    struct WaitsFor {
        received: Arc<AtomicBool>,
        in_vain: Arc<AtomicBool>,
    }
    impl Wake for WaitsFor {
        fn wake(self: Arc<Self>) {
            let begin = Instant::now();
            while !self.received.load(SeqCst) && !self.in_vain.load(SeqCst) {
                std::thread::yield_now();
                self.in_vain.fetch_or(begin.elapsed() > Duration::from_secs(5), SeqCst);
            }
        }
    }
    let watch = hang::watch();
    for (name, change) in CHANGES {
        watch.step(name);
        let config = store();
        let [received, in_vain] = [(); 2].map(|()| Arc::new(AtomicBool::new(false)));
        let mut changes = subscribe(&config, "b");
        let thread = std::thread::spawn({
            let received = Arc::clone(&received);
            move || {
                drop(changes.recv());
                received.store(true, SeqCst);
            }
        });
        std::thread::sleep(Duration::from_millis(20)); // it waits, most probably
        // A change of all keys has told of each before it wakes a waker of any.
        let key = if name == "set and remove" { "b" } else { "a" };
        let mut waits = subscribe(&config, key);
        leave(&mut waits, &Waker::from(Arc::new(WaitsFor { received, in_vain: Arc::clone(&in_vain) })));
        let _kept = kept(&config, name);
        change(config);
        thread.join().unwrap();
        assert!(!in_vain.load(SeqCst), "{name}: a waker of {key} waits for a thread that is not woken");
    }
}

#[test]
fn a_removal_whose_waker_panics_leaves_nothing() {
    let _watch = hang::watch();
    for all in [false, true] {
        let mut config = ConfigStore::new();
        config.set("a", 0);
        config.set("b", 0);
        let mut changes = subscribe(&config, "a");
        leave(&mut changes, &Waker::from(Arc::new(Panics)));
        with_a_fault(
            || if all { drop(config.replace_all(Settings::new())) } else { drop(config.remove("a")) },
        );
        assert!(changes.recv().is_err());
        drop(changes);
        config.check_invariants().unwrap();
        assert_eq!(config.get("a"), None);
    }
}

/// The drop of a waker is user code: a subscription unsubscribes nevertheless.
#[test]
fn a_waker_whose_drop_panics_does_not_keep_its_subscription_on_the_list() {
    let _watch = hang::watch();
    struct PanicsInDrop;
    impl Wake for PanicsInDrop {
        fn wake(self: Arc<Self>) {}
    }
    impl Drop for PanicsInDrop {
        fn drop(&mut self) {
            resume_unwind(Box::new(Fault));
        }
    }
    let mut config = ConfigStore::new();
    let mut changes = config.subscribe("a");
    let waker = Waker::from(Arc::new(PanicsInDrop));
    leave(&mut changes, &waker);
    drop(waker);
    with_a_fault(|| drop(changes));
    assert_eq!(config.subscriber_count("a"), 0);
    config.check_invariants().unwrap();
}

/// Two panics at once would abort. The one that unwinds goes on; that of the waker ends here.
#[test]
fn a_store_that_is_dropped_while_a_panic_unwinds_closes_its_subscriptions() {
    let _watch = hang::watch();
    let config = store();
    let mut subscriptions: Vec<_> = ["a", "a", "b"].iter().map(|key| subscribe(&config, key)).collect();
    let panics = Waker::from(Arc::new(Panics));
    subscriptions.iter_mut().for_each(|changes| leave(changes, &panics));
    let unwinds = catch_unwind(AssertUnwindSafe(move || {
        let _dropped_by_the_panic = config;
        resume_unwind(Box::new("another panic"));
    }));
    assert_eq!(unwinds.unwrap_err().downcast_ref(), Some(&"another panic"));
    assert!(subscriptions.iter_mut().all(|changes| changes.recv().is_err()));
}

/// The drop of a store pins and flushes: either may collect other people's garbage, and panic with it.
#[test]
fn a_store_whose_drop_collects_garbage_that_panics_closes_its_subscriptions() {
    thread_local!(static DROPS_THE_STORE: Cell<bool> = const { Cell::new(false) });
    struct Bomb(Arc<AtomicUsize>);
    impl Drop for Bomb {
        fn drop(&mut self) {
            self.0.fetch_add(1, SeqCst);
            if DROPS_THE_STORE.get() {
                resume_unwind(Box::new(Fault));
            }
        }
    }
    let watch = hang::watch();
    let mut panicked = 0;
    // A thread collects at one pin of 128: in one of these rounds that is the first thing that the drop of the store does.
    for pins in 0..130 {
        watch.step(format!("the drop of a store after {pins} pins"));
        let config = store();
        let mut changes = subscribe(&config, "a");
        let dropped = Arc::new(AtomicUsize::new(0));
        let bomb = Bomb(Arc::clone(&dropped));
        let thread = std::thread::spawn(move || {
            let map = SyncMap::from([(0, bomb)]);
            map.pin().delete(&0);
            map.pin().flush(); // the next collection finds it ready
            (0..pins).for_each(|_| drop(map.pin()));
            DROPS_THE_STORE.set(true);
            let end = catch_unwind(AssertUnwindSafe(|| drop(config)));
            DROPS_THE_STORE.set(false);
            end.is_err()
        });
        panicked += usize::from(thread.join().unwrap());
        assert!(changes.recv().is_err(), "{pins} pins: closed");
        assert!(flush_until(|| dropped.load(SeqCst) == 1));
    }
    assert!(panicked > 0, "no garbage was collected by the drop of a store");
}

#[test]
fn a_future_that_is_dropped_takes_its_waker_back() {
    let _watch = hang::watch();
    let config = ConfigStore::new();
    let mut changes = config.subscribe("a");
    let counts = Arc::new(Counts::default());
    let waker = Waker::from(Arc::clone(&counts));
    {
        let mut future = Box::pin(changes.recv_async());
        assert!(Pin::new(&mut future).poll(&mut Context::from_waker(&waker)).is_pending());
        assert_eq!(Arc::strong_count(&counts), 3, "the waker is kept while the future waits");
    }
    assert_eq!(Arc::strong_count(&counts), 2, "the task may end");
    config.set("a", 1);
    assert_eq!(counts.0.load(SeqCst), 0);
    assert_eq!(changes.try_recv(), Ok(Some(1.into())), "nothing was lost");

    // A future that was never polled leaves the waker of an earlier poll alone.
    leave(&mut changes, &waker);
    drop(changes.recv_async());
    assert_eq!(Arc::strong_count(&counts), 3);
    config.set("a", 2);
    assert_eq!(counts.0.load(SeqCst), 1);
}
