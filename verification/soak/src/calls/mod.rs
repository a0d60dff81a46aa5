//! The calls of the subjects, compiled once for each build: `krate` is what is called.

mod cache;
mod config;
mod counters;
mod map;
mod registry;

use super::krate;
use crate::canary::Canary;
use crate::load::Load;
use crate::subject::Subject;

/// A fresh subject for a load.
pub(crate) fn make(load: &Load) -> Box<dyn Subject> {
    match load.subject {
        "canary" => Box::new(Canary::new()),
        "counters" => Box::new(counters::Counters::new(load)),
        "cache" => Box::new(cache::Cached::new(load)),
        "registry" => Box::new(registry::Services::new()),
        "config" => Box::new(config::Config::new()),
        _ => Box::new(map::Map::new(load)),
    }
}

/// Hands this thread's garbage over, and collects some.
pub(crate) fn collect() {
    krate::SyncMap::<i64, i64>::new().pin().flush();
}
