// The facade over one engine: see the modules `loom` and `shuttle`, in each of which this file and the ones beside it are compiled
// (docs/adr/0015). `engine` is that module's: its primitives, under the names that both have.

use super::engine;

mod execution;
mod held;
mod locks;
pub mod look;
mod primitives;
pub mod strict_epoch;
pub mod trace;

pub use crate::{Action, Change, Event, Footprint, Mode, OneStep, Site, Value, const_constructor};
pub use execution::{abstract_execution, execution};
pub use held::{is_ours, locks_held, now_ours};
pub use locks::{Condvar, Locked, Mutex};
pub use primitives::{AtomicI64, PlainMemory, Word, stripe_count, stripe_index};

/// The engine's threads, as `std::thread` has them.
pub mod thread {
    pub use super::engine::threads::{Builder, JoinHandle, Thread, ThreadId, current, spawn, yield_now};
}
