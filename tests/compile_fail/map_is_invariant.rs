//! A map of `&'static str` is not a map of shorter `&'a str`: one could store a short-lived key through it.

use sync_map::SyncMap;

fn shorter<'a>(map: &'a SyncMap<&'static str, u8>) -> &'a SyncMap<&'a str, u8> {
    map
}

fn main() {
    shorter(&SyncMap::new());
}
