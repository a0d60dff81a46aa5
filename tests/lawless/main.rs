//! Lawless users: keys whose `Eq`, `Hash`, `Clone` or look-up types lie, hashers that lie, keys that change while they are
//! in the map. Nothing is promised about what such a map contains. But memory safety never rests on users' code: nothing is
//! read after it was dropped, nothing is dropped twice, everything is dropped in the end, no call hangs, and a map whose
//! users have become lawful again can be used.
//!
//! The keys and values are canaries: a [`Book`](book::Book) knows which were dropped. Freed memory stays as it was for a while
//! (see [`quarantine`]), so that a canary that is read after its drop is recognized, and the process does not crash. With
//! `SYNC_MAP_SANITIZED` set when the tests are compiled, memory is freed at once, for the address sanitizer to see.

mod book;
mod cache;
mod config;
mod counters;
mod exit;
mod identity;
mod patterns;
mod quarantine;
mod random;
mod registry;
mod sequences;
