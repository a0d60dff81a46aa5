//! What happens before what in an execution, by the memory model of Rust: for each step, which steps of the other threads it *knows of*.
//!
//! A step knows of
//! - what its own thread did earlier, and of the set-up;
//! - what the writer knew of, if it is an acquire access that sees a release write. A read-modify-write goes on with the release sequence of the
//!   write that it replaces, whatever its own ordering; a plain store ends it, also one of the same thread;
//! - what the threads knew of that have unlocked the mutex which it locks;
//! - everything, after the last call of the last thread: the other threads are joined then.
//!
//! What is approximated:
//! - Which write a load has seen is told by the value. If several have written it, the latest is taken: that of every load that is not stale. A
//!   stale load of a value that was written twice may so be said to know of more than it does.
//! - `SeqCst` counts as acquire and release. The one order of all such accesses is not part of happens-before, so it is left out.
//! - Fences are left out: the model of the epoch has some, at pins, unpins and retirements, in the modes eager and visible. There a step may
//!   know of more than is said here. So are reference counts and wake-ups of a condition variable (the mutex that it takes again counts).

use linear::Step;
use std::collections::BTreeMap;

/// How many steps of each thread are known; the last one is the set-up.
type Clock = Vec<usize>;

/// A write to an atomic.
struct Write<'s> {
    at: usize,
    value: Option<&'s String>,
    /// What an acquire access that sees it gets to know.
    released: Clock,
}

/// The order of the steps of an execution. They go by their places in it, from 0.
pub(super) struct Order {
    /// Its thread, and how many steps of that come before.
    places: Vec<(usize, usize)>,
    /// What each step knows of.
    clocks: Vec<Clock>,
    /// For a step that sees a value, the step that wrote it; for one that locks a mutex, the one that unlocked it.
    pub(super) from: Vec<Option<usize>>,
}

fn join(clock: &mut Clock, other: &Clock) {
    clock.iter_mut().zip(other).for_each(|(one, other)| *one = (*one).max(*other));
}

/// Whether the ordering of the access is one of these, or both.
fn is(step: &Step, ordering: &str) -> bool {
    step.site.as_ref().is_some_and(|(_, used)| used == ordering || used == "AcqRel" || used == "SeqCst")
}

/// The orders of an execution while its steps are gone through.
struct Walk<'s> {
    threads: Vec<Clock>,
    writes: BTreeMap<&'s str, Vec<Write<'s>>>,
    /// Who has unlocked a mutex last, and what it knew.
    unlocked: BTreeMap<&'s str, (usize, Clock)>,
    /// The mutexes that each thread holds.
    held: Vec<Vec<&'s str>>,
}

impl<'s> Walk<'s> {
    /// Takes a step of a thread, whose clock has it already. Returns where it comes from.
    fn take(&mut self, at: usize, step: &'s Step, thread: usize) -> Option<usize> {
        let object = step.object.as_str();
        match step.action.as_str() {
            "Load" | "ExchangeFailed" => {
                let writes = self.writes.get(object)?;
                let seen = writes.iter().rfind(|write| write.value == step.seen.as_ref())?;
                if is(step, "Acquire") {
                    join(&mut self.threads[thread], &seen.released);
                }
                Some(seen.at)
            }
            "Exchange" | "Store" => {
                let writes = self.writes.entry(object).or_default();
                let replaced = writes.last().filter(|_| step.action == "Exchange");
                let mut released = vec![0; self.threads.len()];
                if let Some(replaced) = replaced {
                    released.clone_from(&replaced.released);
                    if is(step, "Acquire") {
                        join(&mut self.threads[thread], &replaced.released);
                    }
                }
                if is(step, "Release") {
                    join(&mut released, &self.threads[thread]);
                }
                let from = replaced.map(|replaced| replaced.at);
                // An access that writes what was there says that it wrote nothing.
                let value = step.written.as_ref().or(step.seen.as_ref());
                writes.push(Write { at, value, released });
                from
            }
            "Lock" => {
                self.held[thread].push(object);
                let (from, clock) = self.unlocked.get(object)?;
                join(&mut self.threads[thread], clock);
                Some(*from)
            }
            "Unlock" => {
                self.held[thread].retain(|held| *held != object);
                self.unlocked.insert(object, (at, self.threads[thread].clone()));
                None
            }
            // It releases the mutex that was locked last, and locks it again when it ends.
            "Wait" => {
                let mutex = self.held[thread].pop()?;
                self.unlocked.insert(mutex, (at, self.threads[thread].clone()));
                None
            }
            _ => None,
        }
    }
}

