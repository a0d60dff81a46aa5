//! The registry: names, tokens, the life cycle, and all services at once.

mod common;

#[path = "registry/all.rs"]
mod all;
#[path = "registry/lifecycle.rs"]
mod lifecycle;
#[path = "registry/model.rs"]
mod model;
#[path = "registry/names.rs"]
mod names;
#[path = "registry/support.rs"]
mod support;
#[path = "registry/threads.rs"]
mod threads;
