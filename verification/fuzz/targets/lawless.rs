//! The same calls with keys whose `Hash` and `Eq` lie when the bytes say so. What is returned is nobody's promise; that it is safe, ends, and drops each
//! value once, is.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::cell::{Cell, RefCell};
use std::hash::{Hash, Hasher};
use std::sync::Mutex;
use sync_map::SyncMap;

thread_local! {
    static LIES: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    static NEXT: Cell<usize> = const { Cell::new(0) };
}

/// Whether the next call of a call-back lies.
fn lies() -> bool {
    let next = NEXT.get();
    NEXT.set(next + 1);
    LIES.with_borrow(|lies| lies.get(next % lies.len().max(1)).is_some_and(|byte| byte % 5 == 0))
}

struct Key(u8);

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        (self.0 == other.0) != lies()
    }
}

impl Eq for Key {}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.0 % 4 ^ u8::from(lies())).hash(state);
    }
}

/// Which values were dropped.
static DROPPED: Mutex<Vec<u32>> = Mutex::new(Vec::new());

struct Value(u32);

impl Drop for Value {
    fn drop(&mut self) {
        DROPPED.lock().expect("no panic under it")[self.0 as usize] += 1;
    }
}

fuzz_target!(|bytes: &[u8]| {
    let (first, rest) = bytes.split_at(bytes.len() / 4);
    LIES.set(first.to_vec());
    NEXT.set(0);
    DROPPED.lock().expect("no panic under it").clear();
    let fresh = || {
        let mut dropped = DROPPED.lock().expect("no panic under it");
        dropped.push(0);
        Value(dropped.len() as u32 - 1)
    };
    let map: SyncMap<Key, Value> = SyncMap::new();
    {
        let pinned = map.pin();
        let mut held: Vec<&Value> = Vec::new();
        for call in rest.chunks_exact(2) {
            let key = Key(call[1] % 8);
            match call[0] % 9 {
                0 => held.extend(pinned.load(&key)),
                1 => pinned.store(key, fresh()),
                2 => held.extend(pinned.swap(key, fresh())),
                3 => drop(pinned.load_or_store(key, fresh())),
                4 => held.extend(pinned.load_and_delete(&key)),
                5 => drop(pinned.delete(&key)),
                6 => held.extend(pinned.delete_if(&key, |value| value.0 % 2 == 0)),
                7 => held.extend(pinned.iter().map(|(_, value)| value)),
                _ if call[1] > 200 => pinned.clear(),
                _ => pinned.flush(),
            }
            held.truncate(100);
        }
        let dropped = DROPPED.lock().expect("no panic under it").clone();
        assert!(held.iter().all(|value| dropped[value.0 as usize] == 0), "a value that is held was dropped");
    }
    drop(map);
    for _ in 0..20_000 {
        if DROPPED.lock().expect("no panic under it").iter().all(|times| *times > 0) {
            break;
        }
        SyncMap::<u8, u8>::new().pin().flush();
    }
    let dropped = DROPPED.lock().expect("no panic under it");
    assert!(dropped.iter().all(|times| *times == 1), "each value is dropped once: {dropped:?}");
});
