//! An `Rc` cannot be dropped by another thread.

use std::rc::Rc;
use sync_map::SyncMap;

fn main() {
    let map = SyncMap::new();
    map.store(1, Rc::new(1));
}
