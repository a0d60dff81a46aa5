//! Random lists of calls against a plain map and a plain list: what a cache of one thread does.

use proptest::prelude::*;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use sync_map::{Cache, Cause, ManualClock};
use test_support::Trials;

#[derive(Clone, Debug)]
enum Call {
    Get(u8),
    Contains(u8),
    Insert(u8),
    InsertFor(u8, u64),
    GetOrInsert(u8),
    GetOrFail(u8),
    Remove(u8),
    Advance(u64),
    Cleanup,
    Clear,
    Len,
}

fn call() -> impl Strategy<Value = Call> {
    let key = 0..5_u8;
    prop_oneof![
        4 => key.clone().prop_map(Call::Get),
        1 => key.clone().prop_map(Call::Contains),
        4 => key.clone().prop_map(Call::Insert),
        4 => (key.clone(), 0..8_u64).prop_map(|(key, time)| Call::InsertFor(key, time)),
        2 => key.clone().prop_map(Call::GetOrInsert),
        1 => key.clone().prop_map(Call::GetOrFail),
        2 => key.prop_map(Call::Remove),
        4 => (0..5_u64).prop_map(Call::Advance),
        1 => Just(Call::Cleanup),
        1 => Just(Call::Clear),
        1 => Just(Call::Len),
    ]
}

/// An entry of the simple model.
struct Entry {
    value: u32,
    expires_at: Option<u64>,
    last_use: u64,
    used: bool,
}

/// The simple model: a map, and the queue of the clock policy.
struct Model {
    now: u64,
    idle: Option<u64>,
    most: usize,
    entries: HashMap<u8, Entry>,
    queue: VecDeque<(u8, u32)>,
    gone: Vec<(u8, u32, Cause)>,
}

impl Model {
    fn expired(&self, entry: &Entry) -> bool {
        entry.expires_at.is_some_and(|end| self.now >= end)
            || self.idle.is_some_and(|span| self.now >= entry.last_use + span)
    }

    fn leave(&mut self, key: u8, cause: Cause) {
        let entry = self.entries.remove(&key).unwrap();
        let cause = if self.expired(&entry) { Cause::Expired } else { cause };
        self.gone.push((key, entry.value, cause));
    }

    fn look(&mut self, key: u8, uses: bool) -> Option<u32> {
        if self.expired(self.entries.get(&key)?) {
            self.leave(key, Cause::Expired);
            return None;
        }
        let now = self.now;
        let entry = self.entries.get_mut(&key)?;
        if uses {
            entry.last_use = now;
            entry.used = true;
        }
        Some(entry.value)
    }

    fn insert(&mut self, key: u8, value: u32, time: Option<u64>) {
        if self.entries.contains_key(&key) {
            self.leave(key, Cause::Replaced);
        }
        while self.entries.len() >= self.most {
            let (first, value) = self.queue.pop_front().unwrap();
            match self.entries.get_mut(&first) {
                Some(entry) if entry.value != value => {}
                Some(entry) if entry.used => {
                    entry.used = false;
                    self.queue.push_back((first, value));
                }
                Some(_) => self.leave(first, Cause::Evicted),
                None => {}
            }
        }
        let expires_at = time.map(|time| self.now + time);
        self.entries.insert(key, Entry { value, expires_at, last_use: self.now, used: false });
        self.queue.push_back((key, value));
    }
}

