//! Nor can its iterators go to another thread.

use sync_map::SyncMap;

fn main() {
    let map = SyncMap::from([(1, 1)]);
    let pinned = map.pin();
    let iter = pinned.iter();
    std::thread::scope(|scope| {
        scope.spawn(move || iter.count());
    });
}
