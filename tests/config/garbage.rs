//! Garbage: no `Drop` of a user runs while the store holds a lock, and what the store retires is handed over.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::task::{Context, Wake, Waker};
use sync_map::SyncMap;
use sync_map::config::{ConfigStore, Settings, Subscription, Value};
use test_support::{flush_until, hang};

/// A map of a user that owns subscriptions to the keys of a store.
fn listeners(config: &ConfigStore, number: usize) -> SyncMap<usize, Subscription> {
    let map = SyncMap::new();
    (0..number).for_each(|nth| map.pin().store(nth, config.subscribe(&format!("key{}", nth % 7))));
    map
}

fn many(number: i64, value: i64) -> Settings {
    (0..number).map(|nth| (format!("key{nth}"), Value::from(value))).collect()
}

fn subscribers(config: &ConfigStore) -> usize {
    (0..7).map(|nth| config.subscriber_count(&format!("key{nth}"))).sum()
}

/// A retired subscription takes the writers' mutex when it is dropped. Many changes under one hold of that mutex retire so much that
/// this thread wants to flush.
#[test]
fn retired_subscriptions_are_dropped_after_an_apply_has_let_its_lock_go() {
    let watch = hang::watch();
    for round in 0..20 {
        watch.step(format!("an apply of 600 changed keys, round {round}"));
        let config = ConfigStore::new();
        let map = listeners(&config, 200);
        config.apply(many(600, 0));
        (0..200).for_each(|nth| assert!(map.pin().delete(&nth)));
        assert_eq!(config.apply(many(600, round + 1)).set.len(), 600);
        (0..200).for_each(|nth| map.pin().store(nth, config.subscribe("key0")));
        (0..200).for_each(|nth| assert!(map.pin().delete(&nth)));
        assert_eq!(config.replace_all(Settings::new()).removed.len(), 600);
        watch.step("the collection of retired subscriptions");
        assert!(flush_until(|| subscribers(&config) == 0), "{} are left", subscribers(&config));
    }
}

/// A single change comes at the moment when this thread has retired so much that it wants to flush: after 256 objects, by whatever it
/// retires itself.
#[test]
fn retired_subscriptions_are_dropped_after_a_set_has_let_its_lock_go() {
    let watch = hang::watch();
    let config = ConfigStore::new();
    type Change = fn(&ConfigStore, i64);
    let changes: [(&str, Change); 3] = [
        ("set", |config, value| drop(config.set("key0", value))),
        ("update", |config, value| drop(config.update("key0", |_| value))),
        ("remove", |config, _| drop(config.remove("key0"))),
    ];
    for (name, change) in changes {
        for retired in 230..260 {
            watch.step(format!("{name} after {retired} other objects were retired"));
            config.set("key0", -1);
            let map = listeners(&config, 20);
            let others: SyncMap<usize, usize> = (0..retired).map(|nth| (nth, nth)).collect();
            (0..20).for_each(|nth| assert!(map.pin().delete(&nth)));
            map.pin().flush(); // the next collection finds the subscriptions ready
            let pinned = others.pin();
            (0..retired).for_each(|nth| assert!(pinned.delete(&nth)));
            drop(pinned);
            change(&config, retired as i64);
        }
    }
    watch.step("the collection of retired subscriptions");
    assert!(flush_until(|| subscribers(&config) == 0), "{} are left", subscribers(&config));
}

/// A waker that panics.
struct Panics;

impl Wake for Panics {
    fn wake(self: Arc<Self>) {
        std::panic::resume_unwind(Box::new("a waker panics"));
    }
}

/// A store changes rarely and may hold much: a thread that changes it and then sleeps keeps nothing back.
#[test]
fn what_a_change_retires_is_dropped_while_its_thread_sleeps() {
    let watch = hang::watch();
    type Change = fn(&ConfigStore);
    let changes: [(&str, Change); 5] = [
        ("set, and a waker panics", |config| {
            let mut other = config.subscribe("key0");
            other.skip_current();
            let waker = Waker::from(Arc::new(Panics));
            assert!(other.poll_recv(&mut Context::from_waker(&waker)).is_pending());
            catch_unwind(AssertUnwindSafe(|| config.set("key0", 1))).unwrap_err();
        }),
        ("apply", |config| drop(config.apply(many(5, 1)))),
        ("replace_all", |config| drop(config.replace_all(Settings::new()))),
        ("set", |config| drop(config.set("key0", 1))),
        ("remove", |config| drop(config.remove("key0"))),
    ];
    for (name, change) in changes {
        watch.step(name);
        let config = Arc::new(ConfigStore::new());
        config.apply(many(5, 0));
        let map = listeners(&config, 3);
        let (changed, has_changed) = channel();
        let (done, is_done) = channel::<()>();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                // These three stand for what the change itself retires: they lie in the same bag of this thread.
                (0..3).for_each(|nth| assert!(map.pin().delete(&nth)));
                change(&config);
                changed.send(()).unwrap();
                let is_done = is_done; // this thread's own: it ends when the other side is gone
                is_done.recv().unwrap_err();
            });
            has_changed.recv().unwrap();
            let all_are_gone = flush_until(|| subscribers(&config) == 0);
            drop(done);
            assert!(all_are_gone, "{name}: {} are still there", subscribers(&config));
        });
    }
}
