//! A key with its hash.
//!
//! The hasher of a store is user code: it may panic, use the store, or give another hash each time. So it runs once for an operation, at
//! its beginning and under no lock. From then on the hash stays with the key: all steps of an operation, and all receives of a
//! subscription, look for the same one.
#![forbid(unsafe_code)]

use equivalent::Equivalent;
use std::hash::{BuildHasher, Hash, Hasher};

/// A key that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Name {
    key: String,
    hash: u64,
}

/// A key that is looked for.
#[derive(Clone, Copy)]
pub(super) struct Looked<'k> {
    key: &'k str,
    hash: u64,
}

impl Name {
    /// Runs user code.
    pub(super) fn new(hasher: &impl BuildHasher, key: String) -> Self {
        let hash = hasher.hash_one(key.as_str());
        Name { key, hash }
    }

    pub(super) fn key(&self) -> &String {
        &self.key
    }

    pub(super) fn into_key(self) -> String {
        self.key
    }
}

impl<'k> Looked<'k> {
    /// Runs user code.
    pub(super) fn new(hasher: &impl BuildHasher, key: &'k str) -> Self {
        Looked { key, hash: hasher.hash_one(key) }
    }
}

impl Hash for Name {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.hash);
    }
}

impl Hash for Looked<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.hash);
    }
}

impl Equivalent<Name> for Looked<'_> {
    fn equivalent(&self, name: &Name) -> bool {
        self.key == name.key
    }
}

/// The hasher of the map inside a store: the hash is there already.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Ready(u64);

impl BuildHasher for Ready {
    type Hasher = Ready;

    fn build_hasher(&self) -> Ready {
        Ready(0)
    }
}

impl Hasher for Ready {
    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }

    fn write(&mut self, _: &[u8]) {
        unreachable!("a name gives its hash as one number");
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
