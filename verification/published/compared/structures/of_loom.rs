//! The structures, built on loom.

use loom as the_loom;

mod sync {
    #[allow(unused_imports, reason = "not every structure has a mutex")]
    pub(super) use super::the_loom::sync::{Mutex, MutexGuard, atomic};
}

include!("at.rs");

pub(crate) mod pool_stack;
pub(crate) mod treiber;
pub(crate) mod trie;
