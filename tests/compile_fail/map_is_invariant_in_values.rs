//! Nor is a map to `&'static str` one to shorter `&'a str`, however it is passed on.

use sync_map::SyncMap;

fn shorter<'a>(map: SyncMap<u8, &'static str>, _: &'a str) -> SyncMap<u8, &'a str> {
    map
}

fn main() {
    let local = String::from("local");
    shorter(SyncMap::new(), &local);
}
