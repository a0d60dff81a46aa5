//! A cache: keys with values that expire, and that may be evicted to keep the cache small.
//!
//! The map's value is a [`Slot`](item::Slot): an item, or a computation that is under way. All that takes an item out of the
//! map because of its time does so *by identity*: what is deleted is the very item that was found expired. (By key, it would be a
//! value that was stored in between.)
//!
//! | file | is |
//! |---|---|
//! | [`cache`] | the cache itself |
//! | [`item`] | what a slot holds, the one judge of whether it is over, and the mark of a use |
//! | [`flight`] | a computation that is under way, and who waits for it |
//! | [`compute`] | one computation for many callers |
//! | [`bound`] | the bound, and whom to evict |
//! | [`room`] | the room that an insertion makes |
//! | [`inner`] | the operations, and the books that they keep |
//! | [`follow_up`] | what follows an effect, whatever panics |
//! | [`cause`] | why an entry left |
//! | [`listening`] | the listener, and in which order it hears of what left |
//! | [`janitor`], [`builder`], [`statistics`] | what users of a cache expect on top |
//! | [`quiet`] | what an exclusive owner can see and check |
//!
//! # Steps
//! A look-up loads the slot, then reads the clock, then uses the item. If it is expired, the look-up ends it and deletes it by identity.
//! When the deletion fails, another value may be there: the look-up begins again, for a key that always has a value is never absent.
//!
//! # Progress
//! A hit takes no lock when the map's read table has the key. User code (the listener, closures, `Drop`, `Clone`) runs under no
//! lock; the key's `Eq` may run under the map's mutex, as for the map.
#![forbid(unsafe_code)]

mod bound;
mod builder;
#[allow(clippy::module_inception)] // private: no path of a user has the name twice
mod cache;
mod cause;
mod compute;
mod flight;
mod follow_up;
mod inner;
mod item;
mod janitor;
mod listening;
mod quiet;
mod room;
mod statistics;

pub use self::builder::CacheBuilder;
pub use self::cache::Cache;
pub use self::cause::Cause;
pub use self::statistics::Statistics;
