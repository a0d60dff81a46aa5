//! Futures: who is woken, when, and what a waker may do.

use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use sync_map::config::{ConfigStore, Subscription};
use test_support::hang;

/// Counts how often it is woken.
#[derive(Default)]
struct Woken(AtomicUsize);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, SeqCst);
    }
}

impl Woken {
    fn waker() -> (Arc<Self>, Waker) {
        let woken = Arc::new(Woken::default());
        (Arc::clone(&woken), Waker::from(woken))
    }

    fn times(&self) -> usize {
        self.0.load(SeqCst)
    }
}

#[test]
fn a_pending_future_is_woken_by_the_next_change() {
    let _watch = hang::watch();
    let config = ConfigStore::new();
    let mut changes = config.subscribe("a");
    let (woken, waker) = Woken::waker();
    let mut context = Context::from_waker(&waker);
    let mut future = pin!(changes.recv_async());
    assert_eq!(future.as_mut().poll(&mut context), Poll::Pending);
    config.set("b", 1);
    assert_eq!(woken.times(), 0);
    config.set("a", 1);
    assert_eq!(woken.times(), 1);
    config.set("a", 2);
    assert_eq!(woken.times(), 1, "once for each poll");
    assert_eq!(future.as_mut().poll(&mut context), Poll::Ready(Ok(2.into())));
}

#[test]
fn a_removal_and_the_end_of_the_store_wake() {
    let _watch = hang::watch();
    let config = ConfigStore::new();
    config.set("a", 1);
    let (mut a, mut b) = (config.subscribe("a"), config.subscribe("b"));
    a.skip_current();
    let (woken, waker) = Woken::waker();
    let mut context = Context::from_waker(&waker);
    assert!(a.poll_recv(&mut context).is_pending() && b.poll_recv(&mut context).is_pending());
    config.remove("a");
    assert_eq!(woken.times(), 1);
    assert!(matches!(a.poll_recv(&mut context), Poll::Ready(Err(_))));
    drop(config);
    assert_eq!(woken.times(), 2);
    assert!(matches!(b.poll_recv(&mut context), Poll::Ready(Err(_))));
}

#[test]
fn the_last_waker_counts_and_a_dropped_subscription_wakes_nobody() {
    let _watch = hang::watch();
    let config = ConfigStore::new();
    let mut changes = config.subscribe("a");
    let _other = config.subscribe("a"); // what the subscribers of the key share outlives the one that is dropped
    let ((first, one), (second, two)) = (Woken::waker(), Woken::waker());
    assert!(changes.poll_recv(&mut Context::from_waker(&one)).is_pending());
    assert!(changes.poll_recv(&mut Context::from_waker(&two)).is_pending());
    drop(one);
    assert_eq!(Arc::strong_count(&first), 1, "the replaced waker was dropped");
    config.set("a", 1);
    assert_eq!((first.times(), second.times()), (0, 1));
    changes.skip_current();
    assert!(changes.poll_recv(&mut Context::from_waker(&two)).is_pending());
    drop(changes);
    drop(two);
    assert_eq!(Arc::strong_count(&second), 1, "the waker of the dropped one was dropped");
    config.set("a", 2);
    assert_eq!(second.times(), 1);
}

/// The subscribers of a key share one list of wakers: each has its own place in it.
#[test]
fn each_subscription_of_a_key_has_a_waker_of_its_own() {
    let config = ConfigStore::new();
    let (mut one, mut other, ending) = (config.subscribe("a"), config.subscribe("a"), config.subscribe("a"));
    let ((first, of_first), (second, of_second)) = (Woken::waker(), Woken::waker());
    assert!(one.poll_recv(&mut Context::from_waker(&of_first)).is_pending());
    assert!(other.poll_recv(&mut Context::from_waker(&of_second)).is_pending());
    drop(ending);
    config.set("a", 1);
    assert_eq!((first.times(), second.times()), (1, 1));
}

/// A waker that uses the store, and a waker whose drop does: no lock is held then.
#[test]
fn a_waker_may_use_the_store() {
    let _watch = hang::watch();
    struct Uses(Arc<ConfigStore>, Mutex<Option<Subscription>>);
    impl Wake for Uses {
        fn wake(self: Arc<Self>) {
            self.0.set("b", 1);
            drop(self.1.lock().unwrap().take());
        }
    }
    impl Drop for Uses {
        fn drop(&mut self) {
            self.0.set("c", 1);
        }
    }
    let config = Arc::new(ConfigStore::new());
    let mut changes = config.subscribe("a");
    let own = config.subscribe("a");
    let waker = Waker::from(Arc::new(Uses(Arc::clone(&config), Mutex::new(Some(own)))));
    assert!(changes.poll_recv(&mut Context::from_waker(&waker)).is_pending());
    drop(waker);
    config.set("a", 1);
    assert_eq!(config.keys(), ["a", "b", "c"]);
    assert_eq!(config.subscriber_count("a"), 1);
    let other = Waker::from(Arc::new(Uses(Arc::clone(&config), Mutex::new(None))));
    changes.skip_current();
    assert!(changes.poll_recv(&mut Context::from_waker(&other)).is_pending());
    drop(other);
    config.remove("c");
    assert!(changes.poll_recv(&mut Context::from_waker(Waker::noop())).is_pending());
    assert!(config.contains_key("c"), "the replaced waker was dropped, and set it");
}

#[cfg(feature = "stream")]
#[test]
fn a_stream_gives_the_values_and_ends() {
    let _watch = hang::watch();
    use futures_core::Stream;
    let config = ConfigStore::new();
    config.set("a", 1);
    let mut changes = pin!(config.subscribe("a"));
    let mut context = Context::from_waker(Waker::noop());
    assert_eq!(changes.as_mut().poll_next(&mut context), Poll::Ready(Some(1.into())));
    assert_eq!(changes.as_mut().poll_next(&mut context), Poll::Pending);
    config.remove("a");
    assert_eq!(changes.as_mut().poll_next(&mut context), Poll::Ready(None));
}