/// For each step, whether it comes after the last call of the last thread: then all threads have ended.
fn after_the_end(steps: &[Step], threads: usize) -> Vec<bool> {
    let is_last = |step: &Step| threads.checked_sub(1) == Some(step.thread);
    let end =
        steps.iter().rposition(|step| is_last(step) && matches!(step.action.as_str(), "Call" | "Return"));
    let end = end.filter(|end| steps[*end].action == "Return");
    (0..steps.len()).map(|at| end.is_some_and(|end| at > end) && is_last(&steps[at])).collect()
}

impl Order {
    /// Of all steps of an execution of a program with so many threads.
    pub(super) fn of(steps: &[Step], threads: usize) -> Order {
        let ended = after_the_end(steps, threads);
        let all = threads + 1;
        let mut walk = Walk {
            threads: vec![vec![0; all]; all],
            writes: BTreeMap::new(),
            unlocked: BTreeMap::new(),
            held: vec![Vec::new(); all],
        };
        let mut order = Order { places: Vec::new(), clocks: Vec::new(), from: Vec::new() };
        for (at, step) in steps.iter().enumerate() {
            // A file may name threads that its program lacks: nobody draws them.
            let thread = step.thread.min(threads);
            let place = walk.threads[thread][thread];
            // Of the set-up; and of the others, if they have ended.
            let before = if ended[at] { 0..all } else { threads..threads + 1 };
            for other in before {
                let clock = walk.threads[other].clone();
                join(&mut walk.threads[thread], &clock);
            }
            walk.threads[thread][thread] = place + 1;
            let from = walk.take(at, step, thread);
            order.places.push((thread, place));
            order.clocks.push(walk.threads[thread].clone());
            order.from.push(from);
        }
        order
    }

