//! How a speed is measured here: windows of fixed time on several threads, and the statistics of many windows.
//!
//! | file | idea |
//! |---|---|
//! | [`window`](mod@window) | all threads start together, each works in chunks until its time is over; a disturbed window says so |
//! | [`thread`](mod@thread) | what the scheduler took from this thread, and the start barrier |
//! | [`statistics`] | medians with quartiles, and ratios of paired rounds |
//!
//! It is a package of its own so that its tests run without a compilation of the peers.

pub mod statistics;
pub mod thread;
pub mod window;

pub use statistics::{Quartiles, quantile, ratio};
pub use window::{Fate, Section, Timing, Window, Worker, sections, window};
