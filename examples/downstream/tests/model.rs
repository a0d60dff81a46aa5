//! The queue and the map under a model checker:
//!
//! ```text
//! RUSTFLAGS="--cfg model_loom" cargo test --test model
//! RUSTFLAGS="--cfg model_shuttle" cargo test --test model
//! ```
#![cfg(any(model_loom, model_shuttle))]

use job_queue::JobQueue;
#[cfg(model_loom)]
use loom::thread;
#[cfg(model_shuttle)]
use shuttle::thread;
use std::sync::Arc; // Not loom's: the checker need not explore the counts of the test.
#[cfg(all(model_loom, not(feature = "seeded-bug")))]
use std::sync::atomic::{AtomicU64, Ordering};
use sync_map::ONE_STEP;
#[cfg(model_loom)]
use sync_map::SyncMap;
use sync_map::model::{Mode, abstract_execution, execution};

#[cfg(model_loom)]
type Hasher = std::hash::BuildHasherDefault<std::hash::DefaultHasher>;

/// Explores the interleavings of a body: all of them under loom, a sample under shuttle.
fn explore(body: impl Fn() + Send + Sync + 'static) {
    run(move || execution(Mode::Eager, &body));
}

/// The same with each call of the map as one step: far fewer interleavings, in which nothing is said of the map itself.
fn explore_abstractly(body: impl Fn() + Send + Sync + 'static) {
    run(move || abstract_execution(&ONE_STEP, &body));
}

fn run(body: impl Fn() + Send + Sync + 'static) {
    #[cfg(model_loom)]
    {
        let mut builder = loom::model::Builder::new();
        builder.max_branches = 20_000;
        builder.check(body);
    }
    #[cfg(model_shuttle)]
    shuttle::check_random(body, 1_000);
}

/// Two workers, and one job.
fn two_workers() {
    let queue = Arc::new(JobQueue::new());
    queue.submit(1, "sweep");
    let other = Arc::clone(&queue);
    let worker = thread::spawn(move || other.claim());
    let mine = queue.claim();
    let theirs = worker.join().expect("it has not panicked");
    assert!(mine.is_some() != theirs.is_some(), "one job: {mine:?} and {theirs:?}");
}

#[test]
fn two_workers_do_not_get_the_same_job() {
    explore(two_workers);
}

#[test]
fn two_workers_do_not_get_the_same_job_when_each_call_is_one_step() {
    explore_abstractly(two_workers);
}

/// How many executions each of the two takes: under loom all that there are.
#[test]
#[cfg(all(model_loom, not(feature = "seeded-bug")))]
fn calls_of_one_step_take_far_fewer_executions() {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let counted = || {
        COUNT.fetch_add(1, Ordering::Relaxed);
        two_workers();
    };
    explore(counted);
    let all = COUNT.swap(0, Ordering::Relaxed);
    explore_abstractly(counted);
    let abstracted = COUNT.load(Ordering::Relaxed);
    println!("{all} executions, {abstracted} when each call of the map is one step");
    assert!(abstracted > 1 && all > 5 * abstracted, "{all} and {abstracted}");
}

#[test]
fn a_job_that_is_submitted_meanwhile_is_claimed_or_waits() {
    explore(|| {
        let queue = Arc::new(JobQueue::new());
        let other = Arc::clone(&queue);
        let worker = thread::spawn(move || other.claim());
        assert!(queue.submit(1, "sweep"));
        let theirs = worker.join().expect("it has not panicked");
        assert!(theirs.is_some() != queue.claim().is_some());
    });
}

/// What a closure has written before a call takes effect is seen by whoever sees the call, also when calls are one step.
#[test]
#[cfg(model_loom)]
fn what_a_closure_publishes_is_seen() {
    fn publishes() {
        let map = Arc::new(SyncMap::with_hasher(Hasher::default()));
        map.store(1, 1);
        let written = Arc::new(loom::sync::atomic::AtomicUsize::new(0));
        let (theirs, flag) = (Arc::clone(&map), Arc::clone(&written));
        let worker = thread::spawn(move || {
            theirs.update(&1, |value| {
                flag.store(1, std::sync::atomic::Ordering::Relaxed);
                value + 1
            });
        });
        if map.load(&1) == Some(2) {
            assert_eq!(written.load(std::sync::atomic::Ordering::Relaxed), 1);
        }
        worker.join().expect("it has not panicked");
    }
    explore(publishes);
    explore_abstractly(publishes);
}

/// A closure that lets other threads run splits its call, in both: the outcomes are the same.
#[test]
#[cfg(model_loom)]
fn a_closure_in_which_others_run_splits_its_call() {
    type Outcomes = std::collections::BTreeSet<(usize, usize)>;
    static SEEN: std::sync::Mutex<Outcomes> = std::sync::Mutex::new(Outcomes::new());
    fn split() {
        use std::sync::atomic::Ordering::SeqCst;
        let map = Arc::new(SyncMap::with_hasher(Hasher::default()));
        map.store(1, 1);
        let other = Arc::new(loom::sync::atomic::AtomicUsize::new(0));
        let (theirs, flag) = (Arc::clone(&map), Arc::clone(&other));
        let worker = thread::spawn(move || {
            theirs.store(1, 2);
            flag.store(1, SeqCst);
            theirs.load(&1).unwrap_or(0)
        });
        let mut saw = 0;
        map.delete_if(&1, |_| {
            saw = saw * 10 + 1 + other.load(SeqCst);
            true
        });
        let theirs = worker.join().expect("it has not panicked");
        SEEN.lock().expect("nothing has panicked").insert((saw, theirs));
    }
    let outcomes = |explored: ()| {
        let () = explored;
        std::mem::take(&mut *SEEN.lock().expect("nothing has panicked"))
    };
    let of_the_algorithm = outcomes(explore(split));
    assert_eq!(outcomes(explore_abstractly(split)), of_the_algorithm);
    assert!(of_the_algorithm.len() > 5, "{of_the_algorithm:?}");
}
