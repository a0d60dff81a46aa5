//! A deleted key is dropped later, by any thread: it cannot borrow from this function.

use sync_map::SyncMap;

fn main() {
    let map = SyncMap::new();
    let local = String::from("local");
    map.store(local.as_str(), 1);
}
