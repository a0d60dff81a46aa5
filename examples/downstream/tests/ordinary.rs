//! Ordinary tests, on real threads: they pass, with the seeded bug too. The workers would have to meet between two instructions.
#![cfg(not(any(model_loom, model_shuttle)))]

use job_queue::JobQueue;
use std::sync::Arc;

#[test]
fn a_job_is_claimed_once() {
    let queue = JobQueue::new();
    assert!(queue.submit(1, "sweep"));
    assert!(!queue.submit(1, "mop"), "the number is taken");
    assert_eq!(queue.claim(), Some("sweep"));
    assert_eq!(queue.claim(), None);
    assert!(queue.submit(1, "mop"));
}

#[test]
fn workers_get_all_jobs() {
    let queue = Arc::new(JobQueue::new());
    for number in 0..100 {
        assert!(queue.submit(number, number));
    }
    let workers = (0..4).map(|_| {
        let queue = Arc::clone(&queue);
        std::thread::spawn(move || std::iter::from_fn(|| queue.claim()).collect::<Vec<_>>())
    });
    // One after the other: whether they meet would be left to chance.
    let mut done: Vec<u64> = workers.flat_map(|worker| worker.join().expect("it has not panicked")).collect();
    done.sort_unstable();
    assert_eq!(done, (0..100).collect::<Vec<_>>());
}
