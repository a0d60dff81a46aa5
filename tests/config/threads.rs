//! Many threads on one store: what a channel of size one loses, and what a list of listeners loses.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::task::{Context, Poll, Wake, Waker};
use sync_map::config::{ConfigStore, Settings, Value};
use test_support::{THREADS, hang, race};

fn number(value: &Value) -> i64 {
    if let Value::Integer(number) = value { *number } else { panic!("{value}") }
}

/// The article's store loses a subscriber in one of three such runs.
#[test]
fn all_that_subscribe_at_once_get_the_next_value() {
    let _watch = hang::watch();
    for _ in 0..200 {
        let config = ConfigStore::new();
        let subscribed = std::sync::Mutex::new(Vec::new());
        race(|_| {
            let changes = config.subscribe("a");
            subscribed.lock().unwrap().push(changes);
        });
        assert_eq!(config.subscriber_count("a"), THREADS);
        config.set("a", 7);
        for mut changes in subscribed.into_inner().unwrap() {
            assert_eq!(changes.try_recv(), Ok(Some(7.into())));
        }
        assert_eq!(config.subscriber_count("a"), 0);
    }
}

/// Writers count up; each subscriber sees numbers that go up and ends with the last one of all.
#[test]
fn every_subscriber_ends_with_the_newest_value() {
    let _watch = hang::watch();
    for round in 0..20 {
        let config = ConfigStore::new();
        let next = AtomicUsize::new(0);
        const SETS: usize = 500;
        let first = |value: Option<&Value>| value.map_or(0, number) + 1;
        let mut subscribers: Vec<_> = (0..8).map(|_| config.subscribe("a")).collect();
        std::thread::scope(|scope| {
            for (nth, mut changes) in subscribers.drain(..).enumerate() {
                scope.spawn(move || {
                    let mut last = 0;
                    while last != SETS as i64 {
                        let value = if nth % 2 == round % 2 {
                            changes.recv().unwrap()
                        } else {
                            block_on(|context| changes.poll_recv(context)).unwrap()
                        };
                        assert!(number(&value) > last, "{value} after {last}");
                        last = number(&value);
                    }
                });
            }
            for _ in 0..THREADS {
                scope.spawn(|| {
                    while next.fetch_add(1, SeqCst) < SETS {
                        config.update("a", first);
                    }
                });
            }
        });
        assert_eq!(config.get_int("a"), Ok(SETS as i64));
        assert_eq!(config.subscriber_count("a"), 0);
    }
}

/// An executor of one task: parks the thread between polls.
fn block_on<T>(mut poll: impl FnMut(&mut Context<'_>) -> Poll<T>) -> T {
    struct Unpark(std::thread::Thread);
    impl Wake for Unpark {
        fn wake(self: std::sync::Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(std::sync::Arc::new(Unpark(std::thread::current())));
    let mut context = Context::from_waker(&waker);
    loop {
        if let Poll::Ready(value) = poll(&mut context) {
            return value;
        }
        std::thread::park();
    }
}

/// What waits is woken by a removal, by the end of the store, and by nothing else.
#[test]
fn every_wait_ends_when_the_key_or_the_store_goes() {
    let _watch = hang::watch();
    for remove in [true, false] {
        let config = ConfigStore::new();
        config.set("a", 1);
        let ended = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for nth in 0..THREADS {
                let (mut changes, ended) = (config.subscribe("a"), &ended);
                changes.skip_current();
                scope.spawn(move || {
                    let end = if nth % 2 == 0 {
                        changes.recv()
                    } else {
                        block_on(|context| changes.poll_recv(context))
                    };
                    assert!(end.is_err());
                    ended.fetch_add(1, SeqCst);
                });
            }
            std::thread::sleep(std::time::Duration::from_millis(10));
            assert_eq!(ended.load(SeqCst), 0);
            if remove {
                config.remove("a");
            }
            drop(config);
        });
        assert_eq!(ended.load(SeqCst), THREADS);
    }
}

/// A snapshot is of one moment: two keys that are always applied together are never torn in it.
#[test]
fn a_snapshot_is_never_torn() {
    let _watch = hang::watch();
    let config = ConfigStore::new();
    let both = |n: i64| Settings::from_iter([("a", Value::from(n)), ("b", n.into())]);
    config.apply(both(0));
    let stop = AtomicBool::new(false);
    let mut seen = BTreeSet::new();
    std::thread::scope(|scope| {
        for thread in 0..2 {
            let (config, stop) = (&config, &stop);
            scope.spawn(move || {
                for n in 1.. {
                    config.apply(both(10 * n + thread));
                    if stop.load(SeqCst) {
                        break;
                    }
                }
            });
        }
        // On a busy machine the writers may begin late: it looks until they have written, or the watchdog says that they never did.
        let mut looks = 0;
        while looks < 20_000 || seen.len() < 3 {
            let snapshot = config.snapshot();
            assert_eq!(snapshot.get("a"), snapshot.get("b"));
            seen.insert(snapshot.get("a").map(number));
            looks += 1;
        }
        stop.store(true, SeqCst);
    });
}

/// Threads subscribe and unsubscribe while others set and remove: no key keeps anything in the end.
#[test]
fn subscribing_and_unsubscribing_leaves_nothing_behind() {
    let _watch = hang::watch();
    let config = ConfigStore::new();
    race(|thread| {
        for round in 0..1000_i64 {
            let key = ["a", "b"][(round % 2) as usize];
            match (round / 2 + thread as i64) % 4 {
                0 => drop(config.set(key, round)),
                1 => drop(config.remove(key)),
                _ => {
                    let mut changes = config.subscribe(key);
                    let first = changes.try_recv();
                    assert!(changes.current().is_none_or(|value| number(&value) < 1000), "{first:?}");
                }
            }
        }
    });
    assert_eq!((config.subscriber_count("a"), config.subscriber_count("b")), (0, 0));
}

#[test]
fn one_compare_and_set_of_many_wins() {
    let _watch = hang::watch();
    for _ in 0..200 {
        let (config, won) = (ConfigStore::new(), AtomicUsize::new(0));
        race(|thread| {
            if config.compare_and_set("leader", None, thread as i64).is_ok() {
                won.fetch_add(1, SeqCst);
            }
        });
        assert_eq!(won.load(SeqCst), 1);
    }
}
