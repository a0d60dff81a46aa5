//! Lists of calls of a map, a counter map and a cache, against simple maps: whatever the bytes say, both answer the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::collections::BTreeMap;
use sync_map::{Cache, CounterMap, LoadOrStore, SyncMap};

fuzz_target!(|bytes: &[u8]| {
    let map: SyncMap<u8, u8> = SyncMap::new();
    let counters: CounterMap<u8> = CounterMap::new();
    let cache: Cache<u8, u8> = Cache::builder().build();
    let mut oracle: BTreeMap<u8, u8> = BTreeMap::new();
    let mut counts: BTreeMap<u8, i64> = BTreeMap::new();
    let mut cached: BTreeMap<u8, u8> = BTreeMap::new();
    for call in bytes.chunks_exact(3) {
        let (what, key, value) = (call[0] % 22, call[1] % 16, call[2]);
        match what {
            0 => assert_eq!(map.load(&key), oracle.get(&key).copied()),
            1 => {
                map.store(key, value);
                oracle.insert(key, value);
            }
            2 => assert_eq!(map.swap(key, value), oracle.insert(key, value)),
            3 => match map.load_or_store(key, value) {
                LoadOrStore::Loaded { actual, rejected } => {
                    assert_eq!((Some(&actual), rejected), (oracle.get(&key), value));
                }
                LoadOrStore::Stored(stored) => {
                    assert_eq!((stored, oracle.insert(key, value)), (value, None));
                }
            },
            4 => assert_eq!(map.load_and_delete(&key), oracle.remove(&key)),
            5 => assert_eq!(map.delete(&key), oracle.remove(&key).is_some()),
            6 => {
                let matches = oracle.get(&key) == Some(&(value / 2));
                assert_eq!(map.compare_and_swap(&key, &(value / 2), value).is_ok(), matches);
                if matches {
                    oracle.insert(key, value);
                }
            }
            7 => {
                let matches = oracle.get(&key) == Some(&value);
                assert_eq!(map.compare_and_delete(&key, &value), matches);
                if matches {
                    oracle.remove(&key);
                }
            }
            8 => {
                let here = oracle.get_mut(&key).map(|here| {
                    *here = here.wrapping_add(value);
                    *here
                });
                assert_eq!(map.update(&key, |here| here.wrapping_add(value)), here);
            }
            9 => {
                let here = oracle.get(&key).copied().filter(|here| *here >= value);
                assert_eq!(map.delete_if(&key, |here| *here >= value), here);
                if here.is_some() {
                    oracle.remove(&key);
                }
            }
            10 => {
                let mut walked: Vec<(u8, u8)> = map.iter().collect();
                walked.sort_unstable();
                assert!(walked.iter().copied().eq(oracle.iter().map(|(key, value)| (*key, *value))));
            }
            11 => {
                map.retain(|_, here| *here >= value);
                oracle.retain(|_, here| *here >= value);
            }
            12 if value > 200 => {
                map.clear();
                oracle.clear();
            }
            13 => assert_eq!(map.is_empty(), oracle.is_empty()),
            14 => {
                let count = counts.entry(key).or_insert(0);
                *count += i64::from(value) - 100;
                assert_eq!(counters.add(key, i64::from(value) - 100), *count);
            }
            15 => assert_eq!(counters.get(&key), counts.get(&key).copied().unwrap_or(0)),
            16 => assert_eq!(counters.reset_and_get(&key), counts.get_mut(&key).map_or(0, std::mem::take)),
            17 => assert_eq!(counters.remove(&key), counts.remove(&key)),
            18 => {
                cache.insert(key, value);
                cached.insert(key, value);
            }
            19 => assert_eq!(cache.get(&key), cached.get(&key).copied()),
            20 => assert_eq!(cache.get_or_insert_with(key, || value), *cached.entry(key).or_insert(value)),
            21 => assert_eq!(cache.remove(&key), cached.remove(&key)),
            _ => {}
        }
    }
    let mut map = map;
    map.check_invariants().expect("the invariants of the map");
});
