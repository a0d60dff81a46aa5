//! A guard pins the thread that took it.

use sync_map::SyncMap;

fn main() {
    let map = SyncMap::from([(1, 1)]);
    let pinned = map.pin();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            pinned.load(&1);
        });
    });
}
