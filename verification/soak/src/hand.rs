//! A thread at work: its random numbers, its clock, and the buffer in which it records its calls.

use crate::event::{ABSENT, Event, Op, Ret};
use std::time::Instant;

/// In a window that is judged as a whole, threads have numbers below this, and the events of a walk have slots of their own above it.
pub const THREADS_OF_A_WHOLE: u8 = 12;

/// How many values a thread remembers, to compare with.
const REMEMBERED: usize = 64;

/// See the module.
#[derive(Debug)]
pub struct Hand {
    /// Its number.
    pub thread: u8,
    /// What it has recorded since the last cut.
    pub events: Vec<Event>,
    random: u64,
    clock: Instant,
    last: u64,
    made: i64,
    seen: [i64; REMEMBERED],
}

impl Hand {
    /// The hand of a thread; `clock` is that of all of them.
    pub fn new(thread: u8, seed: u64, clock: Instant) -> Self {
        let random = (seed ^ (u64::from(thread) + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15)) | 1;
        Hand { thread, events: Vec::new(), random, clock, last: 0, made: 0, seen: [ABSENT; REMEMBERED] }
    }

    /// The next random number: xorshift.
    pub fn random(&mut self) -> u64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        self.random >> 11
    }

    /// One below a bound.
    pub fn below(&mut self, bound: u32) -> u32 {
        u32::try_from(self.random() % u64::from(bound.max(1))).unwrap_or(0)
    }

    /// A value that no other call has.
    pub fn fresh(&mut self) -> i64 {
        self.made += 1;
        self.made << 8 | i64::from(self.thread)
    }

    /// A value that this thread has seen of the key, to compare with.
    pub fn remembered(&self, key: u32) -> i64 {
        self.seen[key as usize % REMEMBERED]
    }

    /// The time, later than any time that this thread has read before.
    #[inline]
    pub fn now(&mut self) -> u64 {
        let now = u64::try_from(self.clock.elapsed().as_nanos()).unwrap_or(u64::MAX);
        self.last = now.max(self.last + 1);
        self.last
    }

    /// Makes a call, and records it.
    #[inline]
    pub fn record(&mut self, op: Op, key: u32, args: [i64; 2], call: impl FnOnce() -> Ret) {
        let called = self.now();
        let ret = call();
        let returned = self.now();
        self.note(Event { called, returned, thread: self.thread, slot: self.thread, op, key, args, ret });
    }

    /// Records a call that was made since `called`, as this operation.
    pub fn saw(&mut self, called: u64, op: Op, key: u32, ret: Ret) {
        let returned = self.now();
        self.note(Event {
            called,
            returned,
            thread: self.thread,
            slot: self.thread,
            op,
            key,
            args: [0; 2],
            ret,
        });
    }

    fn note(&mut self, event: Event) {
        if let Ret::Value(value) | Ret::Loaded(value) | Ret::Stored(value) = event.ret {
            self.seen[event.key as usize % REMEMBERED] = value;
        }
        self.events.push(event);
    }

    /// Records a walk over all keys: an event for each, from the beginning of the walk to its end.
    pub fn walked(
        &mut self,
        called: u64,
        op: Op,
        args: [i64; 2],
        whole: bool,
        seen: impl Iterator<Item = Ret>,
    ) {
        let returned = self.now();
        for (key, ret) in (0..).zip(seen) {
            let own = u8::try_from(key + 1).unwrap_or(u8::MAX);
            let slot = if whole { self.thread + THREADS_OF_A_WHOLE * own } else { self.thread };
            self.note(Event { called, returned, thread: self.thread, slot, op, key, args, ret });
        }
    }
}

/// What it costs to record a call, in nanoseconds: measured on calls that do nothing.
pub fn cost() -> f64 {
    const CALLS: u32 = 100_000;
    let mut hand = Hand::new(0, 1, Instant::now());
    hand.events.reserve(CALLS as usize);
    let begun = Instant::now();
    for key in 0..CALLS {
        hand.record(Op::Load, key, [0; 2], || Ret::Unit);
    }
    let taken = begun.elapsed();
    std::hint::black_box(&hand.events);
    taken.as_secs_f64() * 1e9 / f64::from(CALLS)
}