    /// Whether the first step happens before the second.
    pub(super) fn is_before(&self, first: usize, second: usize) -> bool {
        let (thread, place) = self.places[first];
        first != second && self.clocks[second][thread] > place
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(thread: usize, action: &str, object: &str, ordering: &str, values: (&str, &str)) -> Step {
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Step {
            thread,
            action: action.to_owned(),
            object: object.to_owned(),
            site: text(ordering).map(|ordering| ("ORD-1".to_owned(), ordering)),
            seen: text(values.0),
            written: text(values.1),
            stale: false,
            line: String::new(),
            shown: None,
            snapshot: None,
        }
    }

    /// Message passing: thread 0 writes `data` and then `flag`, thread 1 reads `flag`.
    fn passing(store: &str, load: &str, between: &[Step]) -> Order {
        let mut steps = vec![
            step(0, "Exchange", "data #1", "Relaxed", ("0", "1")),
            step(0, "Store", "flag #2", store, ("0", "1")),
        ];
        steps.extend(between.iter().cloned());
        let seen = steps.last().and_then(|last| last.written.clone()).expect("a write");
        steps.push(step(1, "Load", "flag #2", load, (&seen, "")));
        Order::of(&steps, 3)
    }

    #[test]
    fn a_message_passed_with_release_and_acquire_is_known_and_one_with_relaxed_is_not() {
        for (store, load, knows) in [
            ("Release", "Acquire", true),
            ("SeqCst", "SeqCst", true),
            ("AcqRel", "Acquire", true),
            ("Relaxed", "Acquire", false),
            ("Release", "Relaxed", false),
            ("Acquire", "Acquire", false),
            ("Release", "Release", false),
        ] {
            let order = passing(store, load, &[]);
            assert_eq!(order.is_before(0, 2), knows, "{store}, {load}");
            assert_eq!(order.is_before(1, 2), knows, "{store}, {load}");
            assert_eq!(order.from[2], Some(1), "it sees the store all the same");
            assert!(order.is_before(0, 1) && !order.is_before(1, 0) && !order.is_before(2, 1));
        }
    }

    #[test]
    fn a_release_sequence_goes_through_an_exchange_of_any_ordering_and_ends_at_a_store() {
        let exchange = step(2, "Exchange", "flag #2", "Relaxed", ("1", "2"));
        let order = passing("Release", "Acquire", std::slice::from_ref(&exchange));
        assert!(order.is_before(0, 3) && order.is_before(1, 3), "what the store released");
        assert!(!order.is_before(2, 3), "the relaxed exchange itself releases nothing");
        assert!(!order.is_before(1, 2), "and acquires nothing");
        let acquires = Step { site: Some(("ORD-1".to_owned(), "Acquire".to_owned())), ..exchange };
        assert!(passing("Release", "Acquire", &[acquires]).is_before(0, 2));
        for thread in [0, 2] {
            let store = step(thread, "Store", "flag #2", "Relaxed", ("1", "2"));
            assert!(!passing("Release", "Acquire", &[store]).is_before(1, 3), "by thread {thread}");
        }
    }

    #[test]
    fn a_failed_exchange_acquires_and_a_stale_load_knows_what_the_old_write_knew() {
        let mut steps = vec![
            step(0, "Store", "flag #2", "Release", ("0", "1")),
            step(0, "Store", "flag #2", "Release", ("1", "2")),
            step(1, "ExchangeFailed", "flag #2", "Acquire", ("2", "")),
            step(2, "Load", "flag #2", "Acquire", ("1", "")),
        ];
        steps[3].stale = true;
        let order = Order::of(&steps, 3);
        assert!(order.is_before(1, 2));
        assert!(order.is_before(0, 3) && !order.is_before(1, 3), "the second store is not known");
        assert_eq!(order.from[3], Some(0));
        steps[3].seen = Some("0".to_owned());
        assert_eq!(Order::of(&steps, 3).from[3], None, "the initial value was written by no step");
    }

    #[test]
    fn who_locks_a_mutex_knows_what_was_done_under_it_before() {
        let steps = [
            step(0, "Lock", "mutex #1", "", ("", "")),
            step(0, "Unlock", "mutex #1", "", ("", "")),
            step(0, "Store", "flag #2", "Relaxed", ("0", "1")),
            step(1, "Lock", "mutex #3", "", ("", "")),
            step(1, "Lock", "mutex #1", "", ("", "")),
        ];
        let order = Order::of(&steps, 2);
        assert!(!order.is_before(1, 3), "another mutex");
        assert!(order.is_before(0, 4) && order.is_before(1, 4));
        assert!(!order.is_before(2, 4), "what came after the unlock");
        assert_eq!(order.from[4], Some(1));
    }

    #[test]
    fn a_wait_releases_the_mutex() {
        let steps = [
            step(0, "Lock", "mutex #1", "", ("", "")),
            step(0, "Wait", "condvar #2", "", ("", "")),
            step(1, "Lock", "mutex #1", "", ("", "")),
            step(1, "Notify", "condvar #2", "", ("", "")),
            step(1, "Unlock", "mutex #1", "", ("", "")),
            step(0, "Lock", "mutex #1", "", ("", "")),
        ];
        let order = Order::of(&steps, 2);
        assert!(order.is_before(1, 2) && order.is_before(3, 5));
    }

    #[test]
    fn the_set_up_is_known_to_all_and_all_is_known_after_the_last_call() {
        let steps = [
            step(2, "Store", "flag #1", "Relaxed", ("0", "1")),
            step(1, "Call", "operation #0", "", ("", "")),
            step(0, "Store", "flag #1", "Relaxed", ("1", "2")),
            step(1, "Return", "operation #0", "", ("", "")),
            step(1, "Free", "Entry #3", "", ("", "")),
        ];
        let order = Order::of(&steps, 2);
        assert!(order.is_before(0, 1) && order.is_before(0, 2));
        assert!(!order.is_before(2, 3), "not yet joined");
        assert!(order.is_before(2, 4), "joined");
        let in_the_middle = [&steps[..3], &steps[4..]].concat();
        assert!(!Order::of(&in_the_middle, 2).is_before(2, 3), "in the middle of a call");
    }

    #[test]
    fn a_thread_that_the_program_lacks_is_no_reason_to_fail() {
        let steps =
            [step(usize::MAX, "Lock", "mutex #1", "", ("", "")), step(0, "Lock", "mutex #1", "", ("", ""))];
        assert!(!Order::of(&steps, 1).is_before(1, 0));
    }
}
