//! What people build on the map: safe code, on its public operations and the facade.
#![forbid(unsafe_code)]

pub mod config;
pub mod registry;
