//! Subscriptions, one thread at a time.

use std::time::{Duration, Instant};
use sync_map::config::{Closed, ConfigStore};
use test_support::hang;

#[test]
fn the_first_value_is_the_current_one_and_the_next_the_newest() {
    let _watch = hang::watch();
    let config = ConfigStore::new();
    config.set("a", 1);
    let mut changes = config.subscribe("a");
    assert_eq!(changes.try_recv(), Ok(Some(1.into())));
    assert_eq!(changes.try_recv(), Ok(None));
    config.set("a", 2);
    config.set("a", 3);
    assert_eq!(changes.current(), Some(3.into()));
    assert_eq!(changes.recv(), Ok(3.into()));
    assert_eq!(changes.try_recv(), Ok(None));
    config.set("a", 3);
    assert_eq!(changes.try_recv(), Ok(Some(3.into())), "a set of the same value is a change");
    config.set_if_changed("a", 3);
    assert_eq!(changes.try_recv(), Ok(None));
    config.set("b", 1);
    assert_eq!(changes.try_recv(), Ok(None), "another key");
}

#[test]
fn a_key_without_a_value_can_be_waited_for() {
    let _watch = hang::watch();
    let config = ConfigStore::new();
    let mut changes = config.subscribe("a");
    assert_eq!((changes.try_recv(), changes.current()), (Ok(None), None));
    config.set("a", 1);
    config.remove("a");
    assert_eq!(changes.try_recv(), Ok(None), "it came and went: the first value is still to come");
    config.set("a", 2);
    assert_eq!(changes.try_recv(), Ok(Some(2.into())));
    config.remove("a");
    assert_eq!(changes.try_recv(), Err(Closed { key: "a".into() }));
}

#[test]
fn a_removal_closes_for_good() {
    let _watch = hang::watch();
    let config = ConfigStore::new();
    config.set("a", 1);
    let mut changes = config.subscribe("a");
    let mut unseen = config.subscribe("a");
    assert_eq!(changes.recv(), Ok(1.into()));
    config.remove("a");
    config.set("a", 2);
    for subscription in [&mut changes, &mut unseen] {
        assert_eq!(subscription.recv(), Err(Closed { key: "a".into() }), "the new value is of another life");
        assert_eq!(subscription.next(), None);
        assert_eq!(subscription.recv_timeout(Duration::ZERO), Err(Closed { key: "a".into() }));
    }
    assert_eq!(config.subscribe("a").recv(), Ok(2.into()));
    assert!(Closed { key: "a".into() }.to_string().contains("`a` was removed"));
}

#[test]
fn replacing_all_closes_what_it_removes() {
    let _watch = hang::watch();
    let config = ConfigStore::new();
    config.set("a", 1);
    config.set("b", 1);
    let (mut a, mut b) = (config.subscribe("a"), config.subscribe("b"));
    a.skip_current();
    b.skip_current();
    config.replace_all(sync_map::config::Settings::from_iter([("a", 2.into())]));
    assert_eq!((a.try_recv(), b.try_recv()), (Ok(Some(2.into())), Err(Closed { key: "b".into() })));
}

#[test]
fn dropping_unsubscribes_and_dropping_the_store_closes() {
    let _watch = hang::watch();
    let config = ConfigStore::new();
    config.set("a", 1);
    let one = config.subscribe("a");
    let mut two = config.subscribe("a");
    let mut waiting = config.subscribe("never");
    assert_eq!((config.subscriber_count("a"), config.subscriber_count("never")), (2, 1));
    drop(one);
    assert_eq!(config.subscriber_count("a"), 1);
    drop(config);
    assert!(two.recv().is_err() && waiting.recv().is_err());
    assert_eq!(two.key(), "a");
}

#[test]
fn a_timed_wait_ends_in_time() {
    let _watch = hang::watch();
    let config = ConfigStore::new();
    let mut changes = config.subscribe("a");
    let begin = Instant::now();
    assert_eq!(changes.recv_timeout(Duration::from_millis(20)), Ok(None));
    assert!(begin.elapsed() >= Duration::from_millis(20));
    assert_eq!(changes.recv_timeout(Duration::ZERO), Ok(None));
    config.set("a", 1);
    assert_eq!(changes.recv_timeout(Duration::ZERO), Ok(Some(1.into())));
    config.set("a", 2);
    assert_eq!(changes.recv_timeout(Duration::MAX), Ok(Some(2.into())));
    config.remove("a");
    assert!(changes.recv_timeout(Duration::MAX).is_err());
}
