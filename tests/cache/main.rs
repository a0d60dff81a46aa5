//! The cache: what it promises, against a simple model, and under threads.

mod bound;
mod computing;
mod faults;
mod listening;
mod memory;
mod model;
mod threads;
mod time;
