//! A `Cell` cannot be shared: two threads would get references to one.

use std::cell::Cell;
use sync_map::SyncMap;

fn main() {
    let map = SyncMap::new();
    map.store(1, Cell::new(1));
}
