//! A store of configuration values, with subscriptions that always get the newest.
//!
//! The obvious store keeps the values in one map, and the channels of their listeners in another. A value and the news of it are
//! then two things that go different ways: `docs/patterns/config.md` has the five races that follow. Here there is one thing:
//!
//! ```text
//!   entries: SyncMap                       writer: Mutex
//!   ┌──────────────────────────────┐       ┌──────────────────────────────────┐
//!   │ "port" ─▶ value    5432      │       │ version 7: of the last change    │
//!   │           version  7         │       │ watches: "port" ─▶ event count,  │
//!   │           life     3         │       │                    subscribers 2 │
//!   └──────────────────────────────┘       └──────────────────────────────────┘
//!     readers and subscribers: no lock       writers, one at a time
//! ```
//!
//! An entry has a value and its version in one cell, so that whoever reads one has the other. Versions count the changes of
//! the whole store. A *life* of a key is from the set that gives it a value to its removal; its number is the version of that set. An
//! event (see `watch`) carries nothing: it says "look again".
//!
//! A removal deletes the key under the mutex. Nothing is left of it that would have to be cleaned up.
//!
//! # The files
//! | file | is |
//! |---|---|
//! | `store` | the store itself |
//! | `shared` | what it shares with its subscriptions: the entries, and what writers guard |
//! | `get`, `change` | reads; changes, and what looks at the whole |
//! | `subscription`, `watch` | a subscription, and what it waits on |
//! | `name`, `value` | keys with their hash, and what they hold |
//! | `settings`, `load`, `parse`, `print` | keys and values outside of a store: from files and the environment, and as text |
//! | `errors` | what can go wrong |
//!
//! # No user code under a lock
//! A store calls this code of its users: the hasher (see `name`: once in each operation, before any lock), `Into<Value>`, closures, wakers,
//! and, through the collector, the `Drop` of anything that this thread has retired. None of it runs under a lock:
//! - A pin may collect garbage, so a writer pins before it takes the mutex. What it pins under the mutex then collects nothing.
//! - What is retired under the mutex stays with the thread: a flush does nothing while the thread holds a lock of this crate. The writer
//!   hands it over once the mutex is free: a change always does (`announce`), anything else if there is a lot (a look-up may replace a
//!   table). A subscription that is garbage takes the mutex when it is dropped.
//!
//! # What follows a change
//! The order is: count the events and wake the threads that wait, for all keys; wake the wakers, each on its own; hand the garbage
//! over. User code begins at the wakers. If one panics, everything that must follow the change has been done, and the other wakers are
//! woken before the panic goes on. A store changes rarely and may hold a lot, so each change that has retired something flushes:
//! otherwise the old values would stay with a thread that sleeps.
//!
//! # Progress
//! Reads are those of the map: no lock for a key that has been there for a while. Writers wait for each other.
#![forbid(unsafe_code)]

mod change;
mod errors;
mod get;
mod load;
mod name;
#[cfg(any(feature = "toml", feature = "json"))]
mod parse;
mod print;
mod settings;
mod shared;
mod store;
mod subscription;
mod value;
mod watch;

pub use self::change::Changes;
pub use self::errors::{Closed, GetError, LoadError, NotAsExpected};
pub use self::settings::Settings;
pub use self::store::ConfigStore;
pub use self::subscription::{Recv, Subscription};
pub use self::value::{FromValue, Value};
