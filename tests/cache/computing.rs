//! One computation for many callers; errors, panics, re-entry.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Barrier, mpsc};
use std::thread;
use sync_map::Cache;
use test_support::hang;

/// Callers that wait while `first` computes; what each has got.
fn beside<R: Send>(
    cache: &Cache<&'static str, i32>,
    first: impl FnOnce(&Barrier) -> R + Send,
    others: impl Fn() -> i32 + Sync,
) -> (R, Vec<i32>) {
    let computing = Barrier::new(2);
    thread::scope(|scope| {
        let leader = scope.spawn(|| first(&computing));
        computing.wait(); // it computes
        let waiters: Vec<_> = (0..4).map(|_| scope.spawn(&others)).collect();
        while cache.statistics().misses < 5 {
            thread::yield_now(); // all have found its computation
        }
        computing.wait();
        (leader.join().unwrap(), waiters.into_iter().map(|waiter| waiter.join().unwrap()).collect())
    })
}

#[test]
fn one_computes_and_all_have_its_value() {
    let _watch = hang::watch();
    let (cache, computed) = (Cache::new(), AtomicUsize::new(0));
    let make = |computing: &Barrier| {
        cache.get_or_insert_with("key", || {
            computed.fetch_add(1, SeqCst);
            computing.wait();
            computing.wait();
            7
        })
    };
    let (first, others) = beside(&cache, make, || cache.get_or_insert_with("key", || unreachable!()));
    assert_eq!((first, others), (7, vec![7; 4]));
    assert_eq!((computed.into_inner(), cache.statistics().insertions), (1, 1));
}

#[test]
fn when_it_panics_the_next_computes() {
    let _watch = hang::watch();
    let (cache, computed) = (Cache::new(), AtomicUsize::new(0));
    let make = |computing: &Barrier| {
        let call = || {
            cache.get_or_insert_with("key", || {
                computing.wait();
                computing.wait();
                std::panic::resume_unwind(Box::new("as asked"))
            })
        };
        catch_unwind(AssertUnwindSafe(call)).unwrap_err().downcast_ref::<&str>().copied()
    };
    let others = || cache.get_or_insert_with("key", || i32::try_from(computed.fetch_add(1, SeqCst)).unwrap());
    let (first, others) = beside(&cache, make, others);
    assert_eq!((first, others), (Some("as asked"), vec![0; 4]));
    assert_eq!(computed.into_inner(), 1);
}

#[test]
fn when_it_fails_its_caller_has_the_error_and_the_next_computes() {
    let _watch = hang::watch();
    let cache = Cache::new();
    let make = |computing: &Barrier| {
        cache.try_get_or_insert_with("key", || {
            computing.wait();
            computing.wait();
            Err("no")
        })
    };
    let (first, others) = beside(&cache, make, || cache.get_or_insert_with("key", || 5));
    assert_eq!((first, others), (Err("no"), vec![5; 4]));
}

#[test]
fn a_removal_cuts_a_computation_off() {
    let _watch = hang::watch();
    let cuts: [fn(&Cache<&'static str, i32>); 2] =
        [|cache| assert_eq!(cache.remove("key"), None), Cache::clear];
    for cut in cuts {
        let cache = Cache::new();
        let value = cache.get_or_insert_with("key", || {
            cut(&cache);
            7
        });
        assert_eq!((value, cache.get("key"), cache.statistics().insertions), (7, None, 0));
    }
}

#[test]
fn those_who_wait_for_a_computation_that_is_cut_off_have_its_value() {
    let _watch = hang::watch();
    let cache = Cache::new();
    let make = |computing: &Barrier| {
        cache.get_or_insert_with("key", || {
            computing.wait();
            computing.wait();
            std::thread::sleep(std::time::Duration::from_millis(20)); // they usually wait by then
            cache.remove("key");
            7
        })
    };
    let (first, others) = beside(&cache, make, || cache.get_or_insert_with("key", || 8));
    assert_eq!(first, 7);
    // One that had not begun to wait by then looks again, and finds nothing.
    assert!(others.iter().all(|value| [7, 8].contains(value)), "{others:?}");
    assert!(cache.get("key").is_none_or(|value| value == 8), "what was cut off is not kept");
}

#[test]
fn a_value_that_came_meanwhile_is_not_overwritten() {
    let _watch = hang::watch();
    let cache = Cache::new();
    let value = cache.get_or_insert_with("key", || {
        cache.insert("key", 5);
        7
    });
    assert_eq!((value, cache.get("key")), (7, Some(5)));
}

#[test]
fn a_closure_may_use_the_cache_but_not_ask_for_its_own_key() {
    let _watch = hang::watch();
    let mut cache = Cache::new();
    let value = cache.get_or_insert_with("outer", || {
        assert_eq!((cache.get("outer"), cache.len(), cache.cleanup()), (None, 0, 0));
        cache.get_or_insert_with("inner", || 1) + 1
    });
    assert_eq!((value, cache.get("inner")), (2, Some(1)));
    let call = || cache.get_or_insert_with("own", || cache.get_or_insert_with("own", || 1));
    let panic = catch_unwind(AssertUnwindSafe(call)).unwrap_err();
    assert!(panic.downcast_ref::<&str>().is_some_and(|text| text.contains("would wait for itself")));
    assert_eq!(cache.get_or_insert_with("own", || 3), 3, "the cache goes on");
    cache.check_invariants().unwrap();
}

#[test]
fn another_key_does_not_wait() {
    let _watch = hang::watch();
    let cache = Arc::new(Cache::new());
    let (begun, has_begun) = mpsc::channel();
    let (end, ending) = mpsc::channel::<()>();
    let slow = Arc::clone(&cache);
    let thread = thread::spawn(move || {
        slow.get_or_insert_with("slow", || {
            begun.send(()).unwrap();
            ending.recv().unwrap();
            1
        })
    });
    has_begun.recv().unwrap();
    assert_eq!(cache.get_or_insert_with("quick", || 2), 2);
    assert_eq!((cache.get("slow"), cache.len()), (None, 1));
    end.send(()).unwrap();
    assert_eq!(thread.join().unwrap(), 1);
}
