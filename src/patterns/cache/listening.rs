//! The listener, and in which order it hears of what left.
//!
//! A thread that takes entries out tells the listener at the end of its call. The listener may use the cache, and take out more:
//! those calls do not tell the listener, because their thread is doing so already. They leave their events with it, and it continues with
//! them when the listener has returned. So the listener is never called inside itself, however long a chain gets, and hears of entries in
//! the order in which their thread took them out.
//!
//! A chain may have no end: a listener that puts back what was evicted evicts another. A call tells its own events, and at most
//! [`TURN`] of those that follow from them. The rest waits for the next call that tells the listener, on any thread.
#![forbid(unsafe_code)]

use super::cause::Cause;
use super::follow_up::{Event, FollowUp};
use crate::sync::{Mutex, stripe_index};
use std::collections::VecDeque;

/// The closure that is called for each entry that leaves.
pub(super) type Listener<K, V> = Box<dyn Fn(&K, &V, Cause) + Send + Sync>;

/// How many events a call tells beyond its own.
const TURN: usize = 1_024;

/// The listener of a cache.
pub(super) struct Listening<K, V> {
    listener: Listener<K, V>,
    queues: Mutex<Queues<K, V>>,
}

struct Queues<K, V> {
    /// The threads that are telling the listener now, and what each has yet to tell.
    telling: Vec<(usize, VecDeque<Event<K, V>>)>,
    /// What waits for the next call that tells.
    left: VecDeque<Event<K, V>>,
}

impl<K, V> Listening<K, V> {
    pub(super) fn new(listener: Listener<K, V>) -> Self {
        let queues = Queues { telling: Vec::new(), left: VecDeque::new() };
        Listening { listener, queues: Mutex::named("the mutex of a cache's events", queues) }
    }

    /// Whether there are events that no thread is telling.
    pub(super) fn is_behind(&self) -> bool {
        !self.queues.lock().left.is_empty()
    }

    /// Tells the listener of what has gone. If this thread is doing so already, an outer call of it continues with these.
    pub(super) fn tell(&self, after: &mut FollowUp<K, V>) {
        let Some((turn, events)) = self.begin(after) else { return };
        for _ in 0..events {
            let Some((item, cause)) = turn.next() else { return };
            after.attempt(|| (self.listener)(&item.key, &item.value, cause));
            after.attempt(|| drop(item)); // it may be the last reference to a user's value
        }
    }

    /// The turn of this thread, and for how many events it is; `None` if it has one.
    fn begin(&self, after: &mut FollowUp<K, V>) -> Option<(Turn<'_, K, V>, usize)> {
        let thread = stripe_index();
        let mut queues = self.queues.lock();
        if let Some((_, queue)) = queues.telling.iter_mut().find(|(other, _)| *other == thread) {
            queue.extend(after.gone.drain(..));
            return None;
        }
        // What waits comes first, then our own events: those are told in this call, however many wait.
        let waiting = queues.left.len().min(TURN);
        let mut queue: VecDeque<_> = queues.left.drain(..waiting).collect();
        queue.extend(after.gone.drain(..));
        let events = queue.len() + TURN;
        queues.telling.push((thread, queue));
        drop(queues);
        Some((Turn { listening: self, thread }, events))
    }
}

/// A thread that is telling the listener. When it ends, what is left waits for another.
struct Turn<'l, K, V> {
    listening: &'l Listening<K, V>,
    thread: usize,
}

impl<K, V> Turn<'_, K, V> {
    fn next(&self) -> Option<Event<K, V>> {
        let mut queues = self.listening.queues.lock();
        let mine = queues.telling.iter_mut().find(|(thread, _)| *thread == self.thread);
        mine.and_then(|(_, queue)| queue.pop_front())
    }
}

impl<K, V> Drop for Turn<'_, K, V> {
    fn drop(&mut self) {
        let mut queues = self.listening.queues.lock();
        if let Some(place) = queues.telling.iter().position(|(thread, _)| *thread == self.thread) {
            let (_, rest) = queues.telling.swap_remove(place);
            queues.left.extend(rest);
        }
    }
}
