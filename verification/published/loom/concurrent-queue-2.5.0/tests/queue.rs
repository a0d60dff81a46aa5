//! concurrent-queue 2.5.0: a control, without a known fault. One was found: `docs/found/concurrent-queue.md`.

#[cfg(not(loom))]
compile_error!("run this in its own folder, where cargo finds `--cfg loom`, and without RUSTFLAGS");

use checker::subject;
use concurrent_queue::{ConcurrentQueue, PopError, PushError};
use loom::alloc::Track;
use row::{found, nothing};
use std::collections::VecDeque;

const VERSION: &str = "concurrent-queue 2.5.0";

/// A value: loom reports one that is neither popped nor dropped.
type Value = Track<u8>;

fn pushed(result: Result<(), PushError<Value>>) -> Result<(), String> {
    result.map_err(|error| if error.is_full() { "full".to_owned() } else { "closed".to_owned() })
}

fn popped(result: Result<Value, PopError>) -> Result<u8, String> {
    match result {
        Ok(value) => Ok(*value.get_ref()),
        Err(PopError::Empty) => Err("empty".to_owned()),
        Err(PopError::Closed) => Err("closed".to_owned()),
    }
}

/// What one thread sees of a queue with room for `ROOM`.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
struct Specified<const ROOM: usize> {
    values: VecDeque<u8>,
    is_closed: bool,
}

/// The subject and its specification, for each kind of queue.
macro_rules! queue {
    ($name:ident, $specification:ident, $made:expr, $room:expr, $($fails:tt)?) => {
        struct $name(ConcurrentQueue<Value>);

        #[subject(spec = Specified<{ $room }>, loom)]
        impl $name {
            #[init]
            fn new() -> Self {
                $name($made)
            }
            #[op $($fails)?]
            fn push(&self, value: u8) -> Result<(), String> {
                pushed(self.0.push(Track::new(value)))
            }
            #[op]
            fn pop(&self) -> Result<u8, String> {
                popped(self.0.pop())
            }
            #[op]
            fn close(&self) -> bool {
                self.0.close()
            }
            #[quiet]
            fn left(&mut self) -> Vec<u8> {
                std::iter::from_fn(|| popped(self.0.pop()).ok()).collect()
            }
        }

        impl $specification for Specified<{ $room }> {
            fn push(&mut self, value: u8) -> Result<(), String> {
                if self.is_closed {
                    return Err("closed".to_owned());
                }
                if self.values.len() == $room {
                    return Err("full".to_owned());
                }
                self.values.push_back(value);
                Ok(())
            }
            fn pop(&mut self) -> Result<u8, String> {
                let none = if self.is_closed { "closed" } else { "empty" };
                self.values.pop_front().ok_or_else(|| none.to_owned())
            }
            fn close(&mut self) -> bool {
                !std::mem::replace(&mut self.is_closed, true)
            }
            fn left(&mut self) -> Vec<u8> {
                self.values.drain(..).collect()
            }
        }
    };
}
queue!(Single, SingleSpec, ConcurrentQueue::bounded(1), 1,);
queue!(MayBeFull, MayBeFullSpec, ConcurrentQueue::bounded(1), 1, (may_fail));
queue!(Bounded, BoundedSpec, ConcurrentQueue::bounded(2), 2,);
queue!(Unbounded, UnboundedSpec, ConcurrentQueue::unbounded(), usize::MAX,);

#[test]
fn room_for_one() {
    nothing(VERSION, checker::family::<Single>("2x1").run());
}

/// What loom's own search skips: not even a `push` that is followed by a `pop` is tried. The checker misses it, because one thread can do it.
#[test]
fn room_for_two_shows_that_looms_search_skips() {
    let program = "|| push 1 || pop";
    let explored = checker::explore::<Bounded>(program);
    found(VERSION, &explored, "missing outcome", Some(program));
    let failure = explored.failure.expect("it was just found");
    assert!(failure.sentence.contains("loom's own search"), "{}", failure.sentence);
}

#[test]
fn unbounded() {
    nothing(VERSION, checker::family::<Unbounded>("2x1").run());
}

/// A `pop` that is not over has made the queue of one place neither full nor empty: another thread finds it empty, and then full.
#[test]
fn room_for_one_is_empty_and_full() {
    let program = "push 1 || pop || pop; push 2";
    found(VERSION, &checker::explore::<Single>(program), "not linearizable", Some(program));
}

/// Nobody has to know where to look.
#[test]
fn room_for_one_is_empty_and_full_in_the_family() {
    found(VERSION, &checker::family::<Single>("2x2").explore(), "not linearizable", None);
}

/// Nothing else is found, if a `push` may find it full at any time.
#[test]
fn room_for_one_that_may_be_full_and_few_preemptions() {
    nothing(VERSION, checker::family::<MayBeFull>("2x2").preemptions(3).run());
}

#[test]
fn room_for_two_and_few_preemptions() {
    nothing(VERSION, checker::family::<Bounded>("2x2").preemptions(3).run());
}

#[test]
fn unbounded_and_few_preemptions() {
    nothing(VERSION, checker::family::<Unbounded>("2x2").preemptions(3).run());
}
