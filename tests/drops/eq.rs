//! The key's `Eq` runs under the mutex: one that uses the map again would deadlock. Debug builds panic instead, which is
//! what is tested; in release builds it deadlocks, as the documentation says.

use std::hash::{Hash, Hasher};
use std::sync::LazyLock;
use sync_map::SyncMap;
use test_support::{FourBits, hang};

/// A key whose `Eq` stores another key, when it is told to.
#[derive(Clone, Debug)]
struct Meddler {
    n: u32,
    meddles: bool,
}

static MEDDLED_WITH: LazyLock<SyncMap<Meddler, u32, FourBits>> = LazyLock::new(SyncMap::default);

impl Hash for Meddler {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.n.hash(state);
    }
}

impl PartialEq for Meddler {
    fn eq(&self, other: &Self) -> bool {
        if self.meddles {
            MEDDLED_WITH.store(Meddler { n: 1000, meddles: false }, 0);
        }
        self.n == other.n
    }
}

impl Eq for Meddler {}

#[test]
fn a_keys_eq_that_uses_the_map_under_the_mutex_panics_with_a_clear_message() {
    let _watch = hang::watch();
    let key = |n, meddles| Meddler { n, meddles };
    for n in 0..4 {
        MEDDLED_WITH.store(key(n, false), n);
    }
    let payload = std::panic::catch_unwind(|| MEDDLED_WITH.load(&key(0, true))).unwrap_err();
    let message = payload.downcast_ref::<&str>().map(ToString::to_string);
    let message = message.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap();
    assert!(message.contains("key's `Eq`") && message.contains("deadlock"), "{message}");

    // The mutex is free again, and the map as it was.
    MEDDLED_WITH.store(key(4, false), 4);
    let mut rows: Vec<(u32, u32)> = MEDDLED_WITH.iter().map(|(key, value)| (key.n, value)).collect();
    rows.sort();
    assert_eq!(rows, [0, 1, 2, 3, 4].map(|n| (n, n)));
}
