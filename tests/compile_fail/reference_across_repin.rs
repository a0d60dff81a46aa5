//! `repin` ends all references that were handed out: what they point to may be freed.

use sync_map::SyncMap;

fn main() {
    let map = SyncMap::from([(1, String::from("one"))]);
    let mut pinned = map.pin();
    let one = pinned.load(&1);
    pinned.repin();
    println!("{one:?}");
}
