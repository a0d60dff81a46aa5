//! A guard borrows its map.

use sync_map::SyncMap;

fn main() {
    let pinned = {
        let map = SyncMap::from([(1, 1)]);
        map.pin()
    };
    pinned.load(&1);
}
