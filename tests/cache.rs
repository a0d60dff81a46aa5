//! The cache: what it promises, against a simple model, and under threads.

#[path = "cache/bound.rs"]
mod bound;
#[path = "cache/computing.rs"]
mod computing;
#[path = "cache/listening.rs"]
mod listening;
#[path = "cache/model.rs"]
mod model;
#[path = "cache/threads.rs"]
mod threads;
#[path = "cache/time.rs"]
mod time;