/// Makes the call on both; what each returned, as text.
fn both(
    call: &Call,
    fresh: u32,
    model: &mut Model,
    cache: &Cache<u8, u32>,
    time: &ManualClock,
) -> (String, String) {
    let pair = |one: Option<u32>, other: Option<u32>| (format!("{one:?}"), format!("{other:?}"));
    match *call {
        Call::Get(key) => pair(model.look(key, true), cache.get(&key)),
        Call::Contains(key) => {
            (model.look(key, false).is_some().to_string(), cache.contains_key(&key).to_string())
        }
        Call::Insert(key) => {
            model.insert(key, fresh, None);
            cache.insert(key, fresh);
            pair(None, None)
        }
        Call::InsertFor(key, seconds) => {
            model.insert(key, fresh, Some(seconds));
            cache.insert_for(key, fresh, Duration::from_secs(seconds));
            pair(None, None)
        }
        Call::GetOrInsert(key) => {
            let found = model.look(key, true);
            if found.is_none() {
                model.insert(key, fresh, None);
            }
            pair(found.or(Some(fresh)), Some(cache.get_or_insert_with(key, || fresh)))
        }
        Call::GetOrFail(key) => {
            pair(model.look(key, true), cache.try_get_or_insert_with(key, || Err(())).ok())
        }
        Call::Remove(key) => {
            let found = model.look(key, false);
            if found.is_some() {
                model.leave(key, Cause::Removed);
            }
            pair(found, cache.remove(&key))
        }
        Call::Advance(seconds) => {
            model.now += seconds;
            time.advance(Duration::from_secs(seconds));
            pair(None, None)
        }
        Call::Cleanup => {
            let over: Vec<u8> =
                model.entries.iter().filter(|(_, entry)| model.expired(entry)).map(|(key, _)| *key).collect();
            over.iter().for_each(|key| model.leave(*key, Cause::Expired));
            (over.len().to_string(), cache.cleanup().to_string())
        }
        Call::Clear => {
            let all: Vec<u8> = model.entries.keys().copied().collect();
            for key in all {
                let entry = model.entries.remove(&key).unwrap();
                model.gone.push((key, entry.value, Cause::Removed));
            }
            cache.clear();
            pair(None, None)
        }
        Call::Len => {
            let live = model.entries.values().filter(|entry| !model.expired(entry)).count();
            (live.to_string(), cache.len().to_string())
        }
    }
}

/// A cache and what is done with it: the calls, after how many seconds without use an entry ends, and how many entries it may have.
type Input = (Vec<Call>, Option<u64>, Option<usize>);

fn run((calls, idle, most): Input) -> Result<(), TestCaseError> {
    let (time, heard) = (ManualClock::new(), Arc::new(Mutex::new(Vec::new())));
    let notes = Arc::clone(&heard);
    let mut builder =
        Cache::builder().clock(time.clock()).removal_listener(move |key: &u8, value: &u32, cause| {
            notes.lock().unwrap().push((*key, *value, cause))
        });
    if let Some(idle) = idle {
        builder = builder.time_to_idle(Duration::from_secs(idle));
    }
    if let Some(most) = most {
        builder = builder.max_entries(most);
    }
    let mut cache = builder.build();
    let (entries, queue, gone) = (HashMap::new(), VecDeque::new(), Vec::new());
    let mut model = Model { now: 0, idle, most: most.unwrap_or(usize::MAX), entries, queue, gone };
    for (call, fresh) in calls.iter().zip(100..) {
        let (expected, found) = both(call, fresh, &mut model, &cache, &time);
        prop_assert_eq!(expected, found, "{:?}", call);
        let mut told: Vec<_> = std::mem::take(&mut *heard.lock().unwrap());
        let mut gone = std::mem::take(&mut model.gone);
        told.sort_by_key(|(key, value, _)| (*key, *value)); // a clean-up has no order
        gone.sort_by_key(|(key, value, _)| (*key, *value));
        prop_assert_eq!(told, gone, "{:?}", call);
    }
    prop_assert_eq!(cache.check_invariants(), Ok(()));
    let live = model.entries.iter().filter(|(_, entry)| !model.expired(entry));
    let mut expected: Vec<(u8, u32)> = live.map(|(key, entry)| (*key, entry.value)).collect();
    expected.sort_unstable();
    let mut found: Vec<(u8, u32)> = cache.iter().collect();
    found.sort_unstable();
    prop_assert_eq!(found, expected);
    Ok(())
}

#[test]
fn a_cache_does_what_the_simple_model_does() {
    let calls = prop::collection::vec(call(), 1..60);
    let input = (calls, prop::option::of(1..8_u64), prop::option::of(1..4_usize));
    Trials { cases: 400, seeds: "tests/cache.regressions" }.run(input, run);
}
