//! What an iterator yields ends with the guard, not with the iterator or the map.

use sync_map::SyncMap;

fn main() {
    let map = SyncMap::from([(1, String::from("one"))]);
    let pinned = map.pin();
    let values: Vec<&String> = pinned.values().collect();
    drop(pinned);
    println!("{values:?}");
}
