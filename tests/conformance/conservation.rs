//! All operations that take a value or give one back, on few keys, by many threads: every value that went into the map
//! came out once, or is there at the end. An exchange that takes another value than it looked at would lose one.

use super::support::*;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use sync_map::{LoadOrStore, SyncMap};
use test_support::Numbers;

under_three_hashers! {
    every_value_that_went_in_came_out_once,
}

const FEW: u64 = 4;
const CALLS: usize = 4000;

/// What one thread put in, and what it took out. No value is made twice.
#[derive(Default)]
struct Account {
    went_in: Vec<usize>,
    came_out: Vec<usize>,
}

impl Account {
    /// One call on `key`, by number, with a value that nobody else has.
    fn call<S: TestHasher>(&mut self, map: &SyncMap<u64, usize, S>, call: u64, key: u64, fresh: usize) {
        match call {
            0 => {
                self.came_out.extend(map.swap(key, fresh));
                self.went_in.push(fresh);
            }
            1 => match map.load_or_store(key, fresh) {
                LoadOrStore::Stored(stored) => self.went_in.push(stored),
                LoadOrStore::Loaded { rejected, .. } => assert_eq!(rejected, fresh),
            },
            2 => self.came_out.extend(map.load_and_delete(&key)),
            3 => self.came_out.extend(map.delete_if(&key, |value| value.is_multiple_of(2))),
            4 => {
                let Some(seen) = map.load(&key) else { return };
                if map.compare_and_swap(&key, &seen, fresh).is_ok() {
                    self.came_out.push(seen);
                    self.went_in.push(fresh);
                }
            }
            5 => {
                let Some(seen) = map.load(&key) else { return };
                self.came_out.extend(map.compare_and_delete(&key, &seen).then_some(seen));
            }
            _ => {
                let mut seen = None;
                let change = |value: &usize| {
                    seen = Some(*value);
                    fresh
                };
                if map.update(&key, change).is_some() {
                    self.came_out.extend(seen);
                    self.went_in.push(fresh);
                }
            }
        }
    }
}

fn every_value_that_went_in_came_out_once<S: TestHasher>() {
    let mut map = SyncMap::<u64, usize, S>::default();
    let all = Mutex::new(Account::default());
    let values = AtomicUsize::new(0);
    let passing = |turn: usize| {
        // Other keys come and go, so that dirty is made and promoted, and deleted entries are expunged.
        map.store(FEW + turn as u64, 0);
        map.range(|_, _| true);
        assert!(map.delete(&(FEW + turn as u64)));
    };
    with_churn(passing, || {
        race(|thread| {
            let (mut numbers, mut mine) = (Numbers::new(thread), Account::default());
            for _ in 0..CALLS {
                mine.call(&map, numbers.below(7), numbers.below(FEW), values.fetch_add(1, SeqCst));
            }
            let mut all = all.lock().unwrap();
            all.went_in.append(&mut mine.went_in);
            all.came_out.append(&mut mine.came_out);
        });
    });
    map.check_invariants().unwrap();
    let Account { mut went_in, mut came_out } = all.into_inner().unwrap();
    assert!(came_out.len() > CALLS, "much happened: {}", came_out.len());
    came_out.extend(map.values());
    went_in.sort();
    came_out.sort();
    assert_eq!(went_in, came_out);
}
