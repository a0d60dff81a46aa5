//! What a guard hands out ends with it.

use sync_map::SyncMap;

fn main() {
    let map = SyncMap::from([(1, String::from("one"))]);
    let one: &String = {
        let pinned = map.pin();
        pinned.load(&1).unwrap()
    };
    println!("{one}");
}
