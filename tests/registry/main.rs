//! The registry: names, tokens, the life cycle, and all services at once.

mod all;
mod beside;
mod lifecycle;
mod model;
mod names;
mod support;
mod threads;
