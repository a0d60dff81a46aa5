//! A key is looked up by what it can be borrowed as, or what is `Equivalent` to it: not by any type.

use sync_map::SyncMap;

fn main() {
    let map = SyncMap::from([(String::from("key"), 1)]);
    map.load("key");
    map.load(&'k');
}
